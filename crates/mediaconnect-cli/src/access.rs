//! The `access may-read` command.

use std::net::IpAddr;

use clap::Args;
use mediaconnect::{ProductCode, Reader, Verdict};
use serde::Serialize;

use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::output::{Report, print};
use crate::spaced_numbers::customer_number;
use crate::terminal::Terminal;
use crate::text::escape_controls;

#[derive(Args)]
pub(crate) struct MayReadArgs {
    /// The product's code
    #[arg(value_name = "PRODUCT_CODE")]
    product: String,
    #[command(flatten)]
    reader: ReaderArgs,
    /// Check access as a user of the customer with this number; a user can belong to several customers
    #[arg(long, value_name = "NUMBER", conflicts_with = "ip")]
    customer: Option<String>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct ReaderArgs {
    /// The user's id (uniqueId)
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// The e-mail address or phone number that the user logs in with
    #[arg(long, value_name = "TEXT")]
    credential: Option<String>,
    /// The IP address of a reader who is not logged in
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
}

impl ReaderArgs {
    fn reader(&self) -> Option<Reader> {
        let user = self.user.clone().map(Reader::User);
        let credential = || self.credential.clone().map(Reader::Credential);
        user.or_else(credential).or(self.ip.map(Reader::Ip))
    }
}

/// Checks whether a reader may read a product. The exit code is 0 for yes and 1 for no.
pub(crate) async fn may_read(args: &MayReadArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    let product: ProductCode = args.product.parse()?;
    let customer = args.customer.as_deref().map(customer_number).transpose()?;
    let reader = args.reader.reader().expect("clap requires an argument that identifies the reader");
    let connection = Connection::open(&global.connection, Caller::Client).await?;
    let access = connection.client.access();
    let verdict = match customer {
        Some(customer) => access.may_read_as(customer, product, reader).await?,
        None => access.may_read(product, reader).await?,
    };
    print(&AccessReport::of(&verdict), global.style())?;
    Ok(if verdict.is_granted() { Exit::Success } else { Exit::No })
}

#[derive(Serialize)]
struct AccessReport {
    granted: bool,
    why: String,
}

impl AccessReport {
    fn of(verdict: &Verdict) -> Self {
        Self { granted: verdict.is_granted(), why: verdict.reason() }
    }
}

impl Report for AccessReport {
    fn text(&self, _: Terminal) -> String {
        format!("{}: {}\n", if self.granted { "yes" } else { "no" }, escape_controls(&self.why))
    }
}
