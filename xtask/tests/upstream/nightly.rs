//! Tests the nightly job `docs/examples/upstream-nightly.sh`. The tests copy files instead of downloading pages.

use std::path::Path;
use std::process::Command;

use super::{HTML_INFO, HTML_SEARCH, Repository, edited};
use crate::support::{Ran, alone};

fn run(repository: &Repository) -> Ran {
    run_with(repository, "cp")
}

fn run_with(repository: &Repository, fetch: &str) -> Ran {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/upstream-nightly.sh");
    let mut command = Command::new("bash");
    command.arg(script).env("UPSTREAM_PAGES", "urls").env("UPSTREAM_DIRECTORY", "seen").env("FETCH", fetch);
    alone(command.env("XTASK", env!("CARGO_BIN_EXE_xtask")).current_dir(&repository.0));
    Ran::of(&command.output().unwrap())
}

#[test]
fn the_nightly_job_has_a_status_for_each_outcome() {
    let repository = Repository::new("nightly");
    repository.write("urls", "page.html\n");
    repository.write("page.html", HTML_INFO);
    let silent = run(&repository);
    assert_eq!(silent.code, 0, "{} {}", silent.out, silent.err);

    repository.write("page.html", &edited(HTML_INFO, "<span>404</span>", "<span>410</span>"));
    let changed = run(&repository);
    assert!(changed.code == 1 && changed.out.contains("error-status-added"), "{}", changed.out);

    for (name, text) in
        [("page.html", "<html><script></script></html>"), ("urls", "none.html\n"), ("urls", "\n")]
    {
        repository.write(name, text);
        let unreadable = run(&repository);
        assert!(unreadable.code == 2 && !unreadable.err.is_empty(), "{name}: {}", unreadable.out);
    }
}

#[test]
fn the_nightly_job_compares_each_page_of_the_list_and_no_other() {
    let repository = Repository::new("nightly-list");
    repository.write("info.html", HTML_INFO);
    repository.write("search.html", &edited(HTML_SEARCH, "<span>12 characters", "<span>99 characters"));
    // The last line of this list has no line break.
    repository.write("urls", "info.html\nsearch.html");
    assert_eq!(run(&repository).code, 1);
    repository.write("urls", "info.html\n");
    let shorter = run(&repository);
    assert_eq!(shorter.code, 0, "{} {}", shorter.out, shorter.err);

    let nothing = run_with(&repository, "true");
    assert!(nothing.code == 2 && nothing.err.contains("saved nothing for info.html"), "{}", nothing.err);
}

#[test]
fn the_nightly_job_fails_if_a_recorded_page_is_not_in_the_list_or_shows_another_page() {
    let repository = Repository::new("nightly-record");
    repository.write("info.html", HTML_INFO);
    repository.write("search.html", HTML_SEARCH);
    repository.write("pages/info.html", HTML_INFO);
    repository.write("pages/search.html", HTML_SEARCH);
    assert_eq!(repository.upstream(&["save", "pages"]).code, 0);
    repository.write("urls", "info.html\nsearch.html\n");
    let complete = run(&repository);
    assert_eq!(complete.code, 0, "{} {}", complete.out, complete.err);

    let missing = "the input has no page of POST /v1/client/customer/search";
    repository.write("urls", "info.html\n");
    let shorter = run(&repository);
    assert!(shorter.code == 1 && shorter.out.contains(missing), "{} {}", shorter.out, shorter.err);
    repository.write("urls", "info.html\nsearch.html\n");
    repository.write("search.html", HTML_INFO);
    let other = run(&repository);
    assert!(other.code == 1 && other.out.contains(missing), "{} {}", other.out, other.err);
}
