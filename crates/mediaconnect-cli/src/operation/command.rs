//! Builds the clap command of an operation from the table of operations.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::builder::StringValueParser;
use clap::{Arg, ArgAction, Args, Command, value_parser};
use heck::{ToKebabCase, ToShoutySnakeCase};
use mediaconnect::Rule;
use mediaconnect::operations::{
    Evidence, Location, Mode, OPERATIONS, OperationInfo, ParameterInfo, ValueKind,
};
use serde_json::value::RawValue;

use crate::global_args::GlobalArgs;
use crate::help;
use crate::suggested::{COUNTRIES, Suggested};

/// The id of the option for the whole body.
pub(super) const BODY: &str = "operation body";
const UNVERIFIED: &str = "operation unverified";

const ALIASES: [(&str, &str); 1] = [("getOwnCustomerInfo", "me")];

/// Adds a command for each operation. A hand-written command of the same name takes precedence.
pub(crate) fn add_to(mut root: Command) -> Command {
    for info in OPERATIONS {
        let group = group_name(info);
        if root.find_subcommand(&group).is_none() {
            let about = format!("Call the operations of the group {}", info.group);
            let group = Command::new(group.clone()).about(about);
            root = root.subcommand(group.subcommand_required(true).arg_required_else_help(true));
        }
        root = root.mut_subcommand(&group, |group| {
            let group = group.display_order(0);
            if group.find_subcommand(name(info)).is_some() { group } else { group.subcommand(command(info)) }
        });
    }
    root
}

/// Returns the command of a group: the tag in kebab case.
pub(super) fn group_name(info: &OperationInfo) -> String {
    info.group.to_kebab_case()
}

pub(super) fn name(info: &OperationInfo) -> String {
    info.name.to_kebab_case()
}

pub(super) fn command(info: &'static OperationInfo) -> Command {
    let summary = info.summary.trim_end_matches('.');
    let is_unverified = info.evidence == Evidence::Inferred;
    let about = if is_unverified { format!("Unverified: {summary}") } else { summary.to_owned() };
    let mode = match info.mode {
        Mode::Client => "with the client's token",
        Mode::User => "on behalf of the user whose access token is in MEDIACONNECT_USER_TOKEN",
    };
    let long = format!("{about}.\n\nSends {} {} {mode}.", info.method, info.path);
    let fields = info.body.unwrap_or_default();
    let mut command = Command::new(name(info))
        .about(about)
        .long_about(long)
        .after_help(help::MORE)
        .display_order(0)
        .visible_aliases(ALIASES.iter().filter(|(id, _)| *id == info.id).map(|(_, alias)| *alias))
        .args(
            info.parameters
                .iter()
                .chain(fields)
                .filter(|one| has_argument(one))
                .map(|one| argument(info, one)),
        )
        .args(info.body.map(body));
    if is_unverified {
        let flag = Arg::new(UNVERIFIED).long("unverified").action(ArgAction::SetTrue).required(true);
        command = command.arg(flag.help(
            "Call this operation although a part, such as its path, is inferred; the operation may not exist",
        ));
    }
    command
}

/// Returns true if the parameter has its own argument. If not, only the file of `--body` can set it.
pub(super) fn has_argument(parameter: &ParameterInfo) -> bool {
    parameter.location != Location::Body || parameter.kind != ValueKind::Json
}

/// Returns the id of a parameter's argument. The id contains a space, and thus never equals the id of a global option.
pub(super) fn id(parameter: &ParameterInfo) -> String {
    format!("{:?} {}", parameter.location, parameter.name)
}

/// Returns the name of an argument in messages: `<CUSTOMER_NUMBER>` or `--name.first-name`.
pub(super) fn argument_name(info: &OperationInfo, parameter: &ParameterInfo) -> String {
    match parameter.location {
        Location::Path => format!("<{}>", parameter.name.to_shouty_snake_case()),
        _ => format!("--{}", option(info, parameter)),
    }
}

/// Returns the name of a parameter's option. If another option has the same name, the parameter's location is added as
/// a prefix, as in `query.output`.
fn option(info: &OperationInfo, parameter: &ParameterInfo) -> String {
    let kebab = |name: &str| name.split('.').map(ToKebabCase::to_kebab_case).collect::<Vec<_>>().join(".");
    let name = kebab(parameter.name);
    let others = info.parameters.iter().chain(info.body.unwrap_or_default());
    let mut others = others.filter(|one| one.location != Location::Path && *one != parameter);
    if is_taken(&name) || others.any(|other| kebab(other.name) == name) {
        format!("{}.{name}", format!("{:?}", parameter.location).to_lowercase())
    } else {
        name
    }
}

fn is_taken(name: &str) -> bool {
    static GLOBAL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let command = GlobalArgs::augment_args(Command::new("global"));
        command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned)).collect()
    });
    ["body", "help", "unverified"].contains(&name) || GLOBAL.iter().any(|global| global == name)
}

fn argument(info: &OperationInfo, parameter: &ParameterInfo) -> Arg {
    let arg = Arg::new(id(parameter)).help(argument_help(parameter));
    let arg = match parameter.location {
        Location::Path => arg.value_name(parameter.name.to_shouty_snake_case()).required(true),
        Location::Query | Location::Header => {
            arg.long(option(info, parameter)).required(parameter.required).help_heading("Parameters")
        }
        // Body fields are not required on the command line, because the file of `--body` may contain them. A field that
        // is missing in both places is reported later.
        Location::Body => arg.long(option(info, parameter)).help_heading("Fields of the body"),
    };
    let arg =
        if parameter.location == Location::Path { arg } else { arg.value_name(value_name(parameter.kind)) };
    let arg = if parameter.repeated { arg.action(ArgAction::Append) } else { arg };
    match parameter.kind {
        ValueKind::Text if parameter.format == Some("country-code") => {
            arg.value_parser(Suggested(COUNTRIES)).hide_possible_values(true)
        }
        ValueKind::Text => arg.value_parser(Suggested(parameter.values)),
        ValueKind::Boolean => arg.value_parser(["true", "false"]),
        // clap accepts any text here. The contract's rules check the number later, and report all invalid values in the
        // same form.
        ValueKind::Integer => arg.value_parser(StringValueParser::new()).allow_negative_numbers(true),
        ValueKind::Number => arg.value_parser(number).allow_negative_numbers(true),
        ValueKind::Json => arg.value_parser(json),
    }
}

fn value_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "TEXT",
        ValueKind::Integer | ValueKind::Number => "NUMBER",
        ValueKind::Boolean => "BOOLEAN",
        ValueKind::Json => "JSON",
    }
}

fn argument_help(parameter: &ParameterInfo) -> String {
    let ParameterInfo { min_length, max_length, minimum, maximum, .. } = *parameter;
    let count = |length: u64| usize::try_from(length).unwrap_or(usize::MAX);
    let length = Rule::Length { min: min_length.map_or(0, count), max: max_length.map(count) };
    let range = Rule::Range { min: minimum, max: maximum };
    let rules = [
        (min_length.is_some() || max_length.is_some()).then(|| length.to_string()),
        (minimum.is_some() || maximum.is_some()).then(|| range.to_string()),
        parameter.format.and_then(format),
        parameter.repeated.then(|| "may be given several times".to_owned()),
        (parameter.required && parameter.location != Location::Path).then(|| "required".to_owned()),
    ];
    let rules: Vec<String> = rules.into_iter().flatten().collect();
    let description = parameter.description.trim_end_matches('.');
    if rules.is_empty() { description.to_owned() } else { format!("{description} [{}]", rules.join("; ")) }
}

fn format(name: &str) -> Option<String> {
    match name {
        "int32" | "int64" | "float" | "double" => None,
        "email" => Some(Rule::Email.to_string()),
        "e164" => Some(Rule::E164.to_string()),
        "country-code" => Some(Rule::CountryCode.to_string()),
        "path-segment" => Some(Rule::PathSegment.to_string()),
        "date" => Some("YYYY-MM-DD".to_owned()),
        other => Some(other.to_owned()),
    }
}

fn body(fields: &[ParameterInfo]) -> Arg {
    let only_here: Vec<&str> =
        fields.iter().filter(|field| !has_argument(field)).map(|field| field.name).collect();
    let mut help = "A JSON file with the whole body, or - for standard input".to_owned();
    if fields.iter().any(has_argument) {
        help += ". Options replace fields of the file";
    }
    if !only_here.is_empty() {
        help = format!("{help}. Fields that only the file can set: {}", only_here.join(", "));
    }
    let arg = Arg::new(BODY).long("body").value_name("FILE").help(help).help_heading("Fields of the body");
    arg.value_parser(value_parser!(PathBuf)).required(fields.is_empty())
}

fn number(text: &str) -> Result<String, &'static str> {
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && is_json(text);
    if is_number { Ok(text.to_owned()) } else { Err("a number is expected, such as 12.50") }
}

fn json(text: &str) -> Result<String, &'static str> {
    if is_json(text) { Ok(text.to_owned()) } else { Err("JSON is expected") }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}
