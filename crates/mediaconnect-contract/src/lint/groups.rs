//! The rules for tags, methods and commands. Each tag becomes a group of operations.

use std::collections::BTreeSet;

use heck::{ToKebabCase, ToUpperCamelCase};

use super::names::is_beside_groups;
use super::{Lint, rules};
use crate::outline::{Outline, is_keyword};

/// The names of the client's hand-written methods, which the contract must not use.
pub const CLIENT_METHODS: [&str; 12] = [
    "as_user",
    "base_url",
    "builder",
    "bulk",
    "cached",
    "call",
    "diagnose",
    "from_env",
    "request",
    "token_endpoint",
    "token_lifetime",
    "user_token",
];

/// The hand-written methods of each group, by the group's accessor. The contract must not use the names of these
/// methods.
pub const GROUP_METHODS: [(&str, &[&str]); 2] =
    [("access", &["may_read", "may_read_as"]), ("customers", &["exists", "info_many", "overview"])];

/// The commands that are not groups. No tag may have one of these names.
pub const COMMANDS: [&str; 10] =
    ["api", "completions", "config", "doctor", "fleet", "help", "man", "operations", "sandbox", "token"];

impl Lint<'_> {
    pub(super) fn groups(&mut self) {
        self.tags();
        self.accessors();
        self.method_names();
    }

    fn tags(&mut self) {
        let outline = self.outline;
        let (mut listed, mut commands) = (BTreeSet::new(), BTreeSet::new());
        for group in &outline.groups {
            let command = group.name.to_kebab_case();
            if !listed.insert(&group.name) {
                let message = format!("{} is listed twice", group.name);
                self.report(&group.pointer, &rules::TAG, message, "list it once");
            } else if !commands.insert(command.clone()) {
                let message =
                    format!("{} and another tag would both become the command {command}", group.name);
                self.report(&group.pointer, &rules::TAG, message, "rename the tag");
            }
            if COMMANDS.contains(&command.as_str()) {
                let message =
                    format!("the command of this group would be {command}, but that command already exists");
                self.report(
                    &group.pointer,
                    &rules::TAG,
                    message,
                    "rename the tag, for example to its plural",
                );
            }
        }
        for operation in &outline.operations {
            for (index, tag) in operation.tags.iter().enumerate().filter(|(_, tag)| !listed.contains(tag)) {
                self.report(
                    &format!("{}/tags/{index}", operation.pointer),
                    &rules::TAG,
                    format!("{tag} is missing from the tags of the contract"),
                    "add the tag and a description to the contract's tags, or use a listed tag",
                );
            }
        }
    }

    fn accessors(&mut self) {
        let outline = self.outline;
        let mut names = BTreeSet::new();
        for group in &outline.groups {
            let wrong = match group.accessor.as_deref() {
                None => "the tag has no x-accessor, which names the client's method for the group".to_owned(),
                Some(name) if !is_method(name) => format!("{name:?} is not a valid name for a Rust method"),
                Some(name) if CLIENT_METHODS.contains(&name) => {
                    format!("the client already has a method {name}")
                }
                Some(name) if is_beside_groups(&name.to_upper_camel_case()) => {
                    format!("the generated code already uses the type {}", name.to_upper_camel_case())
                }
                Some(name) if !names.insert(name) => format!("another tag already has the accessor {name}"),
                Some(_) => continue,
            };
            self.report(
                &group.pointer,
                &rules::ACCESSOR,
                wrong,
                "set x-accessor to a unique plural noun in snake_case, such as customers",
            );
        }
    }

    fn method_names(&mut self) {
        let outline = self.outline;
        let mut names = BTreeSet::new();
        for operation in &outline.operations {
            let wrong = match (operation.tags.as_slice(), operation.rust_method.as_deref()) {
                ([], _) => "the operation has no tag".to_owned(),
                ([_, _, ..], _) => "the operation has several tags".to_owned(),
                (_, None) => {
                    "the operation has no x-method, which names the client's method for the operation"
                        .to_owned()
                }
                (_, Some(name)) if !is_method(name) => {
                    format!("{name:?} is not a valid name for a Rust method")
                }
                ([tag], Some(name)) if is_by_hand(outline, tag, name) => {
                    format!("{tag} already has a hand-written method {name}")
                }
                ([tag], Some(name)) if !names.insert((tag, name)) => {
                    format!("another operation of {tag} already has the method {name}")
                }
                _ => continue,
            };
            self.report(
                &operation.pointer,
                &rules::METHOD,
                wrong,
                "name one tag, and add x-method: a verb or noun in snake_case that says what the operation does to \
                 the group, such as change",
            );
        }
    }
}

/// Returns true if the tag's group has a hand-written method of this name.
fn is_by_hand(outline: &Outline, tag: &str, name: &str) -> bool {
    let group = outline.groups.iter().find(|group| group.name == tag);
    let accessor = group.and_then(|group| group.accessor.as_deref());
    GROUP_METHODS.iter().any(|(group, methods)| Some(*group) == accessor && methods.contains(&name))
}

fn is_method(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('_').all(is_word)
        && !is_keyword(name)
}
