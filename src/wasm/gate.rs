//! The boundary for the gate.

use wasm_bindgen::prelude::*;

use crate::answer::standard;
use crate::error::{Code, Refusal, SetupError};
use crate::gate::request::Request;
use crate::gate::{self, Admission};
use crate::json::{Object, quoted};
use crate::json_text::{array, object};
use crate::wasm::read;

/// See [`gate::Gate`].
#[wasm_bindgen]
pub struct Gate(gate::Gate);

#[wasm_bindgen]
impl Gate {
    /// Checks and keeps a gate's options, but for its routes.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Gate, SetupError> {
        Ok(Self(gate::Gate::read(read(options)?, standard)?))
    }

    /// Adds a route.
    #[wasm_bindgen(js_name = addRoute)]
    pub fn add_route(&mut self, route: &str) -> Result<(), SetupError> {
        self.0.add_route(read(route)?)
    }

    /// The names of the header fields to show it, as JSON text.
    pub fn fields(&self) -> String {
        array(self.0.fields().into_iter().map(quoted))
    }

    /// The JSON text of what becomes of a request: its method, its URL and the header fields it has
    /// of those asked for (`name:value`), each on a line of its own.
    pub fn admit(&self, request: &str) -> String {
        let mut lines = request.split('\n');
        let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let fields = lines.filter_map(|line| line.split_once(':')).collect();
        match self.0.admit(&Request { method, url, fields }) {
            Ok(Admission::Public) => r#"{"outcome":"public"}"#.to_owned(),
            Ok(Admission::Token { token, roles }) => {
                let roles = roles.map(|roles| ("roles", roles.to_string()));
                object([("token", quoted(&token))].into_iter().chain(roles))
            }
            Err(refusal) => self.0.denial_json(&refusal),
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
        self.0.denial_json(&Refusal { code, claim: claim.map(Into::into) })
    }
}
