//! The fingerprint that ties a generated file to its contract.
//!
//! The generator writes it, and the build script of `mediaconnect-api`, which must not depend on the
//! generator, compares it: both compile this file.

/// What comes before the fingerprint in a generated file.
pub const MARKER: &str = "// contract-fingerprint: ";

/// The FNV-1a hash of a contract's text, as 16 hexadecimal digits. It detects staleness, not tampering.
#[must_use]
pub fn fingerprint(contract: &str) -> String {
    let hash = contract.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
