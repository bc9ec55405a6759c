//! The journal: a small file beside the output with the state that a resumed run needs.
//!
//! The journal describes the input and the format of the output. A run creates and locks the journal before it reads
//! its other files, and fills the journal before it writes the output. When no work is left, the run marks the journal
//! as finished. The journal does not record the progress of the run, because the output itself shows the progress.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[cfg(not(unix))]
use super::line_file::exists;
use super::line_file::{delete, lock, private};
use super::output_row::RowFormat;
use super::source::Fingerprint;
use crate::exit::Exit;
use crate::failure::Failure;

const BEGINNING: &str = "{\n  \"command\": \"";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunRecord {
    pub(super) command: String,
    /// Identifies the run. Each row of its list of failures has this text, so that the run continues only its own list.
    pub(super) run: String,
    /// The system that receives the requests. Other systems have other customers.
    pub(super) system: String,
    pub(super) format: RowFormat,
    pub(super) raw_csv: bool,
    /// The value of `--delimiter`, if given.
    pub(super) delimiter: Option<char>,
    pub(super) bom: bool,
    /// The name of the column with customer numbers, or the names of the columns that describe people.
    pub(super) columns: Option<Vec<String>>,
    /// The absolute path that `--failed` names, unless it is the default path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failed: Option<PathBuf>,
    /// True if the input can be read only once, and is therefore copied.
    pub(super) is_copied: bool,
    /// The fingerprint of the input; `None` until the run has read the input to its end.
    pub(super) input: Option<Fingerprint>,
    /// The counts of the run; `None` while work is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) finished: Option<Finished>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Finished {
    pub(super) rows: u64,
    /// The number of lines in the output and in the list of failures.
    pub(super) settled: u64,
}

pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

/// The content that an earlier run left in the journal.
#[derive(PartialEq, Eq)]
pub(super) enum PreviousRun {
    Nothing,
    Recorded(RunRecord),
    /// The journal cannot be read. Either a run was interrupted while it wrote the journal, or another version of this
    /// command wrote it.
    Damaged,
}

impl Journal {
    /// Opens or creates the journal, locks it, and reads what an earlier run wrote.
    pub(super) fn lock(path: &Path) -> Result<(Self, PreviousRun), Failure> {
        if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(foreign(path));
        }
        loop {
            let file = private().read(true).write(true).create(true).truncate(false).open(path);
            let mut file = file.map_err(|error| unusable(path, &error))?;
            lock(path, &file)?;
            // Another process may have held the lock and deleted the file. In that case, the loop creates a new file.
            if !is_at(path, &file) {
                continue;
            }
            let mut text = Vec::new();
            file.read_to_end(&mut text).map_err(|error| unusable(path, &error))?;
            return Ok((
                Self { path: path.to_owned(), file },
                PreviousRun::of(&text).ok_or_else(|| foreign(path))?,
            ));
        }
    }

    pub(super) fn delete(&self) -> io::Result<()> {
        delete(&self.path)
    }

    /// Overwrites the journal in one write. If the process is killed, the journal still has either the old or the new
    /// record.
    pub(super) fn write(&self, record: &RunRecord) -> Result<(), Failure> {
        let mut file = &self.file;
        let mut write = || {
            let text = serde_json::to_vec_pretty(record)?;
            file.rewind()?;
            file.write_all(&text)?;
            file.set_len(text.len() as u64)?;
            file.sync_all()
        };
        write().map_err(|error: io::Error| unusable(&self.path, &error))
    }
}

impl PreviousRun {
    /// Parses the content. Returns `None` if the file was not written by a run.
    fn of(text: &[u8]) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Nothing);
        }
        // A run that is killed in `Journal::write` may leave the end of an older, longer record behind the new record.
        if let Some(Ok(record)) = serde_json::Deserializer::from_slice(text).into_iter().next() {
            return Some(Self::Recorded(record));
        }
        // After a system crash, the file may end in zero bytes, which are ignored.
        let end = text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let written = &text[..end];
        let beginning = BEGINNING.as_bytes();
        (written.starts_with(beginning) || beginning.starts_with(written)).then_some(Self::Damaged)
    }

    /// Returns true if an existing copy of the input may come from the earlier run. In that case, this run may delete
    /// the copy.
    pub(super) fn has_copy(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Recorded(record) => record.is_copied && record.finished.is_none(),
            Self::Damaged => true,
        }
    }

    /// Returns true if `--resume` continues or repeats the earlier run. `has_results` is true if an output or a list of
    /// failures exists. If the journal does not record the input, the earlier run may not have written these files, so
    /// `--resume` refuses them.
    pub(super) fn is_resumable(&self, has_results: bool) -> bool {
        match self {
            Self::Nothing => false,
            Self::Recorded(record) => record.finished.is_none() && (record.input.is_some() || !has_results),
            Self::Damaged => !has_results,
        }
    }
}

impl RunRecord {
    /// Checks that the new run `other` has the same system, command, input and recorded options as this earlier run. A
    /// new run that differs cannot continue the earlier run.
    pub(super) fn check_same(&self, other: &Self) -> Result<(), Failure> {
        if self.system != other.system {
            return Err(Failure::usage(
                format!(
                    "the output is from a run at {}, but this command selects {}, which has other customers",
                    self.system, other.system
                ),
                "resume with the profile, environment or base URL of the earlier run, or start again with --force",
            ));
        }
        match self.difference(other) {
            None => Ok(()),
            Some(what) => Err(Failure::usage(
                format!(
                    "the output belongs to an earlier run with another {what}; this run cannot continue that run"
                ),
                format!("resume with the {what} of the earlier run, or start again with --force"),
            )),
        }
    }

    /// Returns the name of the first difference: `command`, `input` or an option.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        if self.command != other.command {
            Some("command")
        } else if (self.input, self.is_copied) != (other.input, other.is_copied) {
            Some("input")
        } else if self.columns != other.columns {
            Some("--column")
        } else if self.format != other.format {
            Some("--format")
        } else if self.raw_csv != other.raw_csv {
            Some("--raw-csv")
        } else if self.delimiter != other.delimiter {
            Some("--delimiter")
        } else if self.bom != other.bom {
            Some("--bom")
        } else if self.failed != other.failed {
            Some("--failed")
        } else {
            None
        }
    }
}

/// Returns a new id for a run: 16 random hexadecimal digits.
pub(super) fn run_id() -> String {
    format!("{:016x}", fastrand::u64(..))
}

/// Returns true if the open file is still at this path. Another process may have deleted or replaced the file.
#[cfg(unix)]
fn is_at(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;

    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata().map(id), fs::symlink_metadata(path).map(id)), (Ok(file), Ok(there)) if file == there)
}

#[cfg(not(unix))]
fn is_at(path: &Path, _: &File) -> bool {
    exists(path)
}

fn foreign(path: &Path) -> Failure {
    Failure::usage(
        format!("{} exists, but this command did not create it", path.display()),
        "move that file, or choose another output",
    )
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("{} cannot be used: {error}", path.display()),
        "check the directory of the output, then run the command again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_that_no_run_wrote_is_recognised() {
        let record = RunRecord {
            command: "export".to_owned(),
            run: run_id(),
            system: "https://connect.example".to_owned(),
            format: RowFormat::Csv,
            raw_csv: false,
            delimiter: None,
            bom: false,
            columns: None,
            failed: Some(PathBuf::from("failed")),
            is_copied: true,
            input: None,
            finished: None,
        };
        let text = serde_json::to_vec_pretty(&record).unwrap();
        let finished = Some(Finished { rows: 2, settled: 2 });
        let longer = serde_json::to_vec_pretty(&RunRecord { finished, ..record.clone() }).unwrap();
        let with_the_end_of_a_longer_one = [&text[..], &longer[text.len()..]].concat();
        for whole in [text.clone(), with_the_end_of_a_longer_one] {
            assert!(PreviousRun::of(&whole) == Some(PreviousRun::Recorded(record.clone())));
        }
        for torn in [&text[..1], &text[..30], &text[..text.len() - 1], &[0; 40], b"{\n\0\0\0"] {
            assert!(PreviousRun::of(torn) == Some(PreviousRun::Damaged), "{torn:?}");
        }
        assert!(PreviousRun::of(b"") == Some(PreviousRun::Nothing));
        for foreign in [&b"precious"[..], b"{}", b"\n", b"{\n  \"c\": 1}"] {
            assert!(PreviousRun::of(foreign).is_none(), "{foreign:?}");
        }
    }
}
