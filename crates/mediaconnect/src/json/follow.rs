//! Records the position at which decoding fails, and the field names of the decoded types.
//!
//! The crate `serde_path_to_error` is not used, because it builds the path from the keys of the document. A key may be
//! personal data, such as an e-mail address in a map. This module records only the names in the program's types
//! (serde's `fields` and `variants`), and positions as numbers.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

/// A step to a value: the position of a list item or of an object member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Item(usize),
    Member(usize),
}

/// The position of a failure, and the names of the decoded types.
#[derive(Default)]
pub(super) struct Trail {
    here: Vec<Number>,
    /// The steps to the value that failed; `None` if it is the whole document.
    pub(super) failed: Option<Vec<Number>>,
    /// The names of the fields and variants of all types that were decoded.
    pub(super) names: BTreeSet<&'static str>,
}

pub(super) fn follow<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> (Result<T, D::Error>, Trail) {
    let trail = RefCell::default();
    let read = T::deserialize(Followed { inner: deserializer, trail: &trail });
    (read, trail.into_inner())
}

/// Wraps a deserializer, a visitor or a similar value of serde, and records the `Trail` of the decoding.
struct Followed<'t, X> {
    inner: X,
    trail: &'t RefCell<Trail>,
}

impl<'t, X> Followed<'t, X> {
    fn with<Y>(&self, inner: Y) -> Followed<'t, Y> {
        Followed { inner, trail: self.trail }
    }

    fn knows(&self, names: &'static [&'static str]) {
        self.trail.borrow_mut().names.extend(names);
    }
}

/// Decodes the value of a step. If decoding fails, records the steps that lead to the value. Only the first failure is
/// recorded, because the innermost value fails first.
fn step<T, E>(trail: &RefCell<Trail>, number: Number, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    trail.borrow_mut().here.push(number);
    let read = read();
    let mut trail = trail.borrow_mut();
    if read.is_err() && trail.failed.is_none() {
        trail.failed = Some(trail.here.clone());
    }
    trail.here.pop();
    read
}

macro_rules! deserialize {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let visitor = self.with(visitor);
            self.inner.$method(visitor)
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Followed<'_, D> {
    type Error = D::Error;

    deserialize! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_option deserialize_unit deserialize_seq deserialize_map
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_tuple_struct(name, length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.knows(fields);
        let visitor = self.with(visitor);
        self.inner.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.knows(variants);
        let visitor = self.with(visitor);
        self.inner.deserialize_enum(name, variants, visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident: $value:ty,)+) => {$(
        fn $method<E: Error>(self, value: $value) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )+};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Followed<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit! {
        visit_bool: bool, visit_i8: i8, visit_i16: i16, visit_i32: i32, visit_i64: i64, visit_i128: i128,
        visit_u8: u8, visit_u16: u16, visit_u32: u32, visit_u64: u64, visit_u128: u128,
        visit_f32: f32, visit_f64: f64, visit_char: char,
        visit_str: &str, visit_borrowed_str: &'de str, visit_string: String,
        visit_bytes: &[u8], visit_borrowed_bytes: &'de [u8], visit_byte_buf: Vec<u8>,
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.with(deserializer);
        self.inner.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.with(deserializer);
        self.inner.visit_newtype_struct(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        let items = Numbered { inner: self.with(items), next: 0 };
        self.inner.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        let members = Numbered { inner: self.with(members), next: 0 };
        self.inner.visit_map(members)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, value: A) -> Result<V::Value, A::Error> {
        let value = self.with(value);
        self.inner.visit_enum(value)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Followed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = self.with(deserializer);
        self.inner.deserialize(deserializer)
    }
}

/// Reads the items of a list or the members of an object, and counts them.
struct Numbered<'t, A> {
    inner: Followed<'t, A>,
    next: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Numbered<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let (seed, number) = (self.inner.with(seed), Number::Item(self.next));
        self.next += 1;
        step(self.inner.trail, number, || self.inner.inner.next_element_seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Numbered<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.next += 1;
        self.inner.inner.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let (seed, number) = (self.inner.with(seed), Number::Member(self.next.saturating_sub(1)));
        step(self.inner.trail, number, || self.inner.inner.next_value_seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.inner.size_hint()
    }
}

impl<'de, 't, A: EnumAccess<'de>> EnumAccess<'de> for Followed<'t, A> {
    type Error = A::Error;
    type Variant = Followed<'t, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        let trail = self.trail;
        self.inner.variant_seed(seed).map(|(value, inner)| (value, Followed { inner, trail }))
    }
}

/// In JSON, a variant with content is an object with one member.
impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Followed<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.with(seed);
        step(self.trail, Number::Member(0), || self.inner.newtype_variant_seed(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, A::Error> {
        let visitor = self.with(visitor);
        step(self.trail, Number::Member(0), || self.inner.tuple_variant(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.knows(fields);
        let visitor = self.with(visitor);
        step(self.trail, Number::Member(0), || self.inner.struct_variant(fields, visitor))
    }
}
