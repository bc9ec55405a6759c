//! Secrets whose memory is overwritten after use.

use bytes::Bytes;
use zeroize::Zeroizing;

/// Returns the bytes of a string. The bytes are overwritten when their last handle is dropped.
pub(super) fn wiped(text: String) -> Bytes {
    Bytes::from_owner(Zeroizing::new(text.into_bytes()))
}

/// These tests search the memory of their own process for secrets, including freed memory. They run only on Linux,
/// where a process can read all of its memory.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::{self, File};
    use std::io::BufRead;
    use std::os::unix::fs::FileExt;
    use std::time::Duration;

    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use secrecy::{ExposeSecret, SecretString};

    use super::*;
    use crate::credentials::{ClientAuthentication, ClientCredentials};
    use crate::token::bearer::Token;
    use crate::token::endpoint::TokenEndpoint;

    /// The last 32 bytes of a secret. They are stored inverted, so that the search does not find this copy. The
    /// beginning of the secret is not searched for, because the allocator overwrites the beginning of freed memory.
    struct Trace(Vec<u8>);

    impl Trace {
        fn of(text: &str) -> Self {
            Self(text.bytes().skip(text.len() - 32).map(|byte| !byte).collect())
        }

        fn is_in(&self, piece: &[u8]) -> bool {
            let (first, rest) = self.0.split_first().unwrap();
            let mut unread = piece;
            while unread.skip_until(!first).unwrap() > 0 {
                if unread.len() >= rest.len() && rest.iter().zip(unread).all(|(rest, byte)| *byte == !rest) {
                    return true;
                }
            }
            false
        }
    }

    /// The memory of this process. A search allocates nothing, because an allocation could overwrite freed memory.
    struct Memory {
        file: File,
        mapped: Vec<(u64, u64)>,
        piece: Zeroizing<Vec<u8>>,
    }

    impl Memory {
        fn open() -> Self {
            let maps = fs::read_to_string("/proc/self/maps").unwrap();
            let is_of_the_program = |map: &&str| {
                let name = map.split_whitespace().nth(5).unwrap_or_default();
                map.contains(" rw") && (name.is_empty() || name == "[heap]" || name == "[stack]")
            };
            let range = |map: &str| {
                let (start, end) = map.split_whitespace().next().unwrap().split_once('-').unwrap();
                let address = |text| u64::from_str_radix(text, 16).unwrap();
                (address(start), address(end))
            };
            Self {
                file: File::open("/proc/self/mem").unwrap(),
                mapped: maps.lines().filter(is_of_the_program).map(range).collect(),
                piece: Zeroizing::new(vec![0; 1024 * 1024]),
            }
        }

        fn has(&mut self, trace: &Trace) -> bool {
            let Self { file, mapped, piece } = self;
            let overlap = trace.0.len();
            let found = mapped.iter().any(|&(start, end)| {
                (start..end).step_by(piece.len() - overlap).any(|at| {
                    let length = piece.len().min(usize::try_from(end - at).unwrap());
                    // Reading fails if a thread has ended and its memory is no longer mapped.
                    file.read_at(&mut piece[..length], at).is_ok_and(|length| trace.is_in(&piece[..length]))
                })
            });
            piece.fill(0);
            found
        }
    }

    fn secret() -> SecretString {
        let mut secret = String::with_capacity(64);
        (0..64).for_each(|_| secret.push(fastrand::alphanumeric()));
        secret.into()
    }

    /// Checks that a secret is in the memory during its use, and not afterwards.
    fn leaves_nothing<T>(trace: impl Fn(&str) -> Trace, use_it: impl FnOnce(SecretString) -> T) {
        let secret = secret();
        let trace = trace(secret.expose_secret());
        let used = use_it(secret);
        let mut memory = Memory::open();
        assert!(memory.has(&trace), "the scan must find the secret while it is in use");
        drop(used);
        assert!(!memory.has(&trace), "the secret is left in memory");
    }

    fn endpoint() -> TokenEndpoint {
        let credentials = ClientCredentials::new("id", "secret");
        crate::Client::builder().credentials(credentials).build().unwrap().token_endpoint().unwrap()
    }

    #[test]
    fn nothing_is_left_of_the_header_that_carries_a_token() {
        leaves_nothing(Trace::of, |secret| {
            let token = Token::new(&secret, 1).unwrap();
            (token.clone().into_authorization(), token.clone())
        });
    }

    #[test]
    fn nothing_is_left_of_a_form() {
        let endpoint = endpoint();
        leaves_nothing(Trace::of, |secret| {
            let credentials = ClientCredentials::new("id", secret);
            endpoint.request(&credentials, "client_credentials", &[]).unwrap()
        });
        leaves_nothing(Trace::of, |secret| {
            let credentials = ClientCredentials::new("id", "secret");
            endpoint.request(&credentials, "g", &[("refresh_token", secret.expose_secret())]).unwrap()
        });
    }

    #[test]
    fn nothing_is_left_of_the_header_that_carries_the_credentials() {
        let endpoint = endpoint();
        let request = |secret: SecretString| {
            let credentials = ClientCredentials::new("id", secret);
            let credentials = credentials.with_authentication(ClientAuthentication::Basic);
            endpoint.request(&credentials, "client_credentials", &[]).unwrap()
        };
        let encoded = |secret: &str| {
            let joined = Zeroizing::new(["id:", secret].concat());
            Trace::of(&Zeroizing::new(BASE64_STANDARD.encode(joined.as_bytes())))
        };
        leaves_nothing(encoded, request);
        let secret = secret();
        let trace = Trace::of(secret.expose_secret());
        let _request = request(secret);
        assert!(
            !Memory::open().has(&trace),
            "the plain secret is in memory, although the request needs only its encoded form"
        );
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_response_beside_the_tokens_in_it() {
        let secret = secret();
        let trace = Trace::of(secret.expose_secret());
        let body = [r#"{"access_token": ""#, secret.expose_secret(), r#"", "expires_in": 60}"#].concat();
        drop(secret);
        let response = reqwest::Response::from(http::Response::new(reqwest::Body::from(wiped(body))));
        let granted = TokenEndpoint::read(response).await.unwrap();
        let mut memory = Memory::open();
        assert!(memory.has(&trace), "the scan must find the secret while it is in use");
        assert_eq!(granted.access.as_ref().unwrap().lifetime, Some(Duration::from_secs(60)));
        drop(granted);
        assert!(!memory.has(&trace), "the secret is left in memory");
    }
}
