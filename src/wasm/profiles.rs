//! The boundary of the profiles: names and facts in, JSON text out.

use wasm_bindgen::prelude::*;

use crate::error::{Code, Refusal, SetupError};
use crate::profiles;
use crate::wasm::time;

/// Whether there is such a profile.
#[wasm_bindgen(js_name = checkProfile)]
pub fn check_profile(name: &str) -> Result<(), SetupError> {
    profiles::named(name).map(drop)
}

/// What a profile makes of facts.
#[wasm_bindgen(js_name = profileMake)]
pub fn make(
    name: &str,
    part: &str,
    kind: &str,
    facts: &str,
    now: f64,
) -> Result<String, SetupError> {
    profiles::named(name)?.make(part, kind, facts, time(now)?)
}

/// How a profile answers a refusal at a place.
#[wasm_bindgen(js_name = profileAnswer)]
pub fn answer(
    name: &str,
    place: &str,
    code: &str,
    claim: Option<String>,
) -> Result<String, SetupError> {
    let answers = profiles::named(name)?.answers(place)?;
    let code = Code::from_name(code);
    let code = code.ok_or_else(|| SetupError::new("refusal", "has no code of this library"))?;
    Ok(answers(&Refusal::new(code, claim.map(Into::into))).to_json())
}
