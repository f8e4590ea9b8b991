//! What a token has that it can be thrown out by, and where in its claims that stands.

use crate::claims::Claims;
use crate::json::{Json, Object, digits};
use crate::options::Options;
use crate::pointer::Pointer;
use crate::revocation::kind::Kind;
use crate::revocation::target::sha256;

/// A token as lists look at it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// Its claims.
    pub claims: &'a Claims<'a>,
    /// The id of the key that signed it.
    pub kid: Option<&'a str>,
    /// Its `header.payload`; empty where that is not known.
    pub signed: &'a [u8],
}

/// Where claims hold what has no registered name.
#[derive(Clone, Debug)]
pub struct Places {
    session: Vec<Pointer>,
    family: Vec<Pointer>,
    client: Vec<Pointer>,
    tenant: Vec<Pointer>,
    key: Vec<Pointer>,
}

impl Default for Places {
    fn default() -> Self {
        Self::read(&mut Object::default().into())
    }
}

impl Places {
    /// The places as the caller names them, each one pointer or several: `session` (default `/sid`
    /// and `/session_id`), `family` (`/family` and `/origin_jti`), `client` (`/azp` and
    /// `/client_id`), `tenant` (`/tenant` and `/tid`) and `key` (`/data/user/api_key`, WP-32).
    pub fn read(options: &mut Options<'_>) -> Self {
        let mut places = |name, default: &[&str]| {
            let said = options.pointers(name);
            if said.is_empty() {
                default.iter().copied().filter_map(Pointer::parse).collect()
            } else {
                said
            }
        };
        Self {
            session: places("session", &["/sid", "/session_id"]),
            family: places("family", &["/family", "/origin_jti"]),
            client: places("client", &["/azp", "/client_id"]),
            tenant: places("tenant", &["/tenant", "/tid"]),
            key: places("key", &["/data/user/api_key"]),
        }
    }

    /// The family that a token says it is of.
    #[must_use]
    pub fn family<'c>(&self, claims: &'c Claims<'_>) -> Option<&'c str> {
        text_at(&self.family, claims)
    }

    /// The client that a token says it was made for.
    #[must_use]
    pub fn client<'c>(&self, claims: &'c Claims<'_>) -> Option<&'c str> {
        text_at(&self.client, claims)
    }

    /// Where a new family is named.
    #[must_use]
    pub fn new_family(&self) -> Option<&Pointer> {
        self.family.first()
    }

    /// Every place.
    pub fn all(&self) -> impl Iterator<Item = &Pointer> {
        let Self { session, family, client, tenant, key } = self;
        [session, family, client, tenant, key].into_iter().flatten()
    }

    fn of(&self, kind: Kind) -> &[Pointer] {
        match kind {
            Kind::Session => &self.session,
            Kind::Family => &self.family,
            Kind::Suspension | Kind::Client => &self.client,
            Kind::Tenant => &self.tenant,
            Kind::Credential => &self.key,
            Kind::Token | Kind::Fingerprint | Kind::Key | Kind::Subject | Kind::All => &[],
        }
    }
}

impl Presented<'_> {
    /// Shows the values of a kind until one is what is looked for, and says whether one was; where a
    /// place holds a list, each of its members.
    pub fn any_value(
        &self,
        kind: Kind,
        places: &Places,
        is_it: &mut dyn FnMut(&[u8]) -> bool,
    ) -> bool {
        let Self { claims, kid, signed } = *self;
        let named = match kind {
            Kind::Token => claims.token_id.as_deref(),
            Kind::Subject => claims.subject.as_deref(),
            Kind::Key => kid,
            Kind::All => Some(""),
            Kind::Fingerprint => return !signed.is_empty() && is_it(&sha256(signed)),
            _ => {
                let mut found =
                    places.of(kind).iter().filter_map(|place| place.find(&claims.members));
                return found.any(|found| any_of(found, is_it));
            }
        };
        named.is_some_and(|text| is_it(text.as_bytes()))
    }

    /// Whether there is nothing in it to throw it out by, but what it shares with many others.
    #[must_use]
    pub fn is_irrevocable(&self, places: &Places) -> bool {
        const OWN: [Kind; 6] = [
            Kind::Token,
            Kind::Session,
            Kind::Family,
            Kind::Credential,
            Kind::Subject,
            Kind::Client,
        ];
        !OWN.into_iter().any(|kind| self.any_value(kind, places, &mut |_| true))
    }
}

fn text_at<'c>(places: &[Pointer], claims: &'c Claims<'_>) -> Option<&'c str> {
    places.iter().find_map(|place| place.find(&claims.members)?.as_text())
}

/// Texts as they are, whole numbers as their digits.
fn any_of(found: &Json<'_>, is_it: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    let items = match found {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().any(|item| match item {
        Json::Text(text) => is_it(text.as_bytes()),
        Json::Number(number) => digits(*number).is_some_and(|digits| is_it(digits.as_bytes())),
        _ => false,
    })
}
