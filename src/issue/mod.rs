//! Making a token: the caller's claims, the registered claims that the issuer vouches for, a
//! signature.
//!
//! The caller's claims are checked and then copied as they are written, so that an integer or a
//! nested object arrives exactly as it was given.

mod kinds;
mod record;
mod terms;

use crate::claims::{Claims, Subjects};
use crate::error::{Refusal, SetupError};
use crate::json::{Object, quoted};
use crate::json_text::{Writer, array};
use crate::jws::{HeaderOrder, Signed, sign, signing_input};
use crate::key::{KeySet, Side};
use crate::options::Options;
use crate::revocation::Places;
use crate::time::{Span, Timestamp};

pub use kinds::Kinds;
pub use terms::{Terms, Wishes, life};

/// Default life of a token: an hour.
const ACCESS_TTL: Span = Span::from_whole_seconds(3600);

/// White space of JSON (RFC 8259 section 2).
const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Octets that the issuer's own claims take, most often.
const ROOM: usize = 256;

/// Makes tokens in one name.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// `iss` of every token.
    pub(crate) name: Option<String>,
    audience: Vec<String>,
    /// Which `sub` a token may have.
    pub(crate) subjects: Subjects,
    header: HeaderOrder,
    /// How tokens say what they are for.
    pub(crate) kinds: Kinds,
    /// What goes for every token of which nothing else is said.
    defaults: Wishes,
    /// The usual life of a token.
    pub(crate) ttl: Span,
    longest: Option<Span>,
    /// Where claims hold what has no registered name.
    pub(crate) places: Places,
}

/// A token, and what the host may want to remember of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The token; without its signature where the host must sign it.
    pub token: String,
    /// Its claims, as JSON text.
    pub claims: String,
    /// Its record, as JSON text; see the README.
    pub record: String,
    /// The place of the key that the host is to sign with; nothing if the token is whole.
    pub host_key: Option<usize>,
}

impl Issued {
    /// All of it as one JSON text, the form in which it crosses into JavaScript.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Self { token, claims, record, host_key } = self;
        let texts = [token, claims, record].iter().map(|text| text.len()).sum::<usize>();
        let mut text = Writer::with_room(texts.saturating_add(64));
        text.token("token", token).json("claims", claims).json("record", record);
        if let Some(key) = host_key {
            text.json("host", &key.to_string());
        }
        text.end()
    }
}

impl Issuer {
    /// An issuer as the caller describes it: `issuer` and `audience` for every token (absent or
    /// null: none); `accessTtl`, their life (default an hour), and `maxTtl`, the longest that any
    /// may be given; `kid` of the key to sign with (absent: the newest active one); `defaults`, what
    /// goes for every token of which nothing else is said; `kinds`; `headerOrder` ("alg-first" or
    /// "typ-first"); `allowNumericSub` (default false); `claims`, where claims hold what has no
    /// registered name.
    pub fn read(options: &mut Options<'_>) -> Self {
        let defaults = options.nested("defaults", Wishes::read).unwrap_or_default();
        let header =
            options.parsed("headerOrder", HeaderOrder::named, "is not alg-first or typ-first");
        let ttl = life(options, "accessTtl").unwrap_or(ACCESS_TTL);
        let longest = life(options, "maxTtl");
        if longest.is_some_and(|longest| longest < ttl) {
            options.refuse("accessTtl", "is longer than maxTtl");
        }
        Self {
            name: options.text("issuer"),
            audience: options.texts("audience").unwrap_or_default(),
            subjects: Subjects::read(options),
            header: header.unwrap_or_default(),
            kinds: options.nested("kinds", Kinds::read).unwrap_or_default(),
            defaults: defaults.by(options.text("kid")),
            ttl,
            longest,
            places: options.nested("claims", Places::read).unwrap_or_default(),
        }
    }

    /// Whether a claim is the issuer's to set, and not the caller's.
    #[must_use]
    pub fn sets(&self, claim: &str) -> bool {
        match claim {
            "iat" | "exp" | "jti" => true,
            "iss" => self.name.is_some(),
            "aud" => !self.audience.is_empty(),
            _ => false,
        }
    }

    /// Checks that a key of the set can sign.
    ///
    /// # Errors
    /// `SetupError` about `kid`.
    pub fn check_key(&self, keys: &KeySet) -> Result<(), SetupError> {
        keys.signing_key(self.defaults.kid()).map(drop)
    }

    /// Makes a token from the JSON text of the caller's claims. Options for this token alone are
    /// those of [`Wishes::read`].
    ///
    /// # Errors
    /// `SetupError` if the claims are not a strict JSON object or name a claim that is the
    /// issuer's to set, if no key can sign, if it would live longer than any may, or if the host
    /// has no randomness for a `jti`.
    pub fn issue(
        &self,
        claims: &str,
        options: Options<'_>,
        keys: &KeySet,
        now: Timestamp,
        side: Side,
    ) -> Result<Issued, SetupError> {
        let terms = self.settle(options.read(Wishes::read)?, now)?;
        self.check_length(&terms)?;
        self.make(claims, &terms, keys, now, side)
    }

    /// What goes for a token of which this is said. Its kind is not for the defaults to hide.
    ///
    /// # Errors
    /// As [`Wishes::settle`].
    pub fn settle(&self, said: Wishes, now: Timestamp) -> Result<Terms, SetupError> {
        said.typed(&self.kinds).or(&self.defaults).settle(self.ttl, now)
    }

    /// Makes a token on terms.
    ///
    /// # Errors
    /// As [`Self::issue`], whatever `maxTtl` is.
    pub fn make(
        &self,
        claims: &str,
        terms: &Terms,
        keys: &KeySet,
        now: Timestamp,
        side: Side,
    ) -> Result<Issued, SetupError> {
        let (place, key) = keys.signing_key(terms.kid.as_deref())?;
        let given = self.kinds.mark(claims.trim_matches(WHITE_SPACE), terms.kind)?;
        let claims = self.claims_text(&given, terms).ok_or_else(no_object)?;
        // What leaves here must be readable by the strictest verifier, which is ours.
        let read = Claims::parse(&claims, self.subjects)
            .map_err(|refusal| self.explain(&refusal, &given, terms))?;
        check_left_out(&read, terms)?;
        let of_kind = || Some(self.kinds.typ(terms.kind).unwrap_or("JWT").to_owned());
        let typ = terms.typ.clone().unwrap_or_else(of_kind);
        let header = self.header.text(key, typ.as_deref());
        let (token, host_key) = match sign(key, &header, &claims, side)? {
            Signed::Here(token) => (token, None),
            Signed::ByHost(input) => (input, Some(place)),
        };
        let input =
            if host_key.is_some() { token.as_bytes() } else { signing_input(token.as_bytes()) };
        let record = record::record(terms, &read, key.id(), input, &self.places, now);
        Ok(Issued { token, claims, record, host_key })
    }

    fn check_length(&self, terms: &Terms) -> Result<(), SetupError> {
        let Some(longest) = self.longest else { return Ok(()) };
        match terms.expires {
            Some(expires) if expires.since(terms.begins) <= longest => Ok(()),
            _ => Err(SetupError::new("ttl", "is longer than maxTtl")),
        }
    }

    /// All claims: the issuer's own, then the caller's as they are written; nothing if those are no
    /// object. It is strict JSON if theirs is, and names no claim twice: that is still to be seen.
    fn claims_text(&self, given: &str, terms: &Terms) -> Option<String> {
        let members = given.strip_prefix('{')?;
        let mut claims = Writer::with_room(members.len().saturating_add(ROOM));
        self.write_own_claims(&mut claims, terms);
        let is_empty = members.trim_start_matches(WHITE_SPACE) == "}";
        Some(if is_empty { claims.end() } else { claims.end_with(members) })
    }

    fn write_own_claims(&self, claims: &mut Writer, terms: &Terms) {
        if let Some(name) = &self.name {
            claims.text("iss", name);
        }
        match self.audience.as_slice() {
            [] => {}
            [one] => drop(claims.text("aud", one)),
            several => {
                claims.json("aud", &array(several.iter().map(|audience| quoted(audience))));
            }
        }
        for (name, time) in
            [("iat", terms.issued), ("nbf", terms.not_before), ("exp", terms.expires)]
        {
            if let Some(time) = time {
                claims.json(name, &time.to_string());
            }
        }
        if let Some(id) = &terms.token_id {
            claims.text("jti", id);
        }
    }

    /// Why such claims cannot be issued.
    fn explain(&self, refusal: &Refusal, given: &str, terms: &Terms) -> SetupError {
        let Some(given) = Object::parse(given) else { return no_object() };
        let is_taken =
            |name: &str| self.sets(name) || (name == "nbf" && terms.not_before.is_some());
        if let Some((name, _)) = given.iter().find(|(name, _)| is_taken(name)) {
            return taken(name);
        }
        let claim = refusal.claim.as_deref().unwrap_or("too many members");
        SetupError::new("claims", ["hold what no verifier would take: ", claim].concat())
    }
}

/// What the issuer leaves out is not the caller's to say; what it says cannot be said twice.
fn check_left_out(claims: &Claims<'_>, terms: &Terms) -> Result<(), SetupError> {
    let left_out = [
        ("iat", terms.issued.is_none() && claims.issued.is_some()),
        ("exp", terms.expires.is_none() && claims.expires.is_some()),
        ("jti", terms.token_id.is_none() && claims.token_id.is_some()),
    ];
    match left_out.into_iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => Err(taken(name)),
        None => Ok(()),
    }
}

fn taken(name: &str) -> SetupError {
    SetupError::new("claims", ["must not hold ", name, ", which the issuer sets"].concat())
}

fn no_object() -> SetupError {
    SetupError::new("claims", "are not one strict JSON object")
}
