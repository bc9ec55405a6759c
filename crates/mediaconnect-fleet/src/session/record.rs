//! The tokens of a session as Redis stores them.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::exchange::millis;

/// The maximum number of replaced refresh tokens that a record remembers. A process whose refresh token is older counts
/// as another login. A refresh token expires after one month, so this is enough if an access token is valid for an hour
/// or longer. A larger number makes each read of the record slower.
const MAX_REPLACED: usize = 1_024;

pub(super) type Id = [u8; 16];
/// The start of a refresh token's hash.
type Fingerprint = [u8; 8];

/// The newest tokens of a session.
pub(super) struct Record {
    pub(super) id: Id,
    /// The access token. It is empty if upstream's access token could not be decoded.
    pub(super) access: SecretString,
    pub(super) lifetime: Duration,
    pub(super) line: Line,
}

/// A chain of refresh tokens: the newest token, and the fingerprints of the earlier tokens. Upstream replaces a refresh
/// token when the token is used.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) newest: SecretString,
    replaced: Vec<Fingerprint>,
}

impl Record {
    pub(super) fn new(access: SecretString, lifetime: Duration, line: Line) -> Self {
        let mut id = Id::default();
        fastrand::fill(&mut id);
        Self { id, access, lifetime, line }
    }

    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let texts = [&self.access, &self.line.newest].map(ExposeSecret::expose_secret);
        let length = 32 + texts[0].len() + texts[1].len() + self.line.replaced.as_flattened().len();
        let mut plain = Zeroizing::new(Vec::with_capacity(length));
        plain.extend_from_slice(&self.id);
        plain.extend_from_slice(&millis(self.lifetime).to_be_bytes());
        for text in texts {
            plain.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
            plain.extend_from_slice(text.as_bytes());
        }
        plain.extend_from_slice(self.line.replaced.as_flattened());
        plain
    }

    pub(super) fn decode(plain: &[u8]) -> Option<Self> {
        let (id, plain) = plain.split_first_chunk()?;
        let (lifetime, plain) = plain.split_first_chunk()?;
        let (access, plain) = text(plain)?;
        let (newest, plain) = text(plain)?;
        let (replaced, []) = plain.as_chunks() else { return None };
        let lifetime = Duration::from_millis(u64::from_be_bytes(*lifetime));
        Some(Self { id: *id, access, lifetime, line: Line { newest, replaced: replaced.to_vec() } })
    }
}

fn text(plain: &[u8]) -> Option<(SecretString, &[u8])> {
    let (length, plain) = plain.split_first_chunk()?;
    let (text, plain) = plain.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some((SecretString::from(str::from_utf8(text).ok()?), plain))
}

impl Line {
    pub(super) fn new(refresh_token: SecretString) -> Self {
        Self { newest: refresh_token, replaced: Vec::new() }
    }

    /// Returns this chain with `next` as the newest refresh token. The previous one becomes a replaced token.
    pub(super) fn replaced_by(&self, next: SecretString) -> Self {
        let surplus = (self.replaced.len() + 1).saturating_sub(MAX_REPLACED);
        let mut replaced = self.replaced[surplus..].to_vec();
        replaced.push(fingerprint(&self.newest));
        Self { newest: next, replaced }
    }

    /// Returns true if this chain contains `other.newest`, either as its newest token or as a replaced token.
    pub(super) fn continues(&self, other: &Self) -> bool {
        let wanted = fingerprint(&other.newest);
        fingerprint(&self.newest) == wanted || self.replaced.contains(&wanted)
    }

    /// Returns true if the last replaced token of `other` is also a replaced token of this chain. After that token, the
    /// two chains may have different tokens.
    pub(super) fn forks_from(&self, other: &Self) -> bool {
        other.replaced.last().is_some_and(|used| self.replaced.contains(used))
    }
}

fn fingerprint(refresh_token: &SecretString) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let hash = digest(&SHA256, refresh_token.expose_secret().as_bytes());
    fingerprint.copy_from_slice(&hash.as_ref()[..8]);
    fingerprint
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(tokens: &[&str]) -> Line {
        let first = Line::new(tokens[0].into());
        tokens[1..].iter().fold(first, |line, next| line.replaced_by((*next).into()))
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        for tokens in [&["é"][..], &["a", "b", ""]] {
            let written = Record::new("access".into(), Duration::from_millis(1), line(tokens));
            let plain = written.encode();
            let read = Record::decode(&plain).unwrap();
            assert_eq!((read.id, read.lifetime), (written.id, written.lifetime));
            assert_eq!(read.access.expose_secret(), "access");
            assert_eq!(read.line.newest.expose_secret(), *tokens.last().unwrap());
            assert_eq!(read.line.replaced, written.line.replaced);
        }
    }

    #[test]
    fn a_record_that_was_cut_off_is_never_read_wrong() {
        let plain = Record::new("access".into(), Duration::ZERO, line(&["a", "b"])).encode();
        for length in (0..plain.len()).filter(|length| *length != plain.len() - 8) {
            assert!(Record::decode(&plain[..length]).is_none(), "{length}");
        }
    }

    #[test]
    fn a_line_continues_those_whose_newest_token_it_has() {
        let newest = line(&["a", "b", "c"]);
        assert!(newest.continues(&line(&["b"])) && newest.continues(&line(&["x", "c"])));
        assert!(!newest.continues(&line(&["d"])) && !line(&["b"]).continues(&newest));
        assert!(newest.forks_from(&line(&["a", "x"])) && newest.forks_from(&line(&["x", "b", "y"])));
        assert!(!newest.forks_from(&line(&["c", "x"])), "`c` is the newest token, not a replaced token");
        assert!(!newest.forks_from(&line(&["x", "c"])) && !newest.forks_from(&line(&["a"])));
    }

    #[test]
    fn a_line_has_the_tokens_of_a_month_with_a_renewal_every_hour() {
        let tokens: Vec<_> = (0..=30 * 24).map(|number| number.to_string()).collect();
        let line = line(&tokens.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(line.continues(&Line::new("0".into())));
    }

    #[test]
    fn a_line_forgets_its_oldest_tokens_first() {
        let tokens: Vec<_> = (0..MAX_REPLACED + 2).map(|number| number.to_string()).collect();
        let line = line(&tokens.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(line.replaced.len(), MAX_REPLACED);
        assert!(!line.continues(&Line::new("0".into())) && line.continues(&Line::new("1".into())));
    }
}
