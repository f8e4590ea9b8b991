//! Which roles may pass: a list of those that may, or of those that may not (systems.md MO-19).
//!
//! A token that does not say its role in texts is refused by either list: nobody can tell that it
//! is not one of those that may not.

use crate::error::{Code, Refusal};
use crate::json::{Json, Object};
use crate::options::Options;
use crate::pointer::Pointer;

/// A rule about the roles that a claim holds.
#[derive(Debug)]
pub struct Roles {
    claim: Pointer,
    names: Vec<String>,
    sense: Sense,
}

/// What it means to stand on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    Allow,
    Deny,
}

impl Roles {
    /// A rule as the caller writes it: `claim`, a JSON pointer, and one of `allow` and `deny`.
    #[inline(never)]
    pub fn read(options: &mut Options<'_>) -> Option<Self> {
        let claim = options.pointer("claim");
        let (names, sense) = match (options.texts("allow"), options.texts("deny")) {
            (Some(names), None) => (names, Sense::Allow),
            (None, Some(names)) => (names, Sense::Deny),
            _ => {
                options.refuse("allow", "must be said, or deny, and not both");
                return None;
            }
        };
        Some(Self { claim: claim?, names, sense })
    }

    /// Judges what the claims say of the bearer's roles.
    ///
    /// # Errors
    /// `forbidden_role`.
    pub fn judge(&self, claims: &Object<'_>) -> Result<(), Refusal> {
        let held = match self.claim.find(claims) {
            Some(Json::Array(roles)) => roles.as_slice(),
            Some(role) => std::slice::from_ref(role),
            None => &[],
        };
        let is_told = !held.is_empty() && held.iter().all(|role| matches!(role, Json::Text(_)));
        let is_listed = held.iter().any(|role| self.lists(role));
        if is_told && is_listed == (self.sense == Sense::Allow) {
            return Ok(());
        }
        Err(Refusal::about(Code::ForbiddenRole, self.claim.claim().to_owned()))
    }

    fn lists(&self, role: &Json<'_>) -> bool {
        matches!(role, Json::Text(role) if self.names.iter().any(|name| name == role))
    }
}
