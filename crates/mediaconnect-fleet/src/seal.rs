//! Tokens as Redis keeps them: who reads Redis learns nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Says which processes belong together, in the names of keys: a hash, and the hash tag of a Redis Cluster.
pub(crate) fn tag(base_url: &str, client_id: &str) -> String {
    let hash = digest(&SHA256, [base_url, client_id].join("\0").as_bytes());
    let digits = hash.as_ref()[..12].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Seals with a key that is derived from the client secret; what is sealed belongs to a client id and a token URL.
pub(crate) struct Seal {
    key: LessSafeKey,
    context: Vec<u8>,
}

impl Seal {
    /// Returns nothing if the system has no cryptography.
    pub(crate) fn new(secret: &SecretString, client_id: &str, token_url: &str) -> Option<Self> {
        let secret =
            Salt::new(HKDF_SHA256, b"mediaconnect-fleet token 1").extract(secret.expose_secret().as_bytes());
        let info = [client_id.as_bytes()];
        let key = UnboundKey::from(secret.expand(&info, &AES_256_GCM).ok()?);
        // Lengths, so that no two pairs read the same.
        let context = format!("{}:{client_id}{token_url}", client_id.len()).into_bytes();
        Some(Self { key: LessSafeKey::new(key), context })
    }

    pub(crate) fn seal(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).ok()?;
        let mut sealed = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
        sealed.extend_from_slice(plain);
        let nonce_sealed = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(nonce_sealed, Aad::from(&self.context), &mut *sealed).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Returns nothing if another key or context sealed it, or somebody changed it.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length = self.key.open_in_place(nonce, Aad::from(&self.context), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_client_and_token_url_open_it() {
        let seal = |secret: &str, id, url| Seal::new(&secret.to_owned().into(), id, url).unwrap();
        let sealed = seal("s", "id", "url").seal(b"canary").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        assert_eq!(&**seal("s", "id", "url").open(&sealed).unwrap(), b"canary");
        for (secret, id, url) in
            [("t", "id", "url"), ("s", "ie", "url"), ("s", "id", "urm"), ("s", "idu", "rl")]
        {
            assert!(seal(secret, id, url).open(&sealed).is_none(), "{secret} {id} {url}");
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal("s", "id", "url").open(&changed).is_none(), "{at}");
        }
        for length in 0..sealed.len() {
            assert!(seal("s", "id", "url").open(&sealed[..length]).is_none(), "{length}");
        }
        assert_ne!(seal("s", "id", "url").seal(b"canary"), Some(sealed));
    }

    #[test]
    fn a_key_names_neither_the_client_nor_the_server() {
        let tag = tag("https://api.example.com/", "no.example.canary");
        assert!(tag.len() == 24 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
