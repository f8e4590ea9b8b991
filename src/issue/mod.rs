//! Making a token: the caller's claims, the registered claims that the issuer vouches for, a
//! signature.
//!
//! The caller's claims are checked and then copied as they are written, so that an integer or a
//! nested object arrives exactly as it was given.

mod kinds;
mod record;
mod terms;

use crate::claims::{Claims, Subjects};
use crate::error::SetupError;
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
    pub(crate) defaults: Wishes,
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
        let mut text = Writer::default();
        text.text("token", token).json("claims", claims).json("record", record);
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
        let terms = options.read(Wishes::read)?.or(&self.defaults).settle(self.ttl, now)?;
        self.check_length(&terms)?;
        self.make(claims, &terms, keys, now, side)
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
        let claims = self.claims_text(claims, terms)?;
        let read = self.check_types(&claims)?;
        let typ = terms.typ.clone().unwrap_or_else(|| Some(self.kinds.typ(terms.kind).to_owned()));
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

    /// All claims: the issuer's own, then the caller's as they are written.
    fn claims_text(&self, claims: &str, terms: &Terms) -> Result<String, SetupError> {
        let given = Object::parse(claims)
            .ok_or_else(|| SetupError::new("claims", "are not one strict JSON object"))?;
        let own = self.own_claims(terms);
        self.check_given(&given, terms)?;
        Ok(match (own.is_empty(), given.is_empty()) {
            (true, _) => claims.trim().to_owned(),
            (false, true) => ["{", &own, "}"].concat(),
            (false, false) => ["{", &own, ",", claims.trim().trim_start_matches('{')].concat(),
        })
    }

    fn own_claims(&self, terms: &Terms) -> String {
        let audience = match self.audience.as_slice() {
            [] => None,
            [one] => Some(quoted(one)),
            several => Some(array(several.iter().map(|audience| quoted(audience)))),
        };
        let date = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let claims = [
            ("iss", self.name.as_deref().map(quoted)),
            ("aud", audience),
            ("iat", date(terms.issued)),
            ("nbf", date(terms.not_before)),
            ("exp", date(terms.expires)),
            ("jti", terms.token_id.as_deref().map(quoted)),
        ];
        let said = claims.into_iter().filter_map(|(name, value)| Some((name, value?)));
        said.map(|(name, value)| ["\"", name, "\":", &value].concat()).collect::<Vec<_>>().join(",")
    }

    /// The caller may set what the issuer does not.
    fn check_given(&self, given: &Object<'_>, terms: &Terms) -> Result<(), SetupError> {
        let taken = given
            .iter()
            .find(|(name, _)| self.sets(name) || (name == "nbf" && terms.not_before.is_some()));
        let Some((name, _)) = taken else { return Ok(()) };
        let problem = ["must not hold ", name, ", which the issuer sets"].concat();
        Err(SetupError::new("claims", problem))
    }

    /// What leaves here must be readable by the strictest verifier, which is ours.
    fn check_types<'c>(&self, text: &'c str) -> Result<Claims<'c>, SetupError> {
        Claims::parse(text, self.subjects).map_err(|refusal| {
            let claim = refusal.claim.as_deref().unwrap_or("too many members");
            SetupError::new("claims", ["hold what no verifier would take: ", claim].concat())
        })
    }
}
