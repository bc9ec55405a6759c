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
    /// `x-sunset`: the day on which upstream removes it, as `YYYY-MM-DD`.
    pub sunset: Option<String>,
}

impl Deprecation {
    /// The note of `#[deprecated]`; `what` is the thing in words.
    #[must_use]
    pub fn rust_note(&self, what: &str) -> String {
        let note = self.note.as_deref().map(|note| note.trim().trim_end_matches('.').replace('\n', " "));
        let note = note.unwrap_or_else(|| format!("upstream advises against this {what}"));
        match &self.sunset {
            Some(day) => format!("{note}; upstream removes it on {day}"),
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
/// The compiler finds a method without any attribute too, since only a deprecated function may use deprecated ones;
/// it does not know which note and sunset are the contract's.
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
