//! Reads the bytes of an input. The first pass records fingerprints. A later pass fails if the input has changed.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::{error, fmt};

use serde::{Deserialize, Serialize};

const BLOCK_SIZE: usize = 64 * 1024;

/// Identifies the content of an input by its length and a hash of its bytes (FNV-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    bytes: u64,
    fnv1a: u64,
}

/// The fingerprints of a file, one for each block. The fingerprint of a block covers the file from the beginning to the
/// end of that block.
pub(super) type Blocks = Arc<[Fingerprint]>;

/// A file that is read block by block. During the first pass, `known` is `None`. In later passes, `known` has the
/// fingerprints of the first pass. If the fingerprint of a block differs, reading fails before it returns a byte of
/// that block.
pub(super) struct Source {
    file: File,
    known: Option<Blocks>,
    read: Vec<Fingerprint>,
    block: Vec<u8>,
    position: usize,
}

#[derive(Debug)]
struct Changed;

impl Source {
    pub(super) fn open(path: &Path, known: Option<Blocks>) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Self { file, known, read: Vec::new(), block: Vec::new(), position: 0 })
    }

    /// Returns the first block without consuming it.
    pub(super) fn head(&mut self) -> io::Result<&[u8]> {
        if self.read.is_empty() {
            self.next_block()?;
        }
        Ok(&self.block)
    }

    pub(super) fn into_blocks(self) -> Blocks {
        self.read.into()
    }

    fn next_block(&mut self) -> io::Result<()> {
        self.block.clear();
        self.position = 0;
        self.file.by_ref().take(BLOCK_SIZE as u64).read_to_end(&mut self.block)?;
        if !self.block.is_empty() {
            self.read.push(Fingerprint::of(&self.read).and(&self.block));
        }
        let is_known = |known: &Blocks| {
            let until = self.read.len();
            known.get(..until) == Some(&self.read[..]) && (!self.block.is_empty() || until == known.len())
        };
        if self.known.as_ref().is_none_or(is_known) { Ok(()) } else { Err(io::Error::other(Changed)) }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position == self.block.len() {
            self.next_block()?;
        }
        let length = (&self.block[self.position..]).read(buffer)?;
        self.position += length;
        Ok(length)
    }
}

impl Fingerprint {
    pub(super) fn of(blocks: &[Self]) -> Self {
        blocks.last().copied().unwrap_or(Self { bytes: 0, fnv1a: 0xcbf2_9ce4_8422_2325 })
    }

    /// Reads a stream to its end.
    pub(super) fn read(mut stream: impl Read) -> io::Result<Self> {
        let (mut fingerprint, mut block) = (Self::of(&[]), vec![0; BLOCK_SIZE]);
        loop {
            match stream.read(&mut block)? {
                0 => return Ok(fingerprint),
                length => fingerprint = fingerprint.and(&block[..length]),
            }
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.bytes == 0
    }

    fn and(self, more: &[u8]) -> Self {
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self { bytes: self.bytes + more.len() as u64, fnv1a: more.iter().fold(self.fnv1a, hash) }
    }
}

pub(super) fn is_changed(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(error) if error.is::<Changed>())
}

impl fmt::Display for Changed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the input has changed")
    }
}

impl error::Error for Changed {}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    fn blocks(path: &Path) -> Blocks {
        let mut source = Source::open(path, None).unwrap();
        io::copy(&mut source, &mut io::sink()).unwrap();
        source.into_blocks()
    }

    #[test]
    fn another_content_is_another_fingerprint() {
        let of = |content: &[u8]| Fingerprint::of(&blocks(file(content).path()));
        assert_eq!(of(b"1\n2\n"), of(b"1\n2\n"));
        for other in [&b"1\n2"[..], b"2\n1\n", b"1\n2\n3\n", b""] {
            assert_ne!(of(b"1\n2\n"), of(other));
        }
    }

    #[test]
    fn no_byte_of_a_changed_block_or_after_it_is_returned() {
        let original = b"0123456789abcdef".repeat(3 * BLOCK_SIZE / 16 + 1);
        let file = file(&original);
        let known = blocks(file.path());
        let mut same = Vec::new();
        Source::open(file.path(), Some(known.clone())).unwrap().read_to_end(&mut same).unwrap();
        assert!(same == original);

        let changed = |index: usize| {
            let mut changed = original.clone();
            changed[index] ^= 1;
            changed
        };
        let longer = [&original[..], b"1\n"].concat();
        for (content, whole_blocks) in [
            (changed(0), 0),
            (changed(2 * BLOCK_SIZE), 2),
            (changed(original.len() - 1), 3),
            (original[..BLOCK_SIZE].to_vec(), 1),
            (longer, 3),
            (Vec::new(), 0),
        ] {
            fs::write(file.path(), content).unwrap();
            let mut read = Vec::new();
            let mut source = Source::open(file.path(), Some(known.clone())).unwrap();
            assert!(is_changed(&source.read_to_end(&mut read).unwrap_err()));
            assert!(read == original[..whole_blocks * BLOCK_SIZE], "{} bytes", read.len());
        }
    }

    #[test]
    fn a_block_that_changes_during_the_reading_is_noticed() {
        let original = vec![b'1'; 2 * BLOCK_SIZE];
        let file = file(&original);
        let known = blocks(file.path());
        let mut source = Source::open(file.path(), Some(known)).unwrap();
        let mut buffer = vec![0; BLOCK_SIZE];
        source.read_exact(&mut buffer).unwrap();
        fs::write(file.path(), vec![b'2'; 2 * BLOCK_SIZE]).unwrap();
        assert!(is_changed(&source.read(&mut buffer).unwrap_err()));
    }
}
