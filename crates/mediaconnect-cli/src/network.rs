//! Network settings: root certificates, the client certificate and the proxy.

use std::fs;
use std::path::Path;

use mediaconnect::ClientBuilder;

use crate::failure::Failure;
use crate::global_args::ConnectionArgs;
use crate::proxy_source::{PROXY, ProxySource};
use crate::variables::{Lookup, option_or_path, option_or_text};

/// Applies the network settings from options and variables.
pub(crate) fn configured(
    builder: ClientBuilder,
    args: &ConnectionArgs,
    variable: Lookup,
) -> Result<ClientBuilder, Failure> {
    let mut builder = builder;
    if let Some(path) = option_or_path(args.ca_file.as_ref(), "MEDIACONNECT_CA_FILE", variable) {
        builder = builder.root_certificate(roots(&path)?);
    }
    let key = option_or_path(args.client_key.as_ref(), "MEDIACONNECT_CLIENT_KEY", variable);
    let certificate = args.client_certificate.as_ref();
    match option_or_path(certificate, "MEDIACONNECT_CLIENT_CERTIFICATE", variable) {
        Some(path) => builder = builder.identity(identity(&path, key.as_deref())?),
        None if key.is_some() => {
            return Err(Failure::usage(
                "a client key is set, but no client certificate",
                "name the certificate with --client-certificate, or remove the key",
            ));
        }
        None => {}
    }
    without_password("--proxy", args.proxy.as_deref(), PROXY)?;
    if let Some(url) = option_or_text(args.proxy.as_ref(), PROXY, variable)? {
        builder = builder.proxy(url);
    }
    if let Some(source) = proxy_source(args, variable) {
        source.store();
    }
    Ok(builder)
}

/// Returns the setting from which the proxy comes; `None` if there is no proxy. An empty value of `MEDIACONNECT_PROXY`
/// counts as not set.
pub(crate) fn proxy_source(args: &ConnectionArgs, variable: Lookup) -> Option<ProxySource> {
    if args.proxy.is_some() {
        let profile = args.applied.as_ref().filter(|applied| applied.source("--proxy").is_some());
        return Some(
            profile.map_or(ProxySource::Option, |applied| ProxySource::Profile(applied.name.clone())),
        );
    }
    if variable(PROXY).is_some_and(|value| !value.is_empty()) {
        return Some(ProxySource::Variable);
    }
    // Of each pair, the client reads the first variable that is set, even if its value is empty.
    let first = |names: [&'static str; 2]| {
        let (name, value) = names.into_iter().find_map(|name| Some((name, variable(name)?)))?;
        (!value.is_empty()).then_some(ProxySource::System(name))
    };
    first(["HTTPS_PROXY", "https_proxy"]).or_else(|| first(["ALL_PROXY", "all_proxy"]))
}

/// Rejects a URL with a user name or a password, because other users can see the command line.
pub(crate) fn without_password(option: &str, url: Option<&str>, variable: &str) -> Result<(), Failure> {
    if url.is_some_and(|url| url.contains('@')) {
        return Err(Failure::usage(
            format!(
                "the URL of {option} contains a user or a password, which other users of this machine can see"
            ),
            format!("set {variable} to the URL, and remove {option}"),
        ));
    }
    Ok(())
}

fn roots(path: &Path) -> Result<String, Failure> {
    const NEXT: &str = "name a PEM file with root certificates: --ca-file FILE";
    let text = read(path, NEXT)?;
    if text.contains("-----BEGIN CERTIFICATE-----") {
        Ok(text)
    } else {
        Err(Failure::usage(format!("the file {} contains no certificate", path.display()), NEXT))
    }
}

/// Returns the certificate and its private key as one text.
fn identity(certificate: &Path, key: Option<&Path>) -> Result<String, Failure> {
    const NEXT: &str = "name a PEM file with --client-certificate; if the private key is in another file, name it \
                        with --client-key";
    let mut text = read(certificate, NEXT)?;
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(Failure::usage(
            format!("the file {} contains no certificate", certificate.display()),
            NEXT,
        ));
    }
    if let Some(key) = key {
        text.push('\n');
        text.push_str(&read(key, NEXT)?);
    }
    if text.contains("ENCRYPTED") {
        return Err(Failure::usage(
            "the private key of the client certificate has a passphrase",
            "remove the passphrase, for example with openssl pkey, and make the new file readable by its owner only",
        ));
    }
    if !text.contains("PRIVATE KEY-----") {
        return Err(Failure::usage("the client certificate has no private key", NEXT));
    }
    Ok(text)
}

fn read(path: &Path, next: &str) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("the file {} cannot be read: {error}", path.display()), next))
}
