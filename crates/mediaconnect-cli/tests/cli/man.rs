//! Tests the manual pages.

use std::fs;
use std::path::PathBuf;

use crate::support::run;

#[test]
fn the_page_of_the_whole_command_goes_to_standard_output() {
    let run = run("man");
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    for text in [".TH mediaconnect 1", "MEDIACONNECT_CLIENT_SECRET", "upstream is unavailable", "doctor"] {
        assert!(run.out.contains(text), "{text}: {}", run.out);
    }
}

#[test]
fn each_command_has_a_page_in_the_folder() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("man/made");
    let run = run(&format!("man {}", directory.display()));
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (Some(0), "", ""));
    for (command, middle) in [
        ("", "Mediaconnect Connect API"),
        ("-doctor", "doctor"),
        ("-customer-info", "customer info"),
        ("-external-reference-change", "external-reference change"),
        ("-man", "man"),
    ] {
        let page = fs::read_to_string(directory.join(format!("mediaconnect{command}.1"))).expect(command);
        // `.TH` is the header: title, section, date, source and middle text. `.nh` turns off hyphenation, which would
        // break options, as in `--re-sume`.
        let source = concat!("mediaconnect ", env!("CARGO_PKG_VERSION"));
        let middle = if middle.contains(' ') { format!("\"{middle}\"") } else { middle.to_owned() };
        let header = format!(".TH mediaconnect 1 \" \" \"{source}\" {middle}\n.nh\n.ad l\n");
        assert!(page.contains(&header), "{header}{page}");
        assert!(page.contains(".SH SYNOPSIS") && page.contains("sandbox"), "{command}: {page}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-directory");
    fs::write(&file, "").unwrap();
    let run = run(&format!("man {}", file.display()));
    assert_eq!((run.code, run.out.as_str()), (Some(9), ""));
    assert!(run.err.contains("error: the manual pages cannot be written to") && run.err.contains("next: "));
}
