//! The `customer overview` command.

use mediaconnect::Overview;
use serde::{Serialize, Serializer};

use crate::connect::{Caller, Connection};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::output::{Report, print};
use crate::secrets::RedactedJson;
use crate::spaced_numbers::customer_number;
use crate::terminal::Terminal;

pub(crate) async fn overview(number: &str, global: &GlobalArgs) -> Result<Exit, Failure> {
    let number = customer_number(number)?;
    let connection = Connection::open(&global.connection, Caller::Client).await?;
    let overview = connection.customers().overview(number).await?;
    print(&Page { overview, shows_secrets: global.show_secrets }, global.style())?;
    Ok(Exit::Success)
}

struct Page {
    overview: Overview,
    shows_secrets: bool,
}

impl Page {
    fn part(&self, part: &impl Serialize, terminal: Terminal) -> String {
        RedactedJson::of(part, self.shows_secrets).text(terminal)
    }
}

impl Serialize for Page {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RedactedJson::of(&self.overview, self.shows_secrets).serialize(serializer)
    }
}

impl Report for Page {
    fn text(&self, terminal: Terminal) -> String {
        let Overview { customer, subscriptions, open_invoices, .. } = &self.overview;
        let subscriptions = match subscriptions.len() {
            0 => "No subscriptions\n".to_owned(),
            _ => format!("Subscriptions\n{}", self.part(subscriptions, terminal)),
        };
        let invoices = match open_invoices.len() {
            0 => "No open invoices\n".to_owned(),
            _ => format!("Open invoices\n{}", self.part(open_invoices, terminal)),
        };
        format!("{}\n{subscriptions}\n{invoices}", customer.text(terminal))
    }
}
