//! Encrypts tokens and responses in Redis and hashes the names of keys, so that a reader of Redis learns no secret and
//! no personal data.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use aws_lc_rs::hmac;
use aws_lc_rs::rand;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Returns the hash of a client id and base URL. It is a part of each key's name, and the hash tag in a cluster.
pub(crate) fn tag(base_url: &str, client_id: &str) -> String {
    let hash = digest(&SHA256, [base_url, client_id].join("\0").as_bytes());
    hex(&hash.as_ref()[..12])
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// An AEAD cipher for the values of one client id and one URL. Its key is derived from the client secret.
pub(crate) struct Seal {
    key: LessSafeKey,
    context: Vec<u8>,
}

impl Seal {
    /// Returns the cipher for tokens, or `None` if the key cannot be derived.
    pub(crate) fn for_tokens(secret: &SecretString, client_id: &str, token_url: &str) -> Option<Self> {
        Self::new(b"mediaconnect-fleet token 1", secret, client_id, token_url)
    }

    pub(crate) fn for_sessions(secret: &SecretString, client_id: &str, token_url: &str) -> Option<Self> {
        Self::new(b"mediaconnect-fleet session 1", secret, client_id, token_url)
    }

    #[cfg(feature = "cache")]
    pub(crate) fn for_responses(secret: &SecretString, client_id: &str, base_url: &str) -> Option<Self> {
        Self::new(b"mediaconnect-fleet response 1", secret, client_id, base_url)
    }

    fn new(purpose: &[u8], secret: &SecretString, client_id: &str, url: &str) -> Option<Self> {
        let info = [client_id.as_bytes()];
        let key = UnboundKey::from(derived(purpose, secret).expand(&info, &AES_256_GCM).ok()?);
        // Without the length of the client id, two different pairs of client id and URL could have the same context.
        let context = format!("{}:{client_id}{url}", client_id.len()).into_bytes();
        Some(Self { key: LessSafeKey::new(key), context })
    }

    /// Encrypts bytes for a `usage`, such as the name of a key in Redis. They can only be decrypted with the same
    /// `usage`.
    ///
    /// Nonces are random and could repeat, so one key must not encrypt more than 2³² messages. At upstream's rate, a
    /// key reaches this number after four years.
    pub(crate) fn seal(&self, plain: &[u8], usage: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).ok()?;
        let mut sealed = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
        sealed.extend_from_slice(plain);
        let once = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(once, self.associated(usage), &mut *sealed).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Decrypts bytes. Returns `None` if they were changed, or encrypted with another client secret, client id,
    /// URL or `usage`.
    pub(crate) fn open(&self, sealed: &[u8], usage: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length = self.key.open_in_place(nonce, self.associated(usage), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }

    fn associated(&self, usage: &[u8]) -> Aad<Vec<u8>> {
        Aad::from([&self.context, usage].concat())
    }
}

/// A keyed hash for the names of keys in Redis, so that the names reveal no personal data.
pub(crate) struct Names(hmac::Key);

impl Names {
    /// Creates the hash. Returns `None` if the key cannot be derived.
    pub(crate) fn new(secret: &SecretString, client_id: &str) -> Option<Self> {
        let info = [client_id.as_bytes()];
        let key = derived(b"mediaconnect-fleet name 1", secret).expand(&info, hmac::HMAC_SHA256).ok()?.into();
        Some(Self(key))
    }

    /// Returns the hash of a value as 32 hexadecimal digits. The hash includes `kind`, so equal values of different
    /// kinds have different hashes.
    pub(crate) fn of(&self, kind: u8, value: &[u8]) -> String {
        let mut hash = hmac::Context::with_key(&self.0);
        hash.update(&[kind]);
        hash.update(value);
        hex(&hash.sign().as_ref()[..16])
    }
}

fn derived(purpose: &[u8], secret: &SecretString) -> Prk {
    Salt::new(HKDF_SHA256, purpose).extract(secret.expose_secret().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_client_and_token_url_open_it() {
        let seal = |secret: &str, id, url| Seal::for_tokens(&secret.to_owned().into(), id, url).unwrap();
        let sealed = seal("s", "id", "url").seal(b"canary", b"use").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        assert_eq!(&**seal("s", "id", "url").open(&sealed, b"use").unwrap(), b"canary");
        for (secret, id, url) in
            [("t", "id", "url"), ("s", "ie", "url"), ("s", "id", "urm"), ("s", "idu", "rl")]
        {
            assert!(seal(secret, id, url).open(&sealed, b"use").is_none(), "{secret} {id} {url}");
        }
        assert!(seal("s", "id", "url").open(&sealed, b"other").is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal("s", "id", "url").open(&changed, b"use").is_none(), "{at}");
        }
        for length in 0..sealed.len() {
            assert!(seal("s", "id", "url").open(&sealed[..length], b"use").is_none(), "{length}");
        }
        assert_ne!(seal("s", "id", "url").seal(b"canary", b"use"), Some(sealed));
    }

    #[cfg(feature = "cache")]
    #[test]
    fn a_response_opens_for_its_key_only_and_never_as_a_token() {
        let secret = "s".to_owned().into();
        let responses = Seal::for_responses(&secret, "id", "url").unwrap();
        let sealed = responses.seal(b"canary", b"key").unwrap();
        assert!(responses.open(&sealed, b"key").is_some() && responses.open(&sealed, b"kez").is_none());
        assert!(Seal::for_tokens(&secret, "id", "url").unwrap().open(&sealed, b"key").is_none());
    }

    #[test]
    fn a_key_names_neither_the_client_nor_the_server() {
        let tag = tag("https://api.example.com/", "no.example.canary");
        assert!(tag.len() == 24 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn a_name_depends_on_the_secret_and_shows_nothing_of_the_value() {
        let names = |secret: &str, id| Names::new(&secret.to_owned().into(), id).unwrap();
        let name = names("s", "id").of(b'c', b"563457");
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(name, names("s", "id").of(b'c', b"563457"));
        let others = [
            names("t", "id").of(b'c', b"563457"),
            names("s", "ie").of(b'c', b"563457"),
            names("s", "id").of(b'r', b"563457"),
            names("s", "id").of(b'c', b"563458"),
        ];
        assert!(others.iter().all(|other| *other != name));
    }
}
