//! Why a list was not taken in: the words for "no" to whoever publishes lists.
//!
//! A fault is data, as a refusal is, and leaves the list at hand as it was. What is wrong with the
//! signature or the registered claims of a manifest has a refusal's code already (`error.rs`).

/// Declares [`Fault`] from one table, so that a fault cannot exist without its name and text.
macro_rules! faults {
    ($($variant:ident $name:literal $message:literal;)*) => {
        /// Why a list was refused; the one at hand goes on serving.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $(#[doc = concat!("`", $name, "`: ", $message, ".")] $variant,)*
        }

        impl Fault {
            /// Every fault there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// One plain sentence for a log; lower case, no full stop, nothing from the list.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }
        }
    };
}

faults! {
    Malformed "malformed_list" "the list or its manifest is not well-formed";
    TooLarge "list_too_large" "the list is larger than the limits allow";
    WrongDigest "wrong_digest" "the octets are not those that the manifest names";
    Expired "expired_list" "the list must not be relied on any more";
    Rollback "rollback" "a newer list is at hand";
    Fork "fork" "another list of the same number is at hand";
    Gap "gap" "a list in between is missing: load a snapshot";
    WrongBase "wrong_base" "the delta is for another list than the one at hand";
    UnknownShard "unknown_shard" "the manifest at hand names no such shard";
}
