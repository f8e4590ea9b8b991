//! The one table of what a list can throw out: how entries and lists name it, the refusal that a
//! hit leads to, how it is found, and whether it can have a cut-off.

use crate::error::Code;

/// Who makes the values of a kind. With a public list at hand, whoever chooses a value could search
/// for one that shares its fingerprint with another's, and get that one thrown out; so what can be
/// chosen has longer fingerprints (revocation.md 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Random, made by the issuer.
    Random,
    /// A user's or an operator's choice.
    Chosen,
}

/// How an entry of a kind reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every token of the target.
    Whole,
    /// The tokens of the target that began before a time.
    CutOff,
}

/// Declares [`Kind`] from one table.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $byte:literal $name:literal $code:ident $origin:ident
        $reach:ident;)*) => {
        /// What an entry throws out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
        }

        impl Kind {
            /// Every kind there is, in the order of their bytes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The octet that stands for it in a list.
            #[must_use]
            pub fn byte(self) -> u8 {
                match self { $(Self::$variant => $byte,)* }
            }

            /// The selector's name, as callers spell it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The refusal that a hit leads to.
            #[must_use]
            pub fn code(self) -> Code {
                match self { $(Self::$variant => Code::$code,)* }
            }

            /// Who makes its values.
            #[must_use]
            pub fn origin(self) -> Origin {
                match self { $(Self::$variant => Origin::$origin,)* }
            }

            /// How its entries reach.
            #[must_use]
            pub fn reach(self) -> Reach {
                match self { $(Self::$variant => Reach::$reach,)* }
            }
        }
    };
}

kinds! {
    /// One token, by its `jti`.
    Token 1 "jti" RevokedToken Random Whole;
    /// One token, by what was signed of it: for tokens without a `jti`.
    Fingerprint 2 "token" RevokedToken Random Whole;
    /// The tokens of a session.
    Session 3 "session" RevokedSession Random Whole;
    /// The tokens that came of one sign-in by refreshing.
    Family 4 "family" RevokedFamily Random Whole;
    /// The tokens signed with a key, by the header's `kid`. Never by a time: a thief of the key can
    /// back-date `iat`.
    Key 5 "kid" RevokedKey Chosen Whole;
    /// The tokens that came of a credential, such as an application password (WP-32).
    Credential 6 "key" RevokedCredential Chosen Whole;
    /// The tokens of a client, for as long as it is suspended (ZM-11). Apart from its cut-off, so
    /// that lifting the one leaves the other.
    Suspension 7 "client" SuspendedClient Chosen Whole;
    /// The tokens of a `sub`.
    Subject 8 "sub" RevokedSubject Chosen CutOff;
    /// The tokens of a client that began before a time.
    Client 9 "client" RevokedClient Chosen CutOff;
    /// The tokens of a tenant.
    Tenant 10 "tenant" RevokedTenant Chosen CutOff;
    /// All tokens of an issuer, or of everyone.
    All 11 "all" RevokedIssuer Chosen CutOff;
}

impl Kind {
    /// The kind that an octet of a list stands for.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.byte() == byte)
    }
}
