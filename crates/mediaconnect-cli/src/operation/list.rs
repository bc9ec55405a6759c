//! The `operations` command: lists the operations of the contract.

use mediaconnect::operations::{Mode, OPERATIONS};
use serde::Serialize;

use super::command::{group_name, name};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{OutputStyle, Report, print};
use crate::table::{CellLines, listed_fitting};
use crate::terminal::Terminal;

/// The list of upstream's endpoints. It states which of them the contract covers.
const COVERAGE: &str = include_str!("../../../../openapi/coverage.yaml");

pub(crate) fn list(style: OutputStyle<'_>) -> Result<Exit, Failure> {
    print(&OperationTable::new(), style)?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationTable {
    operations: Vec<OperationRow>,
    /// The number of upstream's endpoints that the contract covers.
    covered: usize,
    /// The number of endpoints in upstream's documentation.
    endpoints: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationRow {
    group: String,
    operation: String,
    operation_id: &'static str,
    method: &'static str,
    path: &'static str,
    mode: &'static str,
    evidence: &'static str,
    summary: &'static str,
}

impl OperationTable {
    fn new() -> Self {
        let rows = OPERATIONS.iter().map(|info| OperationRow {
            group: group_name(info),
            operation: name(info),
            operation_id: info.id,
            method: info.method,
            path: info.path,
            mode: match info.mode {
                Mode::Client => "client",
                Mode::User => "user",
            },
            evidence: info.evidence.as_str(),
            summary: info.summary,
        });
        let lines =
            |start: &str| COVERAGE.lines().filter(|line| line.trim_start().starts_with(start)).count();
        Self { operations: rows.collect(), covered: lines("state: covered"), endpoints: lines("- title: ") }
    }
}

impl Report for OperationTable {
    fn text(&self, terminal: Terminal) -> String {
        let rows: Vec<Vec<CellLines>> = self.operations.iter().map(OperationRow::cells).collect();
        let narrow: Vec<Vec<CellLines>> = self.operations.iter().map(OperationRow::narrow_cells).collect();
        let table = listed_fitting(
            (&["Command", "Method", "Path", "Mode", "Evidence"], &rows),
            (&["Command and endpoint", "Mode", "Evidence"], &narrow),
            terminal,
        );
        format!(
            "{table} {} of the {} documented endpoints have a command. Call the others with: mediaconnect api\n",
            self.covered, self.endpoints
        )
    }
}

impl OperationRow {
    fn cells(&self) -> Vec<CellLines> {
        let command = format!("{} {}", self.group, self.operation);
        let cells = [command.as_str(), self.method, self.path, self.mode, self.evidence];
        cells.map(|cell| vec![cell.to_owned()]).to_vec()
    }

    /// Returns the row for a narrow terminal, with the endpoint below the command.
    fn narrow_cells(&self) -> Vec<CellLines> {
        let command = format!("{} {}", self.group, self.operation);
        let endpoint = format!("  {} {}", self.method, self.path);
        vec![vec![command, endpoint], vec![self.mode.to_owned()], vec![self.evidence.to_owned()]]
    }
}
