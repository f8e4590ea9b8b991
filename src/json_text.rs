//! Writing JSON: texts put together from texts, so that what was given arrives as it was written.
//!
//! Values are taken as JSON texts that are known to be valid; nothing here reads a stranger's text.

use crate::json::quoted;

/// The text of an object with these members, whose values are JSON texts.
#[must_use]
pub fn object<'m>(members: impl IntoIterator<Item = (&'m str, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| [&quoted(name), ":", &value].concat());
    ["{", &members.collect::<Vec<_>>().join(","), "}"].concat()
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

/// An object that is being written, member after member. Less code for each than putting together
/// texts that were made before.
pub struct Members(String);

impl Default for Members {
    fn default() -> Self {
        Self("{".to_owned())
    }
}

impl Members {
    /// A refusal, to which more may be said.
    #[must_use]
    pub fn refusal(code: &str, message: &str) -> Self {
        let mut members = Self::default();
        members.json("ok", "false").text("code", code).text("message", message);
        members
    }

    /// Adds a member whose value is a JSON text.
    pub fn json(&mut self, name: &str, value: &str) -> &mut Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        for part in ["\"", name, "\":", value] {
            self.0.push_str(part);
        }
        self
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.json(name, &quoted(value))
    }

    /// The text of the object.
    pub fn end(&mut self) -> String {
        self.0.push('}');
        std::mem::take(&mut self.0)
    }
}
