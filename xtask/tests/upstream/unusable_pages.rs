//! Pages that cannot be read: truncated, of another site, empty or too large.

use std::time::{Duration, Instant};

use super::{HTML_INFO, Repository, SAVED_INFO};

#[test]
fn an_unusable_page_is_an_error_with_help() {
    let repository = Repository::new("wrong");
    let until = |text: &str, end: &str| text[..text.rfind(end).unwrap()].to_owned();
    let list = "  • Topic\n".repeat(20);
    let cases = [
        ("empty.txt", String::new(), "is empty"),
        ("blank.html", " \n\n".to_owned(), "is empty"),
        ("cut.txt", until(SAVED_INFO, "🟠 429"), "was cut off"),
        ("cut-early.txt", until(SAVED_INFO, "Responses"), "before the section `Responses`"),
        ("cut-navigation.txt", until(SAVED_INFO, "Order Management"), "in the navigation"),
        (
            "cut-title.txt",
            until(SAVED_INFO, "GET\n/v1"),
            "before the method and the path of `List customer info",
        ),
        ("cut.html", until(HTML_INFO, "🟠"), "was cut off"),
        ("cut-tag.html", until(HTML_INFO, "span>"), "was cut off"),
        ("other.txt", format!("News\n{list}Some words.\n"), "names no endpoint of openapi/coverage.yaml"),
        (
            "other.html",
            "<html><h1>News</h1><p>Words.</p><p>a<p>b<p>c<p>d<p>e<p>f</html>".to_owned(),
            "has no endpoint",
        ),
        (
            "scripts.html",
            "<!doctype html><div id=root></div><script src=a.js></script>".to_owned(),
            "scripts and no text",
        ),
        ("archive.mhtml", "From: <Saved by Blink>\nSubject: A\n".to_owned(), "Webpage, complete"),
        (
            "large.html",
            format!("<html>{}</html>", "<p>word</p>".repeat(50 * 1024 * 1024 / 11)),
            "but at most",
        ),
    ];
    for (name, text, part) in cases {
        repository.write(name, &text);
        let start = Instant::now();
        let ran = repository.check(&[name]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(part) && ran.err.contains("ave"), "{name}, {part}: {}", ran.err);
        assert!(start.elapsed() < Duration::from_secs(10), "{name}");
    }
}

#[test]
fn a_page_of_the_maximum_size_takes_seconds() {
    let repository = Repository::new("large");
    let filler = "<div><span>word</span></div>".repeat(15 * 1024 * 1024 / 28);
    repository.write(
        "large.html",
        &HTML_INFO.replacen("<h2>Request</h2>", &format!("{filler}<h2>Request</h2>"), 1),
    );
    let start = Instant::now();
    let ran = repository.check(&["large.html"]);
    assert!(ran.code == 0 && start.elapsed() < Duration::from_secs(60), "{} {:?}", ran.err, start.elapsed());
}
