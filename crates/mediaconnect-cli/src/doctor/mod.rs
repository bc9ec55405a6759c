//! The `doctor` command: checks the setup, and says what is wrong and how to fix it.

mod findings;
mod report;
mod settings;

use mediaconnect::CustomerNumber;

use crate::args::{ConnectionArgs, GlobalArgs};
use crate::config;
use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::{Failure, causes};
use crate::fleet;
use crate::output::{print, say};
use crate::text::harmless;
use report::{Check, Checkup};

/// A customer number that probably does not exist. Upstream can read it, since nine digits fit into 32 bits. The
/// numbers in upstream's documentation have six digits.
const NOBODY: u32 = 999_999_999;

/// Checks the configuration, then sends one token request and one lookup, and reports the findings.
///
/// The lookup only reads and costs one request of the rate limit. With a number that does not exist, it touches no
/// customer. If the customer exists, no data is shown.
pub(crate) async fn run(customer: Option<&str>, global: &GlobalArgs) -> Result<Exit, Failure> {
    let number = match customer {
        Some(number) => number.parse()?,
        None => CustomerNumber::try_from(NOBODY)?,
    };
    let mut checkup = Checkup::default();
    let args = config::with_profile(&global.connection)?;
    checkup.add(settings::checks(&args, &|name| config::variable(&args, name)));
    if checkup.exit() == Exit::Success {
        look(&mut checkup, number, &args, global.verbosity).await?;
    }
    print(&checkup, global.style())?;
    say(&checkup.summary());
    Ok(checkup.exit())
}

async fn look(
    checkup: &mut Checkup,
    number: CustomerNumber,
    args: &ConnectionArgs,
    verbosity: u8,
) -> Result<(), Failure> {
    let connection = match Connection::open(args, Caller::Client).await {
        Ok(connection) => connection,
        // Conflicting options are a usage error, not a finding.
        Err(failure) if args.sandbox => return Err(failure),
        Err(failure) => {
            let check = Check::failed("client", failure.exit(), failure.what(), failure.next());
            checkup.add([check]);
            return Ok(());
        }
    };
    checkup.add(match fleet::look(args).await {
        Ok(None) => None,
        Ok(Some(overview)) => {
            let count = overview.members;
            let others = if count == 1 { "process uses" } else { "processes use" };
            Some(Check::ok("fleet", format!("Redis responds; {count} {others} the client id now")))
        }
        Err(failure) => Some(Check::warning("fleet", failure.what(), failure.next())),
    });
    let diagnosis = connection.client.diagnose(number).await;
    checkup.add(findings::checks(&diagnosis));
    let errors =
        [&diagnosis.token].into_iter().chain(&diagnosis.lookup).filter_map(|probe| probe.error.as_ref());
    if verbosity > 0 {
        errors.flat_map(causes).for_each(|cause| say(&harmless(&cause)));
    }
    Ok(())
}
