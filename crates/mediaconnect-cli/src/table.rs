//! Tables that fit the terminal.

use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};

use crate::terminal::Terminal;
use crate::text::escape_controls;

/// The lines of a cell. They may contain control characters, which the functions of this module escape.
pub(crate) type CellLines = Vec<String>;

/// Returns a table of labels and values, without the labels that have no value.
pub(crate) fn labelled(rows: Vec<(&str, CellLines)>, terminal: Terminal) -> String {
    let mut table = empty(terminal);
    table.load_style(NOTHING);
    for (label, lines) in rows.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        table.add_row([heading(label, terminal), cell(&lines)]);
    }
    finish(&table)
}

/// Returns a table with headings, without empty columns.
pub(crate) fn listed(headings: &[&str], rows: &[Vec<CellLines>], terminal: Terminal) -> String {
    let is_used = |column: usize| rows.iter().any(|row| !row[column].is_empty());
    let columns: Vec<usize> = (0..headings.len()).filter(|column| is_used(*column)).collect();
    let mut table = empty(terminal);
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header(columns.iter().map(|column| heading(headings[*column], terminal)));
    for row in rows {
        table.add_row(columns.iter().map(|column| cell(&row[*column])));
    }
    finish(&table)
}

/// Returns the wide table if its longest line fits the terminal, and the narrow table otherwise.
pub(crate) fn listed_fitting(
    wide: (&[&str], &[Vec<CellLines>]),
    narrow: (&[&str], &[Vec<CellLines>]),
    terminal: Terminal,
) -> String {
    let plain = listed(wide.0, wide.1, Terminal { width: None, colors: false });
    let needed = plain.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    let fits = terminal.width.is_none_or(|width| needed <= width.into());
    let (headings, rows) = if fits { wide } else { narrow };
    listed(headings, rows, terminal)
}

fn empty(terminal: Terminal) -> Table {
    let mut table = Table::new();
    table.force_no_tty();
    if terminal.colors {
        table.enforce_styling();
    }
    if let Some(width) = terminal.width {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

fn heading(text: &str, terminal: Terminal) -> Cell {
    let cell = Cell::new(text);
    if terminal.colors { cell.fg(Color::Cyan).add_attribute(Attribute::Bold) } else { cell }
}

fn cell(lines: &[String]) -> Cell {
    let lines: Vec<String> = lines.iter().map(|line| escape_controls(line)).collect();
    Cell::new(lines.join("\n"))
}

fn finish(table: &Table) -> String {
    table.trim_fmt() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: Terminal = Terminal { width: None, colors: false };

    fn lines(lines: &[&str]) -> CellLines {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    fn two_customers(terminal: Terminal) -> String {
        let rows = [
            vec![lines(&["563457"]), lines(&["Ola Fjordstrand Nordmann"]), lines(&[])],
            vec![lines(&["100214"]), lines(&["Kari Solbakken", "Fjord AS"]), lines(&[])],
        ];
        listed(&["Number", "Name", "Phone"], &rows, terminal)
    }

    #[test]
    fn a_pipe_gets_every_line_in_full_length() {
        let long = "x".repeat(500);
        let table = labelled(vec![("Name", lines(&[&long]))], FILE);
        assert_eq!(table, format!(" Name  {long}\n"));
    }

    #[test]
    fn labels_and_columns_without_anything_are_left_out() {
        let table = labelled(vec![("A", lines(&["1", "2"])), ("B", lines(&[]))], FILE);
        assert_eq!(table, " A  1\n    2\n");
        assert!(!two_customers(FILE).contains("Phone"));
    }

    #[test]
    fn a_table_is_as_wide_as_the_terminal_at_most() {
        for width in [24, 30, 40] {
            let table = two_customers(Terminal { width: Some(width), colors: false });
            assert!(table.lines().all(|line| line.chars().count() <= width.into()), "{width}\n{table}");
        }
    }

    #[test]
    fn only_colours_bring_escapes() {
        assert!(!two_customers(FILE).contains('\u{1b}'));
        assert!(two_customers(Terminal { colors: true, ..FILE }).contains('\u{1b}'));
    }

    #[test]
    fn what_upstream_wrote_cannot_steer_the_terminal() {
        let table = labelled(vec![("Name", lines(&["\u{1b}[2J\nOla\u{9b}"]))], FILE);
        assert_eq!(table, " Name  \\u{1b}[2J\\u{a}Ola\\u{9b}\n");
    }
}
