//! Whom an entry is about: a kind, an issuer or any, and the fingerprint of a value.
//!
//! Lists hold fingerprints and never the values themselves. `sub`, `sid` and `jti` are unique only
//! within an issuer, so the issuer is part of what is hashed, and every part's length too.

use std::hash::Hasher as _;

use sha2::{Digest as _, Sha256};
use siphasher::sip::SipHasher24;

use crate::revocation::kind::{Kind, Origin};

/// The octets of the longest fingerprint.
pub const LONGEST: usize = 16;

/// The octets of a short one: mistakes in a list of 10^7 are one in 10^10 tokens.
pub const SHORT: usize = 7;

/// A fingerprint; what is shorter than the longest ends in zeros.
pub type Print = [u8; LONGEST];

/// How many octets the fingerprints of a kind have; for the long ones nobody finds a second value.
#[must_use]
pub fn length(kind: Kind) -> usize {
    match kind.origin() {
        Origin::Random => SHORT,
        Origin::Chosen => LONGEST,
    }
}

/// Whether an entry concerns the tokens of one issuer or of any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Of any issuer, or of none.
    Any,
    /// Of one, whose name is part of the fingerprint.
    Issuer,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Any, Self::Issuer];

    /// The octet that stands for it in a list.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Any => 0,
            Self::Issuer => 1,
        }
    }

    /// The scope that an octet of a list stands for.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.byte() == byte)
    }
}

/// What entries have in common that are searched together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// What is thrown out.
    pub kind: Kind,
    /// Whose.
    pub scope: Scope,
}

impl Group {
    /// All groups, in the order of a list.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds = Kind::ALL.iter().copied();
        kinds.flat_map(|kind| Scope::ALL.into_iter().map(move |scope| Self { kind, scope }))
    }

    /// Its place in that order.
    fn place(self) -> u8 {
        self.kind.byte().saturating_mul(2).saturating_add(self.scope.byte())
    }

    fn at(place: u8) -> Option<Self> {
        Some(Self { kind: Kind::from_byte(place / 2)?, scope: Scope::from_byte(place % 2)? })
    }
}

/// Some groups: those in which there may be anything, because each search costs a hash. A bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups(u32);

impl Groups {
    /// These and one more.
    #[must_use]
    pub fn with(self, group: Group) -> Self {
        Self(self.0 | Self::bit(group))
    }

    /// These and others.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether a group is among them.
    #[must_use]
    pub fn has(self, group: Group) -> bool {
        self.0 & Self::bit(group) != 0
    }

    /// Each of them, in the order of a list.
    pub fn iter(self) -> impl Iterator<Item = Group> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let place = u8::try_from(left.trailing_zeros()).ok()?;
            left &= left.checked_sub(1)?;
            Group::at(place)
        })
    }

    fn bit(group: Group) -> u32 {
        1_u32.checked_shl(u32::from(group.place())).unwrap_or(0)
    }
}

impl FromIterator<Group> for Groups {
    fn from_iter<I: IntoIterator<Item = Group>>(groups: I) -> Self {
        groups.into_iter().fold(Self::default(), Self::with)
    }
}

/// Whom an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// Where it is searched.
    pub group: Group,
    /// What for.
    pub print: Print,
}

impl Target {
    /// A value of a kind, of one issuer or of any.
    #[must_use]
    pub fn new(kind: Kind, issuer: Option<&str>, value: &[u8]) -> Self {
        let scope = if issuer.is_some() { Scope::Issuer } else { Scope::Any };
        let group = Group { kind, scope };
        let mut print = Print::default();
        match kind.origin() {
            Origin::Random => {
                let mut hash = fast_hash();
                spell(group, issuer, value, |part| hash.write(part));
                fill(&mut print, SHORT, &hash.finish().to_be_bytes());
            }
            Origin::Chosen => {
                let mut hash = Sha256::new();
                spell(group, issuer, value, |part| hash.update(part));
                fill(&mut print, LONGEST, &hash.finalize());
            }
        }
        Self { group, print }
    }
}

/// Shows what is hashed, in pieces.
fn spell(group: Group, issuer: Option<&str>, value: &[u8], mut show: impl FnMut(&[u8])) {
    show(&[group.kind.byte(), group.scope.byte()]);
    for part in [issuer.unwrap_or_default().as_bytes(), value] {
        show(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        show(part);
    }
}

fn fill(print: &mut Print, length: usize, hash: &[u8]) {
    print.iter_mut().take(length).zip(hash).for_each(|(to, octet)| *to = *octet);
}

/// SipHash-2-4 takes a tenth of SHA-256's time: enough for values that nobody can choose.
fn fast_hash() -> SipHasher24 {
    let keys = (u64::from_le_bytes(*b"edge-jwt"), u64::from_le_bytes(*b"RVL1 ids"));
    SipHasher24::new_with_keys(keys.0, keys.1)
}

/// The SHA-256 of octets. A token without a `jti` is known by that of its `header.payload`: not of
/// its signature and not of its whole text, which a stranger can spell otherwise.
#[must_use]
pub fn sha256(octets: &[u8]) -> [u8; 32] {
    Sha256::digest(octets).into()
}
