//! Pairs of tokens, and the exchange of a refresh token for a new pair.
//!
//! Nothing here verifies: what is exchanged has been verified as a refresh token before. Nothing
//! here is remembered either: what is known of a family comes in and goes out as text.

mod family;

use std::borrow::Cow;

use crate::claims::Claims;
use crate::error::{Code, Refusal, SetupError};
use crate::issue::{Issued, Issuer, Wishes, life};
use crate::json::{Json, Object, quoted};
use crate::json_text::{members, object, quoted_or_null, text_of, value_at, with};
use crate::key::{KeySet, Side};
use crate::options::Options;
use crate::pointer::Pointer;
use crate::random;
use crate::revocation::{Places, Reference};
use crate::time::{MAX_TOLERANCE, Span, Timestamp};
use crate::token_kind::TokenKind;
use crate::verify::refusal_json;

pub use family::{Family, Turn};

/// Default life of a refresh token: 14 days.
const REFRESH_TTL: Span = Span::from_whole_seconds(1_209_600);

/// Default time for which an exchanged token may be shown again.
const GRACE: Span = Span::from_whole_seconds(10);

/// How an issuer makes pairs and exchanges them.
#[derive(Clone, Copy, Debug)]
pub struct Pairing {
    mode: Mode,
    ttl: Span,
    grace: Span,
    longest: Option<Span>,
}

/// What becomes of an exchanged token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// It has had its turn.
    #[default]
    Rotate,
    /// It stays good to its end (systems.md WP-25).
    Reuse,
}

/// Everything that making tokens rests on, beside what goes into them.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// In whose name.
    pub issuer: &'a Issuer,
    /// By which keys.
    pub keys: &'a KeySet,
    /// When.
    pub now: Timestamp,
    /// Who signs where both could.
    pub side: Side,
}

/// Two tokens of one sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that opens.
    pub access: Issued,
    /// The one that is exchanged for the next pair.
    pub refresh: Issued,
}

impl Pair {
    /// Both as one JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        object([("access", self.access.to_json()), ("refresh", self.refresh.to_json())])
    }
}

/// A refresh token to be exchanged, which has been verified.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its claims, as JSON text.
    pub claims: &'a str,
    /// Its header's `typ`.
    pub typ: Option<&'a str>,
    /// What the new tokens are to say besides who it is; nothing: the same as this one.
    pub fresh: Option<&'a str>,
    /// What is known of its family.
    pub known: Option<&'a str>,
}

/// What an exchange comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The new pair, or why there is none.
    pub outcome: Result<Pair, Refusal>,
    /// The revocation entry, as JSON text, that follows: on success it retires the token shown, on
    /// reuse it ends the family.
    pub entry: Option<String>,
    /// What is known of the family from now on, if that has changed.
    pub turn: Option<FamilyText>,
}

/// What the host is to keep of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyText {
    /// The family.
    pub family: String,
    /// What is known of it.
    pub text: String,
    /// When that may be forgotten: when nobody takes the last token of the family any more.
    pub expires: Timestamp,
}

impl Exchange {
    /// All of it as one JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let outcome = match &self.outcome {
            Ok(pair) => ("pair", pair.to_json()),
            Err(refusal) => ("refusal", refusal_json(refusal)),
        };
        let turn = self.turn.as_ref().map(|FamilyText { family, text, expires }| {
            object([
                ("family", quoted(family)),
                ("text", quoted(text)),
                ("exp", expires.to_string()),
            ])
        });
        let or_null = |text: Option<String>| text.unwrap_or_else(|| quoted_or_null(None));
        object([outcome, ("entry", or_null(self.entry.clone())), ("turn", or_null(turn))])
    }
}

impl From<Refusal> for Exchange {
    fn from(refusal: Refusal) -> Self {
        Self { outcome: Err(refusal), entry: None, turn: None }
    }
}

impl Pairing {
    /// What an issuer's options say of pairs: `refreshMode` ("rotate" or "reuse"), `refreshTtl`
    /// (default 14 days), `refreshGrace`, for how long an exchanged token may be shown again
    /// (default 10 seconds; null: not at all), and `maxSession`, how long after signing in the last
    /// token ends (default: no such end).
    pub fn read(options: &mut Options<'_>) -> Self {
        let mode = options.parsed("refreshMode", Mode::named, "is not rotate or reuse");
        let grace = options.says("refreshGrace").then(|| options.span("refreshGrace"));
        Self {
            mode: mode.unwrap_or_default(),
            ttl: life(options, "refreshTtl").unwrap_or(REFRESH_TTL),
            grace: grace.unwrap_or(Some(GRACE)).unwrap_or(Span::ZERO),
            longest: life(options, "maxSession"),
        }
    }

    /// Makes the first pair of a sign-in; the claims go into both. Options: `family`, its name
    /// (absent: what the claims say where the issuer looks first, or a random one; where tokens
    /// stay good, none is made up).
    ///
    /// # Errors
    /// As [`Issuer::issue`], also for a sign-in that `maxSession` has ended.
    pub fn issue(
        &self,
        claims: &str,
        options: Options<'_>,
        making: Making<'_>,
    ) -> Result<Pair, SetupError> {
        let family = options.read(|options| options.text("family"))?;
        let stays_good = self.mode == Mode::Reuse;
        if stays_good && family.is_none() {
            return self.make(claims, None, making);
        }
        let claims = begin_family(claims, family, making)?;
        let token_id = if stays_good { None } else { Some(fresh_id()?) };
        self.make(&claims, token_id, making)
    }

    /// Exchanges a refresh token for a new pair. Who it is, all that it can be thrown out by and the
    /// time of signing in are carried over.
    ///
    /// A refusal is `wrong_kind` for any other token, `missing_claim` for one that cannot be
    /// rotated, `too_old` when the session is over, `refresh_reused` for one that was exchanged
    /// before, and `revoked_family` after that.
    ///
    /// # Errors
    /// As [`Issuer::issue`], also for fresh claims that say otherwise than the token who it is.
    pub fn exchange(&self, shown: Shown<'_>, making: Making<'_>) -> Result<Exchange, SetupError> {
        match self.judge(shown, making) {
            Err(refusal) => Ok(refusal.into()),
            Ok(claims) if self.mode == Mode::Reuse => {
                let pair = self.make(&carried(shown, &claims, making.issuer)?, None, making)?;
                Ok(Exchange { outcome: Ok(pair), entry: None, turn: None })
            }
            Ok(claims) => self.rotate(shown, &claims, making),
        }
    }

    fn judge<'c>(&self, shown: Shown<'c>, making: Making<'_>) -> Result<Claims<'c>, Refusal> {
        let issuer = making.issuer;
        let claims = Claims::parse(shown.claims, issuer.subjects)?;
        issuer.kinds.judge_refresh(&claims, shown.typ)?;
        let Some(longest) = self.longest else { return Ok(claims) };
        let code = match claims.authority_began() {
            Some(began) if making.now < began.plus(longest) => return Ok(claims),
            Some(_) => Code::TooOld,
            None => Code::MissingClaim,
        };
        Err(Refusal::about(code, "auth_time"))
    }

    fn rotate(
        &self,
        shown: Shown<'_>,
        claims: &Claims<'_>,
        making: Making<'_>,
    ) -> Result<Exchange, SetupError> {
        let missing = |claim| Exchange::from(Refusal::about(Code::MissingClaim, claim));
        let Some(jti) = claims.token_id.as_deref() else { return Ok(missing("jti")) };
        let Some(family) = making.issuer.places.family(claims) else {
            return Ok(missing("family"));
        };
        // Of a token that never ends, nobody could ever forget that it was exchanged.
        let Some(expires) = claims.expires else { return Ok(missing("exp")) };

        let next = fresh_id()?;
        let known = shown.known.map(Family::read);
        // No token of the family lives longer: not this one, and none made up to now.
        let last = making.now.plus(self.ttl.max(making.issuer.ttl)).max(expires);
        let becomes = |known: &Family| {
            let (family, text) = (family.to_owned(), known.to_text());
            // A verifier whose clock may be behind still takes what has expired.
            Some(FamilyText { family, text, expires: last.plus(MAX_TOLERANCE) })
        };
        let entry = |name, value, expires: Timestamp| {
            let issuer = quoted_or_null(claims.issuer.as_deref());
            let expires = expires.to_string();
            Some(object([(name, quoted(value)), ("issuer", issuer), ("exp", expires)]))
        };
        match Family::show(known.as_ref(), jti, &next, making.now, self.grace) {
            // Said again, for whoever was stopped before the entry was on a list.
            Turn::Over => Ok(Exchange {
                outcome: Err(Code::RevokedFamily.into()),
                entry: entry("family", family, last),
                turn: None,
            }),
            Turn::Reused => Ok(Exchange {
                outcome: Err(Code::RefreshReused.into()),
                entry: entry("family", family, last),
                turn: becomes(&Family::Ended),
            }),
            Turn::Taken(known) => {
                let claims = carried(shown, claims, making.issuer)?;
                let pair = self.make(&claims, Some(next), making)?;
                let entry = entry("jti", jti, expires);
                Ok(Exchange { outcome: Ok(pair), entry, turn: becomes(&known) })
            }
        }
    }

    /// Makes a pair; the `jti` is that of the refresh token.
    fn make(
        &self,
        claims: &str,
        token_id: Option<String>,
        making: Making<'_>,
    ) -> Result<Pair, SetupError> {
        let Making { issuer, keys, now, side } = making;
        let left = self.time_left(claims, making);
        let make = |kind, ttl: Span, token_id| {
            let ttl = left.map_or(ttl, |left| ttl.min(left));
            let terms = issuer.settle(Wishes::of(kind, ttl, token_id), now)?;
            issuer.make(claims, &terms, keys, now, side)
        };
        Ok(Pair {
            access: make(TokenKind::Access, issuer.ttl, None)?,
            refresh: make(TokenKind::Refresh, self.ttl, token_id)?,
        })
    }

    /// How much longer the session of these claims may last. What is wrong with them is found out
    /// when they are signed.
    fn time_left(&self, claims: &str, making: Making<'_>) -> Option<Span> {
        let (longest, now) = (self.longest?, making.now.whole_second());
        let claims = Claims::parse(claims, making.issuer.subjects).unwrap_or_default();
        let began = claims.authenticated.unwrap_or(now).min(now);
        Some(began.plus(longest).since(now))
    }
}

impl Mode {
    fn named(name: &str) -> Option<Self> {
        match name {
            "rotate" => Some(Self::Rotate),
            "reuse" => Some(Self::Reuse),
            _ => None,
        }
    }
}

fn fresh_id() -> Result<String, SetupError> {
    let [id] =
        random::ids().map_err(|_| SetupError::new("jti", "the host has no randomness here"))?;
    Ok(id)
}

/// The claims of a sign-in's first pair: with its family, and the time of signing in.
fn begin_family(
    claims: &str,
    family: Option<String>,
    making: Making<'_>,
) -> Result<String, SetupError> {
    let no_object = || SetupError::new("claims", "are not one strict JSON object");
    let no_room = || SetupError::new("claims", "have no room for the family");
    let given = Object::parse(claims).ok_or_else(no_object)?;
    let place = making.issuer.places.new_family().ok_or_else(no_room)?;
    let mut claims = Cow::Borrowed(claims);
    let mut add = |steps: &[String], value: &str| {
        claims = with(&claims, steps, Some(value)).ok_or_else(no_room)?.into();
        Ok(())
    };
    if !given.contains("auth_time") {
        add(&["auth_time".to_owned()], &making.now.whole_second().to_string())?;
    }
    match (family, place.find(&given)) {
        (family, None) => {
            let family = family.map_or_else(fresh_id, Ok)?;
            add(place.steps(), &quoted(&family))?;
        }
        (None, Some(Json::Text(_))) => {}
        // No refresh would find a family there.
        (None, Some(_)) => return Err(no_room()),
        (Some(_), Some(_)) => {
            return Err(SetupError::new("family", "stands in the claims as well"));
        }
    }
    Ok(claims.into_owned())
}

/// The claims of the tokens that follow: those of the token shown, or the fresh ones and of the
/// token shown only who it is.
fn carried(shown: Shown<'_>, claims: &Claims<'_>, issuer: &Issuer) -> Result<String, SetupError> {
    let mut kept = members(shown.claims).unwrap_or_default();
    kept.retain(|(name, _)| !issuer.sets(name) && !matches!(&**name, "nbf" | "auth_time"));
    // However often it is refreshed, all of it began with the first token (revocation.md 2.2).
    let began = claims.authority_began().map(|began| began.to_string());
    kept.extend(began.as_deref().map(|began| ("auth_time".into(), began)));
    let kept = text_of(&kept);
    match shown.fresh {
        Some(fresh) => identified(fresh, &kept, &issuer.places),
        None => Ok(kept),
    }
}

/// Fresh claims with all that the kept ones say of who it is, and of what to throw it out by.
fn identified(fresh: &str, kept: &str, places: &Places) -> Result<String, SetupError> {
    let no_object = || SetupError::new("claims", "are not an object");
    let given = Object::parse(fresh).ok_or_else(no_object)?;
    let known = Object::parse(kept).ok_or_else(no_object)?;
    // A place on a status list may be the new tokens' own, but none of them goes without.
    let statuses = Reference::PLACES.into_iter().filter(|_| Reference::of(&given) == Ok(None));
    let names = ["/iss", "/aud", "/sub", "/auth_time"].into_iter().chain(statuses);
    let names = names.filter_map(Pointer::parse);
    let mut claims = fresh.to_owned();
    for place in names.collect::<Vec<_>>().iter().chain(places.all()) {
        let (said, value) = (place.find(&given), place.find(&known));
        if value.is_none() || said == value {
            continue;
        }
        let value = value_at(kept, place.steps()).filter(|_| said.is_none());
        let carried = value.and_then(|value| with(&claims, place.steps(), Some(value)));
        claims = carried.ok_or_else(|| {
            let problem = ["say otherwise than the refresh token about ", place.claim()].concat();
            SetupError::new("claims", problem)
        })?;
    }
    Ok(claims)
}
