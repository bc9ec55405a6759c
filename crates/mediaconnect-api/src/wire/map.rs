use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::list::Element;
use super::{bounds, lenient};
use crate::validate::Checks;

/// A JSON object whose keys the contract does not list.
///
/// The type dereferences to a `BTreeMap`. Null values are dropped, except in a `Map<Value>`, where null is a value.
/// Debug prints the number of members, but neither keys nor values, because both may be personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Map<T = Value>(BTreeMap<String, T>);

impl<T> Map<T> {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Returns the members.
    pub fn into_inner(self) -> BTreeMap<String, T> {
        self.0
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Map<T> {
    type Target = BTreeMap<String, T>;

    fn deref(&self) -> &BTreeMap<String, T> {
        &self.0
    }
}

impl<T> DerefMut for Map<T> {
    fn deref_mut(&mut self) -> &mut BTreeMap<String, T> {
        &mut self.0
    }
}

impl<T> From<BTreeMap<String, T>> for Map<T> {
    fn from(members: BTreeMap<String, T>) -> Self {
        Self(members)
    }
}

impl<K: Into<String>, T> FromIterator<(K, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl<T> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("{1 member}"),
            count => write!(f, "{{{count} members}}"),
        }
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Element> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Map<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let values = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "object", "additionalProperties": values })
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Element> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Map<T>, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(name) = members.next_key::<String>()? {
            if !bounds::has_bytes(MEMBER_BYTES + name.len() + size_of::<T>()) {
                return Err(A::Error::custom(bounds::TOO_MANY));
            }
            let value = members.next_value_seed(MemberReader(PhantomData))?;
            if map.contains_key(&name) {
                return Err(A::Error::custom(lenient::REPEATED));
            }
            if let Some(value) = value {
                map.insert(name, value);
            }
        }
        Ok(Map(map))
    }
}

/// The estimated memory in bytes that a member needs in addition to its value and the characters of its key.
const MEMBER_BYTES: usize = 64;

struct MemberReader<T>(PhantomData<T>);

impl<'de, T: Element> DeserializeSeed<'de> for MemberReader<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(deserializer)
    }
}

impl<T: Element> Element for Map<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        lenient::object(deserializer)
    }

    fn read_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
        lenient::objects::<D, Self, 100_000>(deserializer)
    }
}

/// Reads any JSON value, within the memory limit of [`bounds`]. Null is kept as a value.
impl Element for Value {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(AnyJson).map(Some)
    }

    fn read_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
        Ok(match deserializer.deserialize_any(AnyJson)? {
            Value::Array(items) => items,
            other => vec![other],
        })
    }
}

struct AnyJson;

impl<'de> DeserializeSeed<'de> for AnyJson {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyJson {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = serde_json::Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if !bounds::has_bytes(MEMBER_BYTES + name.len() + size_of::<Value>()) {
                return Err(A::Error::custom(bounds::TOO_MANY));
            }
            if map.insert(name, members.next_value_seed(AnyJson)?).is_some() {
                return Err(A::Error::custom(lenient::REPEATED));
            }
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = elements.next_element_seed(AnyJson)? {
            if !bounds::has_room(&mut items) {
                return Err(A::Error::custom(bounds::TOO_MANY));
            }
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }
}

impl Checks {
    /// Calls `check` for each value of a map. A violation does not contain the map's key, which may be personal data.
    pub fn values<T>(&mut self, field: &str, map: Option<&Map<T>>, check: impl Fn(&mut Self, &str, &T)) {
        let field = if field.is_empty() { "*".to_owned() } else { format!("{field}.*") };
        map.into_iter().flat_map(|map| map.values()).for_each(|value| check(self, &field, value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, json, to_value};

    use super::*;
    use crate::wire::testing::CANARY;

    #[test]
    fn any_json_is_kept_unchanged() {
        let document = json!({ "a": [1, null, { "b": "c" }], "d": null, "e": 9_007_199_254_740_993_u64, "f": 1.5, "g": true });
        let map: Map = serde_json::from_value(document.clone()).unwrap();
        assert_eq!(to_value(&map).unwrap(), document);
    }

    #[test]
    fn typed_values_are_read_as_in_a_field() {
        let map: Map<i64> = from_str(r#"{"a": 1, "b": "2", "c": null, "d": ""}"#).unwrap();
        assert_eq!(map, Map::from_iter([("a", 1), ("b", 2)]));
        let map: Map<String> = from_str(r#"{"a": "", "b": null}"#).unwrap();
        assert_eq!(map, Map::from_iter([("a", String::new())]));
        assert!(from_str::<Map<i64>>(r#"{"a": [1]}"#).is_err());
        assert!(from_str::<Map<i64>>("[1]").is_err());
    }

    #[test]
    fn a_repeated_member_is_refused() {
        for json in [r#"{"a": 1, "a": 2}"#, r#"{"b": {"a": 1, "a": 2}}"#, r#"{"a": null, "a": null}"#] {
            assert!(from_str::<Map>(json).unwrap_err().to_string().starts_with(lenient::REPEATED), "{json}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let many = format!(r#"{{"a":[{}0]}}"#, "0,".repeat(1_000));
        bounds::within(1_000, || assert!(from_str::<Map>(&many).is_err()));
        bounds::within(1_000_000, || assert!(from_str::<Map>(&many).is_ok()));
    }

    #[test]
    fn debug_prints_neither_names_nor_values() {
        assert_eq!(format!("{:?}", Map::from_iter([(CANARY, CANARY)])), "{1 member}");
        assert_eq!(format!("{:?}", Map::<String>::new()), "{0 members}");
    }
}
