//! What a token must hold, and must not: single claims, named by JSON pointers.

use crate::claims::Claims;
use crate::error::{Code, Refusal};
use crate::json::{Json, Object};
use crate::options::Options;
use crate::pointer::Pointer;
use crate::policy::audience::{Audience, Captured, is_name};

/// What single claims must meet.
#[derive(Clone, Debug)]
pub struct Contents {
    kind: Option<Kind>,
    required: Vec<Pointer>,
    forbidden: Vec<Pointer>,
    equals: Vec<(Pointer, Json<'static>)>,
    prefixes: Vec<(Pointer, Template)>,
}

impl Contents {
    /// `kind`; `required` and `forbidden`, lists of JSON pointers; `equals`, strings, numbers and
    /// flags by JSON pointer, where a string that is `{name}` stands for that captured part of the
    /// audience, if it captures one; `prefix`, the beginnings of strings by JSON pointer, in which
    /// `{name}` stands for a captured part; `nonce`, which that claim must equal.
    pub fn read(options: &mut Options<'_>, audience: &Audience) -> Self {
        let problem = "must hold strings, numbers, true or false";
        let mut equals = options.by_pointer("equals", scalar, problem);
        if let (Some(nonce), Some(claim)) = (options.text("nonce"), Pointer::parse("/nonce")) {
            equals.push((claim, Json::Text(nonce.into())));
        }
        let problem = "must hold strings in which {name} is a part that the audience captures";
        let template = |written| template(written, audience);
        Self {
            kind: options.nested("kind", Kind::read).flatten(),
            required: options.pointers("required"),
            forbidden: options.pointers("forbidden"),
            equals,
            prefixes: options.by_pointer("prefix", template, problem),
        }
    }

    /// Judges the claims one by one.
    ///
    /// # Errors
    /// `wrong_kind`, `missing_claim`, `invalid_claim` or `forbidden_claim`.
    pub fn judge(&self, claims: &Claims<'_>, captured: &Captured) -> Result<(), Refusal> {
        let members = &claims.members;
        if let Some(kind) = &self.kind {
            kind.judge(members)?;
        }
        self.required.iter().try_for_each(|claim| require(claim, members))?;
        for (claim, value) in &self.equals {
            compare(claim, value, captured, members)?;
        }
        for (claim, template) in &self.prefixes {
            begin(claim, &template.fill(captured), members)?;
        }
        match self.forbidden.iter().find(|claim| claim.find(members).is_some()) {
            Some(claim) => Err(about(Code::ForbiddenClaim, claim)),
            None => Ok(()),
        }
    }
}

/// `null` is no value to rely on.
fn require(claim: &Pointer, members: &Object<'_>) -> Result<(), Refusal> {
    match claim.find(members) {
        None | Some(Json::Null) => Err(about(Code::MissingClaim, claim)),
        Some(_) => Ok(()),
    }
}

fn compare(
    claim: &Pointer,
    expected: &Json<'_>,
    captured: &Captured,
    members: &Object<'_>,
) -> Result<(), Refusal> {
    let found = claim.find(members).ok_or_else(|| about(Code::MissingClaim, claim))?;
    let fits = match (expected, found) {
        (Json::Text(expected), Json::Text(found)) => found == meant(expected, captured),
        _ => found == expected,
    };
    if fits { Ok(()) } else { Err(about(Code::InvalidClaim, claim)) }
}

/// The captured part that a text names as `{name}`, or else the text itself.
fn meant<'a>(text: &'a str, captured: &'a Captured) -> &'a str {
    let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let part = captured.iter().find(|(named, _)| name == Some(named));
    part.map_or(text, |(_, part)| part)
}

fn begin(claim: &Pointer, prefix: &str, members: &Object<'_>) -> Result<(), Refusal> {
    match claim.find(members) {
        None => Err(about(Code::MissingClaim, claim)),
        Some(Json::Text(text)) if text.starts_with(prefix) => Ok(()),
        Some(_) => Err(about(Code::InvalidClaim, claim)),
    }
}

fn about(code: Code, claim: &Pointer) -> Refusal {
    Refusal::about(code, claim.claim().to_owned())
}

/// What a token is for, as one of its claims says: an access token is no refresh token.
#[derive(Clone, Debug)]
struct Kind {
    claim: Pointer,
    value: Option<String>,
}

impl Kind {
    /// `claim`, a JSON pointer, and `value`: the string that it must hold, or null if it must be
    /// absent (systems.md WP-19).
    fn read(options: &mut Options<'_>) -> Option<Self> {
        let claim = options.pointer("claim");
        let value = match options.value("value") {
            Some(Json::Text(value)) => Some(value.into_owned()),
            Some(Json::Null) => None,
            _ => {
                options.refuse("value", "must be said: a string, or null for no such claim");
                None
            }
        };
        Some(Self { claim: claim?, value })
    }

    fn judge(&self, members: &Object<'_>) -> Result<(), Refusal> {
        match (&self.value, self.claim.find(members)) {
            (None, None) => Ok(()),
            (Some(expected), Some(Json::Text(found))) if found == expected => Ok(()),
            _ => Err(about(Code::WrongKind, &self.claim)),
        }
    }
}

fn scalar(value: Json<'_>) -> Option<Json<'static>> {
    matches!(value, Json::Text(_) | Json::Number(_) | Json::Bool(_)).then(|| value.into_owned())
}

fn template(written: Json<'_>, audience: &Audience) -> Option<Template> {
    let template = Template::parse(&written.into_text()?)?;
    let is_filled = template.names().all(|name| audience.captures(name));
    is_filled.then_some(template)
}

/// Text in which `{name}` stands for a captured part.
#[derive(Clone, Debug)]
struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Literal(String),
    Named(String),
}

impl Template {
    fn parse(text: &str) -> Option<Self> {
        let mut chunks = text.split('{');
        let mut pieces = vec![literal(chunks.next()?)?];
        for chunk in chunks {
            let (name, rest) = chunk.split_once('}')?;
            is_name(name).then(|| pieces.push(Piece::Named(name.to_owned())))?;
            pieces.push(literal(rest)?);
        }
        (!text.is_empty()).then_some(Self(pieces))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Named(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    fn fill(&self, captured: &Captured) -> String {
        let part = |name: &String| captured.iter().find(|(named, _)| named == name);
        let texts = self.0.iter().map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            Piece::Named(name) => part(name).map_or("", |(_, part)| part.as_str()),
        });
        texts.collect()
    }
}

fn literal(text: &str) -> Option<Piece> {
    (!text.contains('}')).then(|| Piece::Literal(text.to_owned()))
}
