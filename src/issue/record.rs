//! What the host may keep of a token, so as to list it and to throw it out later.

use crate::claims::Claims;
use crate::issue::terms::Terms;
use crate::json_text::{object, quoted_or_null};
use crate::jws::encode;
use crate::revocation::{Places, sha256};
use crate::time::Timestamp;
use crate::token_kind::TokenKind;

/// The record of a token as JSON text: `id`, its own name; `jti`, `iss`, `sub`, `iat`, `exp` as in the
/// claims; `kind`, `family`, `client`, `kid`; `fingerprint`, by which a token without a `jti` can be
/// thrown out; `createdAt`, in milliseconds since 1970. What there is not is null.
#[must_use]
pub fn record(
    terms: &Terms,
    claims: &Claims<'_>,
    kid: Option<&str>,
    signed: &[u8],
    places: &Places,
    now: Timestamp,
) -> String {
    let fingerprint = claims.token_id.is_none().then(|| encode(&sha256(signed)));
    let (jti, sub) = (claims.token_id.as_deref(), claims.subject.as_deref());
    let texts = [
        ("id", Some(terms.id.as_str())),
        ("jti", jti),
        ("iss", claims.issuer.as_deref()),
        ("sub", sub),
        ("kind", terms.kind.map(TokenKind::name)),
        ("family", places.family(claims)),
        ("client", places.client(claims)),
        ("fingerprint", fingerprint.as_deref()),
        ("kid", kid),
    ];
    let created = now.milliseconds().unwrap_or_default();
    let times = [
        ("iat", date(terms.issued)),
        ("exp", date(terms.expires)),
        ("createdAt", created.to_string()),
    ];
    object(texts.map(|(name, text)| (name, quoted_or_null(text))).into_iter().chain(times))
}

/// A time as a JSON number of seconds, or `null`.
fn date(time: Option<Timestamp>) -> String {
    time.map_or_else(|| quoted_or_null(None), |time| time.to_string())
}
