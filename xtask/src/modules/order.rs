//! Compares the imports of a crate with the table of its modules in `ARCHITECTURE.md`.

use std::collections::BTreeMap;
use std::path::Path;

use super::Dependencies;

/// The file with the tables.
pub(super) const FILE: &str = "ARCHITECTURE.md";

/// Maps each module of a table to its row, counted from the top. A module may import from its own row and those below.
pub(super) struct Rows(BTreeMap<String, usize>);

impl Rows {
    /// Reads the first table below the heading that names the directory of the crate. The first cell of each row lists
    /// the modules of the row.
    pub(super) fn of(text: &str, directory: &str) -> Option<Self> {
        let heading = format!("`{directory}`");
        let mut lines = text.lines().skip_while(|line| !(line.starts_with('#') && line.ends_with(&heading)));
        lines.next()?;
        let table = lines.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        let mut rows = BTreeMap::new();
        for (row, line) in table.skip(2).enumerate() {
            let cell = line.split('|').nth(1).unwrap_or_default();
            for file in cell.split('`').skip(1).step_by(2) {
                let module = file.trim_end_matches('/').trim_end_matches(".rs");
                rows.insert(module.to_owned(), row);
            }
        }
        Some(Self(rows))
    }

    /// Returns a message for each import from a higher row, for each module that is in no row, and for each listed
    /// module that does not exist.
    pub(super) fn problems(&self, dependencies: &Dependencies, root: &Path) -> Vec<String> {
        let mut problems = Vec::new();
        for (module, imports) in &dependencies.0 {
            let Some(row) = self.0.get(module) else {
                problems.push(format!("{FILE} has no row for the module {module}: add the module to a row"));
                continue;
            };
            for (import, place) in
                imports.iter().filter(|(import, _)| self.0.get(*import).is_some_and(|other| other < row))
            {
                let file = place.file.strip_prefix(root).unwrap_or(&place.file).display();
                problems.push(format!(
                    "{file}:{}: the module {module} uses the module {import}, but {FILE} lists {import} above {module}: \
                     move the code, or change the order of the rows",
                    place.line
                ));
            }
        }
        let gone = self.0.keys().filter(|module| !dependencies.0.contains_key(*module));
        problems.extend(gone.map(|module| {
            format!("{FILE} lists the module {module}, which does not exist: remove its name from the row")
        }));
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::*;

    const TABLE: &str = "# `other/src`\n|x|\n|-|\n| `b.rs` |\n# Of `sample/src`\ntext\n\n| modules | what |\n|---|---|\n\
                         | `a.rs` | uses `b.rs` |\n| `b.rs`, `b/`, `c.rs` | |\n\n| `d.rs` | |\n";

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let (directory, dependencies) = read(files);
        Rows::of(TABLE, "sample/src").unwrap().problems(&dependencies, directory.path())
    }

    #[test]
    fn a_module_may_import_from_its_own_row_and_those_below() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b;"),
            ("b.rs", "use crate::c;"),
            ("c.rs", ""),
        ];
        assert_eq!(problems(&files), Vec::<String>::new());
    }

    #[test]
    fn an_import_from_a_row_above_is_a_problem_with_its_line() {
        let files =
            [("lib.rs", "mod a; mod b; mod c;"), ("a.rs", ""), ("b.rs", "\nuse crate::a;"), ("c.rs", "")];
        let expected = "b.rs:2: the module b uses the module a, but ARCHITECTURE.md lists a above b: move the code, or change the order of the rows";
        assert_eq!(problems(&files), [expected]);
    }

    #[test]
    fn a_module_and_a_row_without_each_other_are_problems() {
        let files = [("lib.rs", "mod a; mod b; mod d;"), ("a.rs", ""), ("b.rs", ""), ("d.rs", "")];
        assert_eq!(
            problems(&files),
            [
                "ARCHITECTURE.md has no row for the module d: add the module to a row",
                "ARCHITECTURE.md lists the module c, which does not exist: remove its name from the row",
            ]
        );
    }

    #[test]
    fn a_crate_without_a_table_has_no_rows() {
        assert!(Rows::of(TABLE, "sample").is_none());
    }
}
