//! Why a response cannot be read as what the operation promises.

use std::fmt;

/// The reason why a response cannot be read. It never holds anything of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// There is no body.
    Empty,
    /// An HTML page, most often a gateway's.
    Html,
    /// XML, which upstream speaks too.
    Xml,
    /// JSON that ends too early.
    Truncated,
    /// Something else.
    NotJson,
    /// More than the cap, in bytes.
    TooLarge(usize),
    /// A success status that no operation promises: not done yet, changed by a proxy, or only a part.
    Status,
    /// A JSON object without anything that the operation promises.
    Nothing,
    /// More elements than fit into the memory that a response may take: the path of their list.
    TooMany { path: String },
    /// JSON without a field that the type requires: the path of its object, and the type's own name of the field.
    Missing { path: String, field: &'static str },
    /// JSON of another shape: the path of the field and the kind of value found there.
    Field { path: String, found: &'static str },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Html => f.write_str("it is an HTML page"),
            Self::Xml => f.write_str("it is XML"),
            Self::Truncated => f.write_str("it is JSON that ends too early"),
            Self::NotJson => f.write_str("it is not JSON"),
            Self::Nothing => {
                f.write_str("it has nothing of what Connect responds with, so it may not be Connect's")
            }
            Self::Status => f.write_str("its status is another success than 200, 201 or 204"),
            Self::TooLarge(cap) => write!(f, "it is larger than {cap} bytes"),
            Self::TooMany { path } => {
                write!(
                    f,
                    "there are more elements than the client has memory for, far more than documented, at {path}"
                )
            }
            Self::Missing { path, field } => write!(f, "missing field `{field}` at {path}"),
            Self::Field { path, found } => write!(f, "unexpected {found} at {path}"),
        }
    }
}
