//! Reads CHANGELOG.md in the Keep a Changelog format: `## [Unreleased]`, then `## [1.2.3] - 2026-01-31` for each
//! release.

use std::ops::Range;

use anyhow::{Result, bail};
use jiff::civil::Date;
use semver::Version;

/// The path of the file in the workspace.
pub(crate) const FILE: &str = "CHANGELOG.md";

const UNRELEASED: &str = "Unreleased";

/// The sections of the file.
pub(crate) struct Changelog<'a> {
    text: &'a str,
    sections: Vec<Section<'a>>,
}

struct Section<'a> {
    /// The version, or `Unreleased`.
    name: &'a str,
    date: Option<Date>,
    heading: Range<usize>,
    body: &'a str,
}

impl<'a> Changelog<'a> {
    /// Reads the headings `## [name] - date`. The brackets and the date are optional.
    pub(crate) fn parse(text: &'a str) -> Self {
        let mut headings = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some(title) = line.strip_prefix("## ") {
                headings.push((title.trim(), start..start + line.len()));
            }
            start += line.len();
        }
        let ends = headings.iter().skip(1).map(|(_, heading)| heading.start).chain([text.len()]);
        let sections = headings.iter().zip(ends).map(|((title, heading), end)| {
            let (name, date) = title.split_once(" - ").unwrap_or((title, ""));
            Section {
                name: name.trim().trim_start_matches('[').trim_end_matches(']'),
                date: date.trim().parse().ok(),
                heading: heading.clone(),
                body: &text[heading.end..end],
            }
        });
        Self { text, sections: sections.collect() }
    }

    /// Returns true if a release has a section with a date.
    pub(crate) fn has_release(&self, version: &Version) -> bool {
        self.section(&version.to_string()).is_some_and(|section| section.date.is_some())
    }

    /// Returns true if a section newer than the release has an entry under `### Breaking` that starts with `entry`.
    pub(crate) fn tells_of_breaking_since(&self, release: &Version, entry: &str) -> bool {
        let release = release.to_string();
        let newer = self.sections.iter().take_while(|section| section.name != release);
        newer.flat_map(Section::breaking).any(|line| line.starts_with(entry))
    }

    /// Returns the text, in which the unreleased section is renamed to this release. A section that already has a date
    /// is kept.
    pub(crate) fn released(&self, version: &Version, date: Date) -> Result<String> {
        let Some(unreleased) = self.section(UNRELEASED) else {
            bail!("{FILE} has no section `## [{UNRELEASED}]`: add it above the releases");
        };
        match self.section(&version.to_string()) {
            None if !unreleased.has_entries() => bail!(
                "{FILE} has no entry for {version}: describe the changes in entries (`- contract: …`, `- client: \
                 …`) under `## [{UNRELEASED}]`"
            ),
            None => {
                let (before, after) = self.text.split_at(unreleased.heading.end);
                let gap = if before.ends_with('\n') { "" } else { "\n" };
                Ok(format!("{before}{gap}\n## [{version}] - {date}\n{after}"))
            }
            Some(section) if section.date.is_none() => bail!(
                "{FILE}: the section for {version} has no date: write `## [{version}] - {date}`, or keep its \
                 entries under `## [{UNRELEASED}]` and delete the heading"
            ),
            Some(_) if unreleased.has_entries() => bail!(
                "{FILE} has a section for {version} and also entries under `## [{UNRELEASED}]`: move the entries \
                 of {version} to its section, and commit the others after the release"
            ),
            Some(_) => Ok(self.text.to_owned()),
        }
    }

    fn section(&self, name: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.name.eq_ignore_ascii_case(name))
    }
}

impl<'a> Section<'a> {
    fn has_entries(&self) -> bool {
        self.body.lines().any(|line| line.starts_with("- "))
    }

    /// Returns the lines under `### Breaking`.
    fn breaking(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let below = self.body.lines().skip_while(|line| line.trim_end() != "### Breaking").skip(1);
        below.take_while(|line| !line.starts_with("### "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changelog\n\n## [Unreleased]\n\n### Breaking\n- contract: a field is gone.\n\n### Added\n\
                        - client: a method.\n\n## [0.1.0] - 2026-01-31\n\n### Breaking\n- contract: old.\n";

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    fn released(text: &str) -> Result<String, String> {
        let date = "2026-02-28".parse().unwrap();
        Changelog::parse(text).released(&version("0.2.0"), date).map_err(|error| error.to_string())
    }

    #[test]
    fn the_unreleased_section_becomes_the_release() {
        let expected = TEXT.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [0.2.0] - 2026-02-28\n");
        let text = released(TEXT).unwrap();
        assert_eq!(text, expected);
        assert_eq!(released(&text).unwrap(), expected, "a second time changes nothing");
        assert!(Changelog::parse(&text).has_release(&version("0.2.0")));
    }

    #[test]
    fn a_changelog_without_section_entries_or_date_is_refused() {
        let cases = [
            ("# Changelog\n", "no section `## [Unreleased]`"),
            ("## [Unreleased]\n\n### Added\n", "has no entry for 0.2.0"),
            ("## [Unreleased]\n## [0.2.0]\n- client: a.\n", "has no date: write `## [0.2.0] - 2026-02-28`"),
            ("## [Unreleased]\n## [0.2.0] - soon\n- client: a.\n", "has no date"),
            ("## [Unreleased]\n- client: b.\n## [0.2.0] - 2026-02-28\n- client: a.\n", "and also entries"),
        ];
        for (text, part) in cases {
            let error = released(text).unwrap_err();
            assert!(error.contains(part), "{part}: {error}");
        }
    }

    #[test]
    fn only_new_breaking_entries_on_the_contract_count() {
        let tells =
            |text: &str| Changelog::parse(text).tells_of_breaking_since(&version("0.1.0"), "- contract:");
        assert!(tells(TEXT));
        assert!(tells(&released(TEXT).unwrap()), "also when it is dated");
        assert!(!tells(&TEXT.replace("- contract: a field", "- client: a method")));
        assert!(!tells(&TEXT.replacen("### Breaking", "### Changed", 1)));
        assert!(!tells(&TEXT.replacen("### Breaking\n", "### Breaking\n### Removed\n", 1)));
    }
}
