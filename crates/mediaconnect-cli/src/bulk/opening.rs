//! Reads the input of a new run, or checks and reads that of a resumed one.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::args::{BulkArgs, with_suffix};
use super::input::{Form, Input, copy_stream, is_stream};
use super::journal::{Earlier, Finished, Journal, Work};
use super::lines::{create_private, delete, delete_unused, exists};
use super::source::Fingerprint;
use crate::failure::Failure;
use crate::signals::Stopped;

/// The options of a run that starts.
pub(super) struct Opening<'a> {
    pub(super) args: &'a BulkArgs,
    pub(super) command: &'static str,
    pub(super) form: Form,
    pub(super) stopped: &'a mut Stopped,
}

/// The kind of start: new, resumed or finished.
pub(super) enum Start {
    New(Input),
    Resumed(Input),
    /// No work is left.
    Finished(Finished),
}

impl Opening<'_> {
    /// Reads the input. With `--resume`, the same command line starts a run, resumes it, or finds it finished. `is_new`
    /// becomes true once nothing of an earlier run is left.
    pub(super) async fn start(
        &mut self,
        journal: &Journal,
        earlier: &Earlier,
        work: &mut Work,
        is_new: &mut bool,
    ) -> Result<Start, Failure> {
        if self.args.resume && exists(&self.args.output) {
            return match earlier {
                Earlier::Work(begun) => self.go_on(begun, work).await,
                Earlier::Nothing | Earlier::Damaged => Err(self.unknown(earlier)),
            };
        }
        match earlier {
            // The earlier run was interrupted before it created the output.
            Earlier::Work(begun) if self.args.resume && begun.finished.is_none() && begun.input.is_some() => {
                self.go_on(begun, work).await
            }
            Earlier::Work(begun) if self.args.resume && begun.finished.is_none() => {
                let input = self.begin(journal, earlier, work, is_new).await?;
                if input.fingerprint().is_empty() {
                    *is_new = false;
                    let _ = delete(&copy_of(self.args));
                    return Err(Failure::usage(
                        "the run was stopped before it had read its input to the end, and standard input is empty now",
                        "give the whole input again with --resume, or begin anew with --force",
                    ));
                }
                Ok(Start::New(input))
            }
            _ => self.begin(journal, earlier, work, is_new).await.map(Start::New),
        }
    }

    /// Reads the input of an earlier run, and checks that the output belongs to it.
    async fn go_on(&mut self, begun: &Work, work: &mut Work) -> Result<Start, Failure> {
        if let Some(finished) = begun.finished {
            let path = self.args.input.clone();
            let read = self.stopped.before(move || fingerprint(&path)).await?;
            work.input = Some(read.map_err(|error| super::input::unreadable(&self.args.input, &error))?);
            begun.check_same(work)?;
            work.finished = Some(finished);
            self.delete_own_copy(begun)?;
            return Ok(Start::Finished(finished));
        }
        let path = if work.is_copied { copy_of(self.args) } else { self.args.input.clone() };
        let input = self.read(path).await?;
        work.input = Some(input.fingerprint());
        begun.check_same(work)?;
        Ok(Start::Resumed(input))
    }

    /// Deletes the copy that a finished run left because it was interrupted.
    fn delete_own_copy(&self, begun: &Work) -> Result<(), Failure> {
        let copy = copy_of(self.args);
        let is_own = begun.is_copied && fingerprint(&copy).is_ok_and(|found| Some(found) == begun.input);
        if is_own { delete_unused(&[&copy]) } else { Ok(()) }
    }

    /// Reads the input of a new run.
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
        // The new copy replaces an earlier one.
        self.clear(earlier)?;
        *is_new = true;
        journal.write(work)?;
        self.copied().await
    }

    async fn read(&mut self, path: PathBuf) -> Result<Input, Failure> {
        let form = self.form.clone();
        self.stopped.before(move || Input::read(&path, form)).await?
    }

    /// Copies an input that can be read only once, and reads the copy. Deletes the copy on failure.
    async fn copied(&mut self) -> Result<Input, Failure> {
        let to = copy_of(self.args);
        let file = create_private(&to).map_err(|error| uncopied(&to, &error))?;
        let input = match self.copy_to(file, &to).await {
            Ok(()) => self.read(to.clone()).await,
            Err(failure) => Err(failure),
        };
        if input.is_err() {
            let _ = delete(&to);
        }
        input
    }

    async fn copy_to(&mut self, mut file: File, to: &Path) -> Result<(), Failure> {
        let from = self.args.input.clone();
        let copied = self.stopped.before(move || copy_stream(&from, &mut file)).await?;
        copied.map_err(|error| uncopied(to, &error))
    }

    /// Reads the input of a run that writes to standard output. A copy of the input is temporary.
    pub(super) async fn read_for_stdout(&mut self) -> Result<(Input, Option<TempPath>), Failure> {
        if !is_stream(&self.args.input) {
            return Ok((self.read(self.args.input.clone()).await?, None));
        }
        let temporary = std::env::temp_dir();
        let made = tempfile::Builder::new().prefix("mediaconnect-").tempfile_in(&temporary);
        let (file, path) = made.map_err(|error| uncopied(&temporary, &error))?.into_parts();
        self.copy_to(file, &path).await?;
        Ok((self.read(path.to_path_buf()).await?, Some(path)))
    }

    /// Checks that no two files have the same path.
    fn check_names(&self) -> Result<(), Failure> {
        let args = self.args;
        let failed = args.failed().unwrap_or_default();
        let files = [args.output.clone(), failed, copy_of(args), with_suffix(&args.output, ".resume")];
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

    /// Checks that no file is in the way, unless it may be deleted.
    fn check_room(&self, earlier: &Earlier, work: &Work) -> Result<(), Failure> {
        let args = self.args;
        let copy = copy_of(args);
        let found = [&args.output, &work.failed].into_iter().find(|path| exists(path));
        let found = found.or(Some(&copy).filter(|copy| work.is_copied && exists(copy)));
        let (path, next) = match found {
            Some(path) if path == &copy && !earlier.has_copy() => (
                path,
                "move that file away: the copy of the input would have its name; or name another output",
            ),
            _ if args.force => return Ok(()),
            Some(path) if args.resume && path == &copy => return Ok(()),
            found if earlier.is_resumable() && !args.resume => {
                (found.unwrap_or(&args.output), "go on with --resume, or delete what is there with --force")
            }
            Some(path) => (path, "name another file, or delete it with --force"),
            None => return Ok(()),
        };
        Err(Failure::usage(format!("{} exists", path.display()), next))
    }

    /// Deletes the output, the list of failures and the copy of an earlier run if `--force` is given. With `--resume`,
    /// deletes an incomplete copy.
    fn clear(&self, earlier: &Earlier) -> Result<(), Failure> {
        let (failed, copy) = (self.args.failed().unwrap_or_default(), copy_of(self.args));
        let files = [&self.args.output, &failed, &copy].map(PathBuf::as_path);
        match (self.args.force, earlier.has_copy()) {
            (true, true) => delete_unused(&files),
            (true, false) => delete_unused(&files[..2]),
            (false, true) if self.args.resume => delete_unused(&files[2..]),
            (false, _) => Ok(()),
        }
    }

    fn unknown(&self, earlier: &Earlier) -> Failure {
        let output = self.args.output.display();
        let why = match earlier {
            Earlier::Nothing => "no run left a file beside it that ends in .resume",
            _ => "the file beside it that ends in .resume is damaged, or of another version",
        };
        Failure::usage(
            format!("{output} exists, and the input that it belongs to is unknown: {why}"),
            "name another output, or begin anew with --force, which deletes it",
        )
    }
}

fn uncopied(to: &Path, error: &io::Error) -> Failure {
    Failure::usage(
        format!("the input cannot be copied to {}: {error}", to.display()),
        "make room there, or put the input into a file and give it with --input",
    )
}

fn fingerprint(path: &Path) -> io::Result<Fingerprint> {
    if path.as_os_str() == "-" {
        Fingerprint::read(io::stdin().lock())
    } else {
        Fingerprint::read(File::open(path)?)
    }
}

/// Returns the path of the copy of an input that can be read only once.
pub(super) fn copy_of(args: &BulkArgs) -> PathBuf {
    with_suffix(&args.output, ".input")
}
