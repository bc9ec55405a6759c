//! The `doctor` command: checks the setup, reports problems and explains how to fix them.

mod findings;
mod report;
mod settings;

use mediaconnect::CustomerNumber;

use crate::config;
use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::{Failure, causes};
use crate::fleet;
use crate::global_args::{ConnectionArgs, GlobalArgs};
use crate::output::print;
use crate::spaced_numbers::customer_number;
use crate::stderr::say;
use crate::text::escape_controls;
use report::{Check, DoctorReport};

/// A customer number that probably does not exist: it has nine digits, and the numbers in upstream's documentation have
/// six. Upstream can parse it, because it fits into 32 bits.
const UNUSED_NUMBER: u32 = 999_999_999;

/// Checks the configuration, sends one token request and one lookup, and reports the findings.
///
/// The lookup changes nothing, and counts as one request for the rate limit. If the customer exists, its data is not
/// shown.
pub(crate) async fn run(customer: Option<&str>, global: &GlobalArgs) -> Result<Exit, Failure> {
    let number = match customer {
        Some(number) => customer_number(number)?,
        None => CustomerNumber::try_from(UNUSED_NUMBER)?,
    };
    let mut report = DoctorReport::default();
    let args = config::with_profile(&global.connection)?;
    report.add(settings::checks(&args, &|name| config::variable(&args, name)));
    if report.exit() == Exit::Success {
        look(&mut report, number, &args, global.verbosity).await?;
    }
    print(&report, global.style())?;
    say(&report.summary());
    Ok(report.exit())
}

async fn look(
    report: &mut DoctorReport,
    number: CustomerNumber,
    args: &ConnectionArgs,
    verbosity: u8,
) -> Result<(), Failure> {
    let connection = match Connection::open(args, Caller::Client).await {
        Ok(connection) => connection,
        // Conflicting options are a usage error, not a finding.
        Err(failure) if args.sandbox => return Err(failure),
        Err(failure) => {
            report.add([Check::of("client", &failure)]);
            return Ok(());
        }
    };
    report.add(match fleet::overview(args, &connection.client).await {
        Ok(None) => None,
        Ok(Some(overview)) => {
            let count = overview.members;
            let others = if count == 1 { "process uses" } else { "processes use" };
            Some(Check::ok("fleet", format!("Redis responds; {count} {others} the client id now")))
        }
        Err(failure) => Some(Check::warning("fleet", failure.what(), failure.next())),
    });
    let diagnosis = connection.client.diagnose(number).await;
    report.add(findings::checks(&diagnosis));
    let errors =
        [&diagnosis.token].into_iter().chain(&diagnosis.lookup).filter_map(|probe| probe.error.as_ref());
    if verbosity > 0 {
        errors.flat_map(causes).for_each(|cause| say(&escape_controls(&cause)));
    }
    Ok(())
}
