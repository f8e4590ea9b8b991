//! The boundary for the gate.

use wasm_bindgen::prelude::*;

use crate::answer::standard;
use crate::error::{Code, Refusal, SetupError};
use crate::gate::request::Request;
use crate::gate::{self, Admission};
use crate::json::Object;
use crate::profiles;
use crate::wasm::read;

/// See [`gate::Gate`].
#[wasm_bindgen]
pub struct Gate(gate::Gate);

#[wasm_bindgen]
impl Gate {
    /// Checks and keeps a gate's options, but for its routes; `profile` names whose answers it
    /// gives (absent or null: those of RFC 6750).
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Gate, SetupError> {
        let mut options = read(options)?;
        let answers = match options.text("profile") {
            None => standard,
            Some(name) => profiles::answers(&name)?,
        };
        Ok(Self(gate::Gate::read(options, answers)?))
    }

    /// Adds a route.
    #[wasm_bindgen(js_name = addRoute)]
    pub fn add_route(&mut self, route: &str) -> Result<(), SetupError> {
        self.0.add_route(read(route)?)
    }

    /// The names of the header fields to show it, each on a line.
    pub fn fields(&self) -> String {
        self.0.fields().join("\n")
    }

    /// What becomes of a request, by its head, as [`Request::parse`] reads it: nothing if it passes
    /// as public; the number of the rule about roles, if there is one, a space and the token; or the
    /// JSON text of the denial. Text of a token is not made into other text, which takes time.
    pub fn admit(&self, head: &str) -> Option<String> {
        match self.0.admit(&Request::parse(head.as_bytes())) {
            Ok(Admission::Public) => None,
            Ok(Admission::Token { token, roles }) => {
                let roles = roles.map_or_else(String::new, |roles| roles.to_string());
                Some([&roles, " ", &token].concat())
            }
            Err(code) => Some(self.0.denial_json(&code.into())),
        }
    }

    /// The JSON text of the denial, unless the claims of a good token meet the rule about roles.
    pub fn permit(&self, roles: usize, claims: &str) -> Option<String> {
        let judged = match Object::parse(claims) {
            Some(claims) => self.0.permit(roles, &claims),
            None => Err(Code::MalformedToken.into()),
        };
        judged.err().map(|refusal| self.0.denial_json(&refusal))
    }

    /// The JSON text of the denial for a refusal found elsewhere, by its code's name.
    pub fn deny(&self, code: &str, claim: Option<String>) -> String {
        let code = Code::from_name(code).unwrap_or(Code::InternalError);
        self.0.denial_json(&Refusal::new(code, claim.map(Into::into)))
    }
}
