//! The files of a run: what is in them already, and what is added.

use std::io;
use std::path::{Path, PathBuf};

use roaring::RoaringTreemap;

use super::args::{BulkArgs, with_suffix};
use super::failed::{FailedFile, Reason};
use super::input::{Input, copy_stream, is_stream};
use super::journal::{Journal, Work};
use super::lines::{LineFile, delete, exists, sync_folder};
use super::row::{Row, RowFormat};
use crate::exit::Exit;
use crate::failure::Failure;

/// The output, the failures, and the journal.
pub(super) struct Store {
    format: RowFormat,
    output: LineFile,
    failed: FailedFile,
    journal: Journal,
    /// The lines of the input that need no more work: of rows, and of failures that are final.
    done: RoaringTreemap,
    /// Failures of earlier runs that are final.
    pub(super) failed_before: u64,
}

impl Store {
    /// The files of an input, new ones or those of the run that is to be resumed.
    pub(super) fn open<R: Row>(
        args: &BulkArgs,
        command: &str,
        wanted: Option<&[&str]>,
    ) -> Result<(Self, Input), Failure> {
        let journal = with_suffix(&args.output, ".resume");
        let copy = with_suffix(&args.output, ".input");
        let is_stream = is_stream(&args.input);
        let files = [&args.output, &args.failed(), &copy, &journal];
        if !args.resume {
            check_room(args, &files)?;
            Journal::check_unused(&journal)?;
            if is_stream {
                copy_stream(&args.input, &copy)?;
            }
        }
        let input = Input::read(if is_stream { &copy } else { &args.input }, wanted)?;
        let work = Work {
            command: command.to_owned(),
            format: args.format(),
            columns: wanted.map(|wanted| wanted.iter().map(ToString::to_string).collect()),
            failed: args.failed(),
            input: input.fingerprint,
        };
        let store = if args.resume {
            let journal = Journal::resume(&journal, &work, exists(&args.output))?;
            Self::recover::<R>(args, journal)
        } else {
            for path in files.into_iter().filter(|path| **path != copy || !is_stream) {
                delete(path).map_err(|error| unwritable(path, &error))?;
            }
            let journal = Journal::begin(&journal, &work)?;
            Self::begin::<R>(args, journal)
        };
        Ok((store.map_err(|error| unwritable(&args.output, &error))?, input))
    }

    fn begin<R: Row>(args: &BulkArgs, journal: Journal) -> io::Result<Self> {
        let format = args.format();
        let mut output = LineFile::create(&args.output)?;
        output.append(&format.header::<R>())?;
        let failed = FailedFile::create(&args.failed())?;
        sync_folder(&args.output)?;
        Ok(Self { format, output, failed, journal, done: RoaringTreemap::new(), failed_before: 0 })
    }

    fn recover<R: Row>(args: &BulkArgs, journal: Journal) -> io::Result<Self> {
        let format = args.format();
        let header = format.header::<R>();
        let mut rest = header.strip_suffix(b"\n");
        let mut done = RoaringTreemap::new();
        let mut output = LineFile::recover(&args.output, |line| match rest.take() {
            Some(header) => line == header,
            None => format.number(R::COLUMNS.len(), line).is_some_and(|number| done.insert(number)),
        })?;
        if output.is_empty() {
            output.append(&header)?;
        }
        let (failed, lines) = FailedFile::recover(&args.failed())?;
        let failed_before = lines.len();
        done |= lines;
        Ok(Self { format, output, failed, journal, done, failed_before })
    }

    /// The output.
    pub(super) fn path(&self) -> &Path {
        self.output.path()
    }

    /// Whether the row on a line needs no more work.
    pub(super) fn is_done(&self, line: u64) -> bool {
        self.done.contains(line)
    }

    /// How many lines need no more work; those of this run do not count.
    pub(super) fn done(&self) -> u64 {
        self.done.len()
    }

    pub(super) fn write<R: Row>(&mut self, row: &R) -> io::Result<()> {
        self.output.append(&self.format.line(row))
    }

    pub(super) fn fail(&mut self, line: u64, reason: Reason, message: &str) -> io::Result<()> {
        self.failed.append(line, reason, message)
    }

    /// Hands what was written to the operating system: then a crash of this process loses nothing of it.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()?;
        self.failed.flush()
    }

    /// Waits until what was written is on the disk: then a crash of the machine loses nothing of it.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.output.sync()?;
        self.failed.sync()
    }

    /// Ends the work, for good if nothing is left to do.
    pub(super) fn finish(mut self, is_complete: bool) -> io::Result<()> {
        self.output.sync()?;
        let copy = with_suffix(self.output.path(), ".input");
        self.failed.finish()?;
        if is_complete {
            delete(&copy)?;
            self.journal.finish()?;
        }
        Ok(())
    }
}

/// Makes sure that nothing is overwritten, or deleted at the end, that is not meant to be. The last of the files is the journal.
fn check_room(args: &BulkArgs, files: &[&PathBuf; 4]) -> Result<(), Failure> {
    for (index, path) in files.iter().enumerate() {
        let is_same = |other: &Path| {
            path.canonicalize().is_ok_and(|path| other.canonicalize().is_ok_and(|other| path == other))
        };
        if is_same(&args.input) || files[..index].contains(path) {
            return Err(Failure::usage(
                format!("{} is named twice, and would overwrite itself", path.display()),
                "give the input, the output and --failed names of their own",
            ));
        }
        if exists(path) && !args.force {
            let next = if exists(files[3]) {
                "go on with --resume, or delete what is there with --force"
            } else {
                "name another file, or delete it with --force"
            };
            return Err(Failure::usage(format!("{} exists", path.display()), next));
        }
    }
    Ok(())
}

/// A file cannot be written; what is in it stays.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("{} cannot be written: {error}", path.display()),
        "make room or mend what is named above, then run the same command with --resume",
    )
}
