//! `x-success`: what a response with a success status must have before the client believes it.

use std::fmt;

use serde_json::Value;

/// What a response must have before it counts as a success.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuccessRule {
    /// The fields of which at least one must be there.
    pub has: Option<Has>,
    /// The boolean field that says whether the operation was done.
    pub flag: Option<String>,
    /// Nothing in the body proves it, so the headers must: for free-form objects and single values.
    pub origin: bool,
    /// Fields of the response that must equal what was sent: the path in the response, and the parameter, or
    /// `body.` and the path in the body.
    pub matches: Vec<(String, String)>,
}

/// The fields of which at least one must be there.
#[derive(Clone, Debug, PartialEq)]
pub enum Has {
    /// Any field of the model.
    Any,
    /// One of these.
    Fields(Vec<String>),
}

impl SuccessRule {
    /// Reads the value of `x-success`; `None` if it has another form.
    pub(super) fn read(node: &Value) -> Option<Self> {
        let mut rule = Self::default();
        for (key, value) in node.as_object()? {
            match key.as_str() {
                "has" if value == "any" => rule.has = Some(Has::Any),
                "has" => {
                    let fields = value.as_array().filter(|fields| !fields.is_empty())?;
                    let names = fields.iter().map(|name| name.as_str().map(str::to_owned));
                    rule.has = Some(Has::Fields(names.collect::<Option<_>>()?));
                }
                "origin" => rule.origin = value.as_bool().filter(|is_needed| *is_needed)?,
                "flag" => rule.flag = Some(value.as_str()?.to_owned()),
                "matches" => {
                    for (field, parameter) in value.as_object()? {
                        rule.matches.push((field.clone(), parameter.as_str()?.to_owned()));
                    }
                }
                _ => return None,
            }
        }
        Some(rule)
    }
}

impl fmt::Display for SuccessRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has = self.has.iter().map(|has| match has {
            Has::Any => "any field is there".to_owned(),
            Has::Fields(fields) => format!("{} is there", fields.join(" or ")),
        });
        let flag = self.flag.iter().map(|flag| format!("{flag} is true"));
        let origin = self.origin.then(|| "the headers prove it to be Connect's".to_owned());
        let matches = self.matches.iter().map(|(found, asked)| format!("{found} is {asked} of the request"));
        f.write_str(&has.chain(flag).chain(origin).chain(matches).collect::<Vec<_>>().join(", "))
    }
}
