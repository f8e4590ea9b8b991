//! Making a token: the caller's claims, the registered claims that the issuer vouches for, a
//! signature.
//!
//! The caller's claims are checked and then copied as they are written, so that an integer or a
//! nested object arrives exactly as it was given.

use crate::claims::{Claims, Subjects};
use crate::error::SetupError;
use crate::json::{Object, quoted};
use crate::jws::{Signed, sign};
use crate::key::{KeySet, Side};
use crate::options::Options;
use crate::random;
use crate::time::{Span, Timestamp};

/// Default life of a token: an hour.
const DEFAULT_TTL: Span = Span::from_whole_seconds(3600);

/// Makes tokens in one name.
#[derive(Clone, Debug)]
pub struct Issuer {
    kid: Option<String>,
    name: Option<String>,
    audience: Vec<String>,
    ttl: Span,
}

/// A token, and what the host may want to remember of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The token; without its signature where the host must sign it.
    pub token: String,
    /// Its claims, as JSON text.
    pub claims: String,
    /// Its record, as JSON text: `jti`, `iat`, `exp` and `kid`.
    pub record: String,
    /// The place of the key that the host is to sign with; nothing if the token is whole.
    pub host_key: Option<usize>,
}

impl Issued {
    /// All of it as one JSON text, the form in which it crosses into JavaScript.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Self { token, claims, record, host_key } = self;
        let host = host_key.map_or_else(String::new, |key| format!(r#","host":{key}"#));
        format!(r#"{{"token":"{token}","claims":{claims},"record":{record}{host}}}"#)
    }
}

/// A life in whole seconds, at least one; `None` if absent or null.
fn life(options: &mut Options<'_>, name: &'static str) -> Option<Span> {
    let seconds = options.number(name)?;
    let life = Span::from_seconds(seconds.floor()).filter(|_| seconds >= 1.0);
    if life.is_none() {
        options.refuse(name, "is not a life of at least one second, in seconds");
    }
    life
}

impl Issuer {
    /// An issuer as the caller describes it: `kid` of the key to sign with (absent: the newest
    /// active one), `issuer` and `audience` for every token (absent or null: none), and
    /// `accessTtl`, their life in seconds (default 3600).
    ///
    /// # Errors
    /// `SetupError` that names the option; also when no key of the set can sign.
    pub fn read(options: Options<'_>, keys: &KeySet) -> Result<Self, SetupError> {
        let issuer = options.read(|options| Self {
            kid: options.text("kid"),
            name: options.text("issuer"),
            audience: options.texts("audience").unwrap_or_default(),
            ttl: life(options, "accessTtl").unwrap_or(DEFAULT_TTL),
        })?;
        keys.signing_key(issuer.kid.as_deref())?;
        Ok(issuer)
    }

    /// Makes a token from the JSON text of the caller's claims. Options for this token alone:
    /// `ttl` in seconds, `jti` (absent: a random one; null: none) and `typ` of the header (default
    /// "JWT").
    ///
    /// # Errors
    /// `SetupError` if the claims are not a strict JSON object or name a claim that is the
    /// issuer's to set, if no key can sign, or if the host has no randomness for a `jti`.
    pub fn issue(
        &self,
        claims: &str,
        options: Options<'_>,
        keys: &KeySet,
        now: Timestamp,
        side: Side,
    ) -> Result<Issued, SetupError> {
        let (life, jti, typ) = options.read(|options| {
            let life = life(options, "ttl").unwrap_or(self.ttl);
            let jti = options.says("jti").then(|| options.text("jti"));
            (life, jti, options.text("typ"))
        })?;
        let jti = jti.map_or_else(|| random::token_id().map(Some), Ok);
        let jti = jti.map_err(|_| SetupError::new("jti", "the host has no randomness here"))?;
        let jti = jti.as_deref().map(quoted);

        let (place, key) = keys.signing_key(self.kid.as_deref())?;
        let issued = now.whole_second();
        let times = format!(r#""iat":{issued},"exp":{}"#, issued.plus(life));
        let claims = self.claims_text(claims, jti.as_deref(), &times)?;
        let kid = key.id().map_or_else(null, quoted);
        let jti = jti.unwrap_or_else(null);
        let record = format!(r#"{{"jti":{jti},{times},"kid":{kid}}}"#);
        let typ = typ.as_deref().unwrap_or("JWT");
        let (token, host_key) = match sign(key, typ, &claims, side)? {
            Signed::Here(token) => (token, None),
            Signed::ByHost(input) => (input, Some(place)),
        };
        Ok(Issued { token, claims, record, host_key })
    }

    fn claims_text(
        &self,
        claims: &str,
        jti: Option<&str>,
        times: &str,
    ) -> Result<String, SetupError> {
        let given = Object::parse(claims)
            .ok_or_else(|| SetupError::new("claims", "are not one strict JSON object"))?;
        let own = self.own_claims(jti, times);
        let text = if given.is_empty() {
            format!("{{{own}}}")
        } else {
            self.check_given(given)?;
            format!("{{{own},{}", claims.trim_start().trim_start_matches('{'))
        };
        check_types(&text)?;
        Ok(text)
    }

    fn own_claims(&self, jti: Option<&str>, times: &str) -> String {
        let name = self.name.as_deref().map(|name| format!(r#""iss":{}"#, quoted(name)));
        let audience = match self.audience.as_slice() {
            [] => None,
            [one] => Some(format!(r#""aud":{}"#, quoted(one))),
            several => {
                let several: Vec<_> = several.iter().map(|audience| quoted(audience)).collect();
                Some(format!(r#""aud":[{}]"#, several.join(",")))
            }
        };
        let jti = jti.map(|jti| format!(r#""jti":{jti}"#));
        let claims = [name, audience, Some(times.to_owned()), jti];
        claims.into_iter().flatten().collect::<Vec<_>>().join(",")
    }

    /// The caller may set what the issuer does not.
    fn check_given(&self, given: Object<'_>) -> Result<(), SetupError> {
        for (name, _) in given {
            let taken = match name.as_ref() {
                "iat" | "exp" | "jti" => true,
                "iss" => self.name.is_some(),
                "aud" => !self.audience.is_empty(),
                _ => false,
            };
            if taken {
                let problem = ["must not hold ", &name, ", which the issuer sets"].concat();
                return Err(SetupError::new("claims", problem));
            }
        }
        Ok(())
    }
}

fn null() -> String {
    "null".to_owned()
}

/// What leaves here must be readable by the strictest verifier, which is ours.
fn check_types(text: &str) -> Result<(), SetupError> {
    Claims::parse(text, Subjects::Texts).map(drop).map_err(|refusal| {
        let claim = refusal.claim.as_deref().unwrap_or("too many members");
        SetupError::new("claims", ["hold what no verifier would take: ", claim].concat())
    })
}
