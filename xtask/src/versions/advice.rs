//! Finds the version that a change of the contract requires.

use semver::{Prerelease, Version};
use serde_json::{Value, json};
use xtask::compare::{Change, Class, Effect, Report};

use crate::versions::semver_checks::Verdict;

/// The maximum number of changes that are listed as the reason.
const NAMED: usize = 5;

const RAISE: &str =
    "Set `version` under [workspace.package] in Cargo.toml, and run `cargo update --workspace`.";

/// The version that a change of the contract requires, with the reason.
pub(crate) struct Advice<'a> {
    report: &'a Report,
    /// The version of the workspace, if there is one.
    now: Option<Version>,
    /// The release with which the workspace is compared, if there is one.
    release: Option<Version>,
    verdict: Verdict,
}

impl<'a> Advice<'a> {
    /// Returns the advice for the changes of a workspace since `release`. `now` is the version of the workspace.
    pub(crate) fn new(
        report: &'a Report,
        now: Option<Version>,
        release: Option<Version>,
        verdict: Verdict,
    ) -> Self {
        Self { report, now, release, verdict }
    }

    /// Returns the worst class of the changes to the contract and to hand-written code.
    ///
    /// A change that breaks programs only at run time also counts as breaking. The compiler does not find such a
    /// change, so only the version can warn the users of the crates.
    pub(crate) fn class(&self) -> Option<Class> {
        if self.verdict == Verdict::Breaking { Some(Class::Breaking) } else { self.report.worst() }
    }

    /// Returns the lowest version that may contain the change. `None` if nothing changed or nothing is released.
    pub(crate) fn least(&self) -> Option<Version> {
        Some(least_next(self.release.as_ref()?, self.class()?))
    }

    /// Returns true if the workspace has the required version, a pre-release of it, or a higher version.
    pub(crate) fn is_satisfied(&self) -> bool {
        let (Some(now), Some(release), Some(least)) = (&self.now, &self.release, self.least()) else {
            return true;
        };
        let finished = Version { pre: Prerelease::EMPTY, ..now.clone() };
        *now >= least || (finished >= least && now > release)
    }

    /// Returns the required version, the reason, and the current version.
    pub(crate) fn sentence(&self) -> String {
        let now = self.now.as_ref().map_or_else(|| "no version".to_owned(), ToString::to_string);
        let Some(release) = &self.release else {
            return format!(
                "nothing is released yet, so any version is high enough; the workspace has {now}."
            );
        };
        let (Some(class), Some(least)) = (self.class(), self.least()) else {
            return format!("no new version is required after release {release}; the workspace has {now}.");
        };
        let state = if self.now.is_none() || self.is_satisfied() { "" } else { ", which is too low" };
        let reason = reason(release, class);
        format!(
            "the version must be at least {least} after release {release}: {reason}. The workspace has {now}{state}."
        )
    }

    /// Returns the help if the version is too low.
    pub(crate) fn help(&self) -> Option<String> {
        (!self.is_satisfied()).then(|| {
            let sentence = self.sentence();
            format!("Cargo.toml: {sentence} {RAISE}")
        })
    }

    /// Returns the changes that require the version, by rule and pointer. Changes that cause compile errors come first.
    pub(crate) fn demands(&self) -> Vec<(&'static str, &'a str)> {
        let class = self.least().and(self.class());
        let mut changes: Vec<&Change> =
            self.report.changes.iter().filter(|change| Some(change.rule.class) == class).collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.rule.effect));
        let mut named: Vec<_> =
            changes.iter().map(|change| (change.rule.name, change.contract_pointer.as_str())).collect();
        named.dedup();
        named
    }

    /// Returns the first changes of [`Self::demands`], one per line. If there are more, the last line states how many.
    /// `code` formats the name of a rule or a pointer.
    pub(crate) fn demand_lines(&self, code: fn(&str) -> String) -> Vec<String> {
        let demands = self.demands();
        let mut lines: Vec<String> = demands
            .iter()
            .take(NAMED)
            .map(|(rule, pointer)| format!("{} at {}", code(rule), code(pointer)))
            .collect();
        if demands.len() > NAMED {
            lines.push(format!("and {} more", demands.len() - NAMED));
        }
        lines
    }

    /// Returns [`Self::demand_lines`] as an indented list, which can be appended to a sentence.
    pub(crate) fn demand_list(&self) -> String {
        let lines = self.demand_lines(str::to_owned);
        lines.iter().flat_map(|line| ["\n  ", line]).collect()
    }

    /// Returns a sentence on the breaking changes that the compiler finds.
    pub(crate) fn rust_api(&self) -> String {
        match (self.report.count(Class::Breaking), self.compile_errors()) {
            (0, _) => "every program still compiles.".to_owned(),
            (all, 0) => format!(
                "the compiler finds none of the breaking changes ({all}): programs compile, but behave \
                 differently at run time."
            ),
            (all, errors) if all == errors => {
                format!(
                    "all breaking changes ({all}) cause compile errors in programs that use the changed items."
                )
            }
            (all, errors) => format!(
                "the compiler finds {errors} of {all} breaking changes; after the other changes, programs compile, but \
                 behave differently at run time."
            ),
        }
    }

    /// Returns the result of cargo-semver-checks.
    pub(crate) fn verdict(&self) -> &'static str {
        self.verdict.sentence()
    }

    /// Returns the advice as JSON. Programs read the JSON, so its keys must not change.
    pub(crate) fn to_json(&self) -> Value {
        let version = |version: Option<&Version>| version.map(ToString::to_string);
        let because = self.demands().into_iter();
        json!({
            "now": version(self.now.as_ref()),
            "lastRelease": version(self.release.as_ref()),
            "change": self.class().map(|class| class.to_string()),
            "least": version(self.least().as_ref()),
            "satisfied": self.is_satisfied(),
            "because": because
                .map(|(rule, pointer)| json!({ "rule": rule, "contractPointer": pointer }))
                .collect::<Vec<_>>(),
            "compileErrors": self.compile_errors(),
            "semverChecks": self.verdict.name(),
        })
    }

    fn compile_errors(&self) -> usize {
        self.report.changes.iter().filter(|change| change.rule.effect == Effect::CompileError).count()
    }
}

/// Returns the lowest version after `release` that may have a change of this class, by the rules of cargo.
fn least_next(release: &Version, class: Class) -> Version {
    let Version { major, minor, patch, .. } = *release;
    if !release.pre.is_empty() {
        return next_pre_release(release);
    }
    match (class, major, minor) {
        (_, 0, 0) => Version::new(0, 0, patch + 1),
        (Class::Breaking, 0, _) => Version::new(0, minor + 1, 0),
        (Class::Compatible, 0, _) | (Class::Documentation, ..) => Version::new(major, minor, patch + 1),
        (Class::Breaking, ..) => Version::new(major + 1, 0, 0),
        (Class::Compatible, ..) => Version::new(major, minor + 1, 0),
    }
}

/// Returns the next pre-release: `1.0.0-rc.2` after `1.0.0-rc.1`, or `1.0.0-alpha.1` after `1.0.0-alpha`.
fn next_pre_release(release: &Version) -> Version {
    let text = release.pre.as_str();
    let counted = text.rsplit_once('.').unwrap_or(("", text));
    let next = match (counted.0, counted.1.parse::<u64>()) {
        ("", Ok(number)) => (number + 1).to_string(),
        (name, Ok(number)) => format!("{name}.{}", number + 1),
        (_, Err(_)) => format!("{text}.1"),
    };
    let pre = Prerelease::new(&next).expect("a pre-release with a higher number is valid");
    Version { pre, ..Version::new(release.major, release.minor, release.patch) }
}

fn reason(release: &Version, class: Class) -> &'static str {
    match (class, release.major, release.minor) {
        _ if !release.pre.is_empty() => {
            "a pre-release promises no compatibility, so the next pre-release number is enough"
        }
        (_, 0, 0) => "in 0.0.x every version may break programs",
        (Class::Breaking, 0, _) => "a breaking change raises the minor number in 0.x",
        (_, 0, _) => "a change that breaks nothing raises the patch number in 0.x",
        (Class::Breaking, ..) => "a breaking change raises the major number",
        (Class::Compatible, ..) => "a compatible change raises the minor number",
        (Class::Documentation, ..) => "a change of documentation raises the patch number",
    }
}

#[cfg(test)]
mod tests {
    use xtask::compare::rules;

    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn the_minimum_version_follows_semver() {
        for (release, breaking, compatible, documentation) in [
            ("0.0.3", "0.0.4", "0.0.4", "0.0.4"),
            ("0.1.0", "0.2.0", "0.1.1", "0.1.1"),
            ("0.9.7", "0.10.0", "0.9.8", "0.9.8"),
            ("1.0.0", "2.0.0", "1.1.0", "1.0.1"),
            ("3.4.5", "4.0.0", "3.5.0", "3.4.6"),
            ("1.0.0-rc.1", "1.0.0-rc.2", "1.0.0-rc.2", "1.0.0-rc.2"),
            ("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1", "1.0.0-alpha.1"),
            ("0.2.0-9", "0.2.0-10", "0.2.0-10", "0.2.0-10"),
        ] {
            let next = |class| least_next(&version(release), class).to_string();
            assert_eq!(next(Class::Breaking), breaking, "{release}");
            assert_eq!(next(Class::Compatible), compatible, "{release}");
            assert_eq!(next(Class::Documentation), documentation, "{release}");
            assert!(version(breaking) > version(release));
        }
    }

    fn report(names: &[&str]) -> Report {
        let changes = names.iter().map(|name| Change {
            rule: rules::ALL.iter().find(|rule| rule.name == *name).unwrap(),
            direction: None,
            contract_pointer: format!("/at/{name}"),
            places: Vec::new(),
            before: None,
            after: None,
            limit: None,
        });
        Report { changes: changes.collect() }
    }

    const ON_THE_WIRE: &str = "limit-tightened-in-request";
    const IN_RUST: &str = "rust-field-removed";
    const COMPATIBLE: &str = "enum-value-added-in-response";

    fn satisfied(names: &[&str], release: &str, now: &str) -> bool {
        let report = report(names);
        let (now, release) = (Some(version(now)), Some(version(release)));
        Advice::new(&report, now, release, Verdict::NotAsked).is_satisfied()
    }

    #[test]
    fn a_version_or_its_pre_release_is_enough() {
        assert!(!satisfied(&[ON_THE_WIRE], "0.1.0", "0.1.9"));
        assert!(satisfied(&[ON_THE_WIRE], "0.1.0", "0.2.0"));
        assert!(satisfied(&[ON_THE_WIRE], "0.1.0", "0.2.0-rc.1"));
        assert!(satisfied(&[ON_THE_WIRE], "0.1.0", "1.0.0"));
        assert!(!satisfied(&[ON_THE_WIRE], "1.2.0", "1.3.0"));
        assert!(satisfied(&[COMPATIBLE], "1.2.0", "1.3.0") && !satisfied(&[COMPATIBLE], "1.2.0", "1.2.1"));
        assert!(satisfied(&[], "1.2.0", "1.2.0"));
        assert!(!satisfied(&[ON_THE_WIRE], "1.0.0-rc.1", "1.0.0-rc.1"));
        assert!(satisfied(&[ON_THE_WIRE], "1.0.0-rc.1", "1.0.0-rc.2"));
        assert!(satisfied(&[ON_THE_WIRE], "1.0.0-rc.1", "1.0.0"));
    }

    #[test]
    fn a_change_that_breaks_only_at_run_time_is_breaking() {
        let report = report(&[ON_THE_WIRE, COMPATIBLE]);
        let advice = Advice::new(&report, Some(version("0.1.0")), Some(version("0.1.0")), Verdict::NotAsked);
        assert_eq!(
            advice.sentence(),
            "the version must be at least 0.2.0 after release 0.1.0: a breaking change raises the minor number in \
             0.x. The workspace has 0.1.0, which is too low."
        );
        assert!(advice.rust_api().contains("the compiler finds none of the breaking changes (1)"));
        assert_eq!(
            advice.demand_lines(str::to_owned),
            ["limit-tightened-in-request at /at/limit-tightened-in-request"]
        );
    }

    #[test]
    fn compile_errors_are_listed_first_and_a_long_list_is_counted() {
        let report = report(
            &[
                [ON_THE_WIRE, IN_RUST].as_slice(),
                &["rust-type-removed"; 1],
                &[
                    "operation-removed",
                    "field-removed-from-response",
                    "rust-type-renamed",
                    "rust-type-changed",
                ],
            ]
            .concat(),
        );
        let advice = Advice::new(&report, None, Some(version("1.0.0")), Verdict::NotAsked);
        let lines = advice.demand_lines(str::to_owned);
        assert!(lines[0].starts_with("rust-field-removed at "), "{lines:?}");
        assert_eq!((lines.len(), lines[NAMED].as_str()), (6, "and 2 more"));
        assert!(advice.sentence().starts_with("the version must be at least 2.0.0"), "{}", advice.sentence());
    }

    #[test]
    fn broken_hand_written_code_counts_without_a_contract_change() {
        let report = report(&[]);
        let advice = Advice::new(&report, Some(version("1.0.1")), Some(version("1.0.0")), Verdict::Breaking);
        assert_eq!((advice.least(), advice.is_satisfied()), (Some(version("2.0.0")), false));
    }

    #[test]
    fn any_version_is_valid_before_the_first_release() {
        let report = report(&[ON_THE_WIRE]);
        let advice = Advice::new(&report, Some(version("0.1.0")), None, Verdict::NotAsked);
        assert!(advice.is_satisfied() && advice.least().is_none());
        assert!(advice.sentence().starts_with("nothing is released yet"));
    }
}
