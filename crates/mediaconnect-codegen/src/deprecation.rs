//! What Rust says of what upstream advises against, and whether the client's own methods say it too.

#[cfg(feature = "generate")]
use quote::ToTokens;
#[cfg(feature = "generate")]
use syn::visit::{self, Visit};

#[cfg(feature = "generate")]
use crate::outline::Outline;

/// What the contract says of a deprecated operation, parameter or field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deprecation {
    /// `x-deprecation-note`: what to use instead.
    pub note: Option<String>,
    /// `x-sunset`: the last day on which it works, as `YYYY-MM-DD`.
    pub sunset: Option<String>,
}

impl Deprecation {
    /// The note of `#[deprecated]`; `what` is the thing in words.
    #[must_use]
    pub fn rust_note(&self, what: &str) -> String {
        let note = self.note.as_deref().map(|note| note.trim().trim_end_matches('.').replace('\n', " "));
        let note = note.unwrap_or_else(|| format!("upstream advises against this {what}"));
        match &self.sunset {
            Some(day) => format!("{note}; it is gone after {day}"),
            None => note,
        }
    }
}

/// A method of the client that calls a deprecated operation, and does not say so as it should.
#[cfg(feature = "generate")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilentMethod {
    /// Its name.
    pub method: String,
    /// The operation id.
    pub operation: String,
    /// The attribute that it should have.
    pub attribute: String,
}

/// The methods in a source file that call a deprecated operation of the generated client without the attribute that
/// tells callers of it.
///
/// The compiler warns of such a method too, as long as it does not allow what is deprecated. That the method is
/// deprecated itself, with the note and the sunset of the contract, only this knows.
///
/// # Errors
/// When the source is no Rust.
#[cfg(feature = "generate")]
pub fn silent_methods(outline: &Outline, source: &str) -> Result<Vec<SilentMethod>, syn::Error> {
    let mut search = Search { outline, found: Vec::new() };
    search.visit_file(&syn::parse_file(source)?);
    Ok(search.found)
}

#[cfg(feature = "generate")]
struct Search<'a> {
    outline: &'a Outline,
    found: Vec<SilentMethod>,
}

#[cfg(feature = "generate")]
impl Visit<'_> for Search<'_> {
    fn visit_impl_item_fn(&mut self, method: &syn::ImplItemFn) {
        let mut calls = Calls(Vec::new());
        calls.visit_block(&method.block);
        for operation in self.outline.operations.iter().filter(|operation| operation.deprecated) {
            let note = operation.deprecation.rust_note("operation");
            let attribute: syn::Attribute = syn::parse_quote!(#[deprecated(note = #note)]);
            let says_so = method.attrs.iter().any(|one| text(one) == text(&attribute));
            if calls.0.contains(&operation.rust_name()) && !says_so {
                self.found.push(SilentMethod {
                    method: method.sig.ident.to_string(),
                    operation: operation.id.clone(),
                    attribute: format!("#[deprecated(note = {note:?})]"),
                });
            }
        }
    }
}

/// The names of the methods that are called.
#[cfg(feature = "generate")]
struct Calls(Vec<String>);

#[cfg(feature = "generate")]
impl Visit<'_> for Calls {
    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.0.push(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}

#[cfg(feature = "generate")]
fn text(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}

#[cfg(all(test, feature = "generate"))]
mod tests {
    use super::*;
    use crate::contract::Contract;

    const CONTRACT: &str = "paths:\n  /v1/a:\n    get:\n      operationId: readA\n      deprecated: true\n      \
                            x-sunset: '2027-06-30'\n      x-deprecation-note: Use b.\n  /v1/b:\n    get:\n      \
                            operationId: readB\n";

    fn silent(source: &str) -> Vec<SilentMethod> {
        let outline = Outline::of(&Contract::parse("connect.yaml", CONTRACT).unwrap());
        silent_methods(&outline, &format!("impl Things<'_> {{ {source} }}")).unwrap()
    }

    #[test]
    fn a_method_that_calls_a_deprecated_operation_must_say_what_the_contract_says() {
        let found = silent(
            "pub fn a(self) { call(async |api: Api| api.read_a().await) } pub fn b(self) { api.read_b(); }",
        );
        let expected = SilentMethod {
            method: "a".to_owned(),
            operation: "readA".to_owned(),
            attribute: "#[deprecated(note = \"Use b; it is gone after 2027-06-30\")]".to_owned(),
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_method_with_another_note_is_silent_too_and_one_with_the_note_is_not() {
        let method = |note: &str| {
            format!("#[deprecated(note = {note:?})] #[allow(deprecated)] fn a(self) {{ api.read_a(); }}")
        };
        assert_eq!(silent(&method("Use b")).len(), 1);
        assert_eq!(silent(&method("Use b; it is gone after 2027-06-30")), []);
    }

    #[test]
    fn a_note_has_what_the_contract_has() {
        let note = |note: Option<&str>, sunset: Option<&str>| {
            let deprecation =
                Deprecation { note: note.map(str::to_owned), sunset: sunset.map(str::to_owned) };
            deprecation.rust_note("field")
        };
        assert_eq!(note(None, None), "upstream advises against this field");
        assert_eq!(note(Some("Use b.\n"), None), "Use b");
        assert_eq!(
            note(None, Some("2027-06-30")),
            "upstream advises against this field; it is gone after 2027-06-30"
        );
    }
}
