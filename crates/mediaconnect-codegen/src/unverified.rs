//! Puts operations without upstream documentation behind the feature `unverified`. Only this module emits the
//! feature's `cfg`.

use mediaconnect_contract::outline::{Operation, Outline};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// Returns a private module with the items, and a `pub use` of their names. Without the feature `unverified`, neither
/// is compiled.
pub(crate) fn module(names: &[Ident], items: &[TokenStream]) -> Option<TokenStream> {
    let module = quote! {
        #[cfg(feature = "unverified")]
        pub use self::unverified::{#(#names),*};

        #[cfg(feature = "unverified")]
        mod unverified {
            use super::*;

            #(#items)*
        }
    };
    (!items.is_empty()).then_some(module)
}

/// Returns an `impl` block that exists only with the feature `unverified`.
pub(crate) fn methods(ty: &TokenStream, methods: &[TokenStream]) -> Option<TokenStream> {
    let block = quote! {
        #[cfg(feature = "unverified")]
        impl #ty { #(#methods)* }
    };
    (!methods.is_empty()).then_some(block)
}

/// Emits an item twice. With the feature `unverified`, the item has all operations. Without it, the item has only the
/// documented operations.
pub(crate) fn for_each_build(
    outline: &Outline,
    item: impl Fn(&[&Operation]) -> TokenStream,
) -> [TokenStream; 2] {
    let all: Vec<_> = outline.operations.iter().collect();
    let verified: Vec<_> = all.iter().copied().filter(|operation| !operation.is_inferred()).collect();
    let (all, verified) = (item(&all), item(&verified));
    [quote!(#[cfg(feature = "unverified")] #all), quote!(#[cfg(not(feature = "unverified"))] #verified)]
}
