//! Reads lists: a plain list, a single item without its list, or a list in a wrapper object.

use std::fmt;
use std::marker::PhantomData;
use std::mem;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::{number, object};
use crate::wire::bounds;
use crate::wire::scalar::{FromScalar, Scalar, Str};

/// The error for an object that has the same key twice.
pub const REPEATED: &str = "found the same key twice";

/// Reads a list of at most `MAX` objects. A single object is read as a list of one, and null or an empty string as an
/// empty list. Null and empty strings among the items are skipped.
///
/// # Errors
/// Returns an error if `T` cannot read an item, or if the list exceeds `MAX` or the [`bounds`].
pub fn objects<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    ListReader::<T, Objects>::new(MAX).deserialize(deserializer)
}

/// Reads a list of strings or numbers by the rules of [`objects`]. A single number in place of the list must not have a
/// fraction, because serde would read it as `f64`, which may lose digits.
///
/// # Errors
/// Returns the errors of [`objects`].
pub fn values<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    ListReader::<T, Values>::new(MAX).deserialize(deserializer)
}

/// Reads a list by the rules of [`objects`], but null is `None`. An empty list is kept, because it has a meaning of its
/// own.
///
/// # Errors
/// Returns the errors of [`objects`].
pub fn optional_objects<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(Optional(ListReader::<T, Objects>::new(MAX)))
}

/// Reads a list by the rules of [`values`], but null is `None`. An empty list is kept, because it has a meaning of its
/// own.
///
/// # Errors
/// Returns the errors of [`objects`].
pub fn optional_values<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    deserializer.deserialize_option(Optional(ListReader::<T, Values>::new(MAX)))
}

/// Reads null as `None`, and anything else with the list's reader.
struct Optional<R>(R);

impl<'de, R: DeserializeSeed<'de>> Visitor<'de> for Optional<R> {
    type Value = Option<R::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}

/// Reads a list by the rules of [`objects`]. The input is either the list itself, or an object that has the list in its
/// member `wrapper`. Other members of the object are ignored.
///
/// # Errors
/// Returns the errors of [`objects`], and an error if the member occurs twice.
pub fn wrapped_objects<'de, D, T>(deserializer: D, wrapper: &str, max: usize) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    ListReader::<T, Objects>::new(max).in_wrapper(wrapper).deserialize(deserializer)
}

/// Reads a list by the rules of [`values`]. The input is either the list itself, or an object that has the list in its
/// member `wrapper`, such as `{"email": ["a", "b"]}` or `{"email": "a"}`. Other members of the object are ignored.
///
/// # Errors
/// Returns the errors of [`objects`], and an error if the member occurs twice.
pub fn wrapped_values<'de, D, T>(deserializer: D, wrapper: &str, max: usize) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromScalar,
{
    ListReader::<T, Values>::new(max).in_wrapper(wrapper).deserialize(deserializer)
}

trait ItemKind<'de, T> {
    /// Reads an item. Returns `None` for an item to skip, such as null.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>;

    /// Reads an object in place of a list.
    fn read_object<A: MapAccess<'de>>(members: A) -> Result<Option<T>, A::Error>;
}

struct Objects;

impl<'de, T: Deserialize<'de>> ItemKind<'de, T> for Objects {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        object(deserializer)
    }

    fn read_object<A: MapAccess<'de>>(members: A) -> Result<Option<T>, A::Error> {
        object(MapAccessDeserializer::new(members))
    }
}

struct Values;

impl<'de, T: FromScalar> ItemKind<'de, T> for Values {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        number(deserializer)
    }

    fn read_object<A: MapAccess<'de>>(members: A) -> Result<Option<T>, A::Error> {
        Scalar::of_object(members)?.map(Scalar::to).transpose()
    }
}

struct ListReader<'a, T, K> {
    items: Vec<T>,
    max: usize,
    wrapper: Option<&'a str>,
    kind: PhantomData<K>,
}

impl<'a, T, K> ListReader<'a, T, K> {
    fn new(max: usize) -> Self {
        Self { items: Vec::new(), max, wrapper: None, kind: PhantomData }
    }

    fn in_wrapper(self, wrapper: &'a str) -> Self {
        Self { wrapper: Some(wrapper), ..self }
    }

    fn push<E: Error>(&mut self, item: Option<T>) -> Result<(), E> {
        let Some(item) = item else { return Ok(()) };
        if self.items.len() == self.max || !bounds::has_room(&mut self.items) {
            return Err(E::custom(bounds::TOO_MANY));
        }
        self.items.push(item);
        Ok(())
    }

    fn single<'de, D: Deserializer<'de>>(mut self, element: D) -> Result<Vec<T>, D::Error>
    where
        K: ItemKind<'de, T>,
    {
        self.push(K::read(element)?)?;
        Ok(self.items)
    }
}

impl<'de, T, K: ItemKind<'de, T>> DeserializeSeed<'de> for ListReader<'_, T, K> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T, K: ItemKind<'de, T>> Visitor<'de> for ListReader<'_, T, K> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Vec<T>, A::Error> {
        while let Some(item) = elements.next_element_seed(ItemReader::<T, K>(PhantomData))? {
            self.push(item)?;
        }
        Ok(self.items)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Vec<T>, A::Error> {
        let Some(wrapper) = self.wrapper else {
            self.push(K::read_object(members)?)?;
            return Ok(self.items);
        };
        let (mut items, mut is_read) = (Vec::new(), false);
        while let Some(member) = members.next_key_seed(Str)? {
            if member != wrapper {
                members.next_value::<IgnoredAny>()?;
            } else if mem::replace(&mut is_read, true) {
                return Err(A::Error::custom(REPEATED));
            } else {
                items = members.next_value_seed(Self::new(self.max))?;
            }
        }
        Ok(items)
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        self.single(text.into_deserializer())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Vec<T>, E> {
        self.single(value.into_deserializer())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Vec<T>, E> {
        self.single(number.into_deserializer())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Vec<T>, E> {
        self.single(number.into_deserializer())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Vec<T>, E> {
        self.single(number.into_deserializer())
    }
}

struct ItemReader<T, K>(PhantomData<(T, K)>);

impl<'de, T, K: ItemKind<'de, T>> DeserializeSeed<'de> for ItemReader<T, K> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        K::read(deserializer)
    }
}
