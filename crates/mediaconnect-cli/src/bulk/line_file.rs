//! A private file to which whole lines are appended. The file is locked while it is open.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use super::scan::Scan;
use crate::exit::Exit;
use crate::failure::Failure;

const BUFFER_SIZE: usize = 64 * 1024;

pub(super) struct LineFile {
    path: PathBuf,
    /// The file; `None` is standard output.
    file: Option<File>,
    /// Whole lines that are not written yet.
    pending: Vec<u8>,
    /// The lines that a failed write lost.
    lost: Vec<u8>,
    length: u64,
}

impl LineFile {
    /// Creates the file. Fails if it exists.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = create_private(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::usage(
                format!("{} exists", path.display()),
                "choose another file; another run may have created this one",
            ),
            _ => unwritable(path, &error),
        })?;
        lock(path, &file)?;
        Self::open(path, file, 0)
    }

    pub(super) fn stdout() -> Self {
        Self {
            path: PathBuf::from("standard output"),
            file: None,
            pending: Vec::new(),
            lost: Vec::new(),
            length: 0,
        }
    }

    /// Opens the scanned file, and removes its last line if that line is incomplete. Creates the file if it does not
    /// exist.
    pub(super) fn recover(scan: Scan) -> Result<Self, Failure> {
        let Some(file) = scan.file else { return Self::create(&scan.path) };
        file.set_len(scan.length).map_err(|error| unwritable(&scan.path, &error))?;
        Self::open(&scan.path, file, scan.length)
    }

    /// Wraps a file that the caller has locked. `length` is the number of bytes up to the end of the last complete
    /// line.
    pub(super) fn open(path: &Path, mut file: File, length: u64) -> Result<Self, Failure> {
        file.seek(SeekFrom::Start(length)).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), file: Some(file), pending: Vec::new(), lost: Vec::new(), length })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0 && self.pending.is_empty()
    }

    /// Returns the lines that a failed write lost, without their line breaks.
    pub(super) fn lost(&self) -> impl Iterator<Item = &[u8]> {
        self.lost.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end)
    }

    pub(super) fn append(&mut self, line: &[u8]) -> Result<(), Failure> {
        self.pending.extend_from_slice(line);
        if self.pending.len() < BUFFER_SIZE { Ok(()) } else { self.flush() }
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        let outcome = if let Some(file) = &mut self.file {
            file.write_all(&self.pending)
        } else {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&self.pending).and_then(|()| stdout.flush())
        };
        if outcome.is_ok() {
            self.length += self.pending.len() as u64;
        } else {
            let kept = self.cut_off();
            self.lost.extend_from_slice(&self.pending[kept..]);
        }
        self.pending.clear();
        outcome.map_err(|error| match &self.file {
            None if error.kind() == ErrorKind::BrokenPipe => closed_early(),
            _ => unwritable(&self.path, &error),
        })
    }

    /// Removes the incomplete line that a failed write left, because the user may read the file without resuming the
    /// run. Returns the number of pending bytes that the file has.
    fn cut_off(&mut self) -> usize {
        let Some(file) = &mut self.file else { return 0 };
        let end = file.stream_position().unwrap_or(self.length);
        let mut kept = 0;
        for line in self.pending.split_inclusive(|byte| *byte == b'\n') {
            if self.length + line.len() as u64 > end {
                break;
            }
            self.length += line.len() as u64;
            kept += line.len();
        }
        // If a call fails, the incomplete line does no harm, because a resumed run removes it. Without the seek, a
        // later write would leave zeros before its first byte.
        let _ = file.set_len(self.length).and_then(|()| file.seek(SeekFrom::Start(self.length)));
        kept
    }

    pub(super) fn sync(&mut self) -> Result<(), Failure> {
        self.flush()?;
        let synced = self.file.as_ref().map_or(Ok(()), File::sync_data);
        synced.map_err(|error| unwritable(&self.path, &error))
    }
}

/// Creates a file that only its owner can read. Fails if the file exists.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    private().write(true).create_new(true).open(path)
}

/// Returns options that make a new file readable by its owner only.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        options.mode(0o600);
    }
    options
}

/// Locks a file until it is closed. Fails if another process has locked it.
pub(super) fn lock(path: &Path, file: &File) -> Result<(), Failure> {
    match FileExt::try_lock(file) {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(Failure::usage(
            format!("another process is using {}", path.display()),
            "wait until it ends, or choose another output",
        )),
        Err(TryLockError::Error(error)) => Err(unwritable(path, &error)),
    }
}

/// Deletes all of the given files that exist. Deletes none of them if another process has locked one.
pub(super) fn delete_unused(paths: &[&Path]) -> Result<(), Failure> {
    let mut locked = Vec::new();
    for path in paths.iter().filter(|path| fs::symlink_metadata(path).is_ok_and(|file| file.is_file())) {
        // NFS locks only a file that is open for writing.
        let file = OpenOptions::new().write(true).open(path).map_err(|error| unwritable(path, &error))?;
        lock(path, &file)?;
        locked.push(file);
    }
    paths.iter().try_for_each(|path| delete(path).map_err(|error| unwritable(path, &error)))
}

/// Deletes a regular file if it exists. Returns an error if the path names anything else.
pub(super) fn delete(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::remove_file(path),
        Ok(_) => Err(io::Error::other("not a regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

pub(super) fn directory(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Waits until the directory entry of a new file is on the disk.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    // Only Unix can open a directory as a file.
    if cfg!(unix) {
        File::open(directory(path))?.sync_all()?;
    }
    Ok(())
}

/// Returns true if the path exists. Does not follow symbolic links.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Returns the failure for a reader of standard output that does not read all rows, such as `head`.
fn closed_early() -> Failure {
    Failure::new(
        Exit::Failure,
        "standard output was closed before all rows were written",
        "let the next program of the pipe read to the end, or name a file with --output",
    )
}

/// Returns the failure for a file that cannot be written.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("{} cannot be written: {error}", path.display()),
        "solve the problem above",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_after_a_failed_write_follows_the_last_complete_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lines");
        let mut lines = LineFile::create(&path).unwrap();
        // A disk that becomes full accepts the beginning of a write.
        lines.pending = b"one\ntwo\n".to_vec();
        lines.file.as_ref().unwrap().write_all(b"one\ntw").unwrap();
        assert_eq!(lines.cut_off(), 4);
        lines.pending.clear();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        lines.append(b"three\n").unwrap();
        lines.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\nthree\n");
    }
}
