//! What a run must know that goes on where another was interrupted: a small file beside the output.
//!
//! It says of which input and in which form the output is. It is written before the output, held locked during the run,
//! and deleted when there is nothing left to do. How far the run came stands in the output itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
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
    _locked: File,
}

impl Journal {
    /// Begins work.
    pub(super) fn begin(path: &Path, work: &Work) -> Result<Self, Failure> {
        let write = || {
            let mut file = create_private(path)?;
            file.write_all(&serde_json::to_vec_pretty(work)?)?;
            file.sync_all()?;
            Ok(file)
        };
        Self::locked(path, write().map_err(|error| unusable(path, &error))?)
    }

    /// Goes on with work, if it is the same.
    pub(super) fn resume(path: &Path, work: &Work) -> Result<Self, Failure> {
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
            return Err(Failure::usage(
                format!("{} cannot be resumed: it was interrupted before the work began", path.display()),
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

    fn locked(path: &Path, file: File) -> Result<Self, Failure> {
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Self { path: path.to_owned(), _locked: file }),
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
