//! Options as callers write them: every member is read once, by name and type, and none is left.
//!
//! So a misspelt option is an error and not silence, and every error names its option.

use std::borrow::Cow;

use crate::error::SetupError;
use crate::json::{Json, Object};

/// The members of an options object that have not been read yet.
#[derive(Debug)]
pub struct Options<'a>(Object<'a>);

impl<'a> From<Object<'a>> for Options<'a> {
    fn from(members: Object<'a>) -> Self {
        Self(members)
    }
}

impl<'a> Options<'a> {
    /// A string; `None` if absent or null.
    ///
    /// # Errors
    /// `SetupError` for any other type.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, SetupError> {
        match self.some(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text.into_owned())),
            Some(_) => Err(SetupError::new(name, "is not a string")),
        }
    }

    /// One string or several; `None` if absent or null.
    ///
    /// # Errors
    /// `SetupError` for any other type, and for an empty array.
    pub fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, SetupError> {
        let items = match self.some(name) {
            None => return Ok(None),
            Some(Json::Array(items)) => items,
            Some(one) => vec![one],
        };
        let texts: Option<Vec<_>> = items.into_iter().map(Json::into_text).collect();
        texts
            .filter(|texts| !texts.is_empty())
            .map(|texts| Some(texts.into_iter().map(Cow::into_owned).collect()))
            .ok_or_else(|| SetupError::new(name, "is not a string or a list of strings"))
    }

    /// As [`Self::texts`], where security hangs on it: `null` is a choice, absence is none.
    ///
    /// # Errors
    /// `SetupError` for any other type, for an empty array, and if absent.
    pub fn stated_texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, SetupError> {
        if !self.0.contains(name) {
            return Err(SetupError::new(name, "must be said: a value to check, or null for any"));
        }
        self.texts(name)
    }

    /// A finite number; `None` if absent or null.
    ///
    /// # Errors
    /// `SetupError` for any other type.
    pub fn number(&mut self, name: &'static str) -> Result<Option<f64>, SetupError> {
        match self.some(name) {
            None => Ok(None),
            Some(Json::Number(number)) => Ok(Some(number)),
            Some(_) => Err(SetupError::new(name, "is not a number")),
        }
    }

    /// `true` or `false`; `None` if absent or null.
    ///
    /// # Errors
    /// `SetupError` for any other type.
    pub fn flag(&mut self, name: &'static str) -> Result<Option<bool>, SetupError> {
        match self.some(name) {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(SetupError::new(name, "is not true or false")),
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// `SetupError` if a member was never asked for.
    pub fn finish(self) -> Result<(), SetupError> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(SetupError::new(name.into_owned(), "is not an option here")),
        }
    }

    fn some(&mut self, name: &str) -> Option<Json<'a>> {
        self.0.take(name).filter(|value| *value != Json::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> Options<'_> {
        Object::parse(text).unwrap().into()
    }

    #[test]
    fn null_and_absent_are_no_value_but_only_null_is_a_choice() {
        let mut read = options(r#"{"issuer":null}"#);
        assert_eq!(read.text("kid"), Ok(None));
        assert_eq!(read.stated_texts("issuer"), Ok(None));
        assert_eq!(read.stated_texts("audience").unwrap_err().option, "audience");
    }

    #[test]
    fn a_wrong_type_is_refused_by_name() {
        let text = r#"{"kid":1,"ttl":"1","state":true,"aud":["a",1],"iss":[],"flag":0}"#;
        assert_eq!(options(text).text("kid").unwrap_err().to_string(), "kid: is not a string");
        assert_eq!(options(text).number("ttl").unwrap_err().option, "ttl");
        assert_eq!(options(text).text("state").unwrap_err().option, "state");
        assert_eq!(options(text).texts("aud").unwrap_err().option, "aud");
        assert_eq!(options(text).texts("iss").unwrap_err().option, "iss");
        assert_eq!(options(text).flag("flag").unwrap_err().option, "flag");
    }

    #[test]
    fn what_nobody_asked_for_is_refused_by_name() {
        let mut read = options(r#"{"kid":"a","tttl":5}"#);
        assert_eq!(read.text("kid"), Ok(Some("a".to_owned())));
        assert_eq!(read.finish().unwrap_err().to_string(), "tttl: is not an option here");
    }
}
