//! Reads the fields of a body or query into a struct, and goes on after one that is wrong, so that all of them
//! are told.
//!
//! serde gives up at the first error. Here the field that made it is replaced by a stand-in that fits any type,
//! its refusal is noted, and the struct is read again: each round mends one field.

use std::{cell::RefCell, fmt::Display};

use domain::Invalid;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error, Expected, IntoDeserializer, MapAccess, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::Check;

/// One field as it came.
#[derive(Clone, Debug)]
pub enum Raw {
    /// In a JSON body.
    Json(Value),
    /// In a query: a text that may be meant as a number.
    Text(String),
    /// Stands in for a field that was refused.
    StandIn,
}

/// Reads `fields`; what is wrong with them is noted in `check`.
pub fn read<T: DeserializeOwned>(mut fields: Vec<(String, Raw)>, check: &mut Check) -> Option<T> {
    loop {
        let at = RefCell::new(None);
        let (field, invalid) = match T::deserialize(Struct { fields: &fields, at: &at }) {
            Ok(value) => return Some(value),
            Err(Refusal::Missing(field)) => (field.to_owned(), Invalid::new("required", "is missing")),
            Err(Refusal::Unknown(field)) => {
                fields.retain(|(name, _)| *name != field);
                check.refuse(&field, Invalid::new("unknown_field", "is not a field of this request"));
                continue;
            }
            Err(Refusal::Value(invalid)) => (at.take()?, invalid),
        };
        check.refuse(&field, invalid);
        match fields.iter_mut().find(|(name, _)| *name == field) {
            // Not even a stand-in fits: there is nothing more to mend.
            Some((_, Raw::StandIn)) => return None,
            Some((_, raw)) => *raw = Raw::StandIn,
            None => fields.push((field, Raw::StandIn)),
        }
    }
}

/// For a field of a change: tells `null` from absent.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Why a struct can't be read.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// This field is not there.
    Missing(&'static str),
    /// This field should not be there.
    Unknown(String),
    /// The value at hand can't be taken.
    Value(Invalid),
}

impl Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    fn not(expected: &dyn Expected) -> Self {
        let expected = match expected.to_string().as_str() {
            "i64" | "u32" | "u64" => "an integer".to_owned(),
            "a sequence" => "a list".to_owned(),
            other => other.to_owned(),
        };
        Self::Value(Invalid::new("wrong_type", format!("must be {expected}")))
    }
}

impl Error for Refusal {
    fn custom<T: Display>(message: T) -> Self {
        Self::Value(Invalid::new("invalid", message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::not(expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::not(expected)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::Value(Invalid::new("unknown_value", format!("must be one of: {}", expected.join(", "))))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// All fields, as serde wants to see a struct.
struct Struct<'a> {
    fields: &'a [(String, Raw)],
    at: &'a RefCell<Option<String>>,
}

impl<'de> Deserializer<'de> for Struct<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(Entries { rest: self.fields.iter(), value: None, at: self.at })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Entries<'a> {
    rest: std::slice::Iter<'a, (String, Raw)>,
    value: Option<&'a Raw>,
    at: &'a RefCell<Option<String>>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        self.at.replace(Some(name.clone()));
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        seed.deserialize(self.value.take().cloned().unwrap_or(Raw::StandIn))
    }
}

impl IntoDeserializer<'_, Refusal> for Raw {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Whole numbers are integers in JSON, also when they are written `1.0`.
fn number<'de, V: Visitor<'de>>(number: &serde_json::Number, visitor: V) -> Result<V::Value, Refusal> {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => visitor.visit_i64(whole),
        #[expect(clippy::cast_possible_truncation, reason = "whole, and checked to be in bounds")]
        (None, Some(float)) if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 => {
            visitor.visit_i64(float as i64)
        }
        (None, Some(float)) => visitor.visit_f64(float),
        (None, None) => visitor.visit_unit(),
    }
}

impl<'de> Deserializer<'de> for Raw {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Raw::StandIn | Raw::Json(Value::Null) => visitor.visit_unit(),
            Raw::Text(text) | Raw::Json(Value::String(text)) => visitor.visit_string(text),
            Raw::Json(Value::Bool(flag)) => visitor.visit_bool(flag),
            Raw::Json(Value::Number(value)) => number(&value, visitor),
            Raw::Json(Value::Array(items)) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Raw::Json)))
            }
            Raw::Json(Value::Object(map)) => visitor
                .visit_map(MapDeserializer::new(map.into_iter().map(|(key, value)| (key, Raw::Json(value))))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Raw::StandIn | Raw::Json(Value::Null) => visitor.visit_none(),
            raw => visitor.visit_some(raw),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Raw::StandIn => visitor.visit_i64(0),
            Raw::Text(text) => match text.parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => Err(Refusal::not(&"an integer")),
            },
            raw => raw.deserialize_any(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Raw::StandIn => visitor.visit_bool(false),
            Raw::Text(text) => match text.parse() {
                Ok(flag) => visitor.visit_bool(flag),
                Err(_) => Err(Refusal::not(&"true or false")),
            },
            raw => raw.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Raw::StandIn => visitor.visit_str(""),
            raw => raw.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Raw::StandIn => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Raw>())),
            raw => raw.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match &self {
            Raw::StandIn => {
                visitor.visit_enum(StrDeserializer::new(variants.first().copied().unwrap_or_default()))
            }
            Raw::Text(name) | Raw::Json(Value::String(name)) => {
                visitor.visit_enum(StrDeserializer::new(name))
            }
            Raw::Json(_) => Err(Refusal::not(&"a string")),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        name: String,
        count: i64,
        colour: Colour,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default, deserialize_with = "given")]
        note: Option<Option<String>>,
    }

    fn from(json: Value) -> (Option<Thing>, Vec<(String, String)>) {
        let Value::Object(map) = json else { panic!("an object") };
        let mut check = Check::default();
        let thing = read(map.into_iter().map(|(key, value)| (key, Raw::Json(value))).collect(), &mut check);
        let errors = check.finish(None::<()>).expect_err("nothing was given").errors;
        (thing, errors.into_iter().map(|error| (error.field, error.code.into_owned())).collect())
    }

    #[test]
    fn what_is_right_is_read() {
        let (thing, errors) =
            from(json!({"name": "a", "count": 2.0, "colour": "blue", "tags": ["x"], "note": null}));

        let expected = Thing {
            name: "a".to_owned(),
            count: 2,
            colour: Colour::Blue,
            tags: vec!["x".to_owned()],
            note: Some(None),
        };
        assert_eq!(thing, Some(expected));
        assert!(errors.is_empty());
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let (_, mut errors) =
            from(json!({"count": "two", "colour": "green", "tags": [1], "size": 3, "x": 4}));

        errors.sort();
        let told: Vec<_> = errors.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
        assert_eq!(
            told,
            [
                ("colour", "unknown_value"),
                ("count", "wrong_type"),
                ("name", "required"),
                ("size", "unknown_field"),
                ("tags", "wrong_type"),
                ("x", "unknown_field"),
            ]
        );
    }

    #[test]
    fn a_fraction_or_a_number_out_of_bounds_is_no_integer() {
        for count in [json!(1.5), json!(1e300), json!(u64::MAX)] {
            let (_, errors) = from(json!({"name": "a", "count": count, "colour": "red"}));
            assert_eq!(errors, [("count".to_owned(), "wrong_type".to_owned())]);
        }
    }
}
