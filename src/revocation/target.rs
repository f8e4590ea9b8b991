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
}

/// Some groups: those in which there may be anything, because each search costs a hash.
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

    fn bit(group: Group) -> u32 {
        let kind = 1_u32.checked_shl(u32::from(group.kind.byte())).unwrap_or(0);
        match group.scope {
            Scope::Any => kind,
            Scope::Issuer => kind.checked_shl(16).unwrap_or(0),
        }
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
        let issuer = issuer.unwrap_or_default().as_bytes();
        let head = [kind.byte(), scope.byte()];
        let print = match kind.origin() {
            Origin::Random => fast_print(head, issuer, value),
            Origin::Chosen => strong_print(head, issuer, value),
        };
        Self { group: Group { kind, scope }, print }
    }
}

/// A fiftieth of the other's time: enough for values that nobody can choose.
fn fast_print(head: [u8; 2], issuer: &[u8], value: &[u8]) -> Print {
    let keys = (u64::from_le_bytes(*b"edge-jwt"), u64::from_le_bytes(*b"RVL1 ids"));
    let mut hasher = SipHasher24::new_with_keys(keys.0, keys.1);
    hasher.write(&head);
    for part in [issuer, value] {
        hasher.write(&octets(part.len()));
        hasher.write(part);
    }
    let mut print = Print::default();
    let hash = hasher.finish().to_be_bytes();
    print.iter_mut().zip(hash).take(SHORT).for_each(|(to, octet)| *to = octet);
    print
}

fn strong_print(head: [u8; 2], issuer: &[u8], value: &[u8]) -> Print {
    let mut hasher = Sha256::new();
    hasher.update(b"RVL1");
    hasher.update(head);
    for part in [issuer, value] {
        hasher.update(octets(part.len()));
        hasher.update(part);
    }
    let mut print = Print::default();
    print.iter_mut().zip(hasher.finalize()).for_each(|(to, octet)| *to = octet);
    print
}

fn octets(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// What a token without a `jti` is known by: the SHA-256 of its `header.payload`. Not its signature
/// and not its whole text, which a stranger can spell otherwise.
#[must_use]
pub fn fingerprint(signed: &[u8]) -> [u8; 32] {
    Sha256::digest(signed).into()
}
