//! What the tests share: one issuer's world at one moment, and tokens signed by plain HMAC, not
//! by the code under test.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge_jwt::demands::Demands;
use edge_jwt::error::{Code, SetupError};
use edge_jwt::json::Object;
use edge_jwt::jws::Headers;
use edge_jwt::key::{Key, KeySet, Side};
use edge_jwt::options::Options;
use edge_jwt::policy::Policy;
use edge_jwt::revocation::{Entry, Revocations};
use edge_jwt::time::Timestamp;
use edge_jwt::verify::{Answer, Decision, Verifier};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

pub const NOW: f64 = 1_700_000_000.0;
pub const SECRET: &str = "a secret of thirty-two octets ok";
pub const HEADER: &str = r#"{"alg":"HS256","typ":"JWT","kid":"main"}"#;
pub const CLAIMS: &str =
    r#"{"iss":"me","aud":"api","sub":"u1","jti":"t1","iat":1699999990,"exp":1700000060}"#;

pub fn time(seconds: f64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

pub fn options(text: &str) -> Options<'_> {
    Object::parse(text).unwrap().into()
}

/// A secret key; the options text is that of the key without its form.
pub fn key(options_text: &str, secret: &[u8]) -> Result<Key, SetupError> {
    let inner = options_text.trim_start_matches('{');
    let comma = if inner.starts_with('}') { "" } else { "," };
    keys(&format!(r#"{{"form":"secret"{comma}{inner}"#), secret).map(|mut keys| keys.remove(0))
}

pub fn keys(options_text: &str, written: &[u8]) -> Result<Vec<Key>, SetupError> {
    Key::read(options(options_text), written)
}

pub fn policy(options_text: &str) -> Result<Policy, SetupError> {
    options(options_text).read(Policy::read)
}

pub fn entry(options_text: &str) -> Result<Entry, SetupError> {
    Entry::read(options(options_text), None)
}

pub fn key_set(keys: impl IntoIterator<Item = Key>) -> KeySet {
    let mut set = KeySet::default();
    for key in keys {
        set.add(key).unwrap();
    }
    set
}

/// Everything that a decision rests on, with room to change each part.
pub struct World {
    pub keys: KeySet,
    pub policy: Policy,
    pub revocations: Revocations,
    pub demands: Demands,
    pub headers: Headers,
}

impl World {
    /// One HS256 key named `main`, issuer `me`, audience `api`, nothing revoked.
    pub fn new() -> Self {
        Self {
            keys: key_set([key(r#"{"kid":"main","alg":"HS256"}"#, SECRET.as_bytes()).unwrap()]),
            policy: policy(r#"{"issuer":"me","audience":"api"}"#).unwrap(),
            revocations: Revocations::default(),
            demands: Demands::default(),
            headers: Headers::default(),
        }
    }

    pub fn verifier(&self) -> Verifier<'_> {
        let Self { keys, policy, revocations, demands, headers } = self;
        Verifier { keys, policy, revocations, demands: *demands, headers }
    }

    pub fn decide_at(&self, token: &str, seconds: f64) -> Decision {
        let answer = self.verifier().verify(token.as_bytes(), time(seconds), Side::Here);
        let Answer::Decided(decision) = answer else {
            unreachable!("a secret never leaves for the host");
        };
        decision
    }

    pub fn decide(&self, token: &str) -> Decision {
        self.decide_at(token, NOW)
    }

    pub fn code(&self, token: &str) -> Option<Code> {
        self.decide(token).err().map(|refusal| refusal.code)
    }

    /// The code for a token of the usual header and these claims.
    pub fn code_of_claims(&self, claims: &str) -> Option<Code> {
        self.code(&token(HEADER, claims))
    }
}

/// A token of this header and payload text, signed for HS256 with the usual secret.
pub fn token(header: &str, payload: &str) -> String {
    sign("HS256", SECRET.as_bytes(), header.as_bytes(), payload.as_bytes())
}

pub fn base64url(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// A token of any octets, signed with any secret.
pub fn sign(alg: &str, secret: &[u8], header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url(header), base64url(payload));
    let signature = mac(alg, secret, input.as_bytes());
    format!("{input}.{}", base64url(signature))
}

pub fn mac(alg: &str, secret: &[u8], message: &[u8]) -> Vec<u8> {
    match alg {
        "HS384" => hmac_of::<Hmac<Sha384>>(secret, message),
        "HS512" => hmac_of::<Hmac<Sha512>>(secret, message),
        _ => hmac_of::<Hmac<Sha256>>(secret, message),
    }
}

fn hmac_of<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Vec<u8> {
    M::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().to_vec()
}
