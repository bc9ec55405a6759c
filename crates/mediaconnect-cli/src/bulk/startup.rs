//! Reads the input of a new run, or checks and reads the input of a resumed run.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::args::{BulkArgs, with_suffix};
use super::input::{Input, InputFormat};
use super::journal::{Finished, Journal, PreviousRun, RunRecord};
use super::line_file::{create_private, delete, delete_unused, directory, exists};
use super::source::Fingerprint;
use super::stream::{copy_stream, is_stream};
use crate::failure::Failure;
use crate::signals::StopSignal;

/// The help text if a run cannot be resumed with the existing output.
const RESTART: &str = "start again with --force, which deletes the existing output, or choose another output";

pub(super) struct Startup<'a> {
    pub(super) args: &'a BulkArgs,
    pub(super) command: &'static str,
    pub(super) format: InputFormat,
    pub(super) stop: &'a mut StopSignal,
}

pub(super) enum Start {
    New(Input),
    Resumed(Input),
    /// The earlier run is finished. There is nothing to resume.
    Finished(Finished),
}

impl Startup<'_> {
    /// Reads the input of a run. With `--resume`, continues an interrupted run, reports a finished run, or starts a new
    /// run if there is no earlier one. On failure, deletes the journal if no earlier run has written to it.
    pub(super) async fn start(
        &mut self,
        journal: &Journal,
        previous: &PreviousRun,
        record: &mut RunRecord,
    ) -> Result<Start, Failure> {
        let start = self.choose(journal, previous, record).await;
        if start.is_err() && *previous == PreviousRun::Nothing {
            let _ = journal.delete();
        }
        start
    }

    async fn choose(
        &mut self,
        journal: &Journal,
        previous: &PreviousRun,
        record: &mut RunRecord,
    ) -> Result<Start, Failure> {
        if self.args.resume && exists(&self.args.output) {
            return match previous {
                PreviousRun::Recorded(recorded) if recorded.input.is_none() => {
                    Err(self.output_of_another_run())
                }
                PreviousRun::Recorded(recorded) => self.resume(recorded, record).await,
                PreviousRun::Nothing | PreviousRun::Damaged => Err(self.unknown_input(previous)),
            };
        }
        match previous {
            // The output does not exist. Usually, the earlier run was interrupted before it created the file.
            PreviousRun::Recorded(recorded)
                if self.args.resume && recorded.finished.is_none() && recorded.input.is_some() =>
            {
                self.resume(recorded, record).await
            }
            PreviousRun::Recorded(RunRecord { finished: None, .. }) | PreviousRun::Damaged
                if self.args.resume && record.is_copied =>
            {
                let input = self.begin(journal, previous, record).await?;
                if input.fingerprint().is_empty() {
                    let _ = delete(&copy_of(self.args));
                    return Err(Failure::usage(
                        "standard input is empty now, but the earlier run left no input that can be used again",
                        "provide the whole input again with --resume, or start again with --force",
                    ));
                }
                Ok(Start::New(input))
            }
            _ => self.begin(journal, previous, record).await.map(Start::New),
        }
    }

    /// Reads the input, and checks that the input and the options are the same as in the earlier run.
    async fn resume(&mut self, recorded: &RunRecord, record: &mut RunRecord) -> Result<Start, Failure> {
        record.run.clone_from(&recorded.run);
        if let Some(finished) = recorded.finished {
            let path = self.args.input.clone();
            let read = self.stop.run_blocking(move || fingerprint(&path)).await?;
            record.input = Some(read.map_err(|error| super::input::unreadable(&self.args.input, &error))?);
            recorded.check_same(record)?;
            record.finished = Some(finished);
            self.delete_own_copy(recorded)?;
            return Ok(Start::Finished(finished));
        }
        let path = if record.is_copied { copy_of(self.args) } else { self.args.input.clone() };
        let input = self.read(path).await?;
        record.input = Some(input.fingerprint());
        recorded.check_same(record)?;
        Ok(Start::Resumed(input))
    }

    /// Deletes the copy of the input if the finished run did not delete it. This happens if the run was interrupted
    /// just before the deletion.
    fn delete_own_copy(&self, recorded: &RunRecord) -> Result<(), Failure> {
        let copy = copy_of(self.args);
        let is_own =
            recorded.is_copied && fingerprint(&copy).is_ok_and(|found| Some(found) == recorded.input);
        if is_own { delete_unused(&[&copy]) } else { Ok(()) }
    }

    async fn begin(
        &mut self,
        journal: &Journal,
        previous: &PreviousRun,
        record: &RunRecord,
    ) -> Result<Input, Failure> {
        self.check_names()?;
        self.check_free(previous, record)?;
        if !record.is_copied {
            let input = self.read(self.args.input.clone()).await?;
            self.delete_results()?;
            self.delete_copy(previous)?;
            return Ok(input);
        }
        // The old copy is deleted before the input is read, because the new copy gets the same path.
        self.delete_copy(previous)?;
        let input = self.begin_with_copy(journal, record).await;
        if input.is_err() {
            let _ = match previous {
                PreviousRun::Nothing => Ok(()),
                PreviousRun::Recorded(recorded) if !previous.has_copy() => {
                    journal.write(recorded).map_err(drop)
                }
                // Nothing can be resumed with the old journal, because the old copy is already deleted.
                _ => journal.delete().map_err(drop),
            };
        }
        input
    }

    async fn begin_with_copy(&mut self, journal: &Journal, record: &RunRecord) -> Result<Input, Failure> {
        journal.write(record)?;
        let input = self.copied().await?;
        if let Err(failure) = self.delete_results() {
            let _ = delete(&copy_of(self.args));
            return Err(failure);
        }
        Ok(input)
    }

    async fn read(&mut self, path: PathBuf) -> Result<Input, Failure> {
        let format = self.format.clone();
        self.stop.run_blocking(move || Input::read(&path, format)).await?
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
        let copied = self.stop.run_blocking(move || copy_stream(&from, &mut file)).await?;
        copied.map_err(|error| uncopied(to, &error))
    }

    /// Reads the input of a dry run, or of a run that writes to standard output. An input that can be read only once is
    /// first copied to a temporary file.
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

    fn check_names(&self) -> Result<(), Failure> {
        let args = self.args;
        let failed = args.failed().unwrap_or_default();
        let files = [args.output.clone(), failed, copy_of(args), with_suffix(&args.output, ".resume")];
        let resolved = files.each_ref().map(|path| resolve(path));
        for (index, path) in files.iter().enumerate() {
            let is_input = args.input.canonicalize().is_ok_and(|input| input == resolved[index]);
            if is_input || resolved[..index].contains(&resolved[index]) {
                return Err(Failure::usage(
                    format!(
                        "two of the run's files are the same file, {}, and one would overwrite the other",
                        path.display()
                    ),
                    "use different files for the input, the output and --failed",
                ));
            }
        }
        Ok(())
    }

    /// Checks that the run does not overwrite an existing file without `--force` or `--resume`.
    fn check_free(&self, previous: &PreviousRun, record: &RunRecord) -> Result<(), Failure> {
        let args = self.args;
        let (copy, journal) = (copy_of(args), with_suffix(&args.output, ".resume"));
        let failed = args.failed().unwrap_or_default();
        let result = [&args.output, &failed].into_iter().find(|path| exists(path));
        let found = result.or(Some(&copy).filter(|copy| record.is_copied && exists(copy)));
        let (path, next) = match found {
            Some(path) if path == &copy && !previous.has_copy() => (
                path,
                "move this file or choose another output; the run needs this path for a copy of its input",
            ),
            _ if args.force => return Ok(()),
            Some(path) if args.resume && path == &copy => return Ok(()),
            found if previous.is_resumable(result.is_some()) && !args.resume => (
                found.unwrap_or(&journal),
                "continue with --resume, or delete the existing files with --force",
            ),
            Some(path) => (path, "choose another file, or delete this one with --force"),
            None => return Ok(()),
        };
        Err(Failure::usage(format!("{} exists", path.display()), next))
    }

    /// With `--force`, deletes the output and the list of failures of an earlier run.
    fn delete_results(&self) -> Result<(), Failure> {
        let failed = self.args.failed().unwrap_or_default();
        if self.args.force { delete_unused(&[&self.args.output, &failed]) } else { Ok(()) }
    }

    /// With `--force` or `--resume`, deletes the copy that an earlier run made of its input. With `--resume`, a copy
    /// that is found here may be incomplete, so the run reads its input again.
    fn delete_copy(&self, previous: &PreviousRun) -> Result<(), Failure> {
        let is_allowed = self.args.force || self.args.resume;
        if is_allowed && previous.has_copy() { delete_unused(&[&copy_of(self.args)]) } else { Ok(()) }
    }

    /// Returns the failure for an output that the earlier run did not write. The earlier run used `--force`, and was
    /// stopped before it deleted the old output.
    fn output_of_another_run(&self) -> Failure {
        let output = self.args.output.display();
        Failure::usage(
            format!(
                "the earlier run did not write {output}, because that run was stopped while it read the input"
            ),
            RESTART,
        )
    }

    fn unknown_input(&self, previous: &PreviousRun) -> Failure {
        let output = self.args.output.display();
        let why = match previous {
            PreviousRun::Nothing => "is missing",
            _ => "is damaged, or another version wrote it",
        };
        Failure::usage(
            format!("{output} exists, but no run can be resumed, because {output}.resume {why}"),
            RESTART,
        )
    }
}

/// Returns the same path for all spellings of a path, also if the file does not exist.
pub(super) fn resolve(path: &Path) -> PathBuf {
    let resolved = path.canonicalize().or_else(|error| {
        let name = path.file_name().ok_or(error)?;
        Ok::<_, io::Error>(directory(path).canonicalize()?.join(name))
    });
    // If there is no such directory, the file cannot be written anyway.
    resolved.unwrap_or_else(|_| path.to_owned())
}

fn uncopied(to: &Path, error: &io::Error) -> Failure {
    Failure::usage(
        format!("the input cannot be copied to {}: {error}", to.display()),
        "free some space there, or save the input as a file and name it with --input",
    )
}

fn fingerprint(path: &Path) -> io::Result<Fingerprint> {
    if path.as_os_str() == "-" {
        Fingerprint::read(io::stdin().lock())
    } else {
        Fingerprint::read(File::open(path)?)
    }
}

/// Returns the path of the copy of the input. A copy is made if the input can be read only once.
pub(super) fn copy_of(args: &BulkArgs) -> PathBuf {
    with_suffix(&args.output, ".input")
}
