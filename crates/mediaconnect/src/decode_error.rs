use std::fmt;

/// The reason why a response cannot be decoded or trusted. It contains no part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// The body is empty.
    Empty,
    /// The body is an HTML page, most often a gateway's.
    Html,
    /// The body is XML, which upstream can also send.
    Xml,
    /// The JSON is truncated.
    Truncated,
    /// The body is not JSON.
    NotJson,
    /// The body is larger than the limit. Contains the limit in bytes.
    TooLarge(usize),
    /// The status is a success that no operation uses: 202 (not done yet), 203 (changed by a proxy) or 206 (partial).
    Status,
    /// The JSON object has none of the fields of the operation's response.
    Nothing,
    /// The body has more elements than the memory limit allows. Contains the path at which the limit was exceeded.
    TooMany { path: String },
    /// A required field is missing. Contains the path of the object and the name of the field.
    Missing { path: String, field: &'static str },
    /// A field has an unexpected kind of value. Contains the path of the field and the kind that was found.
    Field { path: String, found: &'static str },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the body is empty"),
            Self::Html => f.write_str("the body is an HTML page"),
            Self::Xml => f.write_str("the body is XML"),
            Self::Truncated => f.write_str("the body is JSON that ends too early"),
            Self::NotJson => f.write_str("the body is not JSON"),
            Self::Nothing => f.write_str(
                "the body has none of the fields of the operation's response, so perhaps Connect did not send it",
            ),
            Self::Status => f.write_str("this success status is unexpected, so the body was ignored"),
            Self::TooLarge(cap) => write!(f, "the body is larger than {cap} bytes"),
            Self::TooMany { path } => {
                write!(
                    f,
                    "at {path}, the body has more elements than the memory limit allows; this is far more than \
                     documented"
                )
            }
            Self::Missing { path, field } => write!(f, "missing field `{field}` at {path}"),
            Self::Field { path, found } => write!(f, "unexpected {found} at {path}"),
        }
    }
}
