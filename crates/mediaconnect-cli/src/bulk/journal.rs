//! What a run must know that goes on where another was interrupted: a small file beside the output.
//!
//! It says of which input and in which form the output is. It is written before the output, held locked during the run,
//! and deleted when there is nothing left to do. How far the run came stands in the output itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};

use super::input::Fingerprint;
use super::lines::{create_private, delete};
use super::row::RowFormat;
use crate::exit::Exit;
use crate::failure::Failure;

/// What an output is of.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Work {
    pub(super) command: String,
    pub(super) format: RowFormat,
    /// The column of the numbers, or those of the people.
    pub(super) columns: Option<Vec<String>>,
    pub(super) failed: PathBuf,
    pub(super) input: Fingerprint,
}

/// The file, locked.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Begins work.
    pub(super) fn begin(path: &Path, work: &Work) -> Result<Self, Failure> {
        let file = create_private(path).map_err(|error| unusable(path, &error))?;
        let journal = Self::locked(path, file)?;
        journal.write(work).map_err(|error| unusable(path, &error))?;
        Ok(journal)
    }

    /// Makes sure that no process works on it: its files would be deleted while it writes them.
    pub(super) fn check_unused(path: &Path) -> Result<(), Failure> {
        match File::open(path) {
            Ok(file) => Self::locked(path, file).map(drop),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(unusable(path, &error)),
        }
    }

    /// Goes on with work, if it is the same; or begins it, if not even this file was written.
    pub(super) fn resume(path: &Path, work: &Work, has_output: bool) -> Result<Self, Failure> {
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                return unusable(path, &error);
            }
            Failure::usage(
                format!(
                    "there is nothing to resume: {} does not exist, so all is done or was never begun",
                    path.display()
                ),
                "leave --resume out to begin",
            )
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| unusable(path, &error))?;
        let journal = Self::locked(path, file)?;
        let Ok(begun) = serde_json::from_str::<Work>(&text) else {
            if !has_output {
                // It is written before the output: an interruption came at once.
                journal.write(work).map_err(|error| unusable(path, &error))?;
                return Ok(journal);
            }
            return Err(Failure::usage(
                format!("{} is damaged: nobody knows what the output is of", path.display()),
                "begin anew with --force",
            ));
        };
        match begun.difference(work) {
            None => Ok(journal),
            Some(what) => Err(Failure::usage(
                format!("the output was begun with another {what}; going on would mix the two"),
                format!("resume with the same {what} as before, or begin anew with --force"),
            )),
        }
    }

    /// Ends the work: nothing is left to do.
    pub(super) fn finish(self) -> io::Result<()> {
        delete(&self.path)
    }

    fn write(&self, work: &Work) -> io::Result<()> {
        let mut file = &self.file;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(&serde_json::to_vec_pretty(work)?)?;
        file.sync_all()
    }

    fn locked(path: &Path, file: File) -> Result<Self, Failure> {
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Self { path: path.to_owned(), file }),
            Err(TryLockError::WouldBlock) => Err(Failure::usage(
                format!("another process works on this output: it holds {}", path.display()),
                "wait for its end, or name another output",
            )),
            Err(TryLockError::Error(error)) => Err(unusable(path, &error)),
        }
    }
}

impl Work {
    /// What is not the same.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        if self.command != other.command {
            Some("command")
        } else if self.input != other.input {
            Some("input")
        } else if self.columns != other.columns {
            Some("--column")
        } else if self.format != other.format {
            Some("--format")
        } else if self.failed != other.failed {
            Some("--failed")
        } else {
            None
        }
    }
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("{} cannot be used: {error}", path.display()),
        "check the folder of the output, then run it again",
    )
}
