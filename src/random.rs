//! Randomness, drawn from the host and only when asked: workerd has none while a module loads.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// The host could not give random bytes.
#[derive(Clone, Copy, Debug)]
pub struct NoRandomness;

/// Fresh names, such as for a `jti`: 128 random bits each, as 22 characters of base64url. They are no
/// secrets, and asking the host takes longer than its drawing, so many are drawn at once: a process
/// that forks afterwards would give out the same names twice.
///
/// # Errors
/// [`NoRandomness`] where the host has none, such as at the top level of a worker's module.
pub fn ids<const COUNT: usize>() -> Result<[String; COUNT], NoRandomness> {
    let mut ids = [const { String::new() }; COUNT];
    for id in &mut ids {
        *id = URL_SAFE_NO_PAD.encode(name()?);
    }
    Ok(ids)
}

/// The octets of one name.
type Name = [u8; 16];

thread_local! {
    /// Names that were drawn and not given out yet.
    static DRAWN: RefCell<Vec<Name>> = const { RefCell::new(Vec::new()) };
}

fn name() -> Result<Name, NoRandomness> {
    if let Some(name) = DRAWN.with_borrow_mut(Vec::pop) {
        return Ok(name);
    }
    // Not drawn where they are kept: the host may call in again before it answers.
    let mut names = [Name::default(); 128];
    getrandom::fill(names.as_flattened_mut()).map_err(|_| NoRandomness)?;
    let [name, others @ ..] = names;
    DRAWN.with_borrow_mut(|drawn| drawn.extend(others));
    Ok(name)
}

/// A fresh secret: 192 random bits as 32 characters of base64url.
///
/// # Errors
/// [`NoRandomness`], as above.
pub fn secret() -> Result<Zeroizing<String>, NoRandomness> {
    let mut bits = Zeroizing::new([0; 24]);
    getrandom::fill(bits.as_mut_slice()).map_err(|_| NoRandomness)?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(bits.as_slice())))
}

const ALPHANUMERICS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Adds that many letters and digits, each as likely as any other.
///
/// # Errors
/// [`NoRandomness`], as above.
pub fn append_alphanumerics(text: &mut String, count: usize) -> Result<(), NoRandomness> {
    let end = text.len().saturating_add(count);
    while text.len() < end {
        let mut octets = [0; 32];
        getrandom::fill(&mut octets).map_err(|_| NoRandomness)?;
        // Six bits each; the two values beyond the alphabet are drawn again, so that none is favoured.
        let drawn = octets.iter().filter_map(|octet| ALPHANUMERICS.get(usize::from(octet & 63)));
        let missing = end.saturating_sub(text.len());
        text.extend(drawn.take(missing).map(|letter| char::from(*letter)));
    }
    Ok(())
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
