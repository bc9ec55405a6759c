//! Reads the files of a run, and appends to them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use roaring::RoaringTreemap;
use tempfile::TempPath;

use super::args::{BulkArgs, with_suffix};
use super::failed::{FailedFile, FailureReason};
use super::input::Input;
use super::journal::{Finished, Journal, RunRecord, run_id};
use super::line_file::{LineFile, delete, exists, sync_directory, unwritable};
use super::output_row::{Layout, OutputRow};
use super::scan::{LineFormat, Scan};
use super::startup::{Start, Startup, copy_of, resolve};
use super::stream::is_stream;
use super::summary::Summary;
use crate::failure::Failure;

/// The output, the list of failures and the journal.
pub(super) struct Store {
    layout: Layout,
    output: LineFile,
    /// The list of failures; `None` if failures go to standard error.
    failed: Option<FailedFile>,
    /// The journal; `None` if the output is standard output.
    journal: Option<(Journal, RunRecord)>,
    /// The copy of an input that can be read only once.
    copy: Option<PathBuf>,
    /// The temporary copy of an input that can be read only once. Only a run that writes to standard output has one.
    /// Dropping this value deletes the copy.
    temporary: Option<TempPath>,
    /// The input lines that are done, because their row is written or their failure is final.
    done: RoaringTreemap,
    /// The lines with final failures that earlier runs recorded. These lines are also in `done`.
    failed_before: RoaringTreemap,
    rows: u64,
    failures: BTreeMap<&'static str, u64>,
}

impl Store {
    /// Opens the files of a new or resumed run at the system `system`. Locks the journal first, and keeps it locked
    /// until the run ends.
    ///
    /// Returns the store, the input and the number of input rows. The input is `None` if the run to resume is already
    /// finished.
    pub(super) async fn open<R: OutputRow>(
        mut startup: Startup<'_>,
        system: &str,
    ) -> Result<(Self, Option<Input>, u64), Failure> {
        let args = startup.args;
        if args.is_stdout() {
            if let Some(failed) = args.failed().filter(|failed| exists(failed)) {
                return Err(Failure::usage(
                    format!("{} exists", failed.display()),
                    "name another file with --failed, or delete this one",
                ));
            }
            let (input, temporary) = startup.read_for_stdout().await?;
            let failed = args.failed().map(|path| FailedFile::create(&path, run_id())).transpose()?;
            let mut store = Self::new::<R>(args, LineFile::stdout(), failed, None)?;
            store.temporary = temporary;
            let rows = input.rows;
            return Ok((store, Some(input), rows));
        }
        let mut record = RunRecord {
            command: startup.command.to_owned(),
            system: system.to_owned(),
            format: args.format(),
            raw_csv: args.raw_csv,
            delimiter: args.delimiter.map(char::from),
            bom: args.bom,
            columns: startup.format.columns.clone(),
            run: run_id(),
            failed: args.other_failed().map(|path| resolve(&path)),
            is_copied: is_stream(&args.input),
            input: None,
            finished: None,
        };
        let (journal, previous) = Journal::lock(&with_suffix(&args.output, ".resume"))?;
        let input = match startup.start(&journal, &previous, &mut record).await? {
            Start::New(input) => input,
            Start::Resumed(input) => {
                let rows = input.rows;
                return Ok((Self::recover::<R>(args, journal, record)?, Some(input), rows));
            }
            Start::Finished(finished) => {
                return Ok((Self::recover::<R>(args, journal, record)?, None, finished.rows));
            }
        };
        record.input = Some(input.fingerprint());
        journal.write(&record)?;
        let rows = input.rows;
        Ok((Self::create::<R>(args, journal, record)?, Some(input), rows))
    }

    fn create<R: OutputRow>(args: &BulkArgs, journal: Journal, record: RunRecord) -> Result<Self, Failure> {
        let failed = FailedFile::create(&args.failed().unwrap_or_default(), record.run.clone());
        let failed = failed.inspect_err(|_| {
            // Another run may have created a list with this name. This run has written nothing yet, so it leaves
            // nothing to resume.
            let _ = journal.delete();
            if record.is_copied {
                let _ = delete(&copy_of(args));
            }
        })?;
        let output = LineFile::create(&args.output)?;
        sync_directory(&args.output).map_err(|error| unwritable(&args.output, &error))?;
        Self::new::<R>(args, output, Some(failed), Some((journal, record)))
    }

    /// Opens the files of an earlier run to continue that run. Checks the content of all files before it changes the
    /// first one. If the run is finished, its files must still have the lines that it wrote.
    fn recover<R: OutputRow>(args: &BulkArgs, journal: Journal, record: RunRecord) -> Result<Self, Failure> {
        let layout = args.layout();
        let header = layout.header::<R>();
        let mut rows = OutputRows {
            layout,
            columns: R::COLUMNS.len(),
            header: header.strip_suffix(b"\n").map(<[u8]>::to_vec),
            lines: RoaringTreemap::new(),
        };
        let output = Scan::read(&args.output, &mut rows)?;
        let (failed, recovered) = FailedFile::scan(&args.failed().unwrap_or_default(), &record.run)?;
        let (count, done) = (rows.lines.len(), rows.lines | &recovered.lines);
        let is_changed = |finished: Finished| done.len() != finished.settled || recovered.has_others;
        if record.finished.is_some_and(is_changed) {
            return Err(changed(&args.output));
        }
        let output = LineFile::recover(output)?;
        let failed = FailedFile::recover(failed, &recovered)?;
        let store = Self::new::<R>(args, output, Some(failed), Some((journal, record)))?;
        Ok(Self { done, failed_before: recovered.lines, rows: count, failures: recovered.reasons, ..store })
    }

    fn new<R: OutputRow>(
        args: &BulkArgs,
        mut output: LineFile,
        failed: Option<FailedFile>,
        journal: Option<(Journal, RunRecord)>,
    ) -> Result<Self, Failure> {
        let layout = args.layout();
        if output.is_empty() {
            output.append(&layout.header::<R>())?;
        }
        Ok(Self {
            layout,
            output,
            failed,
            journal,
            copy: (is_stream(&args.input) && !args.is_stdout()).then(|| copy_of(args)),
            temporary: None,
            done: RoaringTreemap::new(),
            failed_before: RoaringTreemap::new(),
            rows: 0,
            failures: BTreeMap::new(),
        })
    }

    pub(super) fn is_done(&self, line: u64) -> bool {
        self.done.contains(line)
    }

    /// Returns true if an earlier run already wrote the output row of an input line.
    pub(super) fn is_written(&self, line: u64) -> bool {
        self.done.contains(line) && !self.failed_before.contains(line)
    }

    pub(super) fn failed_before(&self) -> u64 {
        self.failed_before.len()
    }

    /// Returns the number of lines that earlier runs completed.
    pub(super) fn done(&self) -> u64 {
        self.done.len()
    }

    /// Adds the counts of the files to the summary. Removes the rows and failures that a failed write lost.
    pub(super) fn count(&self, summary: &mut Summary) {
        // The lost lines may include the header. In this case, no row was written.
        let lost = self.output.lost().count() as u64;
        summary.written = summary.written.saturating_sub(lost);
        summary.rows_in_output = self.rows.saturating_sub(lost);
        summary.failures.clone_from(&self.failures);
        for reason in self.failed.iter().flat_map(FailedFile::lost) {
            // The lost lines may include the header, whose second cell is no reason.
            let Some(count) = summary.failures.get_mut(reason.as_str()) else { continue };
            *count -= 1;
            let is_final = FailureReason::FINAL.iter().any(|one| one.as_str() == reason);
            *(if is_final { &mut summary.failed } else { &mut summary.failed_for_now }) -= 1;
        }
        summary.failures.retain(|_, count| *count > 0);
    }

    pub(super) fn write<R: OutputRow>(&mut self, row: &R) -> Result<(), Failure> {
        self.rows += 1;
        self.output.append(&self.layout.line(row))
    }

    /// Adds a line to the list of failures. Returns false if there is no list; the caller then prints the failure.
    pub(super) fn fail(&mut self, line: u64, reason: FailureReason, message: &str) -> Result<bool, Failure> {
        *self.failures.entry(reason.as_str()).or_default() += 1;
        match &mut self.failed {
            Some(failed) => failed.append(line, reason, message).map(|()| true),
            None => Ok(false),
        }
    }

    /// Writes the buffered lines to the files. Afterwards, a crash of this process cannot lose these lines.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush()?;
        self.failed.as_mut().map_or(Ok(()), FailedFile::flush)
    }

    /// Waits until the lines are on the disk. Afterwards, a system crash cannot lose these lines.
    pub(super) fn sync(&mut self) -> Result<(), Failure> {
        self.output.sync()?;
        self.failed.as_mut().map_or(Ok(()), FailedFile::sync)
    }

    /// Closes the files. For a finished run, `rows` is the number of input rows, and the journal records that the run
    /// is finished.
    pub(super) fn finish(&mut self, rows: Option<u64>) -> Result<(), Failure> {
        let settled = self.rows + self.failures.values().sum::<u64>();
        self.output.sync()?;
        self.failed.as_mut().map_or(Ok(()), FailedFile::finish)?;
        if let Some(rows) = rows {
            // The copy is deleted only after the journal records that the run is finished, because an unfinished run
            // cannot be resumed without its copy.
            if let Some((journal, record)) = self.journal.take() {
                journal.write(&RunRecord { finished: Some(Finished { rows, settled }), ..record })?;
            }
            if let Some(copy) = &self.copy {
                delete(copy).map_err(|error| unwritable(copy, &error))?;
            }
        }
        Ok(())
    }
}

/// Returns the error for a finished run whose output or list of failures has changed.
fn changed(output: &Path) -> Failure {
    Failure::usage(
        format!(
            "{} or its list of failures has changed since the run finished: lines are missing or were added",
            output.display()
        ),
        "restore both files, or start again with --force",
    )
}

struct OutputRows {
    layout: Layout,
    columns: usize,
    header: Option<Vec<u8>>,
    lines: RoaringTreemap,
}

impl LineFormat for OutputRows {
    fn take(&mut self, number: u64, line: &[u8]) -> bool {
        match &self.header {
            Some(header) if number == 1 => line == header,
            _ => self.layout.number(self.columns, line).is_some_and(|number| self.lines.insert(number)),
        }
    }

    fn can_begin(&self, number: u64, text: &[u8]) -> bool {
        match &self.header {
            Some(header) if number == 1 => header.starts_with(text),
            _ => self.layout.can_begin(text),
        }
    }
}
