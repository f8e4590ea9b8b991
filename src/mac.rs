//! Message authentication codes that are no signatures of tokens: HMAC-SHA-256, and for hashes
//! brought over from WordPress HMAC-MD5.
//!
//! Comparing takes the same time whatever differs. Key blocks are wiped, as those of tokens' keys.

use ctutils::CtEq as _;
use hmac::{Hmac, KeyInit, Mac as _};
use md5::Md5;
use sha2::Sha256;

use crate::algorithm::scrub_stack;
use crate::error::SetupError;
use crate::key::{SecretEncoding, read_secret};

/// A secret made ready once for HMAC-SHA-256.
pub struct Mac(Hmac<Sha256>);

impl Mac {
    /// Makes a secret ready, as it is written, if it has at least so many octets.
    ///
    /// # Errors
    /// `SetupError` for a secret that is not in its encoding, empty, too short, or the text of a key.
    pub fn read(
        written: &[u8],
        encoding: SecretEncoding,
        least: usize,
    ) -> Result<Self, SetupError> {
        let mac = Hmac::new_from_slice(&read_secret(written, encoding, least)?).map(Self);
        scrub_stack();
        mac.map_err(|_| SetupError::new("secret", "cannot serve as a key"))
    }

    /// The code of the parts, one after the other.
    #[must_use]
    pub fn of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Whether WordPress's `wp_hash` of a text with that salt is this, in lower-case hex (systems.md
/// WP-27). For bringing passwords over: MD5 is no hash for new ones.
#[must_use]
pub fn fits_wordpress(salt: &[u8], text: &[u8], hash: &str) -> bool {
    let Ok(mac) = Hmac::<Md5>::new_from_slice(salt) else { return false };
    let code = mac.chain_update(text).finalize().into_bytes();
    scrub_stack();
    from_hex(hash).is_some_and(|hash| equal(&code, &hash))
}

/// Whether two texts are one, in the same time wherever they differ. Their lengths are no secret.
#[must_use]
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).to_bool()
}

/// Octets as lower-case hex.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
    base16ct::lower::encode_string(octets)
}

/// The octets that lower-case hex stands for.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    base16ct::lower::decode_vec(text).ok()
}
