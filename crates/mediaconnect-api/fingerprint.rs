//! The fingerprint of the contract from which a file was generated.
//!
//! The generator writes the fingerprint into the file. The build script of `mediaconnect-api` compares it with the
//! current contract. The build script must not depend on the generator, so both compile this file.

/// The text before the fingerprint in a generated file.
pub const MARKER: &str = "// contract-fingerprint: ";

/// Returns the FNV-1a hash of the contract's files, as 16 hexadecimal digits. It detects outdated code, not tampering.
#[must_use]
pub fn fingerprint<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (index, text) in texts.into_iter().enumerate() {
        // 0xff never occurs in UTF-8, so it separates the files unambiguously.
        let separator = (index > 0).then_some(0xff);
        for byte in separator.into_iter().chain(text.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
