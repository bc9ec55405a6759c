//! `sandbox`: serve one until stopped.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use mediaconnect::RateLimit;
use mediaconnect_sandbox::{Fault, Handled, Quirks, Sandbox, SandboxBuilder, seed};
use serde::Serialize;

use crate::args::rate_limit;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Report, Style, say};
use crate::signals;
use crate::terminal::Terminal;

/// What a sandbox is to be like.
#[derive(Args)]
pub(crate) struct SandboxArgs {
    /// The address to listen on; with another than this machine's own, whoever reaches it can use the sandbox
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    host: IpAddr,
    /// Let pages of an origin call it from a browser, such as https://app.example.com; * is all
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    cors: Option<String>,
    /// Add a page to look at with a browser, at the root path: customers, requests, faults, and the API's reference
    #[arg(long)]
    ui: bool,
    /// The port to listen on; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A YAML or JSON file with a list of customers, in place of the invented ones
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// How answers differ from the documentation: upstream, none, all, or names with commas, a - before those to leave out
    #[arg(long, value_name = "LIST", default_value = "upstream")]
    quirks: Quirks,
    /// Refuse what goes beyond with status 429: requests a second and a minute
    #[arg(long, value_name = "SECOND/MINUTE", value_parser = rate_limit)]
    rate_limit: Option<RateLimit>,
    /// Something that goes wrong, such as getCustomerInfo:status=503,times=2; can be given more than once
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
            let customers = seed::read(&path)
                .map_err(|error| Failure::usage(error.to_string(), "mend the file, then run it again"))?;
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
    text.parse().map_err(|_| "an IP address is expected, such as 0.0.0.0 for all of this machine")
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

/// A line of the log: nothing that was in the request.
fn line(handled: &Handled) -> String {
    let status = handled.status.map_or_else(|| "reset".to_owned(), |status| status.to_string());
    let operation = handled.operation.unwrap_or("unknown");
    format!("{operation} {status} {:.1} ms", handled.duration.as_secs_f64() * 1_000.0)
}

/// The environment variables that point a client at a sandbox. Its credentials are no secrets.
#[derive(Serialize)]
struct Variables(BTreeMap<&'static str, String>);

/// Serves a sandbox until Ctrl-C or SIGTERM, and tells how to point a client at it.
pub(crate) async fn serve(args: SandboxArgs, style: Style<'_>) -> Result<Exit, Failure> {
    let mut stopped = signals::stopped()?;
    let (host, port, ui) = (args.host, args.port, args.ui);
    if ui && !host.is_loopback() && !host.is_unspecified() {
        return Err(Failure::usage(
            "the page of --ui responds to this machine only, so nobody could reach it at that --host",
            "leave --host out, or use 0.0.0.0, which other machines reach too",
        ));
    }
    let sandbox = args.builder()?.start().await.map_err(|error| {
        Failure::new(
            Exit::Failure,
            format!("the sandbox cannot listen on {}: {error}", SocketAddr::new(host, port)),
            "choose another port with --port, or leave it out for any free one; --host has to be an address of this machine",
        )
    })?;
    output::print(&Variables::of(&sandbox), style)?;
    if !host.is_loopback() {
        say(
            "WARNING: whoever reaches this machine can use the sandbox: its credentials are no secrets, and all customers of --seed \
             can be read and changed. /admin responds to this machine only. The client of this project sends secrets to \
             another machine over https only: put a TLS proxy in front that refuses /admin.",
        );
    }
    if ui {
        say(&format!("Look at it: {}/", sandbox.base_url().trim_end_matches("/capi")));
    }
    say("The sandbox serves until Ctrl-C. Set the variables above where the client runs, and try:");
    // A number of a seed may be somebody's, so none is told.
    let is_invented = sandbox.customer_numbers().contains(&563_457);
    say(if is_invented { "  mediaconnect customer info 563457" } else { "  mediaconnect customer me" });
    stopped.wait().await;
    sandbox.stop().await;
    Ok(Exit::Success)
}

impl Variables {
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

/// Lines to copy into a shell.
impl Report for Variables {
    fn text(&self, _: Terminal) -> String {
        let lines: Vec<String> =
            self.0.iter().map(|(name, value)| format!("export {name}={value}\n")).collect();
        lines.concat()
    }
}
