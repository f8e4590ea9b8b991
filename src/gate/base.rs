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
    /// which a query may hold the route; `scripts`, how the names of files end that are run with
    /// whatever path stands behind them (RFC 3875 section 4.1.5). `None` without a base.
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
        if scripts.as_ref().is_some_and(String::is_empty) {
            options.refuse("scripts", "is empty");
        }
        Some(Self { paths, query, scripts, outside: Rule { access, roles } })
    }

    /// What follows the base, if the path begins with it.
    ///
    /// # Errors
    /// `ambiguous_request` where only those servers find it that undo escapes first, and those that
    /// run a script and hand it the rest of the path.
    pub fn beneath<'s, 'u>(
        &self,
        path: &'s [Segment<'u>],
    ) -> Result<Option<&'s [Segment<'u>]>, Code> {
        for base in &self.paths {
            let Some((start, rest)) = path.split_at_checked(base.len()) else { continue };
            if says(start, base) {
                let is_plain = start.iter().all(|segment| !segment.escaped);
                return is_plain.then_some(Some(rest)).ok_or(Code::AmbiguousRequest);
            }
        }
        if self.is_behind_script(path) { Err(Code::AmbiguousRequest) } else { Ok(None) }
    }

    /// Whether a script has a base behind it, or what is left of one where the script lies in a
    /// folder that the base names.
    fn is_behind_script(&self, path: &[Segment<'_>]) -> bool {
        path.iter().enumerate().filter(|(_, segment)| self.is_script(segment)).any(|(place, _)| {
            let rest = path.get(place.saturating_add(1)..).unwrap_or_default();
            self.paths.iter().any(|base| begins_with_end_of(rest, base))
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

fn says(path: &[Segment<'_>], steps: &[Vec<u8>]) -> bool {
    path.iter().map(|segment| &*segment.text).eq(steps.iter().map(Vec::as_slice))
}

fn begins_with_end_of(path: &[Segment<'_>], base: &[Vec<u8>]) -> bool {
    (1..=base.len()).any(|length| {
        let end = base.get(base.len().saturating_sub(length)..).unwrap_or_default();
        path.get(..length).is_some_and(|start| says(start, end))
    })
}
