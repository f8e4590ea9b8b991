//! What a manifest says of a list: a JWT's claims, which this crate signs and verifies like any other.
//!
//! A manifest names the octets of the list by their digest, its place in the order of lists, and how
//! long it may be relied on. Its type differs for snapshots and deltas, so that neither passes for
//! the other, or for an access token.

use crate::claims::{Claims, Subjects};
use crate::json::{self, Json, Object, quoted};
use crate::json_text::{Writer, object};
use crate::jws::{decode, encode};
use crate::revocation::body::MAX_SHARD_BITS;
use crate::revocation::fault::Fault;
use crate::revocation::kind::Kind;
use crate::revocation::target::{Group, Scope, sha256};
use crate::time::{Span, Timestamp};

/// A SHA-256.
pub type Digest = [u8; 32];

/// The place of a list in the order of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Which order it is: a higher one takes the place of all lower ones.
    pub epoch: u64,
    /// The number in the order.
    pub seq: u64,
    /// The digest of all that the list says in the end.
    pub state: Digest,
}

/// What a manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Where the list stands.
    pub position: Position,
    /// The state that a delta builds on.
    pub previous: Option<Digest>,
    /// When it was signed.
    pub issued: Timestamp,
    /// When it must not be relied on any more.
    pub expires: Option<Timestamp>,
    /// How long after `issued` to look for a newer one.
    pub ttl: Option<Span>,
    /// The digest of the octets.
    pub body: Digest,
    /// Their number.
    pub length: u64,
    /// The shards, if there are any.
    pub shards: Option<Shards>,
}

/// What a manifest says of entries that are spread over shards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shards {
    /// Their digests: a power of two of them.
    pub digests: Vec<Digest>,
    /// What is in them.
    pub groups: Vec<Group>,
}

impl Shards {
    /// How many bits tell them apart.
    #[must_use]
    pub fn bits(&self) -> u8 {
        self.digests.len().checked_ilog2().and_then(|bits| u8::try_from(bits).ok()).unwrap_or(0)
    }

    fn read(value: &Json<'_>) -> Option<Self> {
        let members = value.as_object()?;
        let (digests, groups) = (octets(members.get("sha256")?)?, octets(members.get("groups")?)?);
        let (digests, rest) = digests.as_chunks::<32>();
        let is_fit = digests.len().is_power_of_two() && digests.len() <= 1 << MAX_SHARD_BITS;
        let (groups, odd) = groups.as_chunks::<2>();
        let group = |[kind, scope]: &[u8; 2]| {
            Some(Group { kind: Kind::from_byte(*kind)?, scope: Scope::from_byte(*scope)? })
        };
        let groups = groups.iter().map(group).collect::<Option<_>>()?;
        (is_fit && rest.is_empty() && odd.is_empty())
            .then(|| Self { digests: digests.to_vec(), groups })
    }

    fn to_json(&self) -> String {
        let groups = self.groups.iter();
        let groups: Vec<_> =
            groups.flat_map(|group| [group.kind.byte(), group.scope.byte()]).collect();
        object([
            ("sha256", quoted(&encode(&self.digests.concat()))),
            ("groups", quoted(&encode(&groups))),
        ])
    }
}

impl Manifest {
    /// Reads the claims of a manifest whose signature, type, issuer and times have been checked.
    ///
    /// # Errors
    /// `malformed_list`.
    pub fn read(claims: &str) -> Result<Self, Fault> {
        let claims = Claims::parse(claims, Subjects::Texts).map_err(|_| Fault::Malformed)?;
        Self::from_claims(&claims).ok_or(Fault::Malformed)
    }

    fn from_claims(claims: &Claims<'_>) -> Option<Self> {
        let members = &claims.members;
        let body = members.get("body")?.as_object()?;
        let said = |name| members.get(name).filter(|value| **value != Json::Null);
        // What is there must be right.
        let previous = match said("prev") {
            Some(previous) => Some(read_digest(previous)?),
            None => None,
        };
        let ttl = match said("ttl") {
            Some(ttl) => Some(Span::from_seconds(ttl.as_number()?)?),
            None => None,
        };
        let shards = match said("shards") {
            Some(shards) => Some(Shards::read(shards)?),
            None => None,
        };
        Some(Self {
            position: Position {
                epoch: whole(members, "epoch")?,
                seq: whole(members, "seq")?,
                state: read_digest(members.get("state")?)?,
            },
            previous,
            issued: claims.issued?,
            expires: claims.expires,
            ttl,
            body: read_digest(body.get("sha256")?)?,
            length: whole(body, "len")?,
            shards,
        })
    }
}

/// The claims of a manifest as JSON text, but for the registered ones, which its signer sets.
#[must_use]
pub fn write(
    position: &Position,
    previous: Option<Digest>,
    ttl: Option<Span>,
    body: &[u8],
    shards: Option<&Shards>,
) -> String {
    let Position { epoch, seq, state } = position;
    let (length, digest) = (body.len().to_string(), encode(&sha256(body)));
    let body = object([("sha256", quoted(&digest)), ("len", length)]);
    let mut claims = Writer::default();
    claims.json("epoch", &epoch.to_string()).json("seq", &seq.to_string());
    claims.text("state", &encode(state)).json("body", &body);
    if let Some(state) = previous {
        claims.text("prev", &encode(&state));
    }
    if let Some(ttl) = ttl {
        claims.json("ttl", &ttl.to_string());
    }
    if let Some(shards) = shards {
        claims.json("shards", &shards.to_json());
    }
    claims.end()
}

fn octets(value: &Json<'_>) -> Option<Vec<u8>> {
    decode(value.as_text()?.as_bytes()).ok()
}

fn read_digest(value: &Json<'_>) -> Option<Digest> {
    octets(value)?.try_into().ok()
}

fn whole(members: &Object<'_>, name: &str) -> Option<u64> {
    members.get(name)?.as_number().and_then(json::whole)
}
