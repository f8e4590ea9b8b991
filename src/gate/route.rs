//! One rule as the caller writes it: a path with room for names, a method, what is asked of whom.

use crate::gate::case::Case;
use crate::gate::place::{Written, is_name, segments};
use crate::gate::request::is_method;
use crate::gate::roles::Roles;
use crate::options::Options;

/// A rule and the place it is for.
#[derive(Debug)]
pub struct Route {
    /// The place; there once all options have been read without an error.
    pub pattern: Option<Pattern>,
    /// For which methods; `None` for any.
    pub methods: Option<Vec<String>>,
    /// What is asked.
    pub access: Access,
    /// Which roles may pass.
    pub bearers: Bearers,
}

/// Which roles may pass at a place.
#[derive(Debug)]
pub enum Bearers {
    /// Those that may pass anywhere.
    AsElsewhere,
    /// Any.
    All,
    /// Those of a rule of its own.
    Only(Roles),
}

impl Route {
    /// `path`, a pattern; `method`, one or several, by default any; `access`, which must be said;
    /// `roles`, by default the gate's, null for none.
    pub fn read(options: &mut Options<'_>, case: Case) -> Self {
        let methods = options.texts("method");
        if !methods.iter().flatten().all(|name| name != "HEAD" && is_method(name.as_bytes())) {
            options.refuse("method", "is not in upper case, or is HEAD, which follows GET");
        }
        options.must_be_said("access");
        let access = Access::read(options, "access").unwrap_or(Access::Required);
        let bearers = Bearers::read(options);
        if access == Access::Public && matches!(bearers, Bearers::Only(_)) {
            options.refuse("roles", "are not looked at where access is public");
        }
        let parse = |path: &str| Pattern::parse(path, case);
        let pattern = options.parsed("path", parse, "is not a path such as /a/{id}");
        if pattern.is_none() {
            options.refuse("path", "must be said");
        }
        Self { pattern, methods, access, bearers }
    }
}

impl Bearers {
    fn read(options: &mut Options<'_>) -> Self {
        if !options.says("roles") {
            return Self::AsElsewhere;
        }
        options.nested("roles", Roles::read).flatten().map_or(Self::All, Self::Only)
    }
}

/// What a place asks of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing: tokens are not looked at.
    Public,
    /// A good token, if there is one.
    Optional,
    /// A good token.
    Required,
}

impl Access {
    /// An access by its name: "public", "optional" or "required".
    pub fn read(options: &mut Options<'_>, name: &'static str) -> Option<Self> {
        options.parsed(name, Self::named, "is not public, optional or required")
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "public" => Some(Self::Public),
            "optional" => Some(Self::Optional),
            "required" => Some(Self::Required),
            _ => None,
        }
    }
}

/// A segment of a pattern.
#[derive(Debug)]
pub enum Step {
    /// This one alone.
    Literal(Vec<u8>),
    /// Any one.
    Named,
}

/// A path with room for names: `/a/{name}/b`, and `/a/**` for `/a` and all beneath it.
#[derive(Debug)]
pub struct Pattern {
    /// Its segments.
    pub(crate) steps: Vec<Step>,
    /// Whether all beneath belongs to it.
    pub(crate) is_open: bool,
}

impl Pattern {
    /// Reads a pattern, written without escapes; `None` for one that no request could match.
    #[must_use]
    pub fn parse(path: &str, case: Case) -> Option<Self> {
        let (path, is_open) = path.strip_suffix("/**").map_or((path, false), |path| (path, true));
        let segments = segments(path.as_bytes(), Written::Plain, case)?;
        let mut steps = Vec::new();
        for segment in segments {
            steps.push(Step::parse(&segment.text)?);
        }
        (is_open || !path.is_empty()).then_some(Self { steps, is_open })
    }

    /// Its segments, if it has any, and neither names nor an open end.
    #[must_use]
    pub fn into_literals(self) -> Option<Vec<Vec<u8>>> {
        let mut literals = Vec::new();
        for step in self.steps {
            let Step::Literal(text) = step else { return None };
            literals.push(text);
        }
        (!self.is_open && !literals.is_empty()).then_some(literals)
    }
}

impl Step {
    fn parse(text: &[u8]) -> Option<Self> {
        let name = text.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}"));
        let plain = name.unwrap_or(text);
        let is_plain = is_name(plain) && !plain.iter().any(|octet| b"{}*".contains(octet));
        let step = if name.is_some() { Self::Named } else { Self::Literal(text.to_vec()) };
        is_plain.then_some(step)
    }
}
