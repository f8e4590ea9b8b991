//! Randomness, drawn from the host and only when asked: workerd has none while a module loads.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The host could not give random bytes.
#[derive(Clone, Copy, Debug)]
pub struct NoRandomness;

/// Fresh names, such as for a `jti`: 128 random bits each, as 22 characters of base64url. They are
/// drawn together, because asking the host takes longer than the drawing.
///
/// # Errors
/// [`NoRandomness`] where the host has none, such as at the top level of a worker's module.
pub fn ids<const COUNT: usize>() -> Result<[String; COUNT], NoRandomness> {
    let mut bits = [[0; 16]; COUNT];
    getrandom::fill(bits.as_flattened_mut()).map_err(|_| NoRandomness)?;
    Ok(bits.map(|bits| URL_SAFE_NO_PAD.encode(bits)))
}
