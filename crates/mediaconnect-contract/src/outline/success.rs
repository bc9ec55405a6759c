//! `x-success`: the rule that decides if the client accepts a response with a success status.

use std::fmt;

use serde_json::Value;

/// The rule that a response must meet to count as a success.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuccessRule {
    /// The fields of which at least one must be present.
    pub has: Option<Has>,
    /// The boolean field that is true if the operation was done.
    pub flag: Option<String>,
    /// True if the response must have the header `X-Mediaconnect-Api-Version`, which shows that it comes from the
    /// Connect API. The header is useful for bodies without named fields, such as a free-form object or a single value.
    pub origin: bool,
    /// The fields of the response that must equal a value of the request, as pairs of two paths: first the field, then
    /// the value. The path of a value is the name of a parameter, or `body.` and the path of a field in the body.
    pub matches: Vec<(String, String)>,
}

/// The fields of which at least one must be present.
#[derive(Clone, Debug, PartialEq)]
pub enum Has {
    /// Any field of the model.
    Any,
    /// Any field whose name is in the list.
    Fields(Vec<String>),
}

impl SuccessRule {
    /// Reads the value of `x-success`. Returns `None` if it is malformed.
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
            Has::Any => "any field is present".to_owned(),
            Has::Fields(fields) => format!("{} is present", fields.join(" or ")),
        });
        let flag = self.flag.iter().map(|flag| format!("{flag} is true"));
        let origin = self.origin.then(|| "the headers show that the response comes from Connect".to_owned());
        let matches =
            self.matches.iter().map(|(found, asked)| format!("{found} equals {asked} of the request"));
        f.write_str(&has.chain(flag).chain(origin).chain(matches).collect::<Vec<_>>().join(", "))
    }
}
