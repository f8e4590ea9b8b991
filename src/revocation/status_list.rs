//! Status lists: a token says where its status stands, a list says what it is.
//!
//! Two formats: OAuth Token Status List (draft-ietf-oauth-status-list) and W3C Bitstring Status
//! List 1.0. They number bits from opposite ends, so a list is read in the format that its caller
//! names and none is guessed. Whoever loads a list has checked its signature and type before;
//! lookup cannot fail and reads no clock.

use std::collections::HashMap;

use crate::claims::{Claims, Subjects};
use crate::error::{Code, Refusal};
use crate::json::{Json, Object, whole};
use crate::jws::decode;
use crate::revocation::{Fault, inflate};
use crate::time::{Span, Timestamp};

/// The least length of a bitstring (Bitstring Status List section 2.2): 131072 entries are the
/// crowd that hides whose status is asked for.
const MIN_BITSTRING_BYTES: usize = 16 * 1024;

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OAuth Token Status List: zlib, entries of 1, 2, 4 or 8 bits, the least significant first.
    StatusList,
    /// W3C Bitstring Status List: gzip, entries of 1 bit, the most significant first.
    Bitstring,
}

/// Where a token's status stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The name of the list.
    pub uri: &'a str,
    /// The entry's place in it, from 0.
    pub index: u64,
}

impl<'a> Reference<'a> {
    /// Where claims may hold one.
    pub const PLACES: [&'static str; 3] =
        ["/status/status_list", "/credentialStatus", "/vc/credentialStatus"];

    /// Reads `status.status_list` (draft section 6), or `credentialStatus` at the top or in `vc`
    /// (Bitstring Status List section 2.1). `None` if a token names no list: what else `status`
    /// may say, such as that an account is active, is no matter of this file.
    ///
    /// # Errors
    /// `invalid_claim` for a reference that is not well-formed, and for more than one.
    pub fn of(claims: &'a Object<'_>) -> Result<Option<Self>, Refusal> {
        let token = object(claims, "status").and_then(|status| status.get("status_list"));
        let outer = claims.get("credentialStatus");
        let inner = object(claims, "vc").and_then(|vc| vc.get("credentialStatus"));
        let (claim, reference) = match (token, outer.or(inner)) {
            (None, None) => return Ok(None),
            (Some(entry), None) => ("status", Self::of_token(entry)),
            (None, Some(entry)) if outer.xor(inner).is_some() => {
                ("credentialStatus", Self::of_credential(entry))
            }
            _ => ("credentialStatus", None),
        };
        reference.map(Some).ok_or_else(|| Refusal::about(Code::InvalidClaim, claim))
    }

    fn of_token(entry: &'a Json<'_>) -> Option<Self> {
        let entry = entry.as_object()?;
        let index = entry.get("idx")?.as_number().and_then(whole)?;
        Some(Self { uri: text(entry, "uri")?, index })
    }

    fn of_credential(entry: &'a Json<'_>) -> Option<Self> {
        let entry = entry.as_object()?;
        let index = match entry.get("statusListIndex")? {
            Json::Text(digits) if digits.bytes().all(|c| c.is_ascii_digit()) => digits.parse().ok(),
            other => other.as_number().and_then(whole),
        };
        // The lists of this format have entries of one bit.
        let is_bit = matches!(entry.get("statusSize"), None | Some(Json::Number(1.0)));
        let uri = text(entry, "statusListCredential").filter(|_| is_bit)?;
        Some(Self { uri, index: index? })
    }
}

/// What the lists say of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Valid.
    Valid,
    /// Invalid for good.
    Invalid,
    /// Invalid for now.
    Suspended,
    /// The list has no such entry, or one whose meaning is unknown here.
    Unknown,
    /// The list must not be relied on any more.
    Stale,
    /// There is no list of that name.
    Absent,
}

/// Status lists, each by the name that tokens know it by.
#[derive(Debug, Default)]
pub struct StatusLists(HashMap<String, StatusList>);

impl StatusLists {
    /// Takes in a list from the claims of a token whose signature and type have been checked, in
    /// place of the one of its name. Its entries may take `max_bytes`, and those of all lists
    /// `max_total`. Answers the name.
    ///
    /// # Errors
    /// The list's fault; the one of its name at hand, if any, goes on serving.
    pub fn load(
        &mut self,
        claims: &str,
        format: Format,
        max_bytes: usize,
        max_total: usize,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let claims = Claims::parse(claims, Subjects::Texts).map_err(|_| Fault::Malformed)?;
        let carried = Carried::read(&claims, format).ok_or(Fault::Malformed)?;
        if has_passed(claims.expires, now) {
            return Err(Fault::Expired);
        }
        let held = self.0.get(carried.name);
        if held.is_some_and(|held| claims.issued < held.issued) {
            return Err(Fault::Rollback);
        }
        let others = self.bytes().saturating_sub(held.map_or(0, |held| held.octets.len()));
        let room = max_total.checked_sub(others).ok_or(Fault::TooLarge)?;
        let list = StatusList {
            octets: carried.unpack(format, room.min(max_bytes))?,
            order: format,
            bits: carried.bits,
            one: carried.one,
            issued: claims.issued,
            expires: claims.expires,
        };
        self.0.insert(carried.name.to_owned(), list);
        Ok(carried.name.to_owned())
    }

    /// What the lists say of a token, at a time. Past its own end a list says nothing (draft section
    /// 8.3); when it is too old for `max_staleness`, nothing in favour of a token.
    #[must_use]
    pub fn standing(
        &self,
        reference: &Reference<'_>,
        now: Timestamp,
        max_staleness: Option<Span>,
    ) -> Standing {
        let Some(list) = self.0.get(reference.uri) else { return Standing::Absent };
        if has_passed(list.expires, now) {
            return Standing::Stale;
        }
        let is_too_old = max_staleness.is_some_and(|limit| list.is_older(limit, now));
        match list.standing(reference.index) {
            Standing::Valid if is_too_old => Standing::Stale,
            standing => standing,
        }
    }

    /// How many lists there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes the entries of all lists take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.values().map(|list| list.octets.len()).sum()
    }

    /// Forgets a list; says whether there was one of that name.
    pub fn forget(&mut self, uri: &str) -> bool {
        self.0.remove(uri).is_some()
    }
}

/// A list in use: its entries packed as they came, and its times.
#[derive(Debug)]
struct StatusList {
    octets: Vec<u8>,
    order: Format,
    /// The width of an entry: 1, 2, 4 or 8.
    bits: u8,
    /// What an entry of 1 means.
    one: Standing,
    issued: Option<Timestamp>,
    expires: Option<Timestamp>,
}

impl StatusList {
    /// Whether it was signed longer ago; also if it does not say when.
    fn is_older(&self, limit: Span, now: Timestamp) -> bool {
        self.issued.is_none_or(|issued| now > issued.plus(limit))
    }

    fn standing(&self, index: u64) -> Standing {
        match self.entry(index) {
            Some(0) => Standing::Valid,
            Some(1) => self.one,
            Some(2) => Standing::Suspended,
            _ => Standing::Unknown,
        }
    }

    /// The entry at a place; `None` past the end.
    fn entry(&self, index: u64) -> Option<u8> {
        let at = index.checked_mul(self.bits.into())?;
        let octet = self.octets.get(usize::try_from(at / 8).ok()?)?;
        let octet = match self.order {
            Format::StatusList => *octet,
            Format::Bitstring => octet.reverse_bits(),
        };
        let above = 8_u8.checked_sub(self.bits)?;
        Some(octet.checked_shr(u32::try_from(at % 8).ok()?)? & u8::MAX.checked_shr(above.into())?)
    }
}

/// A list as the claims of its token carry it.
struct Carried<'a> {
    name: &'a str,
    packed: &'a str,
    bits: u8,
    one: Standing,
}

impl<'a> Carried<'a> {
    fn read(claims: &'a Claims<'_>, format: Format) -> Option<Self> {
        match format {
            Format::StatusList => Self::as_status_list(claims),
            Format::Bitstring => Self::as_bitstring(&claims.members),
        }
    }

    /// Draft sections 4.2 and 5.1.
    fn as_status_list(claims: &'a Claims<'_>) -> Option<Self> {
        let in_order = match claims.members.get("ttl") {
            None => claims.issued.is_some(),
            Some(ttl) => claims.issued.is_some() && ttl.as_number()? > 0.0,
        };
        let list = object(&claims.members, "status_list").filter(|_| in_order)?;
        let says = |bits: &u8| list.get("bits") == Some(&Json::Number((*bits).into()));
        Some(Self {
            name: text(&claims.members, "sub")?,
            packed: text(list, "lst")?,
            bits: [1, 2, 4, 8].into_iter().find(says)?,
            one: Standing::Invalid,
        })
    }

    /// Bitstring Status List section 2.2. Where the credential has no id, `sub` names it.
    fn as_bitstring(claims: &'a Object<'_>) -> Option<Self> {
        let credential = object(claims, "vc").unwrap_or(claims);
        let list = object(credential, "credentialSubject")?;
        Some(Self {
            name: text(credential, "id").or_else(|| text(claims, "sub"))?,
            // The mark of base64url among the alphabets of Multibase.
            packed: text(list, "encodedList")?.strip_prefix('u')?,
            bits: 1,
            one: match text(list, "statusPurpose")? {
                "revocation" => Standing::Invalid,
                "suspension" => Standing::Suspended,
                _ => return None,
            },
        })
    }

    fn unpack(&self, format: Format, max_bytes: usize) -> Result<Vec<u8>, Fault> {
        let packed = decode(self.packed.as_bytes()).map_err(|_| Fault::Malformed)?;
        match format {
            Format::StatusList => inflate::zlib(&packed, max_bytes),
            Format::Bitstring => {
                let octets = inflate::gzip(&packed, max_bytes)?;
                if octets.len() < MIN_BITSTRING_BYTES { Err(Fault::Malformed) } else { Ok(octets) }
            }
        }
    }
}

fn has_passed(expires: Option<Timestamp>, now: Timestamp) -> bool {
    expires.is_some_and(|expires| now >= expires)
}

fn object<'o, 'a>(members: &'o Object<'a>, name: &str) -> Option<&'o Object<'a>> {
    members.get(name)?.as_object()
}

/// A string that says something.
fn text<'o>(members: &'o Object<'_>, name: &str) -> Option<&'o str> {
    members.get(name)?.as_text().filter(|text| !text.is_empty())
}
