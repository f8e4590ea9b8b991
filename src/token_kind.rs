//! What a token is for, and the header's `typ` that says so (RFC 8725 section 3.11): a token of one
//! kind must never do in the place of another.

/// Declares [`TokenKind`] from one table.
macro_rules! kinds {
    ($($variant:ident $name:literal $typ:literal $about:literal;)*) => {
        /// What a token is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum TokenKind {
            $(#[doc = $about] $variant,)*
        }

        impl TokenKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name among the options.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The `typ` of its tokens.
            #[must_use]
            pub fn typ(self) -> &'static str {
                match self { $(Self::$variant => $typ,)* }
            }
        }
    };
}

kinds! {
    Access "access" "at+jwt" "Opens a resource (RFC 9068).";
    Refresh "refresh" "refresh+jwt" "Is exchanged for a new pair of tokens, and opens nothing.";
    Widget "widget" "widget+jwt" "Tells a chat widget's server who is speaking.";
    Guest "guest" "guest+jwt" "The same for somebody who has not signed in.";
    Webhook "webhook" "webhook+jwt" "Says from whom a webhook's call comes.";
    StatusList "status-list" "statuslist+jwt" "Holds the status of other tokens (OAuth Token Status List).";
    RevocationList "revocation-list" "revocation-list+jwt" "Vouches for a revocation list.";
    RevocationDelta "revocation-delta" "revocation-delta+jwt" "Vouches for a change to one.";
}

impl TokenKind {
    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The kind that a `typ` says; nothing for any other, such as `JWT`.
    #[must_use]
    pub fn of_typ(typ: &str) -> Option<Self> {
        let typ = short(typ);
        Self::ALL.iter().copied().find(|kind| kind.typ().eq_ignore_ascii_case(typ))
    }
}

/// Media types are compared without case, and one without a slash as if `application/` stood
/// before it (RFC 7515 section 4.1.9).
#[must_use]
pub fn is_same_media_type(one: &str, other: &str) -> bool {
    short(one).eq_ignore_ascii_case(short(other))
}

fn short(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}
