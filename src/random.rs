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
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(|_| NoRandomness)?;
    let mut text = String::with_capacity(36);
    for (place, octet) in bits.into_iter().enumerate() {
        let octet = match place {
            6 => octet & 0x0f | 0x40, // the version
            8 => octet & 0x3f | 0x80, // the variant
            _ => octet,
        };
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let digits = [octet >> 4, octet & 0x0f];
        text.extend(digits.iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)));
    }
    Ok(text)
}
