//! Tests what happens if the input changes during an export.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use wiremock::Mock;
use wiremock::matchers::path;

use crate::bulk::{Directory, EXPORT, lines};
use crate::support::{Run, customers, json, upstream};

#[tokio::test]
async fn an_input_that_changes_ends_the_run_and_mixes_no_lines() {
    for how in ["replaced", "overwritten", "appended"] {
        let directory = Directory::new(&format!("changed-{how}"));
        let original = lines(1..=9);
        directory.write("in", &original);
        let upstream = upstream(customers()).await;
        let late = json(500, "{}").set_delay(Duration::from_secs(3));
        let fails = Mock::given(path("/v1/client/customer/info/3")).respond_with(late);
        fails.up_to_n_times(1).with_priority(1).mount(&upstream).await;
        let mut command = directory.command_at(&upstream, EXPORT);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while fs::read_to_string(directory.file("out")).map_or(0, |text| text.lines().count()) < 8 {
            sleep(Duration::from_millis(5));
        }
        match how {
            "replaced" => {
                directory.write("new", &lines((1..=9).rev()));
                fs::rename(directory.file("new"), directory.file("in")).unwrap();
            }
            "overwritten" => directory.write("in", &lines((1..=9).rev())),
            _ => directory.write("in", &format!("{original}0\n")),
        }
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!(run.code, Some(9), "{how}: {run:?}");
        assert!(run.err.contains("the input has changed"), "{how}: {run:?}");
        let row = |number: u32| format!(r#"{{"line":{number},"customerNumber":{number}"#);
        let is_of_its_line = |text: &str| (1..=9).any(|number| text.starts_with(&row(number)));
        assert!(
            directory.sorted("out").iter().all(|text| is_of_its_line(text)),
            "{how}: {}",
            directory.read("out")
        );

        // The changed input is rejected, because the journal still describes the original input, which produced the
        // existing output.
        let other = directory.run_at(&upstream, &format!("{EXPORT} --resume"));
        assert!(other.code == Some(2) && other.err.contains("another input"), "{how}: {other:?}");
        directory.write("in", &original);
        let again = directory.run_at(&upstream, &format!("{EXPORT} --resume"));
        assert_eq!(again.code, Some(0), "{how}: {again:?}");
        assert_eq!(directory.sorted("out").len(), 9);
        assert!(directory.sorted("out").iter().all(|text| is_of_its_line(text)), "{how}");
    }
}
