//! The `sandbox` command: serves a sandbox until it is stopped.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use mediaconnect::RateLimit;
use mediaconnect_sandbox::{Fault, Handled, Quirks, Sandbox, SandboxBuilder, seed};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, OutputStyle, Report};
use crate::signals;
use crate::stderr::say;
use crate::terminal::Terminal;
use crate::values::rate_limit;

/// The options of `sandbox`.
#[derive(Args)]
pub(crate) struct SandboxArgs {
    /// The address to listen on. With an address other than loopback, everyone who can reach it can use the sandbox
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    host: IpAddr,
    /// Allow web pages of this origin to call the sandbox, such as https://app.example.com; * allows all
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    cors: Option<String>,
    /// Serve a web page at / that shows customers, requests, faults and the API reference
    #[arg(long)]
    ui: bool,
    /// The port to listen on; 0 selects a free port
    #[arg(long, default_value_t = 0, value_parser = port)]
    port: u16,
    /// A YAML or JSON file with a list of customers, used instead of the invented ones
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// The deviations of responses from the documentation, as a comma-separated list of quirks. The list may also
    /// contain the words all, none and upstream (the quirks of upstream). -NAME removes a quirk
    #[arg(long, value_name = "LIST", default_value = "upstream")]
    quirks: Quirks,
    /// The maximum number of requests per second and per minute, such as 100/2000. Further requests get status 429
    #[arg(long, value_name = "SECOND/MINUTE", value_parser = rate_limit)]
    rate_limit: Option<RateLimit>,
    /// A fault to simulate, such as getCustomerInfo:status=503,times=2; may be given several times
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
}

impl SandboxArgs {
    fn builder(self) -> Result<SandboxBuilder, Failure> {
        let mut builder = Sandbox::builder()
            .host(self.host)
            .port(self.port)
            .quirks(self.quirks)
            .admin()
            .allow_unused_faults()
            .on_request(|handled| say(&line(handled)));
        if self.ui {
            builder = builder.ui();
        }
        if let Some(path) = self.seed {
            let customers = seed::read(&path).map_err(|error| {
                Failure::usage(error.to_string(), "correct the file, then run the command again")
            })?;
            builder = builder.customers(customers);
        }
        builder = match self.rate_limit {
            Some(rate) => builder.rate_limit(rate.per_second(), rate.per_minute()),
            None => builder.without_rate_headers(),
        };
        if let Some(origin) = self.cors {
            builder = builder.cors(origin);
        }
        Ok(self.fault.into_iter().fold(builder, SandboxBuilder::fault))
    }
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    text.parse().map_err(|_| "an IP address is expected, such as 127.0.0.1, or 0.0.0.0 for all interfaces")
}

// Error messages must not quote values, but clap's own value parser would.
fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "a whole number from 0 to 65535 is expected")
}

fn origin(text: &str) -> Result<String, &'static str> {
    let is_origin = text.split_once("://").is_some_and(|(scheme, host)| {
        matches!(scheme, "http" | "https")
            && !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
    });
    if text == "*" || is_origin {
        Ok(text.to_owned())
    } else {
        Err("an origin is expected, such as https://app.example.com, or *")
    }
}

/// Returns the log line of a request: the operation, the status and the duration.
fn line(handled: &Handled) -> String {
    let status = handled.status.map_or_else(|| "reset".to_owned(), |status| status.to_string());
    let operation = handled.operation.unwrap_or("unknown");
    format!("{operation} {status} {:.1} ms", handled.duration.as_secs_f64() * 1_000.0)
}

/// The environment variables that configure a client for a sandbox. The sandbox's credentials are not secret.
#[derive(Serialize)]
struct ClientVariables(BTreeMap<&'static str, String>);

/// Serves a sandbox until Ctrl-C or SIGTERM, and prints how to configure a client for it.
pub(crate) async fn serve(args: SandboxArgs, style: OutputStyle<'_>) -> Result<Exit, Failure> {
    let mut stopped = signals::stop_signal()?;
    let (host, port, ui) = (args.host, args.port, args.ui);
    if ui && !host.is_loopback() && !host.is_unspecified() {
        return Err(Failure::usage(
            "--ui requires a --host that includes loopback, because the page is served over loopback only",
            "remove --host, or use --host 0.0.0.0, which also lets other machines use the sandbox",
        ));
    }
    let sandbox = args.builder()?.start().await.map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("the sandbox cannot listen on {}: {error}", SocketAddr::new(host, port)),
            "choose another port with --port, or remove it to use a free one; --host must be an address of this \
             machine",
        )
    })?;
    output::print(&ClientVariables::of(&sandbox), style)?;
    if !host.is_loopback() {
        say(
            "WARNING: everyone who can reach this machine can use the sandbox. Its credentials are not secret, and \
             all customers of --seed can be read and changed. /admin responds to this machine only, and so to \
             a proxy on it. mediaconnect on another machine requires https: use a TLS proxy that forwards only /capi/ \
             and /login/.",
        );
    }
    if ui {
        say(&format!("Web page: {}/", sandbox.base_url().trim_end_matches("/capi")));
    }
    say("The sandbox runs until Ctrl-C. Set the variables above for the client, and try:");
    // A number from --seed is not printed, because it may belong to a real person.
    let is_invented = sandbox.customer_numbers().contains(&563_457);
    say(if is_invented { "  mediaconnect customer info 563457" } else { "  mediaconnect customer me" });
    stopped.wait().await;
    sandbox.stop().await;
    Ok(Exit::Success)
}

impl ClientVariables {
    fn of(sandbox: &Sandbox) -> Self {
        let variables = [
            ("MEDIACONNECT_BASE_URL", sandbox.base_url()),
            ("MEDIACONNECT_TOKEN_URL", sandbox.token_url()),
            ("MEDIACONNECT_CLIENT_ID", sandbox.client_id()),
            ("MEDIACONNECT_CLIENT_SECRET", sandbox.client_secret()),
            ("MEDIACONNECT_USER_TOKEN", sandbox.user_token()),
        ];
        Self(variables.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
    }
}

/// Prints the variables as lines to copy into a shell.
impl Report for ClientVariables {
    fn text(&self, _: Terminal) -> String {
        let lines: Vec<String> =
            self.0.iter().map(|(name, value)| format!("export {name}={value}\n")).collect();
        lines.concat()
    }
}
