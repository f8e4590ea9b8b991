//! The two encodings of RSA signatures: PKCS #1 v1.5 and PSS (RFC 8017 section 9).
//!
//! Both are checked by building the one encoded message that is right and comparing it whole;
//! nothing is parsed. PSS uses one hash throughout and a salt as long as it (RFC 7518 section 3.5).

use std::iter;

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::algorithm::{Algorithm, Family, Hash};

/// How one algorithm encodes a message.
#[derive(Clone, Copy)]
pub struct Scheme {
    pub hash: Hash,
    pub padding: Padding,
}

#[derive(Clone, Copy)]
pub enum Padding {
    Pkcs1,
    Pss,
}

impl Scheme {
    /// The scheme of an RSA algorithm.
    pub fn of(algorithm: &Algorithm) -> Option<Self> {
        let padding = match algorithm.family {
            Family::RsaPkcs1 => Padding::Pkcs1,
            Family::RsaPss => Padding::Pss,
            _ => return None,
        };
        Some(Self { hash: algorithm.hash, padding })
    }

    /// Whether this is an encoding of the message, for a modulus of as many octets.
    pub fn accepts(self, encoded: &[u8], message: &[u8], modulus: &[u8]) -> bool {
        let digest = self.hash.of(&[message]);
        let expected = match self.padding {
            Padding::Pkcs1 => self.hash.pkcs1(&digest, modulus),
            Padding::Pss => {
                let salt = self.hash.pss_salt(encoded, modulus);
                salt.and_then(|salt| self.hash.pss(&digest, &salt, modulus))
            }
        };
        expected.is_some_and(|expected| expected == encoded)
    }
}

impl Hash {
    /// The digest of the parts in a row.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            parts.iter().fold(D::new(), Digest::chain_update).finalize().to_vec()
        }
        match self {
            Self::Sha256 => of::<Sha256>(parts),
            Self::Sha384 => of::<Sha384>(parts),
            Self::Sha512 => of::<Sha512>(parts),
        }
    }

    /// EMSA-PKCS1-v1_5 (section 9.2) of a digest, as long as the modulus.
    pub(super) fn pkcs1(self, digest: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
        let digest_info = self.digest_info();
        let tail = digest_info.len().checked_add(digest.len())?;
        let fill = modulus.len().checked_sub(tail)?.checked_sub(3)?;
        Some([&[0, 1], &*vec![0xff; fill], &[0], &digest_info, digest].concat())
    }

    /// The DER in front of a digest (section 9.2, note 1).
    const fn digest_info(self) -> [u8; 19] {
        let (whole, oid, hash) = match self {
            Self::Sha256 => (49, 1, 32),
            Self::Sha384 => (65, 2, 48),
            Self::Sha512 => (81, 3, 64),
        };
        [0x30, whole, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, oid, 5, 0, 4, hash]
    }

    /// EMSA-PSS (section 9.1.1) of a digest, as long as the modulus.
    pub(super) fn pss(self, digest: &[u8], salt: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
        let room = Room::below(modulus);
        let hash = self.of(&[&[0; 8], digest, salt]);
        let fill = room.block_length(modulus, self)?.checked_sub(salt.len())?.checked_sub(1)?;
        let mut block = [&*vec![0; fill], &[1], salt].concat();
        self.mask(&mut block, &hash);
        if let Some(first) = block.first_mut() {
            *first &= room.first_octet;
        }
        Some([&*vec![0; room.zeros], &block, &hash, &[0xbc]].concat())
    }

    /// The salt that an encoding holds, if it is an encoding.
    fn pss_salt(self, encoded: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
        let room = Room::below(modulus);
        let (block, rest) =
            encoded.get(room.zeros..)?.split_at_checked(room.block_length(modulus, self)?)?;
        let mut block = block.to_vec();
        self.mask(&mut block, rest.get(..self.octets())?);
        Some(block.split_off(block.len().checked_sub(self.octets())?))
    }

    /// MGF1 (appendix B.2.1), applied.
    fn mask(self, block: &mut [u8], seed: &[u8]) {
        for (chunk, counter) in block.chunks_mut(self.octets()).zip(0_u32..) {
            let mask = self.of(&[seed, &counter.to_be_bytes()]);
            iter::zip(chunk, mask).for_each(|(octet, mask)| *octet ^= mask);
        }
    }
}

/// Where PSS fits below a modulus: its encoding is one bit shorter.
struct Room {
    /// Octets in front of the encoding.
    zeros: usize,
    /// The bits that the encoding's first octet may have.
    first_octet: u8,
}

impl Room {
    const fn below(modulus: &[u8]) -> Self {
        match modulus {
            [1, ..] => Self { zeros: 1, first_octet: 0xff },
            [first, ..] => {
                Self { zeros: 0, first_octet: 0x7f_u8.wrapping_shr(first.leading_zeros()) }
            }
            [] => Self { zeros: 0, first_octet: 0 },
        }
    }

    /// The octets of fill and salt: all but the hash and the trailing octet.
    fn block_length(&self, modulus: &[u8], hash: Hash) -> Option<usize> {
        modulus.len().checked_sub(self.zeros)?.checked_sub(hash.octets())?.checked_sub(1)
    }
}
