//! Reads CHANGELOG.md in the Keep a Changelog format: `## [Unreleased]`, then `## [1.2.3] - 2026-01-31` for each
//! release.

use jiff::civil::Date;
use semver::Version;

/// The path of the file in the workspace.
pub(crate) const FILE: &str = "CHANGELOG.md";

pub(crate) struct Changelog<'a> {
    sections: Vec<Section<'a>>,
}

struct Section<'a> {
    /// The version, or `Unreleased`.
    name: &'a str,
    date: Option<Date>,
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
                body: &text[heading.end..end],
            }
        });
        Self { sections: sections.collect() }
    }

    /// Returns true if a release has a section with a date.
    pub(crate) fn has_release(&self, version: &Version) -> bool {
        self.section(&version.to_string()).is_some_and(|section| section.date.is_some())
    }

    /// Returns true if a section above the section of the release has an entry under `### Breaking` that starts with
    /// `entry`.
    pub(crate) fn tells_of_breaking_since(&self, release: &Version, entry: &str) -> bool {
        let release = release.to_string();
        let newer = self.sections.iter().take_while(|section| section.name != release);
        newer.flat_map(Section::breaking).any(|line| line.starts_with(entry))
    }

    fn section(&self, name: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.name.eq_ignore_ascii_case(name))
    }
}

impl<'a> Section<'a> {
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

    #[test]
    fn a_release_has_a_section_with_a_date() {
        let has = |text: &str| Changelog::parse(text).has_release(&version("0.1.0"));
        assert!(has(TEXT));
        assert!(has("## 0.1.0 - 2026-01-31"));
        assert!(!has(&TEXT.replace("0.1.0", "0.2.0")));
        assert!(!has(&TEXT.replace(" - 2026-01-31", "")));
        assert!(!has(&TEXT.replace("2026-01-31", "soon")));
    }

    #[test]
    fn only_new_breaking_entries_on_the_contract_count() {
        let tells =
            |text: &str| Changelog::parse(text).tells_of_breaking_since(&version("0.1.0"), "- contract:");
        assert!(tells(TEXT));
        assert!(
            tells(&TEXT.replace("[Unreleased]\n", "[Unreleased]\n\n## [0.2.0] - 2026-02-28\n")),
            "also when it is dated"
        );
        assert!(!tells(&TEXT.replace("- contract: a field", "- client: a method")));
        assert!(!tells(&TEXT.replacen("### Breaking", "### Changed", 1)));
        assert!(!tells(&TEXT.replacen("### Breaking\n", "### Breaking\n### Removed\n", 1)));
    }
}
