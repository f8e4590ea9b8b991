//! Strict JSON for tokens: one object, member names unique at every level, bounded depth and size.
//!
//! `serde_json` reads the grammar and refuses trailing data, lone surrogates and numbers out of
//! range; what it lets pass (duplicate names above all, RFC 7519 section 4) is refused here.
//! Values borrow from the text. Nothing here knows what a claim is.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

/// How deep arrays and objects may nest. Deepest claims seen in systems.md: 3.
pub const MAX_DEPTH: u8 = 64;

/// How many members one text may hold in all; bounds the work of the check for duplicate names.
pub const MAX_MEMBERS: u16 = 512;

/// How many names are compared each with each.
const FEW_MEMBERS: usize = 16;

/// A JSON value. Numbers are kept as the 64-bit floats that JavaScript would see.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// A string, without its escapes.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

impl<'a> Json<'a> {
    /// The string, if it is one.
    #[must_use]
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same without taking it.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The same value, free of the text it was read from. No deeper than [`MAX_DEPTH`].
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number),
            Self::Text(text) => Json::Text(text.into_owned().into()),
            Self::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(object) => Json::Object(object.into_owned()),
        }
    }
}

/// The members of a JSON object, in the order of the text; no name occurs twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Reads a text that is one strict JSON object and nothing else; `None` for any other.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let limits = Limits { members_left: Cell::new(MAX_MEMBERS), kept: Cell::new(true) };
        let mut source = serde_json::Deserializer::from_str(text);
        let reader = Reader { depth_left: MAX_DEPTH, limits: &limits };
        match reader.deserialize(&mut source).and_then(|value| source.end().map(|()| value)) {
            Ok(Json::Object(object)) if limits.kept.get() => Some(object),
            _ => None,
        }
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is a member of that name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(member, _)| member == name)
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The members, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, (Cow<'a, str>, Json<'a>)> {
        self.0.iter()
    }

    /// The same members, free of the text they were read from.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        let owned = |(name, value): (Cow<'_, str>, Json<'_>)| {
            (Cow::Owned(name.into_owned()), value.into_owned())
        };
        Object(self.0.into_iter().map(owned).collect())
    }

    /// Whether no name occurs twice. Comparing each with each is fastest for a few, but a stranger
    /// could make it take long with many.
    fn names_differ(&self) -> bool {
        if self.0.len() <= FEW_MEMBERS { self.differ_by_pairs() } else { self.differ_in_order() }
    }

    fn differ_by_pairs(&self) -> bool {
        let mut left = self.0.as_slice();
        while let [(name, _), others @ ..] = left {
            if others.iter().any(|(other, _)| other == name) {
                return false;
            }
            left = others;
        }
        true
    }

    fn differ_in_order(&self) -> bool {
        let mut ordered: Vec<&str> = Vec::with_capacity(self.0.len());
        self.0.iter().all(|(name, _)| match ordered.binary_search(&name.as_ref()) {
            Ok(_) => false,
            Err(place) => {
                ordered.insert(place, name);
                true
            }
        })
    }

    /// Takes a member out.
    pub fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let at = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl<'o, 'a> IntoIterator for &'o Object<'a> {
    type Item = &'o (Cow<'a, str>, Json<'a>);
    type IntoIter = std::slice::Iter<'o, (Cow<'a, str>, Json<'a>)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// What one text may still hold, and whether it has kept to the rules so far.
///
/// A text that breaks a rule is read to its end all the same, at no further cost: making an error
/// in the middle would link all of `serde_json`'s messages.
struct Limits {
    members_left: Cell<u16>,
    kept: Cell<bool>,
}

impl Limits {
    fn break_rule(&self) {
        self.kept.set(false);
    }
}

/// Reads one value. `serde_json` itself ends a nesting of more than 128 levels.
#[derive(Clone, Copy)]
struct Reader<'c> {
    depth_left: u8,
    limits: &'c Limits,
}

impl Reader<'_> {
    fn deeper(self) -> Self {
        if self.depth_left == 0 {
            self.limits.break_rule();
        }
        Self { depth_left: self.depth_left.saturating_sub(1), ..self }
    }

    /// Whether there is room for one more member; none is wanted once a rule is broken.
    fn takes_member(self) -> bool {
        match self.limits.members_left.get().checked_sub(1) {
            Some(left) => self.limits.members_left.set(left),
            None => self.limits.break_rule(),
        }
        self.limits.kept.get()
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn deserialize<D: de::Deserializer<'de>>(self, source: D) -> Result<Json<'de>, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "as JavaScript reads it"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "as JavaScript reads it"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let reader = self.deeper();
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(reader)? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let reader = self.deeper();
        let mut object = Object::default();
        while let Some(name) = members.next_key_seed(Name)? {
            let value = members.next_value_seed(reader)?;
            if reader.takes_member() {
                if object.is_empty() {
                    object.0.reserve_exact(8);
                }
                object.0.push((name, value));
            }
        }
        if !object.names_differ() {
            reader.limits.break_rule();
        }
        Ok(Json::Object(object))
    }
}

/// Reads a member name, borrowing it unless it holds escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: de::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Text as a JSON string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    push_quoted(&mut quoted, text);
    quoted
}

/// Adds text as a JSON string.
pub fn push_quoted(to: &mut String, text: &str) {
    // To its end in any case, which takes several octets at once.
    if text.bytes().fold(true, |all, octet| all & stands_for_itself(octet)) {
        to.push('"');
        to.push_str(text);
        to.push('"');
    } else {
        // Writing a string into a string cannot fail; the fallback is valid JSON all the same.
        to.push_str(serde_json::to_string(text).as_deref().unwrap_or("\"\""));
    }
}

/// Whether an octet of a text needs no escape in JSON (RFC 8259 section 7).
fn stands_for_itself(octet: u8) -> bool {
    octet >= b' ' && octet != b'"' && octet != b'\\'
}

/// The digits of a whole number that JavaScript keeps exactly; `None` for any other.
#[must_use]
pub fn digits(number: f64) -> Option<String> {
    whole(number).map(|number| number.to_string())
}

/// The largest whole number that JavaScript keeps exactly.
pub const MAX_WHOLE: u64 = (1 << 53) - 1;

/// A whole number from 0 to [`MAX_WHOLE`]; `None` for any other.
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative and below 2^53, so the cast is exact"
)]
pub fn whole(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number);
    is_whole.then_some(number as u64)
}

/// The whole number that a text is the digits of, without sign or leading zeros; `None` for any
/// other text.
#[must_use]
pub fn from_digits(text: &str) -> Option<u64> {
    let is_canonical = text == "0" || text.bytes().next().is_some_and(|first| first != b'0');
    let mut digits = text.bytes().filter(|_| is_canonical);
    let first = digit(digits.next()?)?;
    digits.try_fold(first, |number, octet| number.checked_mul(10)?.checked_add(digit(octet)?))
}

fn digit(octet: u8) -> Option<u64> {
    octet.is_ascii_digit().then(|| u64::from(octet & 15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_written_in_one_way_alone() {
        for number in [0, 1, 10, 1_700_000_000, u64::MAX] {
            assert_eq!(from_digits(&number.to_string()), Some(number));
        }
        for text in
            ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "1e3", "x", "18446744073709551616"]
        {
            assert_eq!(from_digits(text), None, "{text}");
        }
    }

    fn is_strict(text: &str) -> bool {
        Object::parse(text).is_some()
    }

    #[test]
    fn values_arrive_as_written_and_in_order() {
        let object = Object::parse(r#"{"b":[1,-2.5,null,true],"a":"x\ny","o":{}}"#).unwrap();
        let members: Vec<_> = object.into_iter().collect();
        assert_eq!(members.len(), 3);
        let numbers = vec![Json::Number(1.0), Json::Number(-2.5), Json::Null, Json::Bool(true)];
        assert_eq!(members[0], ("b".into(), Json::Array(numbers)));
        assert_eq!(members[1], ("a".into(), Json::Text("x\ny".into())));
        assert_eq!(members[2], ("o".into(), Json::Object(Object::default())));
    }

    #[test]
    fn duplicate_names_are_refused_at_every_level_and_in_every_spelling() {
        for text in [
            r#"{"exp":1,"exp":2}"#,
            r#"{"exp":1,"\u0065xp":2}"#,
            r#"{"user":{"id":1,"id":2}}"#,
            r#"{"list":[{"id":1,"id":1}]}"#,
            r#"{"__proto__":1,"__proto__":1}"#,
        ] {
            assert!(!is_strict(text), "{text}");
        }
        assert!(is_strict(r#"{"id":1,"user":{"id":1}}"#));
    }

    #[test]
    fn duplicate_names_are_found_among_few_and_among_many() {
        for count in [2, FEW_MEMBERS, FEW_MEMBERS + 1, 100] {
            let names: Vec<_> = (0..count).map(|n| format!("n{}", (n * 37) % 101)).collect();
            let text = |names: &[String]| {
                let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":0")).collect();
                format!("{{{}}}", members.join(","))
            };
            assert!(is_strict(&text(&names)), "{count}");
            for (one, other) in [(0, count - 1), (count - 1, 0), (count / 2, 0)] {
                let mut twice = names.clone();
                twice[one] = twice[other].clone();
                assert!(!is_strict(&text(&twice)), "{count}: {one} is {other}");
            }
        }
    }

    #[test]
    fn anything_but_one_object_is_refused() {
        for text in [
            "",
            "null",
            "1",
            "[]",
            "\"x\"",
            "{}{}",
            "{} x",
            "{",
            "{\"a\"}",
            "\u{feff}{}",
            "{'a':1}",
        ] {
            assert!(!is_strict(text), "{text}");
        }
        assert!(is_strict(" {} \n"));
    }

    #[test]
    fn numbers_out_of_range_and_lone_surrogates_are_refused() {
        for text in [r#"{"a":1e400}"#, r#"{"a":NaN}"#, r#"{"a":01}"#, r#"{"a":"\ud800"}"#] {
            assert!(!is_strict(text), "{text}");
        }
    }

    #[test]
    fn depth_and_number_of_members_are_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_strict(&nested(usize::from(MAX_DEPTH) - 1)));
        assert!(!is_strict(&nested(usize::from(MAX_DEPTH))));
        assert!(!is_strict(&nested(100_000)));

        let members = |count: u16| {
            let members: Vec<_> = (0..count).map(|i| format!("\"{i}\":{i}")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(is_strict(&members(MAX_MEMBERS)));
        assert!(!is_strict(&members(MAX_MEMBERS + 1)));
    }
}
