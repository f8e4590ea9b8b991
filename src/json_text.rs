//! Writing JSON: texts put together from texts, so that what was given arrives as it was written.
//!
//! Values are taken as JSON texts that are known to be valid; nothing here reads a stranger's text.

use std::borrow::Cow;

use crate::json::{Object, push_quoted, quoted};

/// The text of an object with these members, whose values are JSON texts.
#[must_use]
pub fn object<'m>(members: impl IntoIterator<Item = (&'m str, impl AsRef<str>)>) -> String {
    let mut text = "{".to_owned();
    for (name, value) in members {
        push_member(&mut text, name, value.as_ref());
    }
    text.push('}');
    text
}

/// Not generic over the members, which would write it many times.
fn push_member(text: &mut String, name: &str, value: &str) {
    if text.len() > 1 {
        text.push(',');
    }
    push_quoted(text, name);
    text.push(':');
    text.push_str(value);
}

/// The text of an array of these items, which are JSON texts.
#[must_use]
pub fn array(items: impl IntoIterator<Item = String>) -> String {
    ["[", &items.into_iter().collect::<Vec<_>>().join(","), "]"].concat()
}

/// A text as a JSON string, or `null`.
#[must_use]
pub fn quoted_or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quoted)
}

/// The members of an object's text in its order, their values as they are written; `None` unless
/// it is one strict object.
#[must_use]
pub fn members(text: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let names = Object::parse(text)?.into_iter().map(|(name, _)| name);
    Some(names.zip(values(text)).collect())
}

/// The text of an object with these members: the reverse.
#[must_use]
pub fn text_of(members: &[(Cow<'_, str>, &str)]) -> String {
    object(members.iter().map(|(name, value)| (name.as_ref(), *value)))
}

/// The texts of the values at the top of an object's text, which is known to be one.
fn values(text: &str) -> Vec<&str> {
    let mut values = Vec::new();
    let (mut depth, mut begins, mut in_string, mut is_escaped) = (0_u8, None, false, false);
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth = depth.saturating_add(1),
            b':' if depth == 1 => begins = Some(at.saturating_add(1)),
            b',' | b'}' if depth == 1 => {
                let value = begins.take().and_then(|begins: usize| text.get(begins..at));
                values.extend(value.map(str::trim));
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    values
}

/// The text of the value at the end of these steps; `None` if there is none, or if something on the
/// way is no object.
#[must_use]
pub fn value_at<'t>(text: &'t str, steps: &[String]) -> Option<&'t str> {
    let (first, rest) = steps.split_first()?;
    let (_, value) = members(text)?.into_iter().find(|(name, _)| name == first)?;
    if rest.is_empty() { Some(value) } else { value_at(value, rest) }
}

/// An object's text with another value at the end of these steps, or none there; `None` if there
/// is something on the way that is no object.
#[must_use]
pub fn with(text: &str, steps: &[String], value: Option<&str>) -> Option<String> {
    let (first, rest) = steps.split_first()?;
    let mut members = members(text)?;
    let place = members.iter().position(|(name, _)| name == first);
    let inner = place.map_or("{}", |place| members.get(place).map_or("{}", |(_, value)| value));
    let new = match (rest, value) {
        ([], value) => value.map(str::to_owned),
        (_, None) if place.is_none() => None,
        _ => Some(with(inner, rest, value)?),
    };
    match (place, &new) {
        (Some(place), Some(new)) => members.get_mut(place)?.1 = new,
        (Some(place), None) => drop(members.remove(place)),
        (None, Some(new)) => members.push((Cow::Borrowed(first), new)),
        (None, None) => {}
    }
    Some(text_of(&members))
}

/// An object that is being written, member after member. Less code for each than putting together
/// texts that were made before.
pub struct Writer(String);

impl Default for Writer {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

/// Octets that most objects take; what needs more grows.
const ROOM: usize = 256;

impl Writer {
    /// An object that will take so many octets.
    #[must_use]
    pub fn with_room(octets: usize) -> Self {
        let mut text = String::with_capacity(octets);
        text.push('{');
        Self(text)
    }

    /// A refusal, to which more may be said.
    #[must_use]
    pub fn refusal(code: &str, message: &str) -> Self {
        let mut refusal = Self::default();
        refusal.json("ok", "false").text("code", code).text("message", message);
        refusal
    }

    /// Adds a member whose value is a JSON text. Its name is one of ours, without what JSON escapes.
    pub fn json(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        self.0.push_str(value);
        self
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        push_quoted(&mut self.0, value);
        self
    }

    /// Adds a text of letters and digits, such as a token: nobody looks for what JSON escapes.
    pub fn token(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        self.0.push('"');
        self.0.push_str(value);
        self.0.push('"');
        self
    }

    /// Adds a text, or `null` where there is none.
    pub fn text_or_null(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(name, value),
            None => self.json(name, "null"),
        }
    }

    fn name(&mut self, name: &str) {
        if !self.is_empty() {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// Whether there is no member yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    /// Adds members as they are written, with the brace that ends them.
    pub fn end_with(&mut self, members: &str) -> String {
        if !self.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(members);
        std::mem::take(&mut self.0)
    }

    /// The text of the object.
    pub fn end(&mut self) -> String {
        self.0.push('}');
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, path: &str, value: Option<&str>) -> Option<String> {
        let steps: Vec<_> = path.split('.').map(str::to_owned).collect();
        with(text, &steps, value)
    }

    #[test]
    fn members_keep_their_order_and_their_spelling() {
        let text = r#" {"b":9007199254740993 , "\u0061":[1.10, {"c":2}],"":"\/\",}:\\"} "#;
        let members = members(text).unwrap();
        let list = r#"[1.10, {"c":2}]"#;
        let expected = [("b", "9007199254740993"), ("a", list), ("", r#""\/\",}:\\""#)];
        assert_eq!(members, expected.map(|(name, value)| (Cow::Borrowed(name), value)));
        assert_eq!(super::members(" { } "), Some(Vec::new()));
        assert_eq!(super::members("[]"), None);
        assert_eq!(super::members("{} {}"), None);
    }

    #[test]
    fn a_value_is_set_where_it_stands_and_added_where_it_does_not() {
        let text = r#"{"a":1,"o":{"x":1.0,"y":2},"z":3}"#;
        let set = |path, value| edited(text, path, Some(value)).unwrap();
        assert_eq!(set("a", "[]"), r#"{"a":[],"o":{"x":1.0,"y":2},"z":3}"#);
        assert_eq!(set("o.y", "0"), r#"{"a":1,"o":{"x":1.0,"y":0},"z":3}"#);
        assert_eq!(set("o.new", "0"), r#"{"a":1,"o":{"x":1.0,"y":2,"new":0},"z":3}"#);
        assert_eq!(set("n.m", "0"), r#"{"a":1,"o":{"x":1.0,"y":2},"z":3,"n":{"m":0}}"#);
        assert_eq!(edited(text, "a.b", Some("0")), None, "what is no object holds nothing");
    }

    #[test]
    fn a_value_is_taken_out_and_what_is_not_there_is_left() {
        let text = r#"{"a":1,"o":{"x":1.0,"y":2}}"#;
        let without = |path| edited(text, path, None).unwrap();
        assert_eq!(without("a"), r#"{"o":{"x":1.0,"y":2}}"#);
        assert_eq!(without("o.x"), r#"{"a":1,"o":{"y":2}}"#);
        for nothing in ["b", "o.z", "p.q"] {
            assert_eq!(without(nothing), text);
        }
        assert_eq!(edited(text, "a.b", None), None);
    }
}
