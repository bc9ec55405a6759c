//! Methods of the client that call what is deprecated, and do not say so.

use mediaconnect_contract::Outline;
use quote::ToTokens;
use syn::visit::{self, Visit};

/// A method of the client that calls a deprecated operation, and does not say so as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SilentMethod {
    /// Its name.
    pub(crate) method: String,
    /// The operation id.
    pub(crate) operation: String,
    /// The attribute that it should have.
    pub(crate) attribute: String,
}

/// The methods in a source file that call a deprecated operation of the generated client without the attribute that
/// tells callers of it.
///
/// The compiler warns of such a method too, as long as it does not allow what is deprecated. That the method is
/// deprecated itself, with the note and the sunset of the contract, only this knows.
///
/// # Errors
/// When the source is no Rust.
pub(crate) fn silent_methods(outline: &Outline, source: &str) -> Result<Vec<SilentMethod>, syn::Error> {
    let mut search = Search { outline, found: Vec::new() };
    search.visit_file(&syn::parse_file(source)?);
    Ok(search.found)
}

struct Search<'a> {
    outline: &'a Outline,
    found: Vec<SilentMethod>,
}

impl Visit<'_> for Search<'_> {
    fn visit_impl_item_fn(&mut self, method: &syn::ImplItemFn) {
        let mut calls = Calls(Vec::new());
        calls.visit_block(&method.block);
        for operation in self.outline.operations.iter().filter(|operation| operation.deprecated) {
            let note = operation.deprecation.rust_note("operation");
            let attribute: syn::Attribute = syn::parse_quote!(#[deprecated(note = #note)]);
            let says_so = method.attrs.iter().any(|one| text(one) == text(&attribute));
            let is_used =
                calls.0.contains(&operation.rust_name()) || calls.0.contains(&operation.rust_type());
            if is_used && !says_so {
                self.found.push(SilentMethod {
                    method: method.sig.ident.to_string(),
                    operation: operation.id.clone(),
                    attribute: format!("#[deprecated(note = {note:?})]"),
                });
            }
        }
    }
}

/// The names of the methods that are called, and of the types whose functions are.
struct Calls(Vec<String>);

impl Visit<'_> for Calls {
    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.0.push(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        let segments = &path.path.segments;
        let ty = segments.len().checked_sub(2).and_then(|at| segments.get(at));
        self.0.extend(ty.map(|ty| ty.ident.to_string()));
        visit::visit_expr_path(self, path);
    }
}

fn text(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use mediaconnect_contract::Contract;

    use super::*;

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
    fn the_value_of_a_deprecated_operation_counts_as_a_call_of_it() {
        let found = silent("pub fn a(self) { self.client.call(operations::ReadA::new()) }");
        assert_eq!(found.len(), 1);
        assert_eq!(silent("pub fn b(self) { self.client.call(ReadB::new()) }"), []);
    }

    #[test]
    fn a_method_with_another_note_is_silent_too_and_one_with_the_note_is_not() {
        let method = |note: &str| {
            format!("#[deprecated(note = {note:?})] #[allow(deprecated)] fn a(self) {{ api.read_a(); }}")
        };
        assert_eq!(silent(&method("Use b")).len(), 1);
        assert_eq!(silent(&method("Use b; it is gone after 2027-06-30")), []);
    }
}
