// The guide consists of the files in the directory `guide`. They are part of the package, and can also be read in the
// repository. The documentation tests compile the examples in them.
//
// A link in one of these files leads to another file. In rustdoc, the same link must lead to a module, so `links.txt`
// defines the link again. `links.txt` is included first, because rustdoc uses the first definition of a link.
#![doc = include_str!("../guide/links.txt")]
#![doc = include_str!("../guide/README.md")]

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/getting-started.md")]
pub mod getting_started {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/authentication.md")]
pub mod authentication {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/searching.md")]
pub mod searching {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/access.md")]
pub mod access {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/purchases.md")]
pub mod purchases {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/consents.md")]
pub mod consents {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/bulk.md")]
pub mod bulk {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/errors.md")]
pub mod errors {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/privacy.md")]
pub mod privacy {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/resilience.md")]
pub mod resilience {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/network.md")]
pub mod network {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/contract.md")]
pub mod contract {}

#[doc = include_str!("../guide/links.txt")]
#[doc = include_str!("../guide/upgrading.md")]
pub mod upgrading {}
