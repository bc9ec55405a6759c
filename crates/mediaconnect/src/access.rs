//! Checks whether a reader may read a product.

use std::fmt;
use std::net::IpAddr;

use mediaconnect_api::wire::{CustomerNumber, ProductCode};

use crate::call::Call;
use crate::groups::Access;
use crate::models::{AccessRequest, AccessResult, GrantedAccess};

/// A reader: a user or an IP address.
///
/// `Debug` shows the variant, never its value.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reader {
    /// A user, identified by the id in the user's profile (`uniqueId`).
    User(String),
    /// A user, identified by the e-mail address or phone number of the login.
    Credential(String),
    /// Anyone who connects from this IP address, for example in a public library.
    Ip(IpAddr),
}

/// The response to [`Access::may_read`].
///
/// `Debug` shows which fields are present, never their values.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict(AccessResult);

impl Access<'_> {
    /// Checks whether a reader may read a product.
    ///
    /// A refusal is a normal response, not an error. The call sends the client's own token, which does not identify the
    /// reader. The service must therefore identify the reader itself.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// use mediaconnect::Reader;
    ///
    /// let reader = Reader::User("abc123ee63461dd".to_owned());
    /// if !client.access().may_read("CO27409".parse()?, reader).await?.is_granted() {
    ///     println!("show the paywall");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn may_read(self, product: ProductCode, reader: Reader) -> Call<Verdict> {
        self.ask(reader.request(product))
    }

    /// Checks whether a reader may read a product as one of the users of a customer. A user can belong to several
    /// customers.
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn may_read_as(
        self,
        customer: CustomerNumber,
        product: ProductCode,
        reader: Reader,
    ) -> Call<Verdict> {
        let mut request = reader.request(product);
        request.customer_number = Some(customer);
        self.ask(request)
    }

    #[inline]
    fn ask(self, request: AccessRequest) -> Call<Verdict> {
        self.check(request).map(|outcome| outcome.map(Verdict::from))
    }
}

impl Reader {
    /// Returns the request that asks if this reader may read a product, for
    /// [`operations::CheckAccess`](crate::operations::CheckAccess).
    ///
    /// Use it for calls that [`Access::may_read`] does not make, such as those of a cached client. A [`Verdict`] can be
    /// made from their response.
    pub fn request(self, product: ProductCode) -> AccessRequest {
        let mut request = AccessRequest::default();
        request.product = Some(product);
        match self {
            Self::User(id) => request.unique_id = Some(id),
            Self::Credential(credential) => request.credential = Some(credential),
            Self::Ip(address) => request.ip = Some(address.to_string()),
        }
        request
    }
}

impl From<AccessResult> for Verdict {
    fn from(result: AccessResult) -> Self {
        Self(result)
    }
}

impl Verdict {
    /// Returns true if the reader may read.
    pub fn is_granted(&self) -> bool {
        self.0.access == Some(true)
    }

    /// Returns all access rights that Connect found, including those that do not allow reading.
    pub fn accesses(&self) -> &[GrantedAccess] {
        &self.0.accesses
    }

    /// Returns the reason for this verdict as text. If access is granted, the text lists the level and type of each
    /// access right that grants access. Otherwise, the text lists the level and type of each access right that refuses
    /// access. If there is no such access right, the text contains the number of access rights that Connect found.
    ///
    /// The text is personal data, like the response.
    pub fn reason(&self) -> String {
        let granted = self.is_granted();
        let all = self.accesses();
        let counting: Vec<_> = all.iter().filter(|access| access.access == Some(granted)).collect();
        if counting.is_empty() {
            let count = all.len();
            return format!(
                "no access right has the same result as this check; in total, Connect found {count} access right{}",
                if count == 1 { "" } else { "s" }
            );
        }
        let described: Vec<_> = counting.into_iter().map(describe).collect();
        format!("{} by {}", if granted { "granted" } else { "refused" }, described.join(", "))
    }
}

fn describe(access: &GrantedAccess) -> String {
    let level = access.access_level.as_ref().map_or("unknown", |level| level.as_str());
    let kind = access.access_type.as_ref().map_or("unknown", |kind| kind.as_str());
    format!("level {level} of type {kind}")
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User(_) => "User(..)",
            Self::Credential(_) => "Credential(..)",
            Self::Ip(_) => "Ip(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(json: &str) -> Verdict {
        Verdict(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_verdict_says_yes_or_no_and_why() {
        for (json, granted, why) in [
            (
                r#"{"access":true,"accesses":[{"access":true,"accessLevel":"A","accessType":"A"},{"access":false,"accessType":"D"}]}"#,
                true,
                "granted by level A of type A",
            ),
            (
                r#"{"access":false,"accesses":[{"access":false,"accessLevel":"B","accessType":"D"}]}"#,
                false,
                "refused by level B of type D",
            ),
            (
                r#"{"access":false}"#,
                false,
                "no access right has the same result as this check; in total, Connect found 0 access rights",
            ),
            (
                r#"{"access":true,"accesses":{"access":false}}"#,
                true,
                "no access right has the same result as this check; in total, Connect found 1 access right",
            ),
            (
                r#"{"accesses":[{"access":true}]}"#,
                false,
                "no access right has the same result as this check; in total, Connect found 1 access right",
            ),
        ] {
            let verdict = verdict(json);
            assert_eq!((verdict.is_granted(), verdict.reason().as_str()), (granted, why), "{json}");
        }
    }

    #[test]
    fn a_reader_is_one_field_of_the_question() {
        let address = IpAddr::from([192, 0, 2, 7]);
        for (reader, json) in [
            (Reader::User("u".to_owned()), r#"{"product":"P","uniqueId":"u"}"#),
            (Reader::Credential("c".to_owned()), r#"{"product":"P","credential":"c"}"#),
            (Reader::Ip(address), r#"{"product":"P","ip":"192.0.2.7"}"#),
        ] {
            assert!(format!("{reader:?}").ends_with("(..)"));
            let request = reader.request("P".parse().unwrap());
            assert_eq!(serde_json::to_string(&request).unwrap(), json);
        }
    }
}
