//! The rules of the comparison: name, class, affected programs, effect on Rust programs, and reason.
//!
//! Removed and renamed Rust items have their own rules (`rust-…`), besides the rule for the wire.

use super::change::Affected::{Readers, RustCode, Senders};
use super::change::Class::{Breaking, Compatible, Documentation};
use super::change::Effect::{CompileError, RunsDifferently, Unchanged, Warning};
use super::change::Rule;

macro_rules! rules {
    ($($id:ident $name:literal $class:ident [$($affected:ident)*] $effect:ident: $sentence:literal;)*) => {
        $(
            #[doc = $sentence]
            pub static $id: Rule = Rule {
                name: $name,
                class: $class,
                affects: &[$($affected),*],
                effect: $effect,
                sentence: $sentence,
            };
        )*

        /// All rules in the order of the parts of a contract.
        pub static ALL: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    // The document and its servers.
    INFO_CHANGED "info-changed" Documentation [] Unchanged: "The title or version of the document is for people.";
    SERVER_ADDED "server-added" Compatible [] Unchanged: "Another server can be used; nobody has to.";
    SERVER_REMOVED "server-removed" Breaking [Senders] RunsDifferently: "Requests to this server have nowhere to go: use another one.";
    SERVER_URL_CHANGED "server-url-changed" Breaking [Senders] RunsDifferently: "Requests go elsewhere: who runs on the old crate, or wrote the URL down, stays behind; look at firewalls too.";
    TOKEN_URL_CHANGED "token-url-changed" Breaking [Senders] RunsDifferently: "Tokens are fetched elsewhere: who runs on the old crate gets none when the old endpoint goes; look at firewalls too.";

    // Security.
    SECURITY_REQUIRED "security-required" Breaking [Senders] RunsDifferently: "What was open to anybody now needs a token.";
    SECURITY_LIFTED "security-lifted" Compatible [Senders] Unchanged: "No token is needed any more; sending one does no harm.";
    SECURITY_ALTERNATIVE_ADDED "security-alternative-added" Compatible [Senders] Unchanged: "There is one more way to authenticate; the ones before still work.";
    SECURITY_ALTERNATIVE_REMOVED "security-alternative-removed" Breaking [Senders] RunsDifferently: "This way to authenticate is refused now: use one that is left.";
    SCOPE_REQUIRED "scope-required" Breaking [Senders] RunsDifferently: "Tokens without this scope are refused: have it granted to the client, and ask for it.";
    SCOPE_NO_LONGER_REQUIRED "scope-no-longer-required" Compatible [Senders] Unchanged: "A token with the scope still does.";
    SCHEME_CHANGED "security-scheme-changed" Breaking [Senders] RunsDifferently: "The kind, place or endpoint of the credentials is another one: tokens got the old way may be refused.";
    SCOPE_OFFERED "scope-offered" Compatible [] Unchanged: "A scope can be asked for; nothing needs it for that.";
    SCOPE_WITHDRAWN "scope-withdrawn" Breaking [Senders] RunsDifferently: "A token request that asks for this scope is refused.";

    // Operations.
    OPERATION_ADDED "operation-added" Compatible [] Unchanged: "Nobody calls it yet.";
    OPERATION_REMOVED "operation-removed" Breaking [Senders] CompileError: "The operation is gone, and so are its method and type: find what upstream has in its place.";
    METHOD_CHANGED "method-changed" Breaking [Senders] RunsDifferently: "Requests with the old HTTP method are refused; the new crate sends the new one.";
    PATH_CHANGED "path-changed" Breaking [Senders] RunsDifferently: "Requests to the old path find nothing; the new crate sends to the new one.";
    PATH_PLACEHOLDER_RENAMED "path-placeholder-renamed" Breaking [RustCode] CompileError: "The URL is the same, but the placeholder names a field of the operation: programs that use it must be edited. The template in spans and metrics changes too.";
    OPERATION_DEPRECATED "operation-deprecated" Compatible [Senders] Warning: "Upstream advises against the operation: it works until its sunset; upstream removes an endpoint 180 days after.";
    DEPRECATION_WITHDRAWN "deprecation-withdrawn" Compatible [] Unchanged: "Upstream no longer advises against it.";
    REPEAT_ALLOWED "repeat-allowed" Compatible [Senders] RunsDifferently: "The client now repeats the request when it is unknown whether it arrived: be sure that a second arrival changes nothing.";
    REPEAT_FORBIDDEN "repeat-forbidden" Compatible [Senders] RunsDifferently: "The client no longer repeats after a timeout: the error says that the outcome is unknown, and the program must look.";
    OPERATION_SERVERS_CHANGED "operation-servers-changed" Breaking [Senders] RunsDifferently: "The operation has servers of its own, or other ones: requests to those before have nowhere to go. The client knows the contract's servers only.";

    // Parameters and request bodies.
    OPTIONAL_PARAMETER_ADDED "optional-parameter-added" Compatible [Senders] Unchanged: "Who leaves it out is served as before.";
    REQUIRED_PARAMETER_ADDED "required-parameter-added" Breaking [Senders] RunsDifferently: "Requests without it are refused.";
    PARAMETER_REMOVED "parameter-removed" Breaking [Senders] RunsDifferently: "Who sends it is refused or, worse, gets an answer that ignores it.";
    PARAMETER_RENAMED "parameter-renamed" Breaking [Senders RustCode] CompileError: "The parameter likely has another name: who sends the old one is refused or ignored. See whether it means the same.";
    PARAMETER_NOW_REQUIRED "parameter-now-required" Breaking [Senders] RunsDifferently: "Requests without it are refused.";
    PARAMETER_NOW_OPTIONAL "parameter-now-optional" Compatible [Senders] Unchanged: "Who sends it is served as before.";
    PARAMETER_WRITTEN_DIFFERENTLY "parameter-written-differently" Breaking [Senders] RunsDifferently: "The value must be written into the request in another way.";
    BODY_REQUIRED "request-body-required" Breaking [Senders] RunsDifferently: "Requests without a body are refused.";
    BODY_OPTIONAL "request-body-optional" Compatible [Senders] Unchanged: "Who sends a body is served as before.";
    BODY_REMOVED "request-body-removed" Breaking [Senders] RunsDifferently: "What is in the body is refused or ignored.";
    SENT_MEDIA_TYPE_ADDED "media-type-accepted" Compatible [Senders] Unchanged: "Upstream takes one more form of the body.";
    SENT_MEDIA_TYPE_REMOVED "media-type-no-longer-accepted" Breaking [Senders] RunsDifferently: "Bodies in this form are refused with 415.";

    // Responses.
    SUCCESS_STATUS_ADDED "success-status-added" Compatible [Readers] RunsDifferently: "Success may come with this status too: programs that compare with one number miss it.";
    SUCCESS_STATUS_REMOVED "success-status-removed" Breaking [Readers] RunsDifferently: "Programs that wait for this status wait in vain.";
    ERROR_STATUS_ADDED "error-status-added" Compatible [Readers] Unchanged: "The client classifies any status, documented or not.";
    ERROR_STATUS_REMOVED "error-status-removed" Compatible [Readers] Unchanged: "Programs that handle it have a branch too many.";
    ANSWER_BODY_ADDED "answer-body-added" Compatible [Readers] Unchanged: "There is more to read; nobody has to.";
    ANSWER_BODY_REMOVED "answer-body-removed" Breaking [Readers] RunsDifferently: "What was read from the body is gone.";
    RECEIVED_MEDIA_TYPE_ADDED "media-type-offered" Compatible [Readers] Unchanged: "The client asks for JSON, so it gets what it got.";
    RECEIVED_MEDIA_TYPE_REMOVED "media-type-no-longer-offered" Breaking [Readers] RunsDifferently: "Answers no longer come in this form.";
    HEADER_ADDED "header-added" Compatible [Readers] Unchanged: "There is more to read; nobody has to.";
    HEADER_REMOVED "header-removed" Breaking [Readers] RunsDifferently: "What was read from the header is gone; the rate limiter reads X-RateLimit-Remaining and -Reset.";

    // Fields.
    OPTIONAL_FIELD_ADDED_SENT "optional-field-added-to-request" Compatible [Senders] Unchanged: "Who leaves it out is served as before.";
    REQUIRED_FIELD_ADDED_SENT "required-field-added-to-request" Breaking [Senders] RunsDifferently: "Requests without it are refused; the client's own check refuses them too.";
    FIELD_ADDED_RECEIVED "field-added-to-answer" Compatible [Readers] Unchanged: "Readers skip what they do not know.";
    FIELD_REMOVED_SENT "field-removed-from-request" Breaking [Senders] RunsDifferently: "Who sends it is refused or, worse, ignored.";
    FIELD_REMOVED_RECEIVED "field-removed-from-answer" Breaking [Readers] RunsDifferently: "What was read from the field is gone.";
    FIELD_RENAMED_SENT "field-renamed-in-request" Breaking [Senders] RunsDifferently: "The field likely has another name: who sends the old one is refused or ignored. See whether it means the same.";
    FIELD_RENAMED_RECEIVED "field-renamed-in-answer" Breaking [Readers] RunsDifferently: "The field likely has another name: what was read from the old one is gone. See whether it means the same.";
    NOW_REQUIRED_SENT "now-required-in-request" Breaking [Senders] RunsDifferently: "Requests without it are refused.";
    NOW_REQUIRED_RECEIVED "now-required-in-answer" Compatible [Readers] Unchanged: "It always comes: readers have a case less.";
    NOW_OPTIONAL_SENT "now-optional-in-request" Compatible [Senders] Unchanged: "Who sends it is served as before.";
    NOW_OPTIONAL_RECEIVED "now-optional-in-answer" Breaking [Readers] RunsDifferently: "It may be missing: who relies on it must say what then.";
    NULLABLE_SENT "nullable-in-request" Compatible [Senders] Unchanged: "null is one more thing that may be sent.";
    NULLABLE_RECEIVED "nullable-in-answer" Breaking [Readers] RunsDifferently: "null may come where a value always came: who relies on it must say what then.";
    OPTIONAL_NULLABLE_RECEIVED "optional-field-nullable-in-answer" Breaking [Readers] Unchanged: "null may come where the field was left out: our models read both as absent, other readers may not.";
    NOT_NULLABLE_SENT "not-nullable-in-request" Breaking [Senders] RunsDifferently: "Requests with null are refused.";
    NOT_NULLABLE_RECEIVED "not-nullable-in-answer" Compatible [Readers] Unchanged: "null no longer comes: readers have a case less.";

    // Values.
    TYPE_CHANGED_SENT "type-changed-in-request" Breaking [Senders] RunsDifferently: "Values of the old type are refused.";
    TYPE_CHANGED_RECEIVED "type-changed-in-answer" Breaking [Readers] RunsDifferently: "Values of another type come: readers must take them apart in another way.";
    TYPE_WIDENED_SENT "type-widened-in-request" Compatible [Senders] Unchanged: "Whole numbers are numbers: what was sent before is still taken.";
    TYPE_NARROWED_RECEIVED "type-narrowed-in-answer" Compatible [Readers] Unchanged: "Whole numbers are numbers: readers of any number take them.";
    LIST_WRAPPER_CHANGED "list-wrapper-changed" Breaking [Senders Readers] RunsDifferently: "The list stands in another object, or in none.";
    FORMAT_NARROWED_SENT "format-narrowed-in-request" Breaking [Senders] RunsDifferently: "Values in another format are refused; where the client knows the format, it refuses them before they are sent.";
    FORMAT_LIFTED_SENT "format-lifted-in-request" Compatible [Senders] RunsDifferently: "Any format is taken; the client no longer checks it.";
    FORMAT_CHANGED_RECEIVED "format-changed-in-answer" Breaking [Readers] RunsDifferently: "Values come in another format, or in any: programs that parse them must be looked at.";
    FORMAT_ADDED_RECEIVED "format-added-in-answer" Compatible [Readers] Unchanged: "The values are as they were, and known better.";
    FORMAT_WIDENED_SENT "format-widened-in-request" Compatible [Senders] Unchanged: "The wider format takes what was sent before: int64 has all numbers of int32, and double all of float.";
    FORMAT_NARROWER_RECEIVED "format-narrowed-in-answer" Compatible [Readers] Unchanged: "Readers of the wider format take what comes: int64 has all numbers of int32, and double all of float.";
    LIMIT_TIGHTENED_SENT "limit-tightened-in-request" Breaking [Senders] RunsDifferently: "Values that were taken are refused, by the client before they are sent.";
    LIMIT_LOOSENED_SENT "limit-loosened-in-request" Compatible [Senders] RunsDifferently: "More values are taken; the client refuses fewer.";
    LIMIT_TIGHTENED_RECEIVED "limit-tightened-in-answer" Compatible [Readers] Unchanged: "What comes was allowed before.";
    LIMIT_LOOSENED_RECEIVED "limit-loosened-in-answer" Compatible [Readers] Unchanged: "The client checks no limits on answers, so it takes what comes; look at columns that the values are stored in.";
    PATTERN_NARROWED_SENT "pattern-narrowed-in-request" Breaking [Senders] RunsDifferently: "Values that do not match are refused; whether one pattern is wider than another is for people to say.";
    PATTERN_LIFTED_SENT "pattern-lifted-in-request" Compatible [Senders] Unchanged: "What matched before is still taken.";
    PATTERN_CHANGED_RECEIVED "pattern-changed-in-answer" Compatible [Readers] Unchanged: "The client checks no patterns on answers; look at programs that do.";
    ENUM_VALUE_ADDED_SENT "enum-value-added-in-request" Compatible [Senders] Unchanged: "One more value may be sent.";
    ENUM_VALUE_REMOVED_SENT "enum-value-removed-in-request" Breaking [Senders] RunsDifferently: "Requests with this value are refused.";
    ENUM_VALUE_ADDED_RECEIVED "enum-value-added-in-answer" Compatible [Readers] Unchanged: "Our enums are open: a program that does not name the value treats it as it treated unknown ones.";
    ENUM_VALUE_REMOVED_RECEIVED "enum-value-removed-in-answer" Compatible [Readers] Unchanged: "The value no longer comes: programs that handle it have a branch too many.";
    ENUM_CLOSED_SENT "enum-closed-in-request" Breaking [Senders] RunsDifferently: "Values outside the list are refused.";
    ENUM_OPENED_SENT "enum-opened-in-request" Compatible [Senders] Unchanged: "Values outside the list may be taken.";
    ENUM_OPENNESS_RECEIVED "enum-openness-changed-in-answer" Compatible [Readers] Unchanged: "Our enums are open in any case.";
    DEFAULT_CHANGED_SENT "default-changed-in-request" Breaking [Senders] RunsDifferently: "Who leaves the value out asks for something else than before: send it.";
    DEFAULT_ADDED_SENT "default-added-in-request" Compatible [Senders] Unchanged: "What a missing value means is now written down.";
    DEFAULT_CHANGED_RECEIVED "default-changed-in-answer" Compatible [Readers] Unchanged: "The client fills in no defaults; look at programs that do.";
    RULE_NARROWED_SENT "rule-narrowed-in-request" Breaking [Senders] RunsDifferently: "Values that break the rule are refused, by upstream: the client checks what is written for it by hand.";
    RULE_LIFTED_SENT "rule-lifted-in-request" Compatible [Senders] Unchanged: "What kept the rule is still taken.";
    RULE_CHANGED_RECEIVED "rule-changed-in-answer" Compatible [Readers] Unchanged: "The client checks no rules on answers; look at programs that do.";
    FORMS_CHANGED_RECEIVED "forms-changed-in-answer" Breaking [Readers] RunsDifferently: "A value that may have several forms has others now: readers must know them.";

    // Text for people, and extensions.
    DEPRECATED "deprecated" Compatible [Senders Readers] Warning: "Upstream advises against it: it works until its sunset.";
    VALUE_DEPRECATED "parameter-or-header-deprecated" Compatible [Senders Readers] Unchanged: "Upstream advises against it: it works until its sunset. Rust does not warn of it.";
    SUNSET_ANNOUNCED "sunset-announced" Compatible [Senders Readers] Unchanged: "After that day it is gone: plan the work; `cargo xtask check` warns as the day comes near.";
    SUNSET_BROUGHT_FORWARD "sunset-brought-forward" Compatible [Senders Readers] Unchanged: "It is gone earlier than was announced: look at what is planned.";
    SUNSET_POSTPONED "sunset-postponed" Compatible [Senders Readers] Unchanged: "It works for longer than was announced.";
    SUNSET_WITHDRAWN "sunset-withdrawn" Compatible [Senders Readers] Unchanged: "No day is known any more on which it goes; while it is deprecated, it may go all the same.";
    MORE_SENSITIVE "more-sensitive" Compatible [Senders Readers] Unchanged: "The data is more sensitive than it was known to be: look at where programs log, store, or pass it on.";
    LESS_SENSITIVE "less-sensitive" Documentation [] Unchanged: "Debug hides all values as before; be sure that the data is what the contract says now.";
    EVIDENCE_CHANGED "evidence-changed" Documentation [] Unchanged: "What is known is the same; where it is known from is not.";
    DESCRIPTION_CHANGED "description-changed" Documentation [] Unchanged: "Read it: a rule may hide in a sentence.";
    EXTENSION_CHANGED "extension-changed" Documentation [] Unchanged: "This project gives the extension no meaning on the wire.";

    // The Rust API.
    RUST_TYPE_RENAMED "rust-type-renamed" Breaking [RustCode] CompileError: "The wire is the same, but the type has another name: programs that name it must be edited.";
    RUST_TYPE_REMOVED "rust-type-removed" Breaking [RustCode] CompileError: "Programs that name the type do not compile.";
    RUST_TYPE_CHANGED "rust-type-changed" Breaking [RustCode] CompileError: "A type of this name is another kind of type.";
    RUST_TYPE_ADDED "rust-type-added" Compatible [] Unchanged: "Nobody names it yet.";
    RUST_FIELD_REMOVED "rust-field-removed" Breaking [RustCode] CompileError: "Programs that name the field do not compile.";
    RUST_FIELD_TYPE_CHANGED "rust-field-type-changed" Breaking [RustCode] CompileError: "Programs that use the field must treat another type.";
    RUST_VARIANT_REMOVED "rust-variant-removed" Breaking [RustCode] CompileError: "Programs that name the variant do not compile; the value itself would still be read, as Unknown.";
    RUST_OPERATION_RENAMED "rust-operation-renamed" Breaking [RustCode] CompileError: "The wire is the same, but the operation id is the name of a method and a type: programs that name them must be edited.";
    RUST_METHOD_RENAMED "rust-method-renamed" Breaking [RustCode] CompileError: "The wire is the same, but x-accessor and x-method are the names of the client's methods and of the command: programs and scripts that call them must be edited.";
    RUST_METHOD_CHANGED "rust-method-changed" Breaking [RustCode] CompileError: "The generated method takes other arguments.";
    RUST_OUTPUT_CHANGED "rust-output-changed" Breaking [RustCode] CompileError: "The operation returns another type.";
    RUST_MODE_CHANGED "rust-mode-changed" Breaking [RustCode] RunsDifferently: "The client sends another kind of token: its own instead of a user's, or the other way round.";
    RUST_CONSTANT_REMOVED "rust-constant-removed" Breaking [RustCode] CompileError: "Programs that name the constant do not compile.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rule_has_its_own_name_and_a_sentence() {
        let names: BTreeSet<_> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|rule| rule.sentence.ends_with('.')));
    }

    #[test]
    fn what_does_not_compile_is_breaking() {
        assert!(ALL.iter().all(|rule| rule.effect != CompileError || rule.class == Breaking));
    }
}
