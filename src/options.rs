//! Options as callers write them: every member is read once, by name and type, and none is left.
//!
//! So a misspelt option is an error and not silence, and every error names its option. Reading goes
//! on after an error and the first one is kept, so nothing that was read may be used before
//! [`Options::read`] has said that all of it is right.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::error::SetupError;
use crate::json::{Json, Object, whole};
use crate::pointer::Pointer;
use crate::time::{Span, Timestamp};

/// The members of an options object that have not been read yet, and the first error among those
/// that have.
#[derive(Debug)]
pub struct Options<'a> {
    members: Object<'a>,
    error: Option<SetupError>,
}

impl<'a> From<Object<'a>> for Options<'a> {
    fn from(members: Object<'a>) -> Self {
        Self { members, error: None }
    }
}

impl<'a> Options<'a> {
    /// Reads all options.
    ///
    /// # Errors
    /// The first `SetupError` of the reading, and one for a member that was never asked for.
    pub fn read<T>(mut self, read: impl FnOnce(&mut Self) -> T) -> Result<T, SetupError> {
        let value = read(&mut self);
        self.finish().map(|()| value)
    }

    /// The same code for all that is read.
    fn finish(self) -> Result<(), SetupError> {
        let Self { members, error } = self;
        let left = members
            .into_iter()
            .next()
            .map(|(name, _)| SetupError::new(name.into_owned(), "is not an option here"));
        error.or(left).map_or(Ok(()), Err)
    }

    /// Notes an error about an option.
    pub fn refuse(&mut self, name: &'static str, problem: &'static str) {
        self.error.get_or_insert_with(|| SetupError::new(name, problem));
    }

    /// A string; `None` if absent or null.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        match self.some(name)? {
            Json::Text(text) => Some(text.into_owned()),
            _ => self.none(name, "is not a string"),
        }
    }

    /// A string that stands for a value; `None` if absent or null.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        problem: &'static str,
    ) -> Option<T> {
        let text = self.text(name)?;
        parse(&text).or_else(|| self.none(name, problem))
    }

    /// One string or several; `None` if absent or null. An empty array is an error.
    pub fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let items = match self.some(name)? {
            Json::Array(items) => items,
            one => vec![one],
        };
        let texts: Option<Vec<_>> = items.into_iter().map(Json::into_text).collect();
        match texts.filter(|texts| !texts.is_empty()) {
            Some(texts) => Some(texts.into_iter().map(Cow::into_owned).collect()),
            None => self.none(name, "is not a string or a list of strings"),
        }
    }

    /// Notes an error if an option is absent on which security hangs: `null` is a choice.
    pub fn must_be_said(&mut self, name: &'static str) {
        if !self.says(name) {
            self.refuse(name, "must be said: a value to check, or null for any");
        }
    }

    /// Whether an option is there and has not been read, null or not.
    #[must_use]
    pub fn says(&self, name: &str) -> bool {
        self.members.contains(name)
    }

    /// A finite number; `None` if absent or null.
    pub fn number(&mut self, name: &'static str) -> Option<f64> {
        match self.some(name)? {
            Json::Number(number) => Some(number),
            _ => self.none(name, "is not a number"),
        }
    }

    /// A number within a range; `None` if absent or null.
    pub fn number_within(
        &mut self,
        name: &'static str,
        range: RangeInclusive<f64>,
        problem: &'static str,
    ) -> Option<f64> {
        let number = self.number(name)?;
        if range.contains(&number) { Some(number) } else { self.none(name, problem) }
    }

    /// A whole number within a range; `None` if absent or null.
    pub fn whole(&mut self, name: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        let number = whole(self.number(name)?).filter(|number| range.contains(number));
        number.or_else(|| {
            let problem =
                format!("is not a whole number from {} to {}", range.start(), range.end());
            self.error.get_or_insert(SetupError::new(name, problem));
            None
        })
    }

    /// A length of time, more than none: seconds, fractions allowed, or text such as "60m"; `None`
    /// if absent or null.
    pub fn span(&mut self, name: &'static str) -> Option<Span> {
        let span = match self.some(name)? {
            Json::Number(seconds) => Span::from_seconds(seconds),
            Json::Text(text) => Span::parse(&text),
            _ => None,
        };
        let span = span.filter(|span| *span > Span::ZERO);
        span.or_else(|| self.none(name, "is not a positive number of seconds, nor such as 60m"))
    }

    /// A time in seconds since 1970; `None` if absent or null.
    pub fn date(&mut self, name: &'static str) -> Option<Timestamp> {
        let date = Timestamp::from_seconds(self.number(name)?);
        date.or_else(|| self.none(name, "is not a time in seconds"))
    }

    /// `true` or `false`; `None` if absent or null.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.some(name)? {
            Json::Bool(flag) => Some(flag),
            _ => self.none(name, "is not true or false"),
        }
    }

    /// Any value, also null; `None` if absent.
    pub fn value(&mut self, name: &str) -> Option<Json<'a>> {
        self.members.take(name)
    }

    /// A JSON pointer, which must be there.
    pub fn pointer(&mut self, name: &'static str) -> Option<Pointer> {
        let pointer = self.text(name).as_deref().and_then(Pointer::parse);
        pointer.or_else(|| self.none(name, NO_POINTER))
    }

    /// JSON pointers; none if absent or null. An empty array is an error.
    pub fn pointers(&mut self, name: &'static str) -> Vec<Pointer> {
        let texts = self.texts(name).unwrap_or_default();
        let pointers: Option<Vec<_>> = texts.iter().map(|text| Pointer::parse(text)).collect();
        pointers.or_else(|| self.none(name, NO_POINTER)).unwrap_or_default()
    }

    /// Values by the JSON pointers that are the names of an object's members; none if absent or
    /// null. `read` answers `None` for a value that is a `problem`.
    pub fn by_pointer<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Json<'a>) -> Option<T>,
        problem: &'static str,
    ) -> Vec<(Pointer, T)> {
        let mut values = Vec::new();
        for (path, value) in self.members(name).unwrap_or_default() {
            match (Pointer::parse(&path), read(value)) {
                (Some(pointer), Some(value)) => values.push((pointer, value)),
                (None, _) => self.refuse(name, NO_POINTER),
                (_, None) => self.refuse(name, problem),
            }
        }
        values
    }

    /// Whether an option is an object.
    #[must_use]
    pub fn is_object(&self, name: &str) -> bool {
        matches!(self.members.get(name), Some(Json::Object(_)))
    }

    /// Options within an option; `None` if absent or null.
    pub fn nested<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let members = self.members(name)?;
        self.inner(name, members, read)
    }

    /// Several sets of options; `None` if absent or null.
    pub fn each<T>(&mut self, name: &'static str, read: impl Fn(&mut Self) -> T) -> Option<Vec<T>> {
        let Json::Array(items) = self.some(name)? else {
            return self.none(name, "is not a list of objects");
        };
        let read_one = |item| match item {
            Json::Object(members) => self.inner(name, members, &read),
            _ => self.none(name, "is not a list of objects"),
        };
        items.into_iter().map(read_one).collect()
    }

    fn inner<T>(
        &mut self,
        name: &'static str,
        members: Object<'a>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        match Self::from(members).read(read) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error.get_or_insert(error.within(name));
                None
            }
        }
    }

    fn members(&mut self, name: &'static str) -> Option<Object<'a>> {
        match self.some(name)? {
            Json::Object(members) => Some(members),
            _ => self.none(name, "is not an object"),
        }
    }

    fn some(&mut self, name: &str) -> Option<Json<'a>> {
        self.members.take(name).filter(|value| *value != Json::Null)
    }

    fn none<T>(&mut self, name: &'static str, problem: &'static str) -> Option<T> {
        self.refuse(name, problem);
        None
    }
}

const NO_POINTER: &str = "holds what is not a JSON pointer, such as /data/user/id";

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> Options<'_> {
        Object::parse(text).unwrap().into()
    }

    /// What reading one option says is wrong.
    fn problem<T>(text: &str, read: impl FnOnce(&mut Options<'_>) -> Option<T>) -> String {
        let error = options(text).read(|options| assert!(read(options).is_none())).unwrap_err();
        error.to_string()
    }

    #[test]
    fn null_and_absent_are_no_value_but_only_null_is_a_choice() {
        let said = options(r#"{"issuer":null}"#).read(|options| {
            options.must_be_said("issuer");
            (options.text("kid"), options.texts("issuer"))
        });
        assert_eq!(said, Ok((None, None)));
        let unsaid = options("{}").read(|options| options.must_be_said("audience"));
        assert_eq!(unsaid.unwrap_err().option, "audience");
    }

    #[test]
    fn a_wrong_type_is_refused_by_name() {
        assert_eq!(problem(r#"{"kid":1}"#, |o| o.text("kid")), "kid: is not a string");
        assert_eq!(problem(r#"{"ttl":"1"}"#, |o| o.number("ttl")), "ttl: is not a number");
        assert_eq!(problem(r#"{"flag":0}"#, |o| o.flag("flag")), "flag: is not true or false");
        for aud in [r#"{"aud":["a",1]}"#, r#"{"aud":[]}"#, r#"{"aud":{}}"#] {
            assert_eq!(
                problem(aud, |o| o.texts("aud")),
                "aud: is not a string or a list of strings"
            );
        }
        for age in
            [r#"{"maxAge":0}"#, r#"{"maxAge":-1}"#, r#"{"maxAge":1e300}"#, r#"{"maxAge":"1y"}"#]
        {
            let said = problem(age, |o| o.span("maxAge"));
            assert_eq!(said, "maxAge: is not a positive number of seconds, nor such as 60m");
        }
        assert_eq!(problem(r#"{"a":[1]}"#, |o| o.each("a", |_| ())), "a: is not a list of objects");
        assert!(problem("{}", |o| o.pointer("claim")).starts_with("claim: holds what is not"));
    }

    #[test]
    fn what_nobody_asked_for_is_refused_by_name_at_every_depth() {
        let error = options(r#"{"kid":"a","tttl":5}"#).read(|options| options.text("kid"));
        assert_eq!(error.unwrap_err().to_string(), "tttl: is not an option here");
        let error =
            options(r#"{"kind":{"clam":1}}"#).read(|options| options.nested("kind", |_| ()));
        assert_eq!(error.unwrap_err().to_string(), "kind.clam: is not an option here");
    }

    #[test]
    fn the_first_error_is_the_one_told() {
        let error = options(r#"{"a":1,"b":1,"c":1}"#).read(|options| {
            options.text("b");
            options.text("a");
        });
        assert_eq!(error.unwrap_err().option, "b");
    }
}
