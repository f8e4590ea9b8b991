//! What all routes stand under, such as `/wp-json`, and what holds elsewhere.
//!
//! A body is not read: WordPress lets a form that is posted name another route.

use crate::error::Code;
use crate::gate::case::Case;
use crate::gate::place::Segment;
use crate::gate::query;
use crate::gate::route::{Access, Pattern};
use crate::gate::routes::Rule;
use crate::options::Options;

/// How every path begins that routes are about.
#[derive(Debug)]
pub struct Base {
    paths: Vec<Vec<Vec<u8>>>,
    query: Option<String>,
    scripts: Option<String>,
    /// What holds for requests that go elsewhere.
    pub outside: Rule,
}

impl Base {
    /// `base`, a path or several; `outside`, by default "required"; `routeQuery`, the name under
    /// which a query may hold the route; `scripts`, how the names of files end that answer whatever
    /// path stands behind them (RFC 3875 section 4.1.5). `None` without a base.
    pub fn read(options: &mut Options<'_>, case: Case, roles: Option<usize>) -> Option<Self> {
        let mut paths = Vec::new();
        for path in options.texts("base")? {
            match Pattern::parse(&path, case).and_then(Pattern::into_literals) {
                Some(path) => paths.push(path),
                None => options.refuse("base", "is not a path such as /wp-json"),
            }
        }
        let access = Access::read(options, "outside").unwrap_or(Access::Required);
        let query = options.text("routeQuery");
        let scripts = options.text("scripts");
        Some(Self { paths, query, scripts, outside: Rule { access, roles } })
    }

    /// What follows the base, if the path begins with it, but for scripts on the way.
    ///
    /// # Errors
    /// `ambiguous_request` where only those servers find it that undo escapes first.
    pub fn beneath<'s, 'u>(
        &self,
        path: &'s [Segment<'u>],
    ) -> Result<Option<&'s [Segment<'u>]>, Code> {
        for base in &self.paths {
            if let Some(rest) = self.behind(base, path) {
                let start = path.iter().take(path.len().saturating_sub(rest.len()));
                let is_plain = start.into_iter().all(|segment| !segment.escaped);
                return is_plain.then_some(Some(rest)).ok_or(Code::AmbiguousRequest);
            }
        }
        Ok(None)
    }

    fn behind<'s, 'u>(
        &self,
        base: &[Vec<u8>],
        path: &'s [Segment<'u>],
    ) -> Option<&'s [Segment<'u>]> {
        base.iter().try_fold(path, |path, step| {
            let place = path.iter().position(|segment| !self.is_script(segment))?;
            let (first, rest) = path.get(place..)?.split_first()?;
            (*first.text == **step).then_some(rest)
        })
    }

    fn is_script(&self, segment: &Segment<'_>) -> bool {
        self.scripts.as_ref().is_some_and(|end| {
            let start = segment.text.len().checked_sub(end.len());
            let tail = start.and_then(|start| segment.text.get(start..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
        })
    }

    /// The route that the query names.
    ///
    /// # Errors
    /// `ambiguous_request` for what some servers would not read so.
    pub fn route_in(&self, query: &[u8]) -> Result<Option<Vec<u8>>, Code> {
        let Some(name) = &self.query else { return Ok(None) };
        let mut routes = query::values(query, name).ok_or(Code::AmbiguousRequest)?.into_iter();
        match (routes.next(), routes.next()) {
            (None, _) => Ok(None),
            (Some(route), None) if route.starts_with(b"/") => Ok(Some(route)),
            _ => Err(Code::AmbiguousRequest),
        }
    }
}
