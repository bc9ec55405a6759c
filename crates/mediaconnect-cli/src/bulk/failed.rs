//! The CSV file with the lines that failed and their reasons. It exists only if a line failed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use mediaconnect::Error;
use roaring::RoaringTreemap;

use super::line_file::{LineFile, delete, directory, lock, unwritable};
use super::output_row::{begins_with_number, csv_cells, csv_line};
use super::scan::{LineFormat, Scan};
use crate::failure::Failure;

const COMMA: u8 = b',';
const COLUMNS: [&str; 4] = ["line", "reason", "message", "run"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailureReason {
    InvalidInput,
    NotFound,
    Refused,
    Denied,
    RateLimited,
    Timeout,
    Unavailable,
    /// The response may come from a gateway or another server. Its status therefore does not show that the line is
    /// wrong.
    Gateway,
    /// Upstream returned a different customer from the requested one.
    Mismatch,
    Decode,
    Other,
}

impl FailureReason {
    pub(super) fn of(error: &Error) -> Self {
        if error.is_invalid_input() {
            Self::InvalidInput
        } else if error.is_not_found() {
            Self::NotFound
        // Only a refusal by Connect shows that the input line is the cause. The token endpoint or a gateway may also
        // refuse a request.
        } else if error.is_refused() && error.is_final() {
            Self::Refused
        } else if error.is_auth() || error.is_forbidden() {
            Self::Denied
        } else if error.is_rate_limited() {
            Self::RateLimited
        } else if error.is_timeout() {
            Self::Timeout
        } else if error.is_unavailable() {
            Self::Unavailable
        } else if error.is_gateway() || error.is_refused() {
            Self::Gateway
        } else if error.is_mismatch() {
            Self::Mismatch
        } else if error.is_decode() {
            Self::Decode
        } else {
            Self::Other
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid-input",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::Denied => "denied",
            Self::RateLimited => "rate-limited",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Gateway => "gateway",
            Self::Mismatch => "mismatch",
            Self::Decode => "decode",
            Self::Other => "other",
        }
    }

    /// Returns true if the line itself is the cause, so that a retry would fail again.
    pub(super) fn is_final(self) -> bool {
        Self::FINAL.contains(&self)
    }

    pub(super) const FINAL: [Self; 3] = [Self::InvalidInput, Self::NotFound, Self::Refused];
}

/// The list of failures. It contains line numbers and reasons, but no personal data.
pub(super) struct FailedFile {
    file: LineFile,
    /// Identifies the run in each row.
    run: String,
}

/// The content of a list of failures that an earlier run wrote.
#[derive(Default)]
pub(super) struct Recovered {
    run: String,
    /// True if another run wrote a row of the list.
    is_foreign: bool,
    /// The lines with final failures.
    pub(super) lines: RoaringTreemap,
    pub(super) reasons: BTreeMap<&'static str, u64>,
    /// The CSV rows of `lines`, without the header.
    kept: Vec<u8>,
    /// True if the list also contains failures that are not final. The lines of these failures will be retried.
    pub(super) has_others: bool,
}

impl FailedFile {
    pub(super) fn create(path: &Path, run: String) -> Result<Self, Failure> {
        Ok(Self { file: LineFile::create(path)?, run })
    }

    /// Reads the list of an earlier run, without changing the file. Fails if another run wrote the list.
    pub(super) fn scan(path: &Path, run: &str) -> Result<(Scan, Recovered), Failure> {
        let mut recovered = Recovered { run: run.to_owned(), ..Recovered::default() };
        let scan = Scan::read(path, &mut recovered)?;
        if recovered.is_foreign {
            return Err(Failure::usage(
                format!("{} belongs to another run; this run has not changed the file", path.display()),
                "move that list to another place, then run the same command again; to start again, use --force and \
                 name another list with --failed",
            ));
        }
        Ok((scan, recovered))
    }

    /// Continues the list of an earlier run. Keeps only the final failures, because the lines of all other failures are
    /// retried.
    pub(super) fn recover(scan: Scan, recovered: &Recovered) -> Result<Self, Failure> {
        let run = recovered.run.clone();
        if !recovered.has_others {
            return Ok(Self { file: LineFile::recover(scan)?, run });
        }
        // Windows cannot replace an open file. The lock of the journal still protects the list.
        let Scan { path, file, .. } = scan;
        drop(file);
        let (file, length) = Self::replaced(&path, recovered).map_err(|error| unwritable(&path, &error))?;
        lock(&path, &file)?;
        Ok(Self { file: LineFile::open(&path, file, length)?, run })
    }

    /// Replaces the file atomically: after an interruption, either the old or the new file exists.
    fn replaced(path: &Path, recovered: &Recovered) -> io::Result<(File, u64)> {
        let mut content = if recovered.kept.is_empty() { Vec::new() } else { csv_line(COMMA, COLUMNS) };
        content.extend(&recovered.kept);
        // `tempfile` gives the new file a unique name, and makes it readable by its owner only.
        let mut new = tempfile::Builder::new().prefix(".mediaconnect-").tempfile_in(directory(path))?;
        new.write_all(&content)?;
        new.as_file().sync_all()?;
        Ok((new.persist(path)?, content.len() as u64))
    }

    pub(super) fn append(&mut self, line: u64, reason: FailureReason, message: &str) -> Result<(), Failure> {
        if self.file.is_empty() {
            self.file.append(&csv_line(COMMA, COLUMNS))?;
        }
        let line = line.to_string();
        let cells = [&line, reason.as_str(), message, &self.run];
        self.file.append(&csv_line(COMMA, cells))
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.file.flush()
    }

    pub(super) fn sync(&mut self) -> Result<(), Failure> {
        self.file.sync()
    }

    /// Returns the reasons of the lines that a failed write lost.
    pub(super) fn lost(&self) -> impl Iterator<Item = String> {
        let rows = self.file.lost().filter_map(|line| csv_cells(COMMA, line));
        rows.filter_map(|cells| cells.into_iter().nth(1))
    }

    /// Writes the list to the disk, or deletes the file if the list is empty.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        self.sync()?;
        let path = self.file.path();
        if self.file.is_empty() { delete(path).map_err(|error| unwritable(path, &error)) } else { Ok(()) }
    }
}

impl LineFormat for Recovered {
    fn take(&mut self, number: u64, line: &[u8]) -> bool {
        if number == 1 {
            return line == header();
        }
        let is_whole = |cells: &Vec<String>| cells.len() == COLUMNS.len() && !line.contains(&0);
        let Some(cells) = csv_cells(COMMA, line).filter(is_whole) else { return false };
        let Ok(failed) = cells[0].parse() else { return false };
        self.is_foreign |= cells[3] != self.run;
        if let Some(reason) = FailureReason::FINAL.iter().find(|reason| reason.as_str() == cells[1]) {
            self.lines.insert(failed);
            *self.reasons.entry(reason.as_str()).or_default() += 1;
            self.kept.extend_from_slice(line);
            self.kept.push(b'\n');
        } else {
            self.has_others = true;
        }
        true
    }

    fn can_begin(&self, number: u64, text: &[u8]) -> bool {
        if number == 1 { header().starts_with(text) } else { begins_with_number(COMMA, text) }
    }
}

fn header() -> Vec<u8> {
    COLUMNS.join(",").into_bytes()
}
