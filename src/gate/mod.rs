//! What decides on a request before the application sees it: whether a token is asked for, where it
//! is, which roles may pass, and what a denial is answered with (systems.md C-12 to C-14).
//!
//! Rules are made ready once. Nothing here verifies a token, reads a clock or a body, or takes an
//! ambiguous request as well as possible: it is refused, because a rule could be evaded by another
//! spelling.

pub mod base;
pub mod case;
pub mod credentials;
pub mod place;
pub mod query;
pub mod request;
pub mod roles;
pub mod route;
pub mod routes;

use crate::answer::Answers;
use crate::error::{Code, Refusal, SetupError};
use crate::gate::base::Base;
use crate::gate::case::Case;
use crate::gate::credentials::Credentials;
use crate::gate::place::{Segment, Target, Written, segments};
use crate::gate::request::Request;
use crate::gate::roles::Roles;
use crate::gate::route::{Access, Bearers, Route};
use crate::gate::routes::{Routes, Rule};
use crate::json::Object;
use crate::options::Options;
use crate::verify::refusal_json;

/// The rules of one service.
#[derive(Debug)]
pub struct Gate {
    credentials: Credentials,
    routes: Routes,
    otherwise: Rule,
    base: Option<Base>,
    path_case: Case,
    preflight: Preflight,
    roles: Vec<Roles>,
    answers: Answers,
}

/// What becomes of a request by which a browser asks whether it may send another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preflight {
    /// It carries no token, and passes.
    Pass,
    /// It is a request as any other.
    Guard,
}

/// A request that may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Without a token.
    Public,
    /// If this token is good.
    Token {
        /// The token.
        token: String,
        /// The rule about roles that its claims must meet then.
        roles: Option<usize>,
    },
}

impl Gate {
    /// A gate as the caller describes it: what [`Credentials::read`] reads; `access` ("public",
    /// "optional" or, by default, "required") and `roles` where no route says otherwise; `base`,
    /// with `outside` (by default "required") and `routeQuery`; `pathCase` ("exact" or "any");
    /// `preflight` ("pass" or "guard").
    ///
    /// # Errors
    /// Every misuse of these options.
    pub fn read(options: Options<'_>, answers: Answers) -> Result<Self, SetupError> {
        options.read(|options| {
            let path_case = Case::read(options, "pathCase").unwrap_or(Case::Exact);
            let roles = Vec::from_iter(options.nested("roles", Roles::read).flatten());
            let access = Access::read(options, "access").unwrap_or(Access::Required);
            let otherwise = Rule { access, roles: (!roles.is_empty()).then_some(0) };
            let preflight = options.parsed("preflight", Preflight::named, "is not pass or guard");
            Self {
                credentials: Credentials::read(options),
                routes: Routes::default(),
                otherwise,
                base: Base::read(options, path_case, otherwise.roles),
                path_case,
                preflight: preflight.unwrap_or(Preflight::Pass),
                roles,
                answers,
            }
        })
    }

    /// Adds a route, as [`Route::read`] reads it.
    ///
    /// # Errors
    /// Every misuse of its options, and a second rule for one place and method.
    pub fn add_route(&mut self, options: Options<'_>) -> Result<(), SetupError> {
        let twice = || SetupError::new("path", "has two rules for one method");
        let route = options.read(|options| Route::read(options, self.path_case));
        let added = route.and_then(|route| self.insert(route).ok_or_else(twice));
        added.map_err(|error| error.within("routes"))
    }

    fn insert(&mut self, route: Route) -> Option<()> {
        let Route { pattern, methods, access, bearers } = route;
        let roles = match bearers {
            Bearers::AsElsewhere => self.otherwise.roles,
            Bearers::All => None,
            Bearers::Only(roles) => Some(self.keep(roles)),
        };
        let rule = Rule { access, roles };
        let pattern = pattern?;
        match methods {
            None => self.routes.add(&pattern, None, rule),
            Some(methods) => {
                let mut methods = methods.iter();
                methods.try_for_each(|name| self.routes.add(&pattern, Some(name.as_bytes()), rule))
            }
        }
    }

    fn keep(&mut self, roles: Roles) -> usize {
        self.roles.push(roles);
        self.roles.len().saturating_sub(1)
    }

    /// The names of the header fields that this gate looks at.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let mut names = request::FIELDS.to_vec();
        names.extend(self.credentials.fields());
        names
    }

    /// Lets a request go on, if need be with its token yet to verify.
    ///
    /// # Errors
    /// Every refusal of the stage `header`.
    pub fn admit(&self, request: &Request<'_>) -> Result<Admission, Code> {
        let target = request.target()?;
        let rule = self.rule_for(request.method, &target)?;
        let passes = self.preflight == Preflight::Pass && request.is_preflight();
        if passes || rule.access == Access::Public {
            return Ok(Admission::Public);
        }
        match self.credentials.find(request, target.query)? {
            Some(token) => Ok(Admission::Token { token, roles: rule.roles }),
            None if rule.access == Access::Optional => Ok(Admission::Public),
            None => Err(Code::MissingToken),
        }
    }

    /// Judges the claims of a token that has been verified, by the rule that its admission named.
    ///
    /// # Errors
    /// `forbidden_role`.
    pub fn permit(&self, roles: usize, claims: &Object<'_>) -> Result<(), Refusal> {
        // There is none by another number; then nobody may pass.
        self.roles.get(roles).ok_or(Code::ForbiddenRole)?.judge(claims)
    }

    /// The JSON text of a denial: the refusal, and the answer to send.
    #[must_use]
    pub fn denial_json(&self, refusal: &Refusal) -> String {
        let (start, then) = (r#"{"outcome":"deny","decision":"#, r#","response":"#);
        let answer = (self.answers)(refusal).to_json();
        [start, &refusal_json(refusal), then, &answer, "}"].concat()
    }

    fn rule_for(&self, method: &[u8], target: &Target<'_>) -> Result<Rule, Code> {
        // RFC 9110 section 9.3.2: all but the body is that of a GET.
        let method = if method == b"HEAD" { b"GET" } else { method };
        let path = self.segments(target.path, Written::Escaped)?;
        let Some(base) = &self.base else { return self.rule_at(&path, method) };
        match (base.beneath(&path)?, base.route_in(target.query)?) {
            (Some(route), None) => self.rule_at(route, method),
            (None, Some(route)) => self.rule_at(&self.segments(&route, Written::Plain)?, method),
            (None, None) => Ok(base.outside),
            // WordPress takes the one of the query, and others that of the path.
            (Some(_), Some(_)) => Err(Code::AmbiguousRequest),
        }
    }

    fn segments<'u>(&self, path: &'u [u8], written: Written) -> Result<Vec<Segment<'u>>, Code> {
        segments(path, written, self.path_case).ok_or(Code::AmbiguousRequest)
    }

    fn rule_at(&self, segments: &[Segment<'_>], method: &[u8]) -> Result<Rule, Code> {
        Ok(self.routes.find(segments, method)?.unwrap_or(self.otherwise))
    }
}

impl Preflight {
    fn named(name: &str) -> Option<Self> {
        match name {
            "pass" => Some(Self::Pass),
            "guard" => Some(Self::Guard),
            _ => None,
        }
    }
}
