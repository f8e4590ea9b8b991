//! Which rule covers a place: a tree by segment, made once, searched without going back further
//! than the tree is deep.
//!
//! The most specific rule wins whatever the order in which rules were given: from left to right a
//! literal before `{name}` before `/**`, and for one place a rule for the method before one for
//! any.

use crate::error::Code;
use crate::gate::place::Segment;
use crate::gate::route::{Access, Pattern, Step};

/// What holds at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether a token is asked for.
    pub access: Access,
    /// Which of the gate's rules about roles the token must meet.
    pub roles: Option<usize>,
}

/// The rules of the places from one segment on.
#[derive(Debug, Default)]
pub struct Routes {
    /// In order of their texts.
    literals: Vec<(Vec<u8>, Routes)>,
    named: Option<Box<Routes>>,
    here: ByMethod,
    beneath: ByMethod,
}

impl Routes {
    /// Adds a rule for a method, or for all; `None` if the place has one for it already.
    pub fn add(&mut self, pattern: &Pattern, method: Option<&[u8]>, rule: Rule) -> Option<()> {
        let end = pattern.steps.iter().try_fold(self, |routes, step| routes.child(step))?;
        let rules = if pattern.is_open { &mut end.beneath } else { &mut end.here };
        rules.add(method, rule)
    }

    fn child(&mut self, step: &Step) -> Option<&mut Self> {
        let Step::Literal(text) = step else { return Some(self.named.get_or_insert_default()) };
        let place = self.place(text).unwrap_or_else(|place| {
            self.literals.insert(place, (text.clone(), Self::default()));
            place
        });
        self.literals.get_mut(place).map(|(_, child)| child)
    }

    /// The rule for a place and a method.
    ///
    /// # Errors
    /// `ambiguous_request` where the place is a literal's for those servers alone that undo escapes
    /// before they compare.
    pub fn find(&self, segments: &[Segment<'_>], method: &[u8]) -> Result<Option<Rule>, Code> {
        let Some((first, rest)) = segments.split_first() else {
            return Ok(self.here.of(method).or_else(|| self.beneath.of(method)));
        };
        let literal = self.place(&first.text).ok().and_then(|place| self.literals.get(place));
        if literal.is_some() && first.escaped {
            return Err(Code::AmbiguousRequest);
        }
        for child in literal.map(|(_, child)| child).into_iter().chain(self.named.as_deref()) {
            if let Some(rule) = child.find(rest, method)? {
                return Ok(Some(rule));
            }
        }
        Ok(self.beneath.of(method))
    }

    fn place(&self, text: &[u8]) -> Result<usize, usize> {
        self.literals.binary_search_by(|(literal, _)| literal.as_slice().cmp(text))
    }
}

/// Rules for one place, each for a method or for all.
#[derive(Debug, Default)]
struct ByMethod(Vec<(Option<Vec<u8>>, Rule)>);

impl ByMethod {
    fn add(&mut self, method: Option<&[u8]>, rule: Rule) -> Option<()> {
        let is_new = self.exact(method).is_none();
        is_new.then(|| self.0.push((method.map(<[u8]>::to_vec), rule)))
    }

    fn of(&self, method: &[u8]) -> Option<Rule> {
        self.exact(Some(method)).or_else(|| self.exact(None))
    }

    fn exact(&self, method: Option<&[u8]>) -> Option<Rule> {
        self.0.iter().find(|(other, _)| other.as_deref() == method).map(|(_, rule)| *rule)
    }
}
