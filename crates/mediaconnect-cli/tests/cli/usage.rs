//! Tests the help, the completions, and the precedence of options over environment variables.

use crate::support::{command_at, customers, finish, json, run, upstream};

#[test]
fn the_help_lists_the_exit_codes_and_the_variables() {
    let help = run("--help");
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for line in ["  6  upstream is unavailable or too slow", "  MEDIACONNECT_CLIENT_SECRET"] {
        assert!(help.out.contains(line), "{}", help.out);
    }
}

#[test]
fn the_help_in_a_pipe_fits_80_columns() {
    for arguments in ["--help", "customer export --help", "customer search --help", "sandbox --help"] {
        let help = run(arguments);
        let wide: Vec<&str> = help.out.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{arguments}: {wide:#?}");
    }
}

/// Returns the completions that bash suggests for the last word of a command line.
fn completed(line: &[&str]) -> Vec<String> {
    let words = line.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let (last, previous) = (line[line.len() - 1], line[line.len() - 2]);
    let asked = format!(
        "{}\nCOMP_WORDS=({words}); COMP_CWORD={}; _mediaconnect mediaconnect '{last}' '{previous}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        run("completions bash").out,
        line.len() - 1
    );
    let mut bash = std::process::Command::new("bash");
    // The completion script is too long to be an argument of `bash -c`, so it is written to a file.
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("completions.bash");
    std::fs::write(&path, asked).unwrap();
    let output = bash.args(["--norc", "--noprofile"]).arg(&path).output().expect("bash is installed");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_subcommands_options_and_values() {
    for (line, expected) in [
        (&["mediaconnect", "custo"][..], &["customer"][..]),
        (&["mediaconnect", "customer", "search", "--postal-c"], &["--postal-code"]),
        (&["mediaconnect", "--environment", ""], &["production", "test"]),
        (&["mediaconnect", "--environment", "prod"], &["production"]),
        (&["mediaconnect", "customer", "info", "--output", "j"], &["json"]),
        (&["mediaconnect", "customer", "search", "--country-code", "NO"], &["NO"]),
    ] {
        assert_eq!(completed(line), expected, "{line:?}");
    }
}

/// For an option before the subcommand, clap's fish script suggests files. `completions` corrects the script, so that
/// fish suggests the option's values instead.
#[test]
fn fish_completes_values_before_the_subcommand() {
    let script = run("completions fish").out;
    let again = "\n    or argparse -s (__fish_mediaconnect_global_optspecs) -- $cmd[1..-2] 2>/dev/null\n    or return\n";
    assert_eq!(script.matches(again).count(), 1);
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = run(&format!("completions {shell}"));
        assert_eq!((run.code, run.err.lines().count()), (Some(0), 1), "{shell}: {run:?}");
        assert!(run.out.contains("postal-code"), "{shell}");
    }
}

#[test]
fn the_sandbox_has_its_own_urls_and_credentials() {
    for arguments in [
        "--sandbox customer info 1 --base-url https://example.com",
        "--client-id x customer info 1 --sandbox",
        "token --environment test --sandbox",
    ] {
        let run = run(arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.contains("error: --sandbox and --"), "{run:?}");
    }
}

#[tokio::test]
async fn the_sandbox_wins_over_the_environment() {
    let upstream = upstream(json(500, "{}")).await;
    let run = finish(&mut command_at(&upstream, "--sandbox customer exists 563457"));
    assert_eq!(run.out, "true\n", "{run:?}");
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_option_wins_over_its_variable() {
    let (variable, option) = (upstream(json(500, "{}")).await, upstream(customers()).await);
    let arguments = format!(
        "customer exists 1 --base-url {0} --token-url {0}/token --client-id from-an-option",
        option.uri()
    );
    let run = finish(&mut command_at(&variable, &arguments));
    assert_eq!(run.out, "true\n", "{run:?}");
    assert!(variable.received_requests().await.unwrap().is_empty());
    let requests = option.received_requests().await.unwrap();
    assert!(String::from_utf8_lossy(&requests[0].body).contains("client_id=from-an-option"));
}

#[tokio::test]
async fn verbose_tells_what_the_client_does() {
    let upstream = upstream(json(503, "{}")).await;
    let quiet = finish(&mut command_at(&upstream, "customer info 1"));
    assert_eq!(quiet.err.lines().count(), 2, "{quiet:?}");
    let verbose = finish(&mut command_at(&upstream, "customer info 1 -v"));
    assert!(
        verbose.err.contains("DEBUG") && verbose.err.contains("requests sent to the API: "),
        "{verbose:?}"
    );
}
