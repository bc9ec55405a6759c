//! The `api` command: sends JSON to any endpoint of the Connect API and prints the JSON response.

use serde_json::value::RawValue;

use crate::args::ApiArgs;
use crate::connect::{Caller, Connection, no_user_token};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::global_args::GlobalArgs;
use crate::json_file;
use crate::output::{OutputFormat, OutputStyle, print};
use crate::secret_file;
use crate::secrets::{MAX_DEPTH, RedactedJson};

pub(crate) async fn call(args: &ApiArgs, global: &GlobalArgs) -> Result<Exit, Failure> {
    if let Some(path) = &args.json {
        secret_file::check_stdin(global.connection.client_secret_file.as_deref(), "--json", path)?;
    }
    let body = args.json.as_deref().map(|path| json_file::read(path, "--json")).transpose()?;
    let caller = if args.as_user { Caller::User } else { Caller::Client };
    let connection = Connection::open(&global.connection, caller).await?;
    let mut request = connection.client.request(args.method, &args.path);
    if let Some(body) = &body {
        request = request.json(body);
    }
    if args.as_user {
        request = request.as_user(connection.client.user_token().ok_or_else(no_user_token)?);
    }
    if args.safe_to_retry {
        request = request.safe_to_retry();
    }
    let response: Box<RawValue> = request.send().await?;
    let response = RedactedJson::read(&response, global.show_secrets).ok_or_else(|| {
        Failure::new(
            Exit::Decode,
            format!(
                "the response is nested more than {MAX_DEPTH} levels deep, or has a member name that is not text"
            ),
            "check --base-url and the path: Connect does not send such a response",
        )
    })?;
    // The response is always printed as JSON, because its fields are unknown.
    print(&response, OutputStyle { format: OutputFormat::Json, ..global.style() })?;
    Ok(Exit::Success)
}
