//! Prints the outline for reviewers.

use std::fmt;

use super::{Field, Kind, Operation, Outline, Schema};
use crate::deprecation::Deprecation;

impl fmt::Display for Outline {
    /// Prints many short lines, so that an edit of the contract changes few of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for server in &self.servers {
            writeln!(
                f,
                "server {} {} token {} [{}]",
                or_dash(server.environment.as_ref()),
                server.url,
                or_dash(server.token_url.as_ref()),
                or_dash(server.evidence.as_ref()),
            )?;
        }
        for group in &self.groups {
            writeln!(f, "group {} {}()", group.name, or_dash(group.accessor.as_ref()))?;
        }
        for operation in &self.operations {
            write!(f, "\n{operation}")?;
        }
        for model in &self.models {
            let direction = match (model.sent, model.received) {
                (true, true) => "sent and received",
                (true, false) => "sent",
                (false, true) => "received",
                (false, false) => "unused",
            };
            writeln!(f, "\nmodel {} ({direction}){}", model.name, Evidence(model.evidence.as_ref()))?;
            for field in &model.fields {
                writeln!(f, "  {field}")?;
            }
        }
        writeln!(f)?;
        for scalar in &self.scalars {
            writeln!(f, "scalar {} = {}", scalar.name, Unnamed(&scalar.schema))?;
        }
        Ok(())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repeat = match self.safe_to_retry {
            Some(true) => "safe to retry",
            Some(false) => "not safe to retry",
            None => "retry unknown",
        };
        writeln!(f, "operation {} = {} {}", self.id, self.method, self.path)?;
        let group = or_dash(self.tags.first());
        writeln!(f, "  rust {}, {}() of {group}", self.rust_type(), self.method_name())?;
        writeln!(f, "  {repeat}, evidence {}", or_dash(self.evidence.as_ref()))?;
        if self.deprecated {
            writeln!(f, "  {}", Deprecated(&self.deprecation))?;
        }
        if let Some(rule) = self.success_rule() {
            writeln!(f, "  accepted if {rule}")?;
        }
        for (scheme, scopes) in &self.security {
            writeln!(f, "  security {scheme} [{}]", scopes.join(", "))?;
        }
        for parameter in &self.parameters {
            writeln!(f, "  {} parameter {}", parameter.location, parameter.field)?;
        }
        if let Some(body) = &self.request {
            let required = if body.required { ", required" } else { "" };
            writeln!(f, "  sends {} as {}{required}", body.schema, body.media_type)?;
        }
        for response in &self.responses {
            write!(f, "  {}", response.status)?;
            if let Some(body) = &response.body {
                write!(f, " {} as {}", body.schema, body.media_type)?;
            }
            for (index, header) in response.headers.iter().enumerate() {
                write!(f, "{}{}", if index == 0 { " with " } else { ", " }, header.wire_name)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let required = if self.required { "required" } else { "optional" };
        write!(
            f,
            "{} / {}: {}, {required}, {}{}",
            self.wire_name,
            self.rust_name,
            self.schema,
            or_dash(self.sensitivity.as_ref()),
            Evidence(self.evidence.as_ref()),
        )?;
        if self.deprecated { write!(f, ", {}", Deprecated(&self.deprecation)) } else { Ok(()) }
    }
}

/// Prints a deprecation with its sunset and its note.
struct Deprecated<'a>(&'a Deprecation);

impl fmt::Display for Deprecated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "deprecated")?;
        if let Some(day) = &self.0.sunset {
            write!(f, ", sunset {day}")?;
        }
        match &self.0.note {
            Some(note) => write!(f, ", note {note:?}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}"),
            None => write!(f, "{}", Unnamed(self)),
        }
    }
}

/// Prints a schema in full, even if it has a name.
struct Unnamed<'a>(&'a Schema);

impl fmt::Display for Unnamed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.0;
        match &schema.kind {
            Kind::Text => write!(f, "text")?,
            Kind::Integer => write!(f, "integer")?,
            Kind::Number => write!(f, "number")?,
            Kind::Boolean => write!(f, "boolean")?,
            Kind::Object(name) => write!(f, "{}", name.as_deref().unwrap_or("object"))?,
            Kind::List { items, wrapper: None } => write!(f, "list of {items}")?,
            Kind::List { items, wrapper: Some(member) } => write!(f, "list of {items} in {member:?}")?,
            Kind::Map { values: Some(values) } => write!(f, "map of {values}")?,
            Kind::Map { values: None } => write!(f, "map of anything")?,
            Kind::Other(other) => write!(f, "unknown ({other})")?,
        }
        if let Some(format) = &schema.format {
            write!(f, " {format}")?;
        }
        let limits = &schema.limits;
        range(f, "characters", limits.min_length, limits.max_length)?;
        range(f, "value", limits.minimum, limits.maximum)?;
        range(f, "items", limits.min_items, limits.max_items)?;
        if let Some(pattern) = &limits.pattern {
            write!(f, " matching {pattern}")?;
        }
        if !schema.values.is_empty() {
            write!(f, " known values {}", schema.values.join(" | "))?;
        }
        for (value, others) in schema.aliases() {
            write!(f, " also {} for {value}", others.join(", "))?;
        }
        if schema.nullable { write!(f, " or null") } else { Ok(()) }
    }
}

fn range<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    min: Option<T>,
    max: Option<T>,
) -> fmt::Result {
    match (min, max) {
        (None, None) => Ok(()),
        (Some(min), None) => write!(f, " {what} >= {min}"),
        (None, Some(max)) => write!(f, " {what} <= {max}"),
        (Some(min), Some(max)) => write!(f, " {what} {min}..{max}"),
    }
}

struct Evidence<'a>(Option<&'a String>);

impl fmt::Display for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |evidence| write!(f, ", evidence {evidence}"))
    }
}

fn or_dash(text: Option<&String>) -> &str {
    text.map_or("-", String::as_str)
}
