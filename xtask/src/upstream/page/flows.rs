//! Reads the OAuth 2.0 flows of a page.

use mediaconnect_contract::Finding;

use super::super::fields::note;
use super::super::lines::Line;
use super::Flow;

/// Returns the flows of the page's section on authorization, with their URLs and scopes.
pub(super) fn flows(page: &str, lines: &[Line], notes: &mut Vec<Finding>) -> Vec<Flow> {
    let mut flows: Vec<Flow> = Vec::new();
    let mut in_scopes = false;
    for line in lines {
        let text = line.text.as_str();
        let name = match text {
            "Client Credentials" => Some("clientCredentials"),
            "Authorization Code" => Some("authorizationCode"),
            "Implicit" => Some("implicit"),
            "Password" | "Password Credentials" => Some("password"),
            _ => None,
        };
        if let Some(name) = name {
            in_scopes = false;
            flows.push(Flow { name, urls: Vec::new(), scopes: Vec::new(), line: line.number });
        }
        let Some(flow) = flows.last_mut() else { continue };
        if let Some((label, url)) = text.split_once(':') {
            let key = match label {
                "Token URL" => "tokenUrl",
                "Refresh URL" => "refreshUrl",
                "Authorize URL" | "Authorization URL" | "Auth URL" => "authorizationUrl",
                "Scopes" => {
                    in_scopes = true;
                    continue;
                }
                _ => continue,
            };
            in_scopes = false;
            flow.urls.push((key, url.trim().to_owned()));
        } else if text == "or" {
            in_scopes = false;
        } else if in_scopes && let Some((scope, _)) = text.split_once('-') {
            flow.scopes.push(scope.trim().to_owned());
        }
    }
    if let Some(heading) = lines.iter().find(|line| line.text == "Authorization")
        && flows.is_empty()
    {
        notes.push(note(page, heading.number, "the authorization is not understood".to_owned()));
    }
    flows
}
