//! The boundary with JavaScript: convert, call, convert. No rule about tokens is decided here.
//!
//! The TypeScript shell in `pkg-template/` has checked types and sizes before anything arrives.
//! Options and claims come in and decisions go out as JSON text, keys come in as octets; misuse is
//! thrown as JSON text, which the shell makes into a `SetupError`: setting the members of an object
//! would fire a setter planted on `Object.prototype`. Reading options out of
//! JavaScript objects instead would cost 12 KB gzipped, a sixth of the module.

#![expect(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "called from JavaScript, by generated code"
)]

mod gate;
mod lists;
mod service;
mod profiles;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::cache::Cache;
use crate::claims::Claims;
use crate::demands::Demands;
use crate::error::{Code, SetupError};
use crate::issue;
use crate::json::Object;
use crate::json_text::Writer;
use crate::jws::Headers;
use crate::key::{self, Key, Side};
use crate::options::Options;
use crate::policy::Policy;
use crate::refresh::{Making, Pairing, Shown};
use crate::time::{Span, Timestamp};
use crate::verify::{self, Answer, Question, Verified, inspect_json, refusal_json, to_json};
use crate::wasm::lists::Revocations;

impl From<SetupError> for JsValue {
    fn from(error: SetupError) -> Self {
        let mut misuse = Writer::default();
        misuse.text("option", &error.option).text("problem", &error.problem).end().into()
    }
}

fn read(options: &str) -> Result<Options<'_>, SetupError> {
    let object = Object::parse(options).map(Options::from);
    object.ok_or_else(|| SetupError::new("options", "are not one strict JSON object"))
}

fn time(seconds: f64) -> Result<Timestamp, SetupError> {
    Timestamp::from_seconds(seconds)
        .ok_or_else(|| SetupError::new("now", "is not a time in seconds"))
}

/// The JSON text of a refusal that the shell or the host found, by the code's name.
#[wasm_bindgen]
pub fn refusal(code: &str) -> Option<String> {
    Code::from_name(code).map(|code| refusal_json(&code.into()))
}

/// Header and claims of a token, believed by nobody.
#[wasm_bindgen]
pub fn inspect(token: &Uint8Array) -> String {
    inspect_json(&token.to_vec())
}

/// See [`key::KeySet`].
#[wasm_bindgen]
#[derive(Default)]
pub struct KeySet(key::KeySet);

#[wasm_bindgen]
impl KeySet {
    /// An empty set.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the keys of a written text. The octets are wiped when this returns.
    pub fn add(&mut self, options: &str, written: &Uint8Array) -> Result<(), SetupError> {
        let written = Zeroizing::new(written.to_vec());
        let keys = Key::read(read(options)?, &written)?;
        keys.into_iter().try_for_each(|key| self.0.add(key))
    }

    /// The public keys as a JWK Set.
    #[wasm_bindgen(js_name = publicJwks)]
    pub fn public_jwks(&self) -> String {
        self.0.public_jwks()
    }

    /// The octets of the JWK at a place, for the host's own import; nothing for a secret, which
    /// never leaves. The copy here is wiped.
    #[wasm_bindgen(js_name = hostJwk)]
    pub fn host_jwk(&self, place: usize) -> Option<Uint8Array> {
        self.0.at(place)?.host_jwk().map(|jwk| Uint8Array::from(jwk.as_slice()))
    }

    /// What the host is to do with the key at a place.
    #[wasm_bindgen(js_name = hostAlgorithm)]
    pub fn host_algorithm(&self, place: usize) -> Option<String> {
        self.0.at(place).map(|key| key.algorithm().web_crypto())
    }
}

/// An algorithm in the terms of the Web Cryptography API, as JSON text.
#[wasm_bindgen(js_name = webCrypto)]
pub fn web_crypto(alg: &str) -> Result<String, SetupError> {
    let algorithm = Algorithm::named(alg);
    let algorithm =
        algorithm.ok_or_else(|| SetupError::new("alg", "is not a supported algorithm"))?;
    Ok(algorithm.web_crypto())
}

/// A policy, what was read and seen under it, and the buffer through which tokens come in.
#[wasm_bindgen]
pub struct Verifier {
    policy: Policy,
    demands: Demands,
    headers: Headers,
    cache: Option<Cache>,
    token: Vec<u8>,
    answer: String,
    time_left: f64,
    question: Option<Question>,
}

#[wasm_bindgen]
impl Verifier {
    /// Checks and keeps a policy; `cache` may stand among its options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Verifier, SetupError> {
        let (policy, cache) = read(options)?
            .read(|options| (Policy::read(options), options.nested("cache", Cache::read)))?;
        // One byte more than a token may have, so that the shell sees one that is too long.
        let token = vec![0; policy.max_token_bytes().saturating_add(1)];
        Ok(Self {
            policy,
            demands: Demands::default(),
            headers: Headers::default(),
            cache,
            token,
            answer: String::new(),
            time_left: 0.0,
            question: None,
        })
    }

    /// Checks and keeps what is asked of the list.
    pub fn demand(&mut self, options: &str) -> Result<(), SetupError> {
        self.demands = read(options)?.read(Demands::read)?;
        Ok(())
    }

    /// Where the shell writes a token before it calls `verify`, `find` or `keep`.
    #[wasm_bindgen(js_name = tokenBuffer)]
    pub fn token_buffer(&mut self) -> *mut u8 {
        self.token.as_mut_ptr()
    }

    /// The length of that buffer.
    #[wasm_bindgen(js_name = tokenCapacity)]
    pub fn token_capacity(&self) -> usize {
        self.token.len()
    }

    /// Answers the token whose octets stand at the start of the buffer. True: it is good, and the
    /// answer's text is its claims alone. False: the text is the JSON of the decision. Either holds
    /// only if the host agrees where it is asked: see `askedKey`.
    ///
    /// Text is left in memory and not returned, and claims are not put into other text, because
    /// both take time for every token.
    pub fn verify(
        &mut self,
        length: usize,
        keys: &KeySet,
        revocations: &Revocations,
        now: f64,
        prefer_host: bool,
    ) -> bool {
        let answer = match Timestamp::from_seconds(now) {
            Some(now) => {
                let verifier = self.core(keys, revocations);
                verifier.verify(self.text(length), now, side(prefer_host))
            }
            // The shell has looked at it before.
            None => Answer::Decided(Err(Code::InternalError.into())),
        };
        let decision = match answer {
            Answer::Decided(decision) => {
                self.question = None;
                decision
            }
            Answer::AskHost(question, decision) => {
                self.hand_over_signature(&question);
                self.question = Some(question);
                decision
            }
        };
        match decision {
            Ok(Verified { claims, expires_in, captured, unchecked: None, .. })
                if captured.is_empty() =>
            {
                self.time_left = seconds(expires_in);
                self.answer = claims;
                true
            }
            decision => {
                self.answer = to_json(&decision);
                false
            }
        }
    }

    fn hand_over_signature(&mut self, Question { signed, signature, .. }: &Question) {
        let behind = self.token.get_mut(signed.saturating_add(1)..);
        let room = behind.and_then(|behind| behind.get_mut(..signature.len()));
        if let Some(room) = room {
            room.copy_from_slice(signature);
        }
    }

    /// The place of the key by which the host is to check the signature of the token just answered;
    /// nothing where it is not asked.
    #[wasm_bindgen(js_name = askedKey)]
    pub fn asked_key(&self) -> Option<usize> {
        self.question.as_ref().map(|question| question.key)
    }

    /// How many octets at the start of the buffer were signed; behind them and a dot stands the
    /// signature.
    #[wasm_bindgen(js_name = signedLength)]
    pub fn signed_length(&self) -> usize {
        self.question.as_ref().map_or(0, |question| question.signed)
    }

    /// How many octets the signature has.
    #[wasm_bindgen(js_name = signatureLength)]
    pub fn signature_length(&self) -> usize {
        self.question.as_ref().map_or(0, |question| question.signature.len())
    }

    /// Where the answer's text stands.
    #[wasm_bindgen(js_name = answerText)]
    pub fn answer_text(&self) -> *const u8 {
        self.answer.as_ptr()
    }

    /// How long it is.
    #[wasm_bindgen(js_name = answerLength)]
    pub fn answer_length(&self) -> usize {
        self.answer.len()
    }

    /// What is left of the life of a good token, in seconds: infinity if it has no `exp`.
    #[wasm_bindgen(js_name = timeLeft)]
    pub fn time_left(&self) -> f64 {
        self.time_left
    }

    /// The JSON text of the header that was read last: that of every token accepted just now.
    pub fn header(&self) -> Option<String> {
        self.headers.newest().map(|header| header.text.clone())
    }

    /// The place of the token in the buffer, if it is kept.
    pub fn find(&self, length: usize) -> Option<usize> {
        self.cache.as_ref()?.find(self.text(length))
    }

    /// Keeps the token in the buffer, which has just been accepted; the place it is kept at.
    pub fn keep(
        &mut self,
        length: usize,
        keys: &KeySet,
        revocations: &Revocations,
    ) -> Option<usize> {
        let token = self.core(keys, revocations).recall(self.text(length)).ok()?;
        let text = self.token.get(..length)?;
        self.cache.as_mut()?.keep(text, token)
    }

    /// What is left of the life of the token kept at a place, in seconds: infinity if it has no
    /// `exp`, not a number if it must no longer be accepted.
    #[wasm_bindgen(js_name = judgeAgain)]
    pub fn judge_again(
        &self,
        place: usize,
        keys: &KeySet,
        revocations: &Revocations,
        now: f64,
    ) -> Result<f64, SetupError> {
        let (verifier, now) = (self.core(keys, revocations), time(now)?);
        let kept = self.cache.as_ref().and_then(|cache| cache.at(place));
        Ok(match kept.map(|(token, text)| verifier.judge_again(token, text, now)) {
            Some(Ok(time_left)) => seconds(time_left),
            Some(Err(_)) | None => f64::NAN,
        })
    }

    /// Lets one token too many go, and says at which place.
    pub fn evict(&mut self) -> Option<usize> {
        self.cache.as_mut()?.evict()
    }

    /// Lets the token kept at a place go, or without a place all of them.
    pub fn forget(&mut self, place: Option<usize>) {
        match (&mut self.cache, place) {
            (Some(cache), Some(place)) => cache.forget(place),
            (Some(cache), None) => cache.clear(),
            (None, _) => {}
        }
    }

    /// How many tokens are kept.
    pub fn entries(&self) -> Option<usize> {
        self.cache.as_ref().map(Cache::len)
    }

    /// How many bytes their texts have.
    pub fn bytes(&self) -> Option<usize> {
        self.cache.as_ref().map(Cache::bytes)
    }

    fn core<'a>(&'a self, keys: &'a KeySet, revocations: &'a Revocations) -> verify::Verifier<'a> {
        let Self { policy, demands, headers, .. } = self;
        let revocations = revocations.core();
        verify::Verifier { keys: &keys.0, policy, revocations, demands: *demands, headers }
    }

    fn text(&self, length: usize) -> &[u8] {
        self.token.get(..length).unwrap_or(&self.token)
    }
}

fn seconds(time_left: Option<Span>) -> f64 {
    time_left.map_or(f64::INFINITY, Span::seconds)
}

fn side(prefer_host: bool) -> Side {
    if prefer_host { Side::Host } else { Side::Here }
}

/// See [`issue::Issuer`] and [`Pairing`].
#[wasm_bindgen]
pub struct Issuer {
    issuer: issue::Issuer,
    pairing: Pairing,
}

#[wasm_bindgen]
impl Issuer {
    /// Checks and keeps an issuer's options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, keys: &KeySet) -> Result<Issuer, SetupError> {
        let (issuer, pairing) = read(options)?
            .read(|options| (issue::Issuer::read(options), Pairing::read(options)))?;
        issuer.check_key(&keys.0)?;
        Ok(Self { issuer, pairing })
    }

    /// Makes a token from the JSON text of claims; answers with JSON text.
    pub fn issue(
        &self,
        claims: &str,
        options: &str,
        keys: &KeySet,
        now: f64,
        prefer_host: bool,
    ) -> Result<String, SetupError> {
        let side = side(prefer_host);
        let issued = self.issuer.issue(claims, read(options)?, &keys.0, time(now)?, side)?;
        Ok(issued.to_json())
    }

    /// Makes a pair of tokens.
    #[wasm_bindgen(js_name = issuePair)]
    pub fn issue_pair(
        &self,
        claims: &str,
        options: &str,
        keys: &KeySet,
        now: f64,
        prefer_host: bool,
    ) -> Result<String, SetupError> {
        let making = self.making(keys, now, prefer_host)?;
        Ok(self.pairing.issue(claims, read(options)?, making)?.to_json())
    }

    /// Exchanges a verified refresh token; see [`Shown`].
    #[expect(clippy::too_many_arguments, reason = "options would have to be read out of JSON")]
    pub fn exchange(
        &self,
        claims: &str,
        typ: Option<String>,
        fresh: Option<String>,
        known: Option<String>,
        keys: &KeySet,
        now: f64,
        prefer_host: bool,
    ) -> Result<String, SetupError> {
        let making = self.making(keys, now, prefer_host)?;
        let (typ, fresh, known) = (typ.as_deref(), fresh.as_deref(), known.as_deref());
        Ok(self.pairing.exchange(Shown { claims, typ, fresh, known }, making)?.to_json())
    }

    /// The family that claims name.
    #[wasm_bindgen(js_name = familyOf)]
    pub fn family_of(&self, claims: &str) -> Option<String> {
        let claims = Claims::parse(claims, self.issuer.subjects).ok()?;
        self.issuer.places.family(&claims).map(str::to_owned)
    }

    fn making<'a>(
        &'a self,
        keys: &'a KeySet,
        now: f64,
        prefer_host: bool,
    ) -> Result<Making<'a>, SetupError> {
        let (now, side) = (time(now)?, side(prefer_host));
        Ok(Making { issuer: &self.issuer, keys: &keys.0, now, side })
    }
}
