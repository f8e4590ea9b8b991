//! What the host may keep of a token, so as to list it and to throw it out later.

use crate::claims::Claims;
use crate::issue::terms::Terms;
use crate::json_text::{Writer, quoted_or_null};
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
    let mut record = Writer::with_room(ROOM);
    record.text("id", &terms.id);
    record.text_or_null("jti", claims.token_id.as_deref());
    record.text_or_null("iss", claims.issuer.as_deref());
    record.text_or_null("sub", claims.subject.as_deref());
    record.text_or_null("kind", terms.kind.map(TokenKind::name));
    record.text_or_null("family", places.family(claims));
    record.text_or_null("client", places.client(claims));
    record.text_or_null("fingerprint", fingerprint.as_deref());
    record.text_or_null("kid", kid);
    record.json("iat", &date(terms.issued)).json("exp", &date(terms.expires));
    record.json("createdAt", &now.milliseconds().unwrap_or_default().to_string()).end()
}

/// Octets that most records take.
const ROOM: usize = 400;

/// A time as a JSON number of seconds, or `null`.
fn date(time: Option<Timestamp>) -> String {
    time.map_or_else(|| quoted_or_null(None), |time| time.to_string())
}
