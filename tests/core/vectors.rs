//! `tests/vectors.json`: every refusal code by example. The package tests run the same file in
//! Node, workerd and a browser.

use edge_jwt::answer::standard;
use edge_jwt::demands::Demands;
use edge_jwt::error::{Code, Refusal, Stage};
use edge_jwt::gate::request::Request;
use edge_jwt::gate::{Admission, Gate};
use edge_jwt::json::Object;
use edge_jwt::revocation::Format;
use edge_jwt::verify::to_json;
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{World, base64url, entry, key, key_set, mac, options, policy, time};

const VECTORS: &str = include_str!("../vectors.json");

fn world(vectors: &Value) -> World {
    let keys = vectors["keys"].as_array().unwrap().iter().map(|described| {
        let mut options = described.clone();
        let secret = options.as_object_mut().unwrap().remove("secret").unwrap();
        key(&options.to_string(), secret.as_str().unwrap().as_bytes()).unwrap()
    });
    let mut world = World::new();
    world.keys = key_set(keys);
    world.policy = policy(&vectors["policy"].to_string()).unwrap();
    for described in vectors["revocations"].as_array().unwrap() {
        world.revocations.revoke(entry(&described.to_string()).unwrap());
    }
    for claims in vectors["statusLists"].as_array().unwrap() {
        let issued = time(claims["iat"].as_f64().unwrap());
        let loaded =
            world.revocations.load_status_list(&claims.to_string(), Format::StatusList, issued);
        assert_eq!(loaded.unwrap(), claims["sub"]);
    }
    world
}

/// The token of a case: its form, with header, payload and signature filled in.
fn token(case: &Value) -> String {
    if let Some([text, times]) = case["repeat"].as_array().map(Vec::as_slice) {
        let times = usize::try_from(times.as_u64().unwrap()).unwrap();
        return text.as_str().unwrap().repeat(times);
    }
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (header, payload) = (base64url(text("header")), base64url(text("payload")));
    let input = format!("{header}.{payload}");
    let signature = mac(text("mac"), text("secret").as_bytes(), input.as_bytes());
    let form = case["form"].as_str().unwrap_or("{h}.{p}.{s}");
    form.replace("{h}", &header).replace("{p}", &payload).replace("{s}", &base64url(signature))
}

/// The common policy, with what the case says of its own.
fn policy_of(case: &Value, common: &Value) -> String {
    let mut policy = common.clone();
    for (option, value) in case["policy"].as_object().into_iter().flatten() {
        policy[option] = value.clone();
    }
    policy.to_string()
}

#[wasm_bindgen_test(unsupported = test)]
fn every_vector_gets_its_verdict() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut world = world(&vectors);
    let now = vectors["now"].as_f64().unwrap();
    for case in vectors["cases"].as_array().unwrap() {
        world.policy = policy(&policy_of(case, &vectors["policy"])).unwrap();
        let demands =
            case["demands"].as_object().map_or("{}".to_owned(), |_| case["demands"].to_string());
        world.demands = options(&demands).read(Demands::read).unwrap();
        let decision = world.decide_at(&token(case), now);
        let answer: Value = serde_json::from_str(&to_json(&decision)).unwrap();
        assert_eq!(answer["ok"], Value::Bool(case["code"].is_null()), "{}: {answer}", case["id"]);
        assert_eq!(answer["code"], case["code"], "{}", case["id"]);
        assert_eq!(answer["claim"], case["claim"], "{}", case["id"]);
    }
}

/// What becomes of a request: the outcome, and the refusal if there is one.
fn gated(world: &World, case: &Value) -> (&'static str, Option<Refusal>) {
    let mut gate = Gate::read(options(&case["gate"].to_string()), standard).unwrap();
    for route in case["routes"].as_array().unwrap() {
        gate.add_route(options(&route.to_string())).unwrap();
    }
    let request: Value = case["request"].to_string().replace("{t}", &token(case)).parse().unwrap();
    let headers = request["headers"].as_object().unwrap().iter();
    let fields = headers
        .map(|(name, value)| (name.as_bytes(), value.as_str().unwrap().as_bytes()))
        .collect();
    let text = |name: &str| request[name].as_str().unwrap().as_bytes();
    match gate.admit(&Request { method: text("method"), url: text("url"), fields }) {
        Ok(Admission::Public) => ("public", None),
        Ok(Admission::Token { token, roles }) => {
            let judged = world.decide(&token).and_then(|verified| {
                let claims = Object::parse(&verified.claims).unwrap();
                roles.map_or(Ok(()), |roles| gate.permit(roles, &claims))
            });
            judged.map_or_else(|refusal| ("deny", Some(refusal)), |()| ("allow", None))
        }
        Err(code) => ("deny", Some(code.into())),
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn every_request_gets_its_verdict_and_its_answer() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut world = world(&vectors);
    world.policy = policy(&vectors["policy"].to_string()).unwrap();
    for case in vectors["requests"].as_array().unwrap() {
        let (outcome, refusal) = gated(&world, case);
        assert_eq!(outcome, case["outcome"], "{}: {refusal:?}", case["id"]);
        let code = refusal.as_ref().map(|refusal| refusal.code.name());
        assert_eq!(code, case["code"].as_str(), "{}", case["id"]);
        let claim = refusal.as_ref().and_then(|refusal| refusal.claim.as_deref());
        assert_eq!(claim, case["claim"].as_str(), "{}", case["id"]);
        let status = refusal.map(|refusal| u64::from(standard(&refusal).status));
        assert_eq!(status, case["status"].as_u64(), "{}", case["id"]);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn every_code_has_a_vector_or_is_awaited_and_every_vector_has_its_source() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let all = ["cases", "requests"].map(|list| vectors[list].as_array().unwrap().as_slice());
    let cases = all.concat();
    let awaited = vectors["awaited"].as_array().unwrap();
    // What no token can bring about has its tests in tests/package/containment.test.mjs.
    for code in Code::ALL.iter().filter(|code| code.stage() != Stage::Internal) {
        let has_one = cases.iter().any(|case| case["code"] == code.name());
        let is_awaited = awaited.iter().any(|awaited| awaited == code.name());
        assert!(has_one != is_awaited, "{} has a vector or is awaited", code.name());
    }
    assert!(cases.iter().all(|case| case["source"].is_string()));
}

#[wasm_bindgen_test(unsupported = test)]
fn messages_are_plain_sentences_without_a_full_stop() {
    for code in Code::ALL {
        let message = code.message();
        assert!(message.starts_with(char::is_lowercase) && !message.ends_with('.'), "{message}");
    }
}
