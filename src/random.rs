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

/// A fresh UUID of version 4 (RFC 9562 section 5.4).
///
/// # Errors
/// [`NoRandomness`], as above.
pub fn uuid() -> Result<String, NoRandomness> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| NoRandomness)?;
    // The version in four of the bits, the variant in two.
    let number = u128::from_be_bytes(bits);
    let number = number & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{number:032x}");
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts = parts.map(|(from, to)| digits.get(from..to).unwrap_or_default());
    Ok(parts.join("-"))
}
