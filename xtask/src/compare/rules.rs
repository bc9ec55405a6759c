//! The rules of the comparison: name, class, affected programs, effect on Rust programs, and reason.
//!
//! The rules `rust-…` report changes of Rust items. Most other rules report changes of requests and responses. If one
//! edit of a contract causes both kinds of changes, two rules report the edit. Some rules, such as `operation-removed`
//! and `field-added-to-response`, cover both kinds at once.

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
    INFO_CHANGED "info-changed" Documentation [] Unchanged: "The title and version of the document are for people.";
    SERVER_ADDED "server-added" Compatible [] Unchanged: "Programs can use one more server.";
    SERVER_REMOVED "server-removed" Breaking [Senders] RunsDifferently: "Requests to this server fail: use another one.";
    SERVER_URL_CHANGED "server-url-changed" Breaking [Senders] RunsDifferently: "Requests go to another URL. Programs that use the old crate or contain the old URL must be changed; check firewalls too.";
    TOKEN_URL_CHANGED "token-url-changed" Breaking [Senders] RunsDifferently: "Tokens come from another URL. Programs that use the old crate get no token when the old URL is removed; check firewalls too.";

    // Security.
    SECURITY_REQUIRED "security-required" Breaking [Senders] RunsDifferently: "The operation was open to everyone and now needs a token.";
    SECURITY_LIFTED "security-lifted" Compatible [Senders] Unchanged: "The operation no longer needs a token. Requests with a token still work.";
    SECURITY_ALTERNATIVE_ADDED "security-alternative-added" Compatible [Senders] Unchanged: "There is one more way to authenticate; the earlier ones still work.";
    SECURITY_ALTERNATIVE_REMOVED "security-alternative-removed" Breaking [Senders] RunsDifferently: "This way to authenticate is refused: use another one.";
    SCOPE_REQUIRED "scope-required" Breaking [Senders] RunsDifferently: "Tokens without this scope are refused: have the scope granted to the client, and request it.";
    SCOPE_NO_LONGER_REQUIRED "scope-no-longer-required" Compatible [Senders] Unchanged: "A token with the scope still works.";
    SCHEME_CHANGED "security-scheme-changed" Breaking [Senders] RunsDifferently: "The kind, location or endpoint of the credentials changed: old tokens may be refused.";
    SCOPE_OFFERED "scope-offered" Compatible [] Unchanged: "Tokens can have one more scope.";
    SCOPE_WITHDRAWN "scope-withdrawn" Breaking [Senders] RunsDifferently: "A token request with this scope is refused.";

    // Operations.
    OPERATION_ADDED "operation-added" Compatible [] Unchanged: "No program calls the operation yet.";
    OPERATION_REMOVED "operation-removed" Breaking [Senders] CompileError: "The operation, its method and its type are gone: find upstream's replacement.";
    METHOD_CHANGED "method-changed" Breaking [Senders] RunsDifferently: "Requests with the old HTTP method are refused; the new crate sends the new one.";
    PATH_CHANGED "path-changed" Breaking [Senders] RunsDifferently: "Requests to the old path fail; the new crate uses the new path.";
    PATH_PLACEHOLDER_RENAMED "path-placeholder-renamed" Breaking [RustCode] CompileError: "The URL is the same, but the placeholder is the name of a field in Rust: edit the programs that use the field. The template in spans and metrics changes too.";
    OPERATION_DEPRECATED "operation-deprecated" Compatible [Senders] Warning: "Upstream has deprecated the operation. It works until its sunset; upstream removes an endpoint after 180 days.";
    DEPRECATION_WITHDRAWN "deprecation-withdrawn" Compatible [] Unchanged: "Upstream has withdrawn the deprecation.";
    REPEAT_ALLOWED "repeat-allowed" Compatible [Senders] RunsDifferently: "The client now retries the request when it is unknown whether the request arrived: make sure that a second request changes nothing.";
    REPEAT_FORBIDDEN "repeat-forbidden" Compatible [Senders] RunsDifferently: "The client no longer retries after a timeout. The error says that the outcome is unknown, and the program must find out the outcome.";
    SUCCESS_RULE_CHANGED "success-rule-changed" Breaking [Readers] RunsDifferently: "The client accepts other responses as a success: a call that succeeded may now be an error, or the reverse.";
    OPERATION_SERVERS_CHANGED "operation-servers-changed" Breaking [Senders] RunsDifferently: "The servers of this operation changed, so requests to the old servers fail. The client does not support servers that apply to a single operation.";

    // Parameters and request bodies.
    OPTIONAL_PARAMETER_ADDED "optional-parameter-added" Compatible [Senders] Unchanged: "Requests without the parameter work as before.";
    REQUIRED_PARAMETER_ADDED "required-parameter-added" Breaking [Senders] RunsDifferently: "Requests without the parameter are refused.";
    PARAMETER_REMOVED "parameter-removed" Breaking [Senders] RunsDifferently: "Requests with the parameter are refused, or upstream ignores it.";
    PARAMETER_RENAMED "parameter-renamed" Breaking [Senders RustCode] CompileError: "The parameter was probably renamed: the old name is refused or ignored. Check whether the meaning is the same.";
    PARAMETER_NOW_REQUIRED "parameter-now-required" Breaking [Senders] RunsDifferently: "Requests without the parameter are refused.";
    PARAMETER_NOW_OPTIONAL "parameter-now-optional" Compatible [Senders] Unchanged: "Requests with the parameter work as before.";
    PARAMETER_WRITTEN_DIFFERENTLY "parameter-written-differently" Breaking [Senders] RunsDifferently: "Upstream expects the value in another form, such as a list with another separator. It refuses or misreads the old form.";
    BODY_REQUIRED "request-body-required" Breaking [Senders] RunsDifferently: "Requests without a body are refused.";
    BODY_OPTIONAL "request-body-optional" Compatible [Senders] Unchanged: "Requests with a body work as before.";
    BODY_REMOVED "request-body-removed" Breaking [Senders] RunsDifferently: "A body is refused or ignored.";
    SENT_MEDIA_TYPE_ADDED "media-type-accepted" Compatible [Senders] Unchanged: "Upstream accepts one more media type.";
    SENT_MEDIA_TYPE_REMOVED "media-type-no-longer-accepted" Breaking [Senders] RunsDifferently: "Bodies of this media type are refused with 415.";

    // Responses.
    SUCCESS_STATUS_ADDED "success-status-added" Compatible [Readers] RunsDifferently: "A successful response may have this status too: programs that compare the status with one number miss it.";
    SUCCESS_STATUS_REMOVED "success-status-removed" Breaking [Readers] RunsDifferently: "Programs that expect this status no longer get it.";
    ERROR_STATUS_ADDED "error-status-added" Compatible [Readers] Unchanged: "The client classifies every status, documented or not.";
    ERROR_STATUS_REMOVED "error-status-removed" Compatible [Readers] Unchanged: "Programs that handle the status have an unused branch.";
    ERROR_MARK_CHANGED "error-mark-changed" Breaking [Readers] RunsDifferently: "The client recognizes other responses as errors: a call that succeeded may now be an error, or the reverse.";
    RESPONSE_BODY_ADDED "response-body-added" Compatible [Readers] Unchanged: "Programs that ignore the body work as before.";
    RESPONSE_BODY_REMOVED "response-body-removed" Breaking [Readers] RunsDifferently: "Responses no longer have a body.";
    RECEIVED_MEDIA_TYPE_ADDED "media-type-offered" Compatible [Readers] Unchanged: "The client requests JSON, so its responses stay the same.";
    RECEIVED_MEDIA_TYPE_REMOVED "media-type-no-longer-offered" Breaking [Readers] RunsDifferently: "Responses no longer have this media type.";
    HEADER_ADDED "header-added" Compatible [Readers] Unchanged: "Programs that ignore the header work as before.";
    HEADER_REMOVED "header-removed" Breaking [Readers] RunsDifferently: "Responses no longer contain the header. The rate limiter reads X-RateLimit-Remaining and X-RateLimit-Reset.";

    // Fields.
    OPTIONAL_FIELD_ADDED_SENT "optional-field-added-to-request" Compatible [Senders] Unchanged: "Requests without the field work as before.";
    REQUIRED_FIELD_ADDED_SENT "required-field-added-to-request" Breaking [Senders] RunsDifferently: "Requests without the field are refused. The new client always sends it.";
    FIELD_ADDED_RECEIVED "field-added-to-response" Compatible [Readers] Unchanged: "Readers ignore unknown fields.";
    FIELD_REMOVED_SENT "field-removed-from-request" Breaking [Senders] RunsDifferently: "Requests with the field are refused, or the field is ignored.";
    FIELD_REMOVED_RECEIVED "field-removed-from-response" Breaking [Readers] RunsDifferently: "Responses no longer contain the field.";
    FIELD_RENAMED_SENT "field-renamed-in-request" Breaking [Senders] RunsDifferently: "The field was probably renamed: the old name is refused or ignored. Check whether the meaning is the same.";
    FIELD_RENAMED_RECEIVED "field-renamed-in-response" Breaking [Readers] RunsDifferently: "The field was probably renamed: responses no longer contain the old name. Check whether the meaning is the same.";
    NOW_REQUIRED_SENT "now-required-in-request" Breaking [Senders] RunsDifferently: "Requests without the field are refused.";
    NOW_REQUIRED_RECEIVED "now-required-in-response" Compatible [Readers] Unchanged: "The field is always present.";
    NOW_OPTIONAL_SENT "now-optional-in-request" Compatible [Senders] Unchanged: "Requests with the field work as before.";
    NOW_OPTIONAL_RECEIVED "now-optional-in-response" Breaking [Readers] RunsDifferently: "The field may be missing: programs that use the field must handle this case.";
    NULLABLE_SENT "nullable-in-request" Compatible [Senders] Unchanged: "Requests may also contain null.";
    NULLABLE_RECEIVED "nullable-in-response" Breaking [Readers] RunsDifferently: "The value may be null: programs that use the value must handle null.";
    OPTIONAL_NULLABLE_RECEIVED "optional-field-nullable-in-response" Breaking [Readers] Unchanged: "An optional field may now also be null. The client reads null like a missing field, but other programs may not.";
    NOT_NULLABLE_SENT "not-nullable-in-request" Breaking [Senders] RunsDifferently: "Requests with null are refused.";
    NOT_NULLABLE_RECEIVED "not-nullable-in-response" Compatible [Readers] Unchanged: "The value is never null any longer.";

    // Values.
    TYPE_CHANGED_SENT "type-changed-in-request" Breaking [Senders] RunsDifferently: "Values of the old type are refused.";
    TYPE_CHANGED_RECEIVED "type-changed-in-response" Breaking [Readers] RunsDifferently: "Values have another type: programs must read them in another way.";
    TYPE_WIDENED_SENT "type-widened-in-request" Compatible [Senders] Unchanged: "An integer is a number, so the earlier values are still accepted.";
    TYPE_NARROWED_RECEIVED "type-narrowed-in-response" Compatible [Readers] Unchanged: "An integer is a number, so readers of numbers accept it.";
    LIST_WRAPPER_CHANGED "list-wrapper-changed" Breaking [Senders Readers] RunsDifferently: "The list is in another object than before, or in no object.";
    FORMAT_NARROWED_SENT "format-narrowed-in-request" Breaking [Senders] RunsDifferently: "Upstream refuses values that do not match the new format. If the client checks this format, it does not send these values.";
    FORMAT_LIFTED_SENT "format-lifted-in-request" Compatible [Senders] RunsDifferently: "Upstream accepts any format; the client no longer checks it.";
    FORMAT_CHANGED_RECEIVED "format-changed-in-response" Breaking [Readers] RunsDifferently: "Values have another format, or may have any format: check the programs that parse them.";
    FORMAT_ADDED_RECEIVED "format-added-in-response" Compatible [Readers] Unchanged: "The values are the same, and the contract describes them better.";
    FORMAT_WIDENED_SENT "format-widened-in-request" Compatible [Senders] Unchanged: "Upstream accepts a wider format, which includes the earlier values: int64 includes int32, and double includes float.";
    FORMAT_NARROWER_RECEIVED "format-narrowed-in-response" Compatible [Readers] Unchanged: "Values have a narrower format, so programs that read the wider format can read them: int64 includes int32, and double includes float.";
    LIMIT_TIGHTENED_SENT "limit-tightened-in-request" Breaking [Senders] RunsDifferently: "Values that were accepted before are refused, and the new client does not send them.";
    LIMIT_LOOSENED_SENT "limit-loosened-in-request" Compatible [Senders] RunsDifferently: "Upstream and the client accept more values.";
    LIMIT_TIGHTENED_RECEIVED "limit-tightened-in-response" Compatible [Readers] Unchanged: "Responses only contain values that were allowed before.";
    LIMIT_LOOSENED_RECEIVED "limit-loosened-in-response" Compatible [Readers] Unchanged: "Responses may contain values outside the old limit. Check database columns that store the value.";
    PATTERN_NARROWED_SENT "pattern-narrowed-in-request" Breaking [Senders] RunsDifferently: "Values that do not match the new pattern are refused. A person must check whether the new pattern accepts all earlier values.";
    PATTERN_LIFTED_SENT "pattern-lifted-in-request" Compatible [Senders] Unchanged: "Values that matched the old pattern are still accepted.";
    PATTERN_CHANGED_RECEIVED "pattern-changed-in-response" Compatible [Readers] Unchanged: "The client checks no patterns in responses. If a program checks this value against the old pattern, adapt the program.";
    ENUM_VALUE_ADDED_SENT "enum-value-added-in-request" Compatible [Senders] Unchanged: "Requests may use one more value of the enum.";
    ENUM_VALUE_REMOVED_SENT "enum-value-removed-in-request" Breaking [Senders] RunsDifferently: "Requests with this value are refused.";
    ENUM_VALUE_ADDED_RECEIVED "enum-value-added-in-response" Compatible [Readers] Unchanged: "The client's enums are open: a program that does not know the value handles it like any other unknown value.";
    ENUM_VALUE_REMOVED_RECEIVED "enum-value-removed-in-response" Compatible [Readers] Unchanged: "Responses no longer contain the value, so the branch of a program that handles it never runs.";
    ENUM_CLOSED_SENT "enum-closed-in-request" Breaking [Senders] RunsDifferently: "Values outside of the list are refused.";
    ENUM_OPENED_SENT "enum-opened-in-request" Compatible [Senders] Unchanged: "Values outside of the list may be accepted.";
    ENUM_OPENNESS_RECEIVED "enum-openness-changed-in-response" Compatible [Readers] Unchanged: "The client's enums are always open, so programs are not affected.";
    ALIAS_ADDED "enum-alias-added" Compatible [Senders Readers] RunsDifferently: "The client reads this spelling as the listed value, and sends the listed value for it. Before, the spelling was an unknown value.";
    ALIAS_REMOVED "enum-alias-removed" Breaking [Senders Readers] RunsDifferently: "The client no longer reads this spelling as the listed value: adapt programs that expect the listed value.";
    DEFAULT_CHANGED_SENT "default-changed-in-request" Breaking [Senders] RunsDifferently: "A request without the value now means something else: send the value.";
    DEFAULT_ADDED_SENT "default-added-in-request" Compatible [Senders] Unchanged: "The contract now states the meaning of a missing value.";
    DEFAULT_CHANGED_RECEIVED "default-changed-in-response" Compatible [Readers] Unchanged: "The client adds no default values. If a program adds the old default, adapt the program.";
    RULE_NARROWED_SENT "rule-narrowed-in-request" Breaking [Senders] RunsDifferently: "Upstream refuses values that break the rule. The client checks anyOf, x-exclusive and x-together before it sends a request, and no other rule.";
    RULE_LIFTED_SENT "rule-lifted-in-request" Compatible [Senders] Unchanged: "Values that followed the rule are still accepted.";
    RULE_CHANGED_RECEIVED "rule-changed-in-response" Compatible [Readers] Unchanged: "The client checks no rules in responses. If a program checks this value against the old rule, adapt the program.";
    FORMS_CHANGED_RECEIVED "forms-changed-in-response" Breaking [Readers] RunsDifferently: "The possible forms of the value changed: programs that read the value must handle each form that is possible now.";

    // Documentation and extensions.
    DEPRECATED "deprecated" Compatible [Senders Readers] Warning: "Upstream has deprecated this. It works until its sunset.";
    VALUE_DEPRECATED "parameter-or-header-deprecated" Compatible [Senders Readers] Unchanged: "Upstream has deprecated this. It works until its sunset. The Rust compiler does not warn programs that use it.";
    SUNSET_ANNOUNCED "sunset-announced" Compatible [Senders Readers] Unchanged: "This is removed after that day: plan the work. `cargo xtask check` warns when the day is near.";
    SUNSET_BROUGHT_FORWARD "sunset-brought-forward" Compatible [Senders Readers] Unchanged: "This is removed earlier than announced: check your plans.";
    SUNSET_POSTPONED "sunset-postponed" Compatible [Senders Readers] Unchanged: "This works longer than announced.";
    SUNSET_WITHDRAWN "sunset-withdrawn" Compatible [Senders Readers] Unchanged: "The day of the removal is no longer known. While this is deprecated, upstream may still remove it.";
    MORE_SENSITIVE "more-sensitive" Compatible [Senders Readers] Unchanged: "The data is more sensitive than stated before: check where programs log, store or forward it.";
    NOW_SECRET "now-secret" Compatible [Senders Readers] Unchanged: "The data is secret: check where programs log, store or forward it. The command prints it only with --show-secrets.";
    NO_LONGER_SECRET "no-longer-secret" Compatible [Senders Readers] Unchanged: "The command prints the value, which it showed only with --show-secrets before. Make sure that the new classification is right.";
    LESS_SENSITIVE "less-sensitive" Documentation [] Unchanged: "Debug hides all values as before. Make sure that the new classification is right.";
    EVIDENCE_CHANGED "evidence-changed" Documentation [] Unchanged: "Only the source of the facts changed, not the facts themselves.";
    DESCRIPTION_CHANGED "description-changed" Documentation [] Unchanged: "Read the new text: it may state a rule.";
    EXTENSION_CHANGED "extension-changed" Documentation [] Unchanged: "In this project the extension has no meaning on the wire.";

    // The Rust API.
    RUST_TYPE_RENAMED "rust-type-renamed" Breaking [RustCode] CompileError: "The wire is the same, but the type has another name: edit the programs that name it.";
    RUST_TYPE_REMOVED "rust-type-removed" Breaking [RustCode] CompileError: "Programs that name the type do not compile.";
    RUST_TYPE_CHANGED "rust-type-changed" Breaking [RustCode] CompileError: "The type with this name is of another kind.";
    RUST_TYPE_ADDED "rust-type-added" Compatible [] Unchanged: "No program names the type yet.";
    RUST_FIELD_REMOVED "rust-field-removed" Breaking [RustCode] CompileError: "Programs that name the field do not compile.";
    RUST_FIELD_TYPE_CHANGED "rust-field-type-changed" Breaking [RustCode] CompileError: "Programs that use the field must handle another type.";
    RUST_EQUALITY_LOST "rust-equality-lost" Breaking [RustCode] CompileError: "The type now contains an f64, so it has neither Eq nor Hash: programs that hash it or use it as a key do not compile.";
    RUST_VARIANT_REMOVED "rust-variant-removed" Breaking [RustCode] CompileError: "Programs that name the variant do not compile. If a response contains the value, the client reads it as Unknown.";
    RUST_OPERATION_RENAMED "rust-operation-renamed" Breaking [RustCode] CompileError: "The wire is the same, but the operation id is the name of a method and a type: edit the programs that name them.";
    RUST_METHOD_RENAMED "rust-method-renamed" Breaking [RustCode] CompileError: "The wire is the same, but x-accessor and x-method are the names of the client's methods, and x-method is also that of the command: edit the programs and scripts that call them.";
    COMMAND_RENAMED "command-renamed" Breaking [Senders] Unchanged: "The command is named after the tag of the operation: edit the scripts that call it.";
    RUST_METHOD_CHANGED "rust-method-changed" Breaking [RustCode] CompileError: "The generated method has other arguments.";
    RUST_OUTPUT_CHANGED "rust-output-changed" Breaking [RustCode] CompileError: "The operation returns another type.";
    RUST_MODE_CHANGED "rust-mode-changed" Breaking [RustCode] RunsDifferently: "The client sends another kind of token: its own instead of a user's, or the reverse.";
    RUST_OPERATION_UNVERIFIED "rust-operation-unverified" Breaking [RustCode] CompileError: "The contract now marks the operation as inferred, so its method and its type need the feature `unverified`, and its command needs --unverified.";
    RUST_OPERATION_VERIFIED "rust-operation-verified" Compatible [RustCode] Unchanged: "The operation is no longer only inferred, so it does not need the feature `unverified`.";
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
    fn a_change_that_does_not_compile_is_breaking() {
        assert!(ALL.iter().all(|rule| rule.effect != CompileError || rule.class == Breaking));
    }
}
