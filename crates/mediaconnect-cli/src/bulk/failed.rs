//! The lines that failed, and why: a CSV file that is there only if something failed.

use std::io;
use std::path::Path;

use mediaconnect::Error;
use roaring::RoaringTreemap;

use super::args::with_suffix;
use super::lines::{LineFile, create_private, delete};
use super::row::{csv_cells, csv_line};

const COLUMNS: [&str; 3] = ["line", "reason", "message"];

/// Why a line failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    InvalidInput,
    NotFound,
    Refused,
    Denied,
    RateLimited,
    Timeout,
    Unavailable,
    Unreadable,
    Other,
}

impl Reason {
    pub(super) fn of(error: &Error) -> Self {
        if error.is_invalid_input() {
            Self::InvalidInput
        } else if error.is_not_found() {
            Self::NotFound
        } else if error.is_refused() {
            Self::Refused
        } else if error.is_auth() || error.is_forbidden() {
            Self::Denied
        } else if error.is_rate_limited() {
            Self::RateLimited
        } else if error.is_timeout() {
            Self::Timeout
        } else if error.is_unavailable() {
            Self::Unavailable
        } else if error.is_unreadable() {
            Self::Unreadable
        } else {
            Self::Other
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid-input",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::Denied => "denied",
            Self::RateLimited => "rate-limited",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }

    /// Whether the line would fail again: it says something of the line, and nothing of upstream or the client.
    pub(super) fn is_final(self) -> bool {
        Self::FINAL.contains(&self)
    }

    const FINAL: [Self; 3] = [Self::InvalidInput, Self::NotFound, Self::Refused];
}

/// The file of failures. It holds line numbers and reasons, and nothing of anybody.
pub(super) struct FailedFile(LineFile);

impl FailedFile {
    /// A file without failures, which is not made before there is one to write.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        LineFile::create(path).map(Self)
    }

    /// The file of an earlier run, with the failures that are final; the others are taken out of it, since they are
    /// tried again. And the lines of those that are left.
    pub(super) fn recover(path: &Path) -> io::Result<(Self, RoaringTreemap)> {
        let (mut lines, mut kept) = (RoaringTreemap::new(), Vec::new());
        LineFile::recover(path, |line| {
            let is_whole = |cells: &Vec<String>| cells.len() == COLUMNS.len() && !line.contains(&0);
            let Some(cells) = csv_cells(line).filter(is_whole) else {
                return false;
            };
            let is_final = Reason::FINAL.iter().any(|reason| reason.as_str() == cells[1]);
            if let (Ok(number), true) = (cells[0].parse(), is_final) {
                lines.insert(number);
                kept.extend_from_slice(line);
                kept.push(b'\n');
            }
            true
        })?;
        // Another file takes its place as a whole: an interruption leaves the one or the other.
        let new = with_suffix(path, ".new");
        delete(&new)?;
        let mut file = create_private(&new)?;
        let mut content = if kept.is_empty() { Vec::new() } else { csv_line(COLUMNS) };
        content.extend(kept);
        io::Write::write_all(&mut file, &content)?;
        file.sync_all()?;
        std::fs::rename(new, path)?;
        Ok((Self(LineFile::recover(path, |_| true)?), lines))
    }

    /// Adds a line that failed.
    pub(super) fn append(&mut self, line: u64, reason: Reason, message: &str) -> io::Result<()> {
        if self.0.is_empty() {
            self.0.append(&csv_line(COLUMNS))?;
        }
        self.0.append(&csv_line([line.to_string().as_str(), reason.as_str(), message]))
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }

    /// Ends the work on it: without failures, there is no file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.sync()?;
        if self.0.is_empty() { delete(self.0.path()) } else { Ok(()) }
    }
}
