//! Randomness, drawn from the host and only when asked: workerd has none while a module loads.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The host could not give random bytes.
#[derive(Clone, Copy, Debug)]
pub struct NoRandomness;

/// A fresh `jti`: 128 random bits as 22 characters of base64url.
///
/// # Errors
/// [`NoRandomness`] where the host has none, such as at the top level of a worker's module.
pub fn token_id() -> Result<String, NoRandomness> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bits))
}
