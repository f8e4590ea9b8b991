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
    /// What holds for requests that go elsewhere.
    pub outside: Rule,
}

impl Base {
    /// `base`, a path or several; `outside`, by default "required"; `routeQuery`, the name under
    /// which a query may hold the route. `None` without a base.
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
        Some(Self { paths, query, outside: Rule { access, roles } })
    }

    /// What follows the base, if the path begins with it.
    ///
    /// # Errors
    /// `ambiguous_request` where only those servers find it that undo escapes first.
    pub fn beneath<'s, 'u>(
        &self,
        path: &'s [Segment<'u>],
    ) -> Result<Option<&'s [Segment<'u>]>, Code> {
        for base in &self.paths {
            let Some((start, rest)) = path.split_at_checked(base.len()) else { continue };
            if start.iter().zip(base).all(|(segment, step)| *segment.text == **step) {
                let is_plain = start.iter().all(|segment| !segment.escaped);
                return is_plain.then_some(Some(rest)).ok_or(Code::AmbiguousRequest);
            }
        }
        Ok(None)
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
