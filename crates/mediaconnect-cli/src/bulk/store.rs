//! The files of a run: what is in them already, and what is added.

use std::io;
use std::path::{Path, PathBuf};

use roaring::RoaringTreemap;

use super::args::{BulkArgs, with_suffix};
use super::failed::{FailedFile, Reason};
use super::input::{Form, Input, copy_stream, is_stream};
use super::journal::{Earlier, Journal, Work};
use super::lines::{LineFile, create_private, delete, delete_unused, exists, sync_directory, unwritable};
use super::row::{Row, RowFormat};
use super::scan::{Lines, Scan};
use crate::failure::Failure;
use crate::signals::Stopped;

/// The output, the failures, and the journal.
pub(super) struct Store {
    format: RowFormat,
    is_raw: bool,
    output: LineFile,
    failed: FailedFile,
    journal: Journal,
    /// The copy of an input that can be read only once.
    copy: Option<PathBuf>,
    /// The lines of the input that need no more work: of rows, and of failures that are final.
    done: RoaringTreemap,
    /// Of those, the failures.
    failed_before: RoaringTreemap,
}

/// What the files are opened for.
pub(super) struct Opening<'a> {
    pub(super) args: &'a BulkArgs,
    pub(super) command: &'static str,
    pub(super) form: Form,
    pub(super) stopped: &'a mut Stopped,
}

impl Store {
    /// Opens the files of an input: new ones, or those of the run that is to be resumed. The journal is locked before
    /// anything else is done, until the end of the run.
    pub(super) async fn open<R: Row>(mut opening: Opening<'_>) -> Result<(Self, Input), Failure> {
        let args = opening.args;
        let mut work = Work {
            command: opening.command.to_owned(),
            format: args.format(),
            raw_csv: args.raw_csv,
            columns: opening.form.columns.clone(),
            failed: args.failed(),
            is_copied: is_stream(&args.input),
            input: None,
        };
        let (journal, earlier) = Journal::lock(&with_suffix(&args.output, ".resume"), args.resume)?;
        if args.resume {
            let input = opening.resume(&journal, &earlier, &mut work).await?;
            return Ok((Self::recover::<R>(args, journal)?, input));
        }
        let mut is_new = earlier == Earlier::Nothing;
        let input = match opening.begin(&journal, &earlier, &work, &mut is_new).await {
            Ok(input) => input,
            Err(failure) => {
                // Nothing of an earlier run is in it.
                if is_new {
                    let _ = journal.finish();
                }
                return Err(failure);
            }
        };
        work.input = Some(input.fingerprint());
        journal.write(&work)?;
        Ok((Self::create::<R>(args, journal)?, input))
    }

    fn create<R: Row>(args: &BulkArgs, journal: Journal) -> Result<Self, Failure> {
        let output = LineFile::create(&args.output)?;
        let failed = FailedFile::create(&args.failed())?;
        sync_directory(&args.output).map_err(|error| unwritable(&args.output, &error))?;
        Self::new::<R>(args, output, failed, journal)
    }

    /// Goes on with the files of an earlier run. They are changed only after all of them were read and recognised.
    fn recover<R: Row>(args: &BulkArgs, journal: Journal) -> Result<Self, Failure> {
        let format = args.format();
        let header = format.header::<R>();
        let mut rows = Rows {
            format,
            columns: R::COLUMNS.len(),
            header: header.strip_suffix(b"\n").map(<[u8]>::to_vec),
            lines: RoaringTreemap::new(),
        };
        let output = Scan::read(&args.output, &mut rows)?;
        let (failed, recovered) = FailedFile::scan(&args.failed())?;
        let output = LineFile::recover(output)?;
        let failed = FailedFile::recover(failed, &recovered)?;
        let store = Self::new::<R>(args, output, failed, journal)?;
        let failed_before = recovered.lines;
        Ok(Self { done: rows.lines | &failed_before, failed_before, ..store })
    }

    fn new<R: Row>(
        args: &BulkArgs,
        mut output: LineFile,
        failed: FailedFile,
        journal: Journal,
    ) -> Result<Self, Failure> {
        let format = args.format();
        if output.is_empty() {
            output.append(&format.header::<R>()).map_err(|error| unwritable(&args.output, &error))?;
        }
        Ok(Self {
            format,
            is_raw: args.raw_csv,
            output,
            failed,
            journal,
            copy: is_stream(&args.input).then(|| copy_of(args)),
            done: RoaringTreemap::new(),
            failed_before: RoaringTreemap::new(),
        })
    }

    /// The output.
    pub(super) fn path(&self) -> &Path {
        self.output.path()
    }

    /// Whether the row on a line needs no more work.
    pub(super) fn is_done(&self, line: u64) -> bool {
        self.done.contains(line)
    }

    /// Whether an earlier run wrote the row on a line.
    pub(super) fn is_written(&self, line: u64) -> bool {
        self.done.contains(line) && !self.failed_before.contains(line)
    }

    /// How many failures of earlier runs are final.
    pub(super) fn failed_before(&self) -> u64 {
        self.failed_before.len()
    }

    /// How many lines need no more work; those of this run do not count.
    pub(super) fn done(&self) -> u64 {
        self.done.len()
    }

    pub(super) fn write<R: Row>(&mut self, row: &R) -> io::Result<()> {
        self.output.append(&self.format.line(row, self.is_raw))
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
        self.failed.finish()?;
        if is_complete {
            if let Some(copy) = self.copy {
                delete(&copy)?;
            }
            self.journal.finish()?;
        }
        Ok(())
    }
}

impl Opening<'_> {
    /// Reads the input of a new run. `is_new` becomes true when nothing of an earlier run is left.
    async fn begin(
        &mut self,
        journal: &Journal,
        earlier: &Earlier,
        work: &Work,
        is_new: &mut bool,
    ) -> Result<Input, Failure> {
        self.check_names()?;
        self.check_room(earlier, work)?;
        if !work.is_copied {
            let input = self.read(self.args.input.clone()).await?;
            self.clear(earlier)?;
            return Ok(input);
        }
        // The copy takes the place of an earlier one.
        self.clear(earlier)?;
        *is_new = true;
        journal.write(work)?;
        self.copied().await
    }

    /// Reads the input of an earlier run, and makes sure that it is the one that the output is of.
    async fn resume(
        &mut self,
        journal: &Journal,
        earlier: &Earlier,
        work: &mut Work,
    ) -> Result<Input, Failure> {
        match earlier {
            Earlier::Work(begun) if begun.input.is_none() => {
                return Err(Failure::usage(
                    "the run was stopped before it had read its input to the end, so there is nothing to resume",
                    "begin anew with --force",
                ));
            }
            Earlier::Nothing | Earlier::Damaged if work.is_copied || exists(&self.args.output) => {
                return Err(Failure::usage(
                    "nobody knows what the output is of: the file beside it that ends in .resume is damaged, or of \
                     another version",
                    "begin anew with --force",
                ));
            }
            _ => {}
        }
        let path = if work.is_copied { copy_of(self.args) } else { self.args.input.clone() };
        let input = self.read(path).await?;
        work.input = Some(input.fingerprint());
        match earlier {
            Earlier::Work(begun) => begun.check_same(work)?,
            // It is written before the output: an interruption came at once.
            Earlier::Nothing | Earlier::Damaged => journal.write(work)?,
        }
        Ok(input)
    }

    async fn read(&mut self, path: PathBuf) -> Result<Input, Failure> {
        let form = self.form.clone();
        self.stopped.before(move || Input::read(&path, form)).await?
    }

    /// Copies an input that can be read only once, and reads the copy. On failure none is left.
    async fn copied(&mut self) -> Result<Input, Failure> {
        let (from, to) = (self.args.input.clone(), copy_of(self.args));
        let uncopied = |error: io::Error| {
            Failure::usage(
                format!("the input cannot be copied to {}: {error}", copy_of(self.args).display()),
                "make room there, or put the input into a file and give it with --input",
            )
        };
        let mut file = create_private(&to).map_err(&uncopied)?;
        let copied = self.stopped.before(move || copy_stream(&from, &mut file)).await;
        let input = match copied.and_then(|copied| copied.map_err(uncopied)) {
            Ok(()) => self.read(to.clone()).await,
            Err(failure) => Err(failure),
        };
        if input.is_err() {
            let _ = delete(&to);
        }
        input
    }

    /// Makes sure that no two files have the same name.
    fn check_names(&self) -> Result<(), Failure> {
        let args = self.args;
        let files = [args.output.clone(), args.failed(), copy_of(args), with_suffix(&args.output, ".resume")];
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
        }
        Ok(())
    }

    /// Makes sure that nothing is there that is not meant to be deleted.
    fn check_room(&self, earlier: &Earlier, work: &Work) -> Result<(), Failure> {
        let (args, is_resumable) = (self.args, *earlier != Earlier::Nothing);
        let copy = copy_of(args);
        let found = [&args.output, &work.failed].into_iter().find(|path| exists(path));
        let found = found.or(Some(&copy).filter(|copy| work.is_copied && exists(copy)));
        let (path, next) = match found {
            Some(path) if path == &copy && !earlier.has_copy() => (
                path,
                "move that file away: the copy of the input would have its name; or name another output",
            ),
            _ if args.force => return Ok(()),
            found if is_resumable => {
                (found.unwrap_or(&args.output), "go on with --resume, or delete what is there with --force")
            }
            Some(path) => (path, "name another file, or delete it with --force"),
            None => return Ok(()),
        };
        Err(Failure::usage(format!("{} exists", path.display()), next))
    }

    /// Deletes what `--force` asks for: the output, the list of failures, and the copy of an earlier run.
    fn clear(&self, earlier: &Earlier) -> Result<(), Failure> {
        if !self.args.force {
            return Ok(());
        }
        let (failed, copy) = (self.args.failed(), copy_of(self.args));
        let files = [&self.args.output, &failed, &copy].map(PathBuf::as_path);
        delete_unused(if earlier.has_copy() { &files } else { &files[..2] })
    }
}

/// The copy of an input that can be read only once.
fn copy_of(args: &BulkArgs) -> PathBuf {
    with_suffix(&args.output, ".input")
}

/// The rows of an output.
struct Rows {
    format: RowFormat,
    columns: usize,
    header: Option<Vec<u8>>,
    lines: RoaringTreemap,
}

impl Lines for Rows {
    fn take(&mut self, number: u64, line: &[u8]) -> bool {
        match &self.header {
            Some(header) if number == 1 => line == header,
            _ => self.format.number(self.columns, line).is_some_and(|number| self.lines.insert(number)),
        }
    }

    fn can_begin(&self, number: u64, text: &[u8]) -> bool {
        match &self.header {
            Some(header) if number == 1 => header.starts_with(text),
            _ => self.format.can_begin(text),
        }
    }
}
