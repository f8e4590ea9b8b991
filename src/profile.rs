//! A profile: a vendor's tokens, gates and answers, as data over the core.
//!
//! A profile decides nothing about a token. Its forms are the vendor's JSON with places for facts,
//! which the caller gives and which arrive as they were written; what its forms make is then read
//! by the core like any other options. A fact that a form has no place for is misuse.
//!
//! `"<name:type>"` is such a place: it must be filled, unless a `?` at its end says that the member
//! may be left out, or `=` and JSON text what else stands there. Within a longer text it stands for
//! the fact's own text.

use std::borrow::Cow;

use crate::answer::Answers;
use crate::error::SetupError;
use crate::json::{Json, MAX_WHOLE, Object, digits, quoted, whole};
use crate::json_text::members;
use crate::time::{Span, Timestamp};

const NO_FACT: &str = "is not a fact here";

/// A vendor's ways.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// What it makes.
    pub forms: &'static [Form],
    /// How it answers refusals, by the place where they are met.
    pub answers: &'static [(&'static str, Answers)],
}

/// Something that a profile makes.
#[derive(Debug)]
pub struct Form {
    /// What it is for: `policy`, `issuer`, `claims`, `gate`, `respond` or `request`.
    pub part: &'static str,
    /// Which of that part.
    pub kind: &'static str,
    /// The JSON text, with places for facts.
    pub text: &'static str,
    /// Adds facts that follow from others.
    derive: Derive,
}

/// Adds facts that follow from others.
pub type Derive = fn(&mut Facts<'_>);

/// A form that needs no more than it is given.
#[must_use]
pub const fn form(part: &'static str, kind: &'static str, text: &'static str) -> Form {
    Form { part, kind, text, derive: |_| {} }
}

/// A form in which something follows from what is given.
#[must_use]
pub const fn derived(
    part: &'static str,
    kind: &'static str,
    derive: Derive,
    text: &'static str,
) -> Form {
    Form { part, kind, text, derive }
}

impl Profile {
    /// What the profile makes of these facts, which are the JSON text of an object, at this time:
    /// JSON text.
    ///
    /// # Errors
    /// `SetupError` for a kind that there is not, and one that names the fact at fault.
    pub fn make(
        &self,
        part: &str,
        kind: &str,
        facts: &str,
        now: Timestamp,
    ) -> Result<String, SetupError> {
        let form = self.forms.iter().find(|form| form.part == part && form.kind == kind);
        let form = form.ok_or_else(|| SetupError::new("kind", "is not one of this profile"))?;
        let filled = Facts::read(facts, now)?.fill(form)?;
        Ok(if part == "respond" { response(&filled) } else { filled })
    }

    /// How refusals are answered at a place.
    ///
    /// # Errors
    /// `SetupError` for a place that there is not.
    pub fn answers(&self, place: &str) -> Result<Answers, SetupError> {
        let named = self.answers.iter().find(|(name, _)| *name == place);
        let (_, answers) =
            named.ok_or_else(|| SetupError::new("place", "is not one of this profile"))?;
        Ok(*answers)
    }
}

/// An answer that was filled in, `status` (default 200), `headers` and `body`, ready to send: its
/// body is text.
///
/// None but its receiver may keep it, because it can hold a token (RFC 6749 section 5.1).
fn response(filled: &str) -> String {
    let (mut status, mut headers, mut body) = ("200", String::new(), "null");
    for (name, value) in members(filled).unwrap_or_default() {
        match name.as_ref() {
            "status" => status = value,
            "headers" => headers = value.replacen('{', ",", 1),
            _ => body = value,
        }
    }
    if headers.is_empty() {
        headers.push('}');
    }
    let usual = r#","headers":{"Content-Type":"application/json","Cache-Control":"no-store""#;
    [r#"{"status":"#, status, usual, &headers, r#","body":"#, &quoted(body), "}"].concat()
}

/// What the caller says, and what follows from it.
#[derive(Debug)]
pub struct Facts<'a> {
    known: Vec<Fact<'a>>,
    /// The time of the call.
    pub now: Timestamp,
    error: Option<SetupError>,
}

#[derive(Debug)]
struct Fact<'a> {
    name: Cow<'a, str>,
    value: Json<'a>,
    /// The value as it was written.
    text: Cow<'a, str>,
    used: bool,
}

impl<'a> Facts<'a> {
    fn read(text: &'a str, now: Timestamp) -> Result<Self, SetupError> {
        let wrong = || SetupError::new("facts", "are not one strict JSON object");
        let texts = members(text).ok_or_else(wrong)?;
        let values = Object::parse(text).ok_or_else(wrong)?;
        let mut known = Vec::with_capacity(texts.len());
        for ((name, value), (_, text)) in values.into_iter().zip(texts) {
            if !matches!(value, Json::Null) {
                known.push(Fact { name, value, text: text.into(), used: false });
            }
        }
        Ok(Self { known, now, error: None })
    }

    fn fill(mut self, form: &Form) -> Result<String, SetupError> {
        (form.derive)(&mut self);
        let template = Object::parse(form.text).unwrap_or_default();
        let mut filled = String::new();
        self.write(&Json::Object(template), &mut filled);
        let left = self.known.into_iter().find(|fact| !fact.used);
        let left = left.map(|fact| SetupError::new(fact.name.into_owned(), NO_FACT));
        self.error.or(left).map_or(Ok(filled), Err)
    }

    /// Writes part of a form as JSON text; false if it is left out.
    fn write(&mut self, template: &Json<'_>, out: &mut String) -> bool {
        let filled = match template {
            Json::Null => "null".to_owned(),
            Json::Bool(flag) => flag.to_string(),
            Json::Number(number) => digits(*number).unwrap_or_default(),
            Json::Text(text) => match self.filled(text) {
                Some(filled) => filled,
                None => return false,
            },
            Json::Array(items) => {
                let items = &mut items.iter().map(|item| (None, item));
                self.write_each(items, "[", "]", out);
                return true;
            }
            Json::Object(members) => {
                let members = &mut members.iter().map(|(name, value)| (Some(&**name), value));
                self.write_each(members, "{", "}", out);
                return true;
            }
        };
        out.push_str(&filled);
        true
    }

    /// Not generic over the parts, which would write it twice.
    fn write_each<'t>(
        &mut self,
        parts: &mut dyn Iterator<Item = (Option<&'t str>, &'t Json<'t>)>,
        begin: &str,
        end: &str,
        out: &mut String,
    ) {
        out.push_str(begin);
        for (name, part) in parts {
            let before = out.len();
            if !out.ends_with(begin) {
                out.push(',');
            }
            if let Some(name) = name {
                out.push_str(&quoted(name));
                out.push(':');
            }
            if !self.write(part, out) {
                out.truncate(before);
            }
        }
        out.push_str(end);
    }

    /// The JSON text for a text of a form; nothing if it is left out.
    fn filled(&mut self, text: &str) -> Option<String> {
        let Some((before, rest)) = text.split_once('<') else { return Some(quoted(text)) };
        if let ("", Some((place, ""))) = (before, rest.split_once('>')) {
            return self.value(place);
        }
        let mut written = before.to_owned();
        for chunk in rest.split('<') {
            let (place, after) = chunk.split_once('>')?;
            let text = self.value(place)?;
            written.push_str(&self.plain(place).unwrap_or(text));
            written.push_str(after);
        }
        Some(quoted(&written))
    }

    /// The JSON text of the fact for a place.
    fn value(&mut self, place: &str) -> Option<String> {
        let (name, rest) = place.split_once(':')?;
        let (kind, default) = rest.split_once('=').unzip();
        let kind = kind.unwrap_or(rest);
        let (kind, may_lack) = kind.strip_suffix('?').map_or((kind, false), |kind| (kind, true));
        match self.find(name) {
            Some(fact) if fits(&fact.value, kind) => return Some(fact.text.to_string()),
            Some(_) => self.refuse(name, problem(kind)),
            None if default.is_none() && !may_lack => self.refuse(name, "must be given"),
            None => {}
        }
        default.map(str::to_owned)
    }

    /// The text of the fact for a place, if it is text.
    fn plain(&mut self, place: &str) -> Option<String> {
        let (name, _) = place.split_once(':')?;
        text_of(&self.find(name)?.value)
    }

    fn find(&mut self, name: &str) -> Option<&Fact<'a>> {
        let fact = self.known.iter_mut().find(|fact| fact.name == name)?;
        fact.used = true;
        Some(fact)
    }

    /// Notes what is wrong with a fact.
    pub fn refuse(&mut self, name: &str, problem: &'static str) {
        self.error.get_or_insert_with(|| SetupError::new(name.to_owned(), problem));
    }

    /// What is read of a fact that is given; a value of another kind is noted.
    fn checked<T>(&mut self, name: &str, kind: &str, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.refuse(name, problem(kind));
        }
        read
    }

    /// A fact that is text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let read = text_of(&self.find(name)?.value);
        self.checked(name, "text", read)
    }

    /// A fact that is a whole number.
    pub fn whole(&mut self, name: &str) -> Option<u64> {
        let read = match self.find(name)?.value {
            Json::Number(number) => whole(number),
            _ => None,
        };
        self.checked(name, "int", read)
    }

    /// Whether a fact is true.
    pub fn is_true(&mut self, name: &str) -> bool {
        let read = match self.find(name).map(|fact| &fact.value) {
            None => return false,
            Some(Json::Bool(flag)) => Some(*flag),
            Some(_) => None,
        };
        self.checked(name, "flag", read) == Some(true)
    }

    /// A fact that is a list of texts.
    pub fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let read = match &self.find(name)?.value {
            Json::Array(items) => items.iter().map(text_of).collect(),
            _ => None,
        };
        self.checked(name, "texts", read)
    }

    /// A length of time in whole seconds, given as such or as text such as "60m".
    pub fn seconds(&mut self, name: &str) -> Option<u64> {
        let read = match &self.find(name)?.value {
            Json::Number(number) => whole(number.floor()),
            Json::Text(text) => Span::parse(text).and_then(|span| whole(span.seconds())),
            _ => None,
        };
        self.checked(name, "ttl", read)
    }

    /// The time of the call in whole seconds.
    #[must_use]
    pub fn now_in_seconds(&self) -> u64 {
        self.now.milliseconds().map_or(0, |milliseconds| milliseconds / 1000)
    }

    /// Adds a text, in the place of one that was given.
    pub fn set_text(&mut self, name: &'static str, text: String) {
        let written = quoted(&text);
        self.add(name, Json::Text(text.into()), written);
    }

    /// Adds a whole number, in the place of one that was given.
    pub fn set_whole(&mut self, name: &'static str, number: u64) {
        self.set(name, number.to_string());
    }

    /// Adds JSON text for a place of the type `any`, in the place of what was given.
    pub fn set(&mut self, name: &'static str, text: String) {
        self.add(name, Json::Null, text);
    }

    /// What was given but not read on the way would be lost without a word.
    fn add(&mut self, name: &'static str, value: Json<'a>, text: String) {
        if self.known.iter().any(|fact| fact.name == name && !fact.used) {
            self.refuse(name, NO_FACT);
        }
        self.known.retain(|fact| fact.name != name);
        self.known.push(Fact { name: name.into(), value, text: text.into(), used: true });
    }
}

fn text_of(value: &Json<'_>) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Whether a value has the type that a place asks for.
fn fits(value: &Json<'_>, kind: &str) -> bool {
    match (kind, value) {
        ("any", _)
        | ("text", Json::Text(_))
        | ("flag", Json::Bool(_))
        | ("object", Json::Object(_))
        | ("list", Json::Array(_))
        | ("ttl", Json::Number(_) | Json::Text(_)) => true,
        ("name", Json::Text(text)) => (1..=255).contains(&text.len()),
        ("word", Json::Text(text)) => is_word(text),
        ("int", Json::Number(number)) => whole(*number).is_some_and(|number| number <= MAX_WHOLE),
        ("texts", Json::Array(items)) => items.iter().all(|item| matches!(item, Json::Text(_))),
        (choices, Json::Text(text)) => is_choice(choices, text),
        (choices, Json::Number(number)) => digits(*number).is_some_and(|n| is_choice(choices, &n)),
        _ => false,
    }
}

/// Whether a type lists what a place may hold, and this is among it.
fn is_choice(choices: &str, value: &str) -> bool {
    choices.contains('|') && choices.split('|').any(|choice| choice == value)
}

/// What stands in an address or beside others in one text without being taken for more.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
}

fn problem(kind: &str) -> &'static str {
    match kind {
        "text" => "is not text",
        "name" => "is not text of 1 to 255 octets",
        "word" => "is not text of letters, digits, hyphens and dots",
        "int" => "is not a whole number",
        "flag" => "is not true or false",
        "object" => "is not an object",
        "texts" => "is not a list of texts",
        "list" => "is not a list",
        "ttl" => "is not a length of time",
        _ => "is not one of the values it can have",
    }
}
