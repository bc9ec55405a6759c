//! The fingerprint of the contract from which a file was generated.
//!
//! The generator writes the fingerprint into the generated file. The build script of `mediaconnect-api` compares it
//! with the current contract. The generator and the build script both compile this module, because the build script
//! must not depend on the generator.

/// The beginning of the line that contains the fingerprint in a generated file.
pub const MARKER: &str = "// contract-fingerprint: ";

/// Returns the FNV-1a hash of the contract's files, as 16 hexadecimal digits. It detects outdated code, not tampering.
#[must_use]
pub fn fingerprint<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (index, text) in texts.into_iter().enumerate() {
        // The byte 0xff separates the files, because it never occurs in UTF-8. Without it, text could move from one
        // file to the next without changing the hash.
        let separator = (index > 0).then_some(0xff);
        for byte in separator.into_iter().chain(text.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
