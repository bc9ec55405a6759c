//! A file that grows by whole lines, and that only its owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How much is collected before it is written.
const BUFFER: usize = 64 * 1024;

/// A file of lines, open for more.
pub(super) struct LineFile {
    path: PathBuf,
    file: File,
    /// Whole lines that are not written yet.
    pending: Vec<u8>,
    /// The whole lines that are written, in bytes.
    length: u64,
}

impl LineFile {
    /// Makes a file.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = create_private(path)?;
        Ok(Self { path: path.to_owned(), file, pending: Vec::new(), length: 0 })
    }

    /// Opens a file, or makes it, and cuts off what is behind its whole lines: from the first line, without its line
    /// break, that `is_whole` refuses.
    pub(super) fn recover(path: &Path, mut is_whole: impl FnMut(&[u8]) -> bool) -> io::Result<Self> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::create(path),
            Err(error) => return Err(error),
        };
        let (mut length, mut line) = (0, Vec::new());
        let mut reader = BufReader::new(&file);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            match line.strip_suffix(b"\n") {
                Some(whole) if is_whole(whole) => length += read as u64,
                _ => break,
            }
        }
        file.set_len(length)?;
        let mut file = file;
        file.seek(SeekFrom::Start(length))?;
        Ok(Self { path: path.to_owned(), file, pending: Vec::new(), length })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0 && self.pending.is_empty()
    }

    /// Adds a line, which is written soon.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.pending.extend_from_slice(line);
        if self.pending.len() < BUFFER { Ok(()) } else { self.flush() }
    }

    /// Writes the lines that are not written yet.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let outcome = self.file.write_all(&self.pending);
        if outcome.is_ok() {
            self.length += self.pending.len() as u64;
        } else {
            self.cut_off();
        }
        self.pending.clear();
        outcome
    }

    /// Cuts off a line of which only a part could be written. It would be done at the next start too; but who does not
    /// resume shall have whole lines.
    fn cut_off(&mut self) {
        let end = self.file.stream_position().unwrap_or(self.length);
        let lines = self.pending.split_inclusive(|byte| *byte == b'\n').map(|line| line.len() as u64);
        for length in lines {
            if self.length + length > end {
                break;
            }
            self.length += length;
        }
        // If it fails, a torn line is there: only a resumed run needs it gone, and cuts it off.
        let _ = self.file.set_len(self.length);
    }

    /// Writes, and waits until it is on the disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync_data()
    }
}

/// Makes a file that only its owner may read; it must not exist.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        options.mode(0o600);
    }
    options.open(path)
}

/// Deletes a regular file, if there is one; what else has the name is left alone, and an error.
pub(super) fn delete(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::remove_file(path),
        Ok(_) => Err(io::Error::other("it is no regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Waits until the name of a new file is on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // Elsewhere a folder is no file.
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Whether something has the name.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
