//! Signatures that are the host's to check: what it is asked, and what holds meanwhile.

use edge_jwt::error::Code;
use edge_jwt::key::Side;
use edge_jwt::revocation::Revocations;
use edge_jwt::verify::{Answer, Question};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{CLAIMS, NOW, World, base64url, entry, key_set, keys, time};

/// A world whose one key is a public key of P-256.
fn world() -> World {
    let fixtures: Value = serde_json::from_str(include_str!("../keys.json")).unwrap();
    let jwk = fixtures["p256"]["publicJwk"].to_string();
    let mut world = World::new();
    world.keys = key_set(keys(r#"{"form":"jwk","kid":"ec"}"#, jwk.as_bytes()).unwrap());
    world
}

fn ask(world: &World, token: &str, side: Side) -> Answer {
    world.verifier().verify(token.as_bytes(), time(NOW), side)
}

fn token(header: &Value, claims: &str, signature: &[u8]) -> String {
    let parts = [base64url(header.to_string()), base64url(claims), base64url(signature)];
    parts.join(".")
}

#[wasm_bindgen_test(unsupported = test)]
fn the_host_is_asked_about_the_octets_received() {
    let token = token(&json!({ "alg": "ES256", "kid": "ec" }), CLAIMS, &[7; 64]);
    let Answer::AskHost(Question { key, signed, signature }, decision) =
        ask(&world(), &token, Side::Host)
    else {
        unreachable!("a public key is the host's");
    };
    assert_eq!((key, signature), (0, vec![7; 64]));
    assert_eq!(token.get(signed..), Some(&*format!(".{}", base64url([7; 64]))));
    assert_eq!(decision.unwrap().claims, CLAIMS);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_holds_if_the_signature_fits_is_the_whole_decision() {
    let mut world = world();
    let header = json!({ "alg": "ES256", "kid": "ec" });
    let code_if_it_fits = |world: &World, claims: &str| match ask(
        world,
        &token(&header, claims, &[7; 64]),
        Side::Host,
    ) {
        Answer::AskHost(_, decision) => decision.err().map(|refusal| refusal.code),
        Answer::Decided(_) => unreachable!("the signature was not checked"),
    };
    assert_eq!(code_if_it_fits(&world, CLAIMS), None);
    assert_eq!(code_if_it_fits(&world, r#"{"exp":1}"#), Some(Code::Expired));
    assert_eq!(code_if_it_fits(&world, "not json"), Some(Code::MalformedToken));
    world.revocations.revoke(entry(r#"{"jti":"t1"}"#).unwrap());
    assert_eq!(code_if_it_fits(&world, CLAIMS), Some(Code::RevokedToken));
    world.revocations = Revocations::default();
    world.revocations.revoke(entry(r#"{"kid":"ec"}"#).unwrap());
    assert_eq!(code_if_it_fits(&world, CLAIMS), Some(Code::RevokedKey));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_host_is_not_asked_about_what_is_refused_before_the_signature() {
    let world = world();
    for (header, code) in [
        (json!({ "alg": "ES384", "kid": "ec" }), Code::UnsupportedAlgorithm),
        (json!({ "alg": "HS256", "kid": "ec" }), Code::UnsupportedAlgorithm),
        (json!({ "alg": "ES256", "kid": "other" }), Code::UnknownKey),
        (json!({ "alg": "ES256", "kid": "ec", "crit": ["exp"] }), Code::UnsupportedCritical),
    ] {
        let answer = ask(&world, &token(&header, CLAIMS, &[7; 64]), Side::Host);
        assert_eq!(answer, Answer::Decided(Err(code.into())), "{header}");
    }
}

#[cfg(feature = "full")]
#[wasm_bindgen_test(unsupported = test)]
fn the_full_build_checks_by_itself_when_asked_here() {
    let token = token(&json!({ "alg": "ES256", "kid": "ec" }), CLAIMS, &[7; 64]);
    let answer = ask(&world(), &token, Side::Here);
    assert_eq!(answer, Answer::Decided(Err(Code::InvalidSignature.into())));
}
