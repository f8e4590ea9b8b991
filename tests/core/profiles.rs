//! The profiles: what their forms make, and what their policies and answers say of tokens.
//!
//! The vendors' own tokens are in tests/package/profiles.test.mjs.

use edge_jwt::error::{Code, Refusal, Stage};
use edge_jwt::gate::Gate;
use edge_jwt::gate::request::Request;
use edge_jwt::json::Object;
use edge_jwt::profiles::{ALL, named};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{NOW, World, key, key_set, options, policy, sign, time};

const SECRET: &str = "a secret that is long enough for any of the hashes, which take 64 octets";

fn make(profile: &str, part: &str, kind: &str, facts: &Value) -> Result<String, String> {
    let made = named(profile).unwrap().make(part, kind, &facts.to_string(), time(NOW));
    made.map_err(|error| error.to_string())
}

fn made(profile: &str, part: &str, kind: &str, facts: &Value) -> Value {
    serde_json::from_str(&make(profile, part, kind, facts).unwrap()).unwrap()
}

/// Claims and options of a token.
fn claims(profile: &str, kind: &str, facts: &Value) -> (Value, Value) {
    let mut both = made(profile, "claims", kind, facts);
    (both["claims"].take(), both["options"].take())
}

/// A response, its body read as JSON.
fn response(profile: &str, kind: &str, facts: &Value) -> (u64, Value, Value) {
    let mut response = made(profile, "respond", kind, facts);
    let body = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
    (response["status"].as_u64().unwrap(), body, response["headers"].take())
}

/// An answer as status and body, and its headers.
fn answer(profile: &str, place: &str, refusal: impl Into<Refusal>) -> (u16, String, Value) {
    let answer = named(profile).unwrap().answers(place).unwrap()(&refusal.into());
    let mut json: Value = serde_json::from_str(&answer.to_json()).unwrap();
    (answer.status, answer.body, json["headers"].take())
}

/// The error that a vendor's JSON names, with its status.
fn said(profile: &str, place: &str, member: &str, refusal: impl Into<Refusal>) -> (u16, String) {
    let (status, body, _) = answer(profile, place, refusal);
    let body: Value = serde_json::from_str(&body).unwrap();
    (status, body[member].as_str().unwrap().to_owned())
}

/// How a profile's policy decides on claims, and the time.
fn judge_at(
    (profile, kind, facts): (&str, &str, Value),
    alg: &str,
    claims: &Value,
    now: f64,
) -> Option<(Code, Option<String>)> {
    let mut world = World::new();
    let options = json!({ "kid": "k", "alg": alg }).to_string();
    world.keys = key_set([key(&options, SECRET.as_bytes()).unwrap()]);
    world.policy = policy(&make(profile, "policy", kind, &facts).unwrap()).unwrap();
    let header = json!({ "alg": alg, "typ": "JWT", "kid": "k" }).to_string();
    let token = sign(alg, SECRET.as_bytes(), header.as_bytes(), claims.to_string().as_bytes());
    let refusal = world.decide_at(&token, now).err()?;
    Some((refusal.code, refusal.claim.clone().map(std::borrow::Cow::into_owned)))
}

fn judge(policy: (&str, &str, Value), alg: &str, claims: &Value) -> Option<Code> {
    judge_at(policy, alg, claims, NOW).map(|(code, _)| code)
}

/// The gate that a profile makes.
fn gate_of(vendor: &str, facts: &Value) -> Gate {
    let mut described = made(vendor, "gate", "", facts);
    let routes = described.as_object_mut().unwrap().remove("routes").unwrap_or(json!([]));
    assert_eq!(described.as_object_mut().unwrap().remove("profile"), Some(json!(vendor)));
    let answers = edge_jwt::profiles::answers(vendor).unwrap();
    let mut gate = Gate::read(options(&described.to_string()), answers).unwrap();
    for route in routes.as_array().unwrap() {
        gate.add_route(options(&route.to_string())).unwrap();
    }
    gate
}

/// What a gate says of a request without a token.
fn refused(gate: &Gate, method: &str, url: &str) -> Option<Code> {
    let (method, url) = (method.as_bytes(), url.as_bytes());
    gate.admit(&Request { method, url, fields: Vec::new() }).err()
}

fn about(code: Code, claim: &'static str) -> Refusal {
    Refusal::about(code, claim)
}

/// These claims with others instead; null: without.
fn but(claims: &Value, changed: &Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changed.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

// All profiles

#[wasm_bindgen_test(unsupported = test)]
fn every_form_is_strict_json_and_no_two_are_named_alike() {
    for profile in ALL {
        let mut names: Vec<_> = profile.forms.iter().map(|form| (form.part, form.kind)).collect();
        for form in profile.forms {
            assert!(Object::parse(form.text).is_some(), "{}: {}", profile.name, form.text);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), profile.forms.len(), "{}", profile.name);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn every_code_has_an_answer_in_every_profile_at_every_place() {
    for profile in ALL {
        assert!(profile.answers("gate").is_ok(), "{}", profile.name);
        for (place, answers) in profile.answers {
            for code in Code::ALL {
                let answer = answers(&(*code).into());
                let what = format!("{} {place} {}: {answer:?}", profile.name, code.name());
                let is_pitfall = place.ends_with("-status-200");
                assert!(answer.status != 200 || is_pitfall, "{what}");
                assert!(matches!(answer.status, 200 | 400 | 401 | 403 | 503), "{what}");
                let is_text = answer.headers.iter().any(|(_, value)| value == "text/plain");
                assert_eq!(serde_json::from_str::<Value>(&answer.body).is_err(), is_text, "{what}");
                let own_fault = matches!(code, Code::StaleList | Code::NotCovered)
                    || code.stage() == Stage::Internal;
                if !is_pitfall {
                    assert_eq!(answer.status == 503, own_fault, "{what}");
                }
            }
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn wrong_facts_are_misuse_that_names_them() {
    let zoom = |facts| make("zoom", "claims", "meeting", &facts).unwrap_err();
    let facts = json!({ "apiKey": "a", "meeting": "1", "role": 0 });
    assert!(make("zoom", "claims", "meeting", &facts).is_ok());
    assert_eq!(zoom(json!({})), "apiKey: must be given");
    assert_eq!(zoom(but(&facts, &json!({ "apiKey": null }))), "apiKey: must be given");
    assert_eq!(
        zoom(but(&facts, &json!({ "role": 2 }))),
        "role: is not one of the values it can have"
    );
    assert_eq!(
        zoom(but(&facts, &json!({ "role": "host" }))),
        "role: is not one of the values it can have"
    );
    assert_eq!(
        zoom(but(&facts, &json!({ "meeting": "" }))),
        "meeting: is not text of 1 to 255 octets"
    );
    assert_eq!(zoom(but(&facts, &json!({ "mn": "1" }))), "mn: is not a fact here");
    assert_eq!(zoom(but(&facts, &json!({ "ttl": true }))), "ttl: is not a length of time");
    for (part, kind) in [("claims", "api2"), ("claim", "api"), ("", ""), ("policy", "")] {
        let error = make("zoom", part, kind, &json!({})).unwrap_err();
        assert_eq!(error, "kind: is not one of this profile");
    }
    let zoom = named("zoom").unwrap();
    assert_eq!(zoom.answers("validate").unwrap_err().option, "place");
    assert_eq!(zoom.make("gate", "", "[]", time(NOW)).unwrap_err().option, "facts");
    assert_eq!(zoom.make("gate", "", r#"{"a":1,"a":1}"#, time(NOW)).unwrap_err().option, "facts");
    assert_eq!(named("Zoom").unwrap_err().option, "name");
}

// An end that the caller gives is never dropped for the one that the form makes.
#[wasm_bindgen_test(unsupported = test)]
fn a_fact_that_the_form_derives_itself_is_misuse_where_it_is_given() {
    let meeting = json!({ "apiKey": "a", "meeting": "1", "role": 0 });
    let report = json!({ "id": 1, "role": "agent", "clientId": 2, "signature": "s" });
    let user = json!({ "id": "u1", "email": "a@example.com", "firstname": "a", "lastname": "l",
        "emailVerified": true });
    for (vendor, part, kind, facts, fact) in [
        ("zoom", "claims", "meeting", &meeting, "iat"),
        ("zoom", "claims", "meeting", &meeting, "exp"),
        ("leaddesk", "claims", "report", &report, "exp"),
        ("tiledesk", "claims", "user", &user, "exp"),
        ("tiledesk", "claims", "guest", &json!({}), "exp"),
        ("tiledesk", "claims", "guest", &json!({}), "fullName"),
        ("tiledesk", "policy", "userexternal", &json!({}), "audience"),
    ] {
        make(vendor, part, kind, facts).unwrap();
        let error = make(vendor, part, kind, &but(facts, &json!({ fact: NOW + 600.0 })));
        assert_eq!(error.unwrap_err(), format!("{fact}: is not a fact here"), "{vendor} {kind}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn facts_arrive_as_they_were_written() {
    let facts = r#"{"project":"p","id":"\u00e9\"\\<x>","email":"a@b","attributes":{"n":1.10,"big":9007199254740993}}"#;
    let made = named("tiledesk").unwrap().make("claims", "userexternal", facts, time(NOW)).unwrap();
    assert!(made.contains(r#""_id":"p_é\"\\<x>""#), "{made}");
    assert!(made.contains(r#""attributes":{"n":1.10,"big":9007199254740993}"#), "{made}");
}

// A fact from a stranger cannot make an address, or another's `_id`, of what surrounds it.
#[wasm_bindgen_test(unsupported = test)]
fn no_fact_reaches_beyond_its_place() {
    for project in ["a/b", "a_b", "", "a?", "a#b", "é", "..%2f", "{project}"] {
        let facts = json!({ "project": project, "id": "1", "email": "e" });
        let error = make("tiledesk", "claims", "userexternal", &facts).unwrap_err();
        assert!(error.starts_with("project: is not text of letters"), "{project}: {error}");
    }
}

// LeadDesk

const IDENTITY: &str = r#"{"ver":1,"aud":"my-system","exp":1700000120,
    "user":{"id":166320930817,"name":"A","role":"agent","email":"a@example.com","lang":"fi"},
    "client":{"id":1,"name":"C"}}"#;

/// The policy with HS256 let in, since a test of the core signs by HMAC.
fn judge_leaddesk(kind: &str, facts: &Value, claims: &Value) -> Option<(Code, Option<String>)> {
    let mut options = made("leaddesk", "policy", kind, facts);
    options["algorithms"] = json!(["HS256"]);
    let mut world = World::new();
    world.policy = policy(&options.to_string()).unwrap();
    let token = super::support::token(super::support::HEADER, &claims.to_string());
    let refusal = world.decide(&token).err()?;
    Some((refusal.code, refusal.claim.clone().map(std::borrow::Cow::into_owned)))
}

// LD-6, LD-7, LD-9, LD-11: what must be there, what may be absent, and whom it is for.
#[wasm_bindgen_test(unsupported = test)]
fn an_identity_is_of_a_known_version_and_for_one_system() {
    let facts = json!({ "audience": "my-system" });
    let good: Value = serde_json::from_str(IDENTITY).unwrap();
    let code = |changed: Value| judge_leaddesk("identity", &facts, &but(&good, &changed));
    let refused = |code, claim: &str| Some((code, Some(claim.to_owned())));
    assert_eq!(code(json!({})), None);
    assert_eq!(code(json!({ "ver": null })), refused(Code::MissingClaim, "ver"));
    assert_eq!(code(json!({ "ver": 2 })), refused(Code::UnsupportedVersion, "ver"));
    assert_eq!(code(json!({ "ver": "1" })), refused(Code::UnsupportedVersion, "ver"));
    assert_eq!(code(json!({ "aud": "another" })), refused(Code::WrongAudience, "aud"));
    assert_eq!(code(json!({ "aud": ["my-system"] })), refused(Code::InvalidClaim, "aud"));
    assert_eq!(code(json!({ "aud": null })), refused(Code::MissingClaim, "aud"));
    assert_eq!(code(json!({ "exp": 1_700_000_000 })), refused(Code::Expired, "exp"));
    assert_eq!(code(json!({ "exp": null })), refused(Code::MissingClaim, "exp"));
    assert_eq!(code(json!({ "user": 5 })), refused(Code::MissingClaim, "/user/id"));
}

// LD-5: never a shared secret.
#[wasm_bindgen_test(unsupported = test)]
fn an_identity_under_a_shared_secret_is_refused() {
    let policy = ("leaddesk", "identity", json!({ "audience": "my-system" }));
    let good = serde_json::from_str(IDENTITY).unwrap();
    assert_eq!(judge(policy, "HS256", &good), Some(Code::UnsupportedAlgorithm));
}

// LD-12, LD-13, LD-15, LD-16: the older layout, in which user and client are numbers.
#[wasm_bindgen_test(unsupported = test)]
fn a_report_is_told_from_an_identity() {
    let report = json!({ "exp": 1_700_000_300, "user": 166_320_930_817_u64, "role": "agent",
        "client": 1, "signature": "b0ca383cb83906bf" });
    assert_eq!(judge_leaddesk("report", &json!({}), &report), None);
    let identity: Value = serde_json::from_str(IDENTITY).unwrap();
    let facts = json!({ "audience": "my-system" });
    assert!(judge_leaddesk("identity", &facts, &report).is_some());
    let both = but(&identity, &json!({ "signature": "x", "role": "agent" }));
    let code = judge_leaddesk("report", &json!({}), &both).map(|(code, _)| code);
    assert_eq!(code, Some(Code::ForbiddenClaim));
}

// LD-8, LD-9, LD-10, LD-11, LD-12: the shapes, and nothing registered besides.
#[wasm_bindgen_test(unsupported = test)]
fn leaddesk_tokens_have_the_vendors_shapes() {
    let facts = json!({ "audience": "my-system", "id": 166_320_930_817_u64, "name": "A",
        "role": "agent", "email": "a@example.com", "lang": "fi", "clientId": 1, "clientName": "C" });
    let (identity, options) = claims("leaddesk", "identity", &facts);
    let shape: Value = serde_json::from_str(IDENTITY).unwrap();
    assert_eq!(identity, but(&shape, &json!({ "exp": null })));
    assert_eq!(options, json!({ "ttl": 120, "iat": null, "jti": null, "typ": "JWT" }));
    let error = make("leaddesk", "claims", "identity", &but(&facts, &json!({ "role": "boss" })));
    assert!(error.unwrap_err().starts_with("role: "));

    let facts = json!({ "id": 7, "role": "admin", "clientId": 1, "signature": "ff" });
    let (report, _) = claims("leaddesk", "report", &facts);
    assert_eq!(report, json!({ "user": 7, "role": "admin", "client": 1, "signature": "ff" }));
    let (login, options) = claims("leaddesk", "login", &json!({ "id": "42" }));
    assert_eq!((login, &options["ttl"]), (json!({ "sub": "42" }), &json!(60)));
}

// LD-14: midnight there, or the next where it is near; five minutes for a page.
#[wasm_bindgen_test(unsupported = test)]
fn a_report_ends_at_midnight_or_after_five_minutes() {
    let exp = |offset: &str, now: f64| -> u64 {
        let facts = json!({ "id": 7, "role": "admin", "clientId": 1, "signature": "ff",
            "utcOffset": offset });
        let made =
            named("leaddesk").unwrap().make("claims", "report", &facts.to_string(), time(now));
        let made: Value = serde_json::from_str(&made.unwrap()).unwrap();
        made["options"]["exp"].as_u64().unwrap()
    };
    let midnight = 1_700_006_400; // 2023-11-15T00:00:00Z
    for (offset, now, expected) in [
        ("+00:00", midnight - 3601, midnight),
        ("+00:00", midnight - 3600, midnight + 86_400),
        ("+00:00", midnight - 1, midnight + 86_400),
        ("+00:00", midnight, midnight + 86_400),
        ("+02:00", midnight - 2 * 3600 - 3601, midnight - 2 * 3600),
        ("+02:00", midnight - 3601, midnight + 86_400 - 2 * 3600),
        ("-05:00", midnight, midnight + 5 * 3600),
    ] {
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "below 2^53")]
        let at = now as f64;
        assert_eq!(exp(offset, at), expected, "{offset} {now}");
    }
    let facts = json!({ "id": 7, "role": "admin", "clientId": 1, "signature": "ff" });
    assert_eq!(claims("leaddesk", "report", &facts).1["exp"], 1_700_000_300);
}

// LD-19, LD-20: a minute, and HS512 alone.
#[wasm_bindgen_test(unsupported = test)]
fn a_login_token_lives_for_a_minute_under_hs512() {
    let login = || ("leaddesk", "login", json!({}));
    let until = |exp: u64| json!({ "sub": "42", "exp": exp });
    assert_eq!(judge(login(), "HS512", &until(1_700_000_060)), None);
    assert_eq!(judge(login(), "HS512", &until(1_700_000_061)), Some(Code::LifetimeTooLong));
    assert_eq!(judge(login(), "HS256", &until(1_700_000_060)), Some(Code::UnsupportedAlgorithm));
}

// LD-18: the offset is a number, not a letter.
#[wasm_bindgen_test(unsupported = test)]
fn a_login_token_is_answered_with_its_end_in_iso_8601() {
    let facts = json!({ "token": "a.b.c", "exp": 1_700_000_060, "utcOffset": "+02:00" });
    let (status, body, headers) = response("leaddesk", "login", &facts);
    let expected = json!({ "token": "a.b.c", "expires": "2023-11-15T00:14:20+02:00" });
    assert_eq!((status, body), (200, expected));
    assert_eq!(headers["Cache-Control"], "no-store");
    let (_, body, _) = response("leaddesk", "login", &but(&facts, &json!({ "utcOffset": null })));
    assert_eq!(body["expires"], "2023-11-14T22:14:20+00:00");
    let error = make("leaddesk", "respond", "login", &but(&facts, &json!({ "utcOffset": "Z" })));
    assert!(error.unwrap_err().starts_with("utcOffset: "));
}

// LD-10.
#[wasm_bindgen_test(unsupported = test)]
fn leaddesks_gate_lets_in_its_roles() {
    let gate = made("leaddesk", "gate", "", &json!({}));
    let all = json!(["agent", "admin", "teamleader", "sponsor", "manager"]);
    assert_eq!(gate["roles"], json!({ "claim": "/user/role", "allow": all }));
    let gate = made("leaddesk", "gate", "", &json!({ "roles": ["admin"] }));
    assert_eq!(gate["roles"]["allow"], json!(["admin"]));
}

// Zoom

// ZM-3, ZM-4, ZM-5, ZM-6, ZM-22.
#[wasm_bindgen_test(unsupported = test)]
fn a_zoom_token_names_the_key_and_ends_within_two_days() {
    let zoom = || ("zoom", "api", json!({ "apiKey": "API_KEY" }));
    let code = |claims: Value| judge(zoom(), "HS256", &claims);
    assert_eq!(code(json!({ "iss": "API_KEY", "exp": 1_700_000_060 })), None);
    assert_eq!(code(json!({ "iss": "API_KEY", "exp": 1_700_172_800 })), None);
    let late = json!({ "iss": "API_KEY", "exp": 1_700_172_801 });
    assert_eq!(code(late), Some(Code::LifetimeTooLong));
    let milliseconds = json!({ "iss": "API_KEY", "exp": 1_496_091_964_000_u64 });
    assert_eq!(code(milliseconds), Some(Code::InvalidClaim));
    assert_eq!(code(json!({ "iss": "API_KEY" })), Some(Code::MissingClaim));
    assert_eq!(code(json!({ "iss": "OTHER", "exp": 1_700_000_060 })), Some(Code::WrongIssuer));
    assert_eq!(code(json!({ "exp": 1_700_000_060 })), Some(Code::MissingClaim));
    let good = json!({ "iss": "API_KEY", "exp": 1_700_000_060 });
    assert_eq!(judge(zoom(), "HS512", &good), Some(Code::UnsupportedAlgorithm));
}

// ZM-7.
#[wasm_bindgen_test(unsupported = test)]
fn a_zoom_token_comes_as_a_bearer() {
    let shape = json!({
        "profile": "zoom", "headers": ["authorization"], "schemes": ["Bearer"], "schemeCase": "any"
    });
    assert_eq!(made("zoom", "gate", "", &json!({})), shape);
}

// ZM-4, ZM-8, ZM-9: key and end, and nothing else; seconds, or as long as is asked for.
#[wasm_bindgen_test(unsupported = test)]
fn a_zoom_token_says_no_more_than_its_key_and_its_end() {
    let (token, options) = claims("zoom", "api", &json!({ "apiKey": "API_KEY" }));
    assert_eq!(token, json!({ "iss": "API_KEY" }));
    assert_eq!(options, json!({ "ttl": 60, "iat": null, "jti": null, "typ": "JWT" }));
    let (_, options) = claims("zoom", "api", &json!({ "apiKey": "API_KEY", "ttl": "1d" }));
    assert_eq!(options["ttl"], "1d");
    assert_eq!(made("zoom", "issuer", "", &json!({}))["maxTtl"], 172_800);
}

// ZM-21, ZM-22: times are numbers, and both ends are one.
#[wasm_bindgen_test(unsupported = test)]
fn meeting_and_video_tokens_live_from_half_an_hour_to_two_days() {
    let facts = json!({ "apiKey": "K", "meeting": "123456789", "role": 0 });
    let (meeting, options) = claims("zoom", "meeting", &facts);
    let shape = json!({ "appKey": "K", "sdkKey": "K", "mn": "123456789", "role": 0,
        "tokenExp": 1_700_007_200 });
    assert_eq!(meeting, shape);
    let times = json!({ "iat": 1_700_000_000, "exp": 1_700_007_200, "jti": null, "typ": "JWT" });
    assert_eq!(options, times);
    let whole = but(&meeting, &json!({ "iat": 1_700_000_000, "exp": 1_700_007_200 }));
    let policy = |key: &str| ("zoom", "meeting", json!({ "apiKey": key }));
    assert_eq!(judge(policy("K"), "HS256", &whole), None);
    assert_eq!(judge(policy("L"), "HS256", &whole), Some(Code::InvalidClaim));
    let text = but(&whole, &json!({ "exp": "1700007200" }));
    assert_eq!(judge(policy("K"), "HS256", &text), Some(Code::InvalidClaim));
    for (ttl, is_taken) in [(1799, false), (1800, true), (172_800, true), (172_801, false)] {
        let made = make("zoom", "claims", "meeting", &but(&facts, &json!({ "ttl": ttl })));
        assert_eq!(made.is_ok(), is_taken, "{ttl}");
    }
    let (video, _) = claims("zoom", "video", &json!({ "apiKey": "K", "user": "u", "topic": "t" }));
    assert_eq!(video, json!({ "app_key": "K", "version": 1, "user_identity": "u", "tpc": "t" }));
    let (status, body, _) = response("zoom", "invalid", &json!({ "errors": ["role"] }));
    assert_eq!((status, body), (400, json!({ "errors": ["role"] })));
}

// ZM-12, C3.
#[wasm_bindgen_test(unsupported = test)]
fn zoom_answers_401_with_its_number() {
    let invalid = r#"{"code":124,"message":"Invalid access token."}"#;
    for code in [
        Code::MissingToken,
        Code::MalformedToken,
        Code::InvalidSignature,
        Code::WrongIssuer,
        Code::SuspendedClient,
        Code::RevokedClient,
        Code::RevokedCredential,
    ] {
        let (status, body, _) = answer("zoom", "gate", code);
        assert_eq!((status, body.as_str()), (401, invalid), "{}", code.name());
    }
    let (status, body, _) = answer("zoom", "gate", Code::Expired);
    assert_eq!(
        (status, body.as_str()),
        (401, r#"{"code":124,"message":"Access token is expired."}"#)
    );
}

// Tiledesk

const VISITOR: &str = r#"{"_id":"p1_42","firstname":"A","email":"a@example.com",
    "attributes":{"plan":"pro"},"sub":"userexternal","aud":"https://tiledesk.com/projects/p1",
    "jti":"11111111-1111-4111-8111-111111111111","iat":1700000000,"exp":1700000600}"#;

// TD-12, TD-13, TD-19, TD-23.
#[wasm_bindgen_test(unsupported = test)]
fn a_visitor_is_of_the_project_and_gives_himself_no_role() {
    let good: Value = serde_json::from_str(VISITOR).unwrap();
    let any = || ("tiledesk", "userexternal", json!({}));
    let one = || ("tiledesk", "userexternal", json!({ "project": "p1" }));
    let another = || ("tiledesk", "userexternal", json!({ "project": "p2" }));
    let refused = |code| Some(code);
    for policy in [any, one] {
        let code = |changed: Value| judge(policy(), "HS256", &but(&good, &changed));
        assert_eq!(code(json!({})), None);
        assert_eq!(code(json!({ "_id": "p2_42" })), refused(Code::InvalidClaim));
        assert_eq!(code(json!({ "_id": null })), refused(Code::MissingClaim));
        assert_eq!(code(json!({ "email": null })), refused(Code::MissingClaim));
        assert_eq!(code(json!({ "sub": "user" })), refused(Code::WrongSubject));
        assert_eq!(code(json!({ "role": "admin" })), refused(Code::ForbiddenClaim));
        assert_eq!(code(json!({ "exp": null })), refused(Code::MissingClaim));
        let elsewhere = json!({ "aud": "https://other.example/projects/p1" });
        assert_eq!(code(elsewhere), refused(Code::WrongAudience));
        assert_eq!(code(json!({ "aud": "no address" })), refused(Code::WrongAudience));
    }
    assert_eq!(judge(another(), "HS256", &good), refused(Code::WrongAudience));
}

// TD-19, TD-29, TD-38: ten minutes at most, and both times.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_to_decode_and_the_older_payload_live_for_ten_minutes() {
    let older = json!({ "name": "A", "email": "a@example.com", "external_id": "42",
        "iat": 1_700_000_000, "exp": 1_700_000_600 });
    for kind in ["decode", "external"] {
        let code = |changed| judge(("tiledesk", kind, json!({})), "HS256", &but(&older, &changed));
        assert_eq!(code(json!({})), None, "{kind}");
        assert_eq!(code(json!({ "exp": 1_700_000_601 })), Some(Code::LifetimeTooLong), "{kind}");
        assert_eq!(code(json!({ "exp": null })), Some(Code::MissingClaim), "{kind}");
        assert_eq!(code(json!({ "iat": null })), Some(Code::MissingClaim), "{kind}");
    }
    let (claims, _) = claims(
        "tiledesk",
        "external",
        &json!({ "name": "A", "email": "a@example.com", "id": "42" }),
    );
    assert_eq!(claims, but(&older, &json!({ "iat": null, "exp": null })));
}

// TD-11, TD-24, TD-25, TD-28, TD-31, TD-32, TD-33, TD-34.
#[wasm_bindgen_test(unsupported = test)]
fn the_servers_own_tokens_are_told_apart_by_sub_and_aud() {
    let own = |id: &str, sub: &str, path: &str| {
        json!({ "_id": id, "iat": 1_700_000_000, "iss": "https://tiledesk.com", "sub": sub,
            "aud": format!("https://tiledesk.com{path}"), "jti": "j" })
    };
    let tokens = [
        ("guest", own("g", "guest", "")),
        ("user", own("u", "user", "")),
        ("bot", own("b1", "bot", "/bots/b1")),
        ("subscription", own("s1", "subscription", "/subscriptions/s1")),
        ("globalSubscription", own("s1", "subscription", "")),
    ];
    for (kind, _) in &tokens {
        for (other, token) in &tokens {
            let code = judge(("tiledesk", kind, json!({})), "HS256", token);
            assert_eq!(code.is_none(), kind == other, "a {other} as {kind}: {code:?}");
        }
    }
    let without_jti = but(&tokens[3].1, &json!({ "jti": null }));
    let subscription = || ("tiledesk", "subscription", json!({ "subscription": "s1" }));
    assert_eq!(judge(subscription(), "HS256", &without_jti), None);
    let others = but(&without_jti, &json!({ "_id": "s2" }));
    assert_eq!(judge(subscription(), "HS256", &others), Some(Code::InvalidClaim));
    // The owner whole: no other whose id begins alike.
    for (kind, good) in [&tokens[2], &tokens[3]] {
        let id = good["_id"].as_str().unwrap();
        let alike = but(good, &json!({ "_id": format!("{id}2") }));
        for facts in [json!({}), json!({ *kind: id })] {
            let policy = || ("tiledesk", *kind, facts.clone());
            assert_eq!(judge(policy(), "HS256", good), None, "{kind}");
            assert_eq!(judge(policy(), "HS256", &alike), Some(Code::InvalidClaim), "{kind}");
            let nobodys = but(good, &json!({ "_id": null }));
            assert_eq!(judge(policy(), "HS256", &nobodys), Some(Code::MissingClaim), "{kind}");
        }
    }
    let policy = || ("tiledesk", "guest", json!({}));
    let ended = but(&tokens[0].1, &json!({ "exp": 1_700_000_000 }));
    assert_eq!(judge(policy(), "HS256", &ended), Some(Code::Expired));
    assert_eq!(
        judge_at(policy(), "HS256", &tokens[0].1, NOW - 1.0).map(|(code, _)| code),
        Some(Code::IssuedInFuture)
    );
}

// TD-12, TD-31, TD-32, TD-33, TD-34, TD-36: the shapes; TD-11: a `jti` unless its lack is asked for.
#[wasm_bindgen_test(unsupported = test)]
fn tiledesk_tokens_have_the_vendors_shapes() {
    let facts = json!({ "project": "p1", "id": "42", "email": "a@example.com", "firstname": "A",
        "attributes": { "plan": "pro" }, "jti": "11111111-1111-4111-8111-111111111111" });
    let (visitor, options) = claims("tiledesk", "userexternal", &facts);
    let shape: Value = serde_json::from_str(VISITOR).unwrap();
    assert_eq!(visitor, but(&shape, &json!({ "jti": null, "iat": null, "exp": null })));
    assert_eq!((&options["ttl"], &options["jti"]), (&json!(600), &shape["jti"]));

    let (guest, options) =
        claims("tiledesk", "guest", &json!({ "id": "11111111-1111-4111-8111-111111111111" }));
    let shape = json!({ "_id": "11111111-1111-4111-8111-111111111111", "firstname": "guest#1111",
        "id": "11111111-1111-4111-8111-111111111111", "fullName": "guest#1111 ",
        "aud": "https://tiledesk.com", "iss": "https://tiledesk.com", "sub": "guest" });
    assert_eq!((guest, &options["exp"]), (shape, &Value::Null));
    assert!(options.as_object().unwrap().contains_key("exp"));
    let (named, options) =
        claims("tiledesk", "guest", &json!({ "firstname": "A", "lastname": "B", "ttl": "1d" }));
    assert_eq!((&named["fullName"], &options["ttl"]), (&json!("A B"), &json!("1d")));
    assert!(!options.as_object().unwrap().contains_key("exp"));

    let facts = json!({ "id": "u1", "email": "a@example.com", "firstname": "a", "lastname": "l",
        "emailVerified": true });
    let (user, _) = claims("tiledesk", "user", &facts);
    let shape = json!({ "_id": "u1", "email": "a@example.com", "firstname": "a", "lastname": "l",
        "emailverified": true, "aud": "https://tiledesk.com", "iss": "https://tiledesk.com",
        "sub": "user" });
    assert_eq!(user, shape);

    let (bot, _) =
        claims("tiledesk", "bot", &json!({ "id": "b1", "name": "bot", "project": "p1" }));
    let shape = json!({ "_id": "b1", "name": "bot", "id_project": "p1",
        "aud": "https://tiledesk.com/bots/b1", "iss": "https://tiledesk.com", "sub": "bot" });
    assert_eq!(bot, shape);

    let facts = json!({ "id": "s1", "target": "https://example.com/hook", "event": "request.close",
        "project": "p1" });
    let (hook, options) = claims("tiledesk", "subscription", &facts);
    let shape = json!({ "_id": "s1", "target": "https://example.com/hook", "event": "request.close",
        "id_project": "p1", "aud": "https://tiledesk.com/subscriptions/s1",
        "iss": "https://tiledesk.com", "sub": "subscription" });
    assert_eq!(hook, shape);
    assert!(options["jti"].is_string());
    let facts = but(&facts, &json!({ "withoutJti": true }));
    assert_eq!(claims("tiledesk", "subscription", &facts).1["jti"], Value::Null);

    let facts = json!({ "id": "u1", "client": "c", "scope": ["rabbitmq.read:*"] });
    let (chat, options) = claims("tiledesk", "chat21", &facts);
    let shape = json!({ "sub": "u1", "scope": ["rabbitmq.read:*"], "client_id": "c", "cid": "c",
        "azp": "c", "user_id": "u1", "app_id": "tilechat", "aud": ["rabbitmq", "u1"],
        "kid": "tiledesk-key" });
    assert_eq!((chat, &options["ttl"]), (shape, &json!(2_592_000)));
}

// TD-31: a UUID of version 4, another every time.
#[wasm_bindgen_test(unsupported = test)]
fn a_guest_and_a_token_have_random_uuids() {
    let (guest, options) = claims("tiledesk", "guest", &json!({}));
    let (other, _) = claims("tiledesk", "guest", &json!({}));
    for uuid in [&guest["_id"], &options["jti"], &other["_id"]] {
        let uuid = uuid.as_str().unwrap();
        let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
        let places: Vec<_> = uuid.chars().collect();
        assert!(places[14] == '4' && "89ab".contains(places[19]), "{uuid}");
        assert!(uuid.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-')), "{uuid}");
    }
    assert_ne!(guest["_id"], other["_id"]);
    assert_ne!(guest["_id"], options["jti"]);
}

// TD-17: JWT in any case, and the query only by name.
#[wasm_bindgen_test(unsupported = test)]
fn tiledesks_gate_reads_the_header_alone_unless_the_query_is_asked_for() {
    let gate = made("tiledesk", "gate", "", &json!({}));
    let shape = json!({
        "profile": "tiledesk", "headers": ["authorization"], "schemes": ["JWT"], "schemeCase": "any"
    });
    assert_eq!(gate, shape);
    let gate = made("tiledesk", "gate", "", &json!({ "secretTokenInQuery": true }));
    assert_eq!(gate["query"], "secret_token");
}

// TD-21, TD-26, TD-27, TD-29, C3.
#[wasm_bindgen_test(unsupported = test)]
fn tiledesk_answers_in_text_at_the_gate_and_in_json_behind_it() {
    for code in [
        Code::MissingToken,
        Code::UnsupportedScheme,
        Code::MalformedToken,
        Code::UnsupportedAlgorithm,
        Code::InvalidSignature,
        Code::Expired,
        Code::WrongAudience,
        Code::WrongSubject,
        Code::RevokedToken,
        Code::RevokedSubject,
    ] {
        let (status, body, headers) = answer("tiledesk", "gate", code);
        assert_eq!((status, body.as_str()), (401, "Unauthorized"), "{}", code.name());
        assert_eq!(headers, json!({ "Content-Type": "text/plain" }));
        let (status, _, headers) = answer("tiledesk", "basic", code);
        assert_eq!((status, &headers["WWW-Authenticate"]), (401, &json!(r#"Basic realm="Users""#)));
    }
    let (status, body, _) = answer("tiledesk", "gate", Code::AmbiguousRequest);
    assert_eq!((status, body.as_str()), (400, "Bad Request"));
    let (status, body, _) = answer("tiledesk", "route", Code::MissingToken);
    assert_eq!((status, body.as_str()), (403, r#"{"success":false,"msg":"Unauthorized."}"#));
    let msg = |place: &str, refusal: Refusal| said("tiledesk", place, "msg", refusal);
    let missing = about(Code::MissingClaim, "aud");
    assert_eq!(msg("signin", missing), (400, "JWT Aud field is required".to_owned()));
    assert_eq!(msg("signin", about(Code::WrongAudience, "aud")).0, 400);
    let inactive = (401, "Authentication failed. Project_user not active.".to_owned());
    assert_eq!(msg("signin", Code::RevokedSubject.into()), inactive);
    assert_eq!(answer("tiledesk", "signin", Code::InvalidSignature).1, "Unauthorized");
    assert_eq!(msg("decode", Code::LifetimeTooLong.into()).0, 401);
}

// TD-3, TD-15, TD-20, TD-29, TD-31, TD-32, TD-33, TD-34.
#[wasm_bindgen_test(unsupported = test)]
fn tiledesk_responds_in_the_vendors_shapes() {
    let respond = |kind: &str, facts: Value| {
        let (status, body, _) = response("tiledesk", kind, &facts);
        (status, body)
    };
    assert_eq!(
        respond("signin", json!({ "token": "a.b.c", "user": { "_id": "u" } })),
        (200, json!({ "success": true, "token": "JWT a.b.c", "user": { "_id": "u" } }))
    );
    assert_eq!(
        respond("invalid", json!({ "errors": [{ "param": "id_project" }] })),
        (422, json!({ "errors": [{ "param": "id_project" }] }))
    );
    assert_eq!(
        respond("failed", json!({ "message": "no" })),
        (401, json!({ "success": false, "msg": "no" }))
    );
    assert_eq!(
        respond("decoded", json!({ "claims": { "n": 1 } })),
        (200, json!({ "decoded": { "n": 1 } }))
    );
    assert_eq!(respond("noProject", json!({})).0, 404);
    assert_eq!(respond("bot", json!({ "token": "a.b.c" })), (200, json!({ "jwt": "a.b.c" })));
    assert_eq!(respond("keys", json!({ "secret": "s" })), (200, json!({ "jwtSecret": "s" })));
    let page = json!({ "perPage": 40, "count": 1, "page": 0, "sortField": "createdAt",
        "direction": -1, "items": [{ "jti": "a" }] });
    assert_eq!(respond("history", page.clone()), (200, page));
    let facts = json!({ "target": "https://example.com/hook", "hook": {}, "payload": { "a": 1 },
        "timestamp": 1_700_000_000, "token": "a.b.c" });
    let request = made("tiledesk", "request", "webhook", &facts);
    assert_eq!((&request["url"], &request["body"]["token"]), (&facts["target"], &json!("a.b.c")));
    assert_eq!(request["headers"], json!({ "Content-Type": "application/json" }));
}

// WP-API/jwt-auth

const ACCESS: &str = r#"{"iss":"https://example.org","iat":1700000000,"nbf":1700000000,
    "exp":1700604800,"data":{"user":{"id":1,"type":"wp_user","user_login":"admin",
    "user_email":"admin@example.org","api_key":"1AbC"}}}"#;

fn refresh_token() -> Value {
    let mut refresh: Value = serde_json::from_str(ACCESS).unwrap();
    refresh["data"]["user"]["token_type"] = json!("refresh");
    refresh
}

// WP-16, WP-18, WP-19, WP-20, WP-21, WP-22, WP-24, WP-25, WP-32.
#[wasm_bindgen_test(unsupported = test)]
fn access_and_refresh_of_wordpress_do_not_stand_for_each_other() {
    let facts = json!({ "site": "https://example.org" });
    let access: Value = serde_json::from_str(ACCESS).unwrap();
    let refresh = refresh_token();
    for (kind, good, bad) in [("access", &access, &refresh), ("refresh", &refresh, &access)] {
        let policy = || ("wp-jwt-auth", kind, facts.clone());
        let code = |changed: Value| judge(policy(), "HS256", &but(good, &changed));
        assert_eq!(code(json!({})), None, "{kind}");
        assert_eq!(judge(policy(), "HS256", bad), Some(Code::WrongKind), "{kind}");
        assert_eq!(code(json!({ "iss": "https://other.example" })), Some(Code::WrongIssuer));
        assert_eq!(code(json!({ "exp": null })), Some(Code::MissingClaim));
        assert_eq!(code(json!({ "exp": 1_700_000_000 })), Some(Code::Expired));
        assert_eq!(code(json!({ "nbf": 1_700_000_001 })), Some(Code::NotYetValid));
        assert_eq!(code(json!({ "iat": 1_700_000_001 })), Some(Code::IssuedInFuture));
        assert_eq!(judge(policy(), "HS512", good), Some(Code::UnsupportedAlgorithm));
        let mut keyless = good.clone();
        keyless["data"]["user"].as_object_mut().unwrap().remove("api_key");
        assert_eq!(judge(policy(), "HS256", &keyless), Some(Code::MissingClaim));
    }
}

// WP-17, WP-18, WP-19, WP-32: a week and a year, the key in both, no `jti`.
#[wasm_bindgen_test(unsupported = test)]
fn wordpress_tokens_have_the_vendors_shapes() {
    let facts = json!({ "id": 1, "login": "admin", "email": "admin@example.org", "key": "1AbC" });
    let shape = serde_json::from_str::<Value>(ACCESS).unwrap();
    let (access, options) = claims("wp-jwt-auth", "access", &facts);
    assert_eq!(access, json!({ "data": shape["data"] }));
    assert_eq!(options, json!({ "ttl": 604_800, "nbf": "now", "jti": null, "typ": "JWT" }));
    let (refresh, options) = claims("wp-jwt-auth", "refresh", &facts);
    assert_eq!(
        (refresh, &options["ttl"]),
        (json!({ "data": refresh_token()["data"] }), &json!(31_536_000))
    );
    // The order of the vendor's own text.
    let text = make("wp-jwt-auth", "claims", "refresh", &facts).unwrap();
    assert!(text.contains(r#""token_type":"refresh","api_key":"1AbC""#), "{text}");
    let issuer = made("wp-jwt-auth", "issuer", "", &json!({ "site": "https://example.org" }));
    let kinds = json!({ "claim": "/data/user/token_type", "access": null, "refresh": "refresh" });
    assert_eq!((&issuer["headerOrder"], &issuer["kinds"]), (&json!("typ-first"), &kinds));
    assert_eq!(
        (&issuer["accessTtl"], &issuer["refreshTtl"]),
        (&json!(604_800), &json!(31_536_000))
    );
}

// WP-10, WP-11, WP-12, WP-13, WP-14: what is open, and that key pairs are only where the host says it guards them.
#[wasm_bindgen_test(unsupported = test)]
fn wordpress_gate_opens_what_the_plugin_opens() {
    let gate = made("wp-jwt-auth", "gate", "", &json!({}));
    assert_eq!((&gate["schemes"], &gate["schemeCase"]), (&json!(["Bearer"]), &json!("exact")));
    let bases = json!(["/wp-json", "/index.php/wp-json"]);
    assert_eq!((&gate["base"], &gate["routeQuery"]), (&bases, &json!("rest_route")));
    let open = [
        json!({ "method": "OPTIONS", "path": "/**", "access": "public" }),
        json!({ "method": "GET", "path": "/**", "access": "optional" }),
        json!({ "method": "POST", "path": "/wp/v2/token", "access": "public" }),
    ];
    assert_eq!(gate["routes"].as_array().unwrap(), &open);
    let facts =
        json!({ "keyPairsGuardedByHost": true, "headers": ["authorization", "x-redirected"] });
    let gate = made("wp-jwt-auth", "gate", "", &facts);
    assert_eq!(gate["routes"].as_array().unwrap().len(), 4);
    assert_eq!(gate["headers"], facts["headers"]);
}

// Section 4.1: WordPress has its routes under `/index.php/wp-json` too, takes the path behind whichever
// script the server runs, and compares routes without case.
#[wasm_bindgen_test(unsupported = test)]
fn a_gate_before_wordpress_stands_before_every_address_of_a_route() {
    for (vendor, open) in [("wp-jwt-auth", "/wp/v2/token"), ("miniorange", "/api/v1/token")] {
        let gate = gate_of(vendor, &json!({ "outside": "public" }));
        let asked = |base: &str, route| refused(&gate, "POST", &[base, route].concat());
        for base in ["/wp-json", "/Index.php/WP-JSON", "/?rest_route=", "/index.php?rest_route="] {
            assert_eq!(asked(base, "/wp/v2/posts"), Some(Code::MissingToken), "{vendor} {base}");
            assert_eq!(asked(base, open), None, "{vendor} {base}");
        }
        for base in ["/index.php/index.php/wp-json", "/wp/wp-blog-header.php/wp-json"] {
            assert_eq!(asked(base, open), Some(Code::AmbiguousRequest), "{vendor} {base}");
        }
        assert_eq!(
            (asked("/blog/wp-json", "/wp/v2/posts"), asked("/wp-login.php", "")),
            (None, None)
        );
        let folder = json!({ "outside": "public", "base": ["/blog/wp-json"] });
        let found = refused(&gate_of(vendor, &folder), "POST", "/blog/wp-json/wp/v2/posts");
        assert_eq!(found, Some(Code::MissingToken), "{vendor}");
    }
}

// WP-3, WP-23, WP-29, WP-35: every code of the plugin is the answer to something.
#[wasm_bindgen_test(unsupported = test)]
fn wordpress_says_each_of_its_25_codes() {
    let said = |place: &str, refusal: Refusal| {
        let (status, code) = said("wp-jwt-auth", place, "code", refusal);
        (status, code.strip_prefix("rest_authentication_").unwrap().to_owned())
    };
    let mut codes = Vec::new();
    for (refusal, code) in [
        (Code::MissingToken.into(), "no_header"),
        (Code::UnsupportedScheme.into(), "no_token"),
        (Code::MalformedToken.into(), "token_error"),
        (Code::UnsupportedAlgorithm.into(), "token_error"),
        (Code::InvalidSignature.into(), "token_error"),
        (Code::Expired.into(), "token_error"),
        (Code::NotYetValid.into(), "token_error"),
        (Code::IssuedInFuture.into(), "token_error"),
        (about(Code::WrongIssuer, "iss"), "invalid_token_issuer"),
        (about(Code::MissingClaim, "iss"), "invalid_token_issuer"),
        (about(Code::MissingClaim, "/data/user/id"), "missing_token_user_id"),
        (about(Code::MissingClaim, "exp"), "missing_token_expiration"),
        (Code::WrongSubject.into(), "invalid_token_wp_user"),
        (about(Code::WrongSubject, "/data/user/user_login"), "invalid_token_user_login"),
        (about(Code::WrongSubject, "/data/user/user_email"), "invalid_token_user_email"),
        (Code::RevokedCredential.into(), "revoked_api_key"),
        (Code::WrongKind.into(), "invalid_token_type"),
    ] {
        assert_eq!(said("gate", refusal), (403, code.to_owned()));
        codes.push(code.to_owned());
    }
    for (refusal, code) in [
        (Code::MissingToken.into(), "required_api_key_secret"),
        (about(Code::WrongKind, "/data/user/token_type"), "invalid_token_type"),
        (about(Code::MissingClaim, "/data/user/api_key"), "missing_refresh_token_api_key"),
        (about(Code::MissingClaim, "/data/user/id"), "missing_refresh_token_user_id"),
        (Code::WrongSubject.into(), "invalid_refresh_token"),
        (Code::RevokedCredential.into(), "revoked_api_key"),
    ] {
        assert_eq!(said("token", refusal), (403, code.to_owned()));
        codes.push(code.to_owned());
    }
    for (refusal, code) in
        [(Code::MissingToken, "invalid_bearer_token"), (Code::Expired, "expired_bearer_token")]
    {
        assert_eq!(said("validate", refusal.into()), (403, code.to_owned()));
        codes.push(code.to_owned());
    }
    for reason in [
        "required_api_key_secret",
        "invalid_api_key_secret",
        "revoked_api_key",
        "invalid_refresh_token",
        "missing_user_id",
        "missing_user_login",
        "missing_user_email",
        "token_expired",
        "required_name_error",
        "invalid_user_error",
        "edit_user_error",
    ] {
        let (status, body, _) = response("wp-jwt-auth", "error", &json!({ "reason": reason }));
        assert_eq!((status, &body["data"]["status"]), (403, &json!(403)));
        assert_eq!(body["code"], format!("rest_authentication_{reason}"));
        codes.push(reason.to_owned());
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 25);
}

// WP-5, WP-6: the status of success for a failure, only at the place of that name.
#[wasm_bindgen_test(unsupported = test)]
fn a_failed_validation_is_no_success_unless_that_is_asked_for() {
    for (place, status) in [("validate", 403), ("validate-status-200", 200)] {
        let (found, body, _) = answer("wp-jwt-auth", place, Code::InvalidSignature);
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((found, &body["data"]["status"]), (status, &json!(403)), "{place}");
    }
}

// WP-2, WP-4, WP-7, WP-8, WP-9.
#[wasm_bindgen_test(unsupported = test)]
fn wordpress_responds_in_the_vendors_shapes() {
    let user = json!({ "id": 1, "login": "admin", "email": "a@example.org", "key": "1AbC" });
    let (status, body, _) = response(
        "wp-jwt-auth",
        "token",
        &but(&user, &json!({ "access": "a.b.c", "refresh": "d.e.f" })),
    );
    let shape = json!({ "access_token": "a.b.c", "exp": 604_800, "refresh_token": "d.e.f",
        "data": { "user": { "id": 1, "type": "wp_user", "user_login": "admin",
        "user_email": "a@example.org", "api_key": "1AbC" } } });
    assert_eq!((status, body), (200, shape));

    let facts = json!({ "kind": "access", "expiresIn": 3599.5 });
    let (status, body, _) = response("wp-jwt-auth", "valid", &facts);
    assert_eq!((status, &body["data"]), (200, &json!({ "status": 200, "exp": 3599 })));
    assert_eq!(body["code"], "rest_authentication_valid_access_token");
    let (_, body, _) =
        response("wp-jwt-auth", "valid", &json!({ "kind": "refresh", "expiresIn": 9 }));
    assert_eq!(body["code"], "rest_authentication_valid_refresh_token");

    let facts = json!({ "secret": "s", "name": "n", "key": "1AbC", "hash": "h",
        "created": 1_700_000_000, "utcOffset": "+02:00" });
    let (_, body, _) = response("wp-jwt-auth", "keyPair", &facts);
    let row = json!({ "name": "n", "api_key": "1AbC", "api_secret": "h",
        "created": "November 15, 2023 12:13 am", "last_used": "—", "last_ip": "—" });
    assert_eq!(body, json!({ "api_secret": "s", "row": row }));

    let (_, body, _) = response("wp-jwt-auth", "revoked", &json!({ "removed": false }));
    assert_eq!(body, json!(false));
    let (_, body, _) = response("wp-jwt-auth", "revokedAll", &json!({ "removed": 3 }));
    assert_eq!(body, json!(3));
}

// miniOrange

// MO-3, MO-4, MO-15: a number for `sub`, an end, and the algorithm that is asked for.
#[wasm_bindgen_test(unsupported = test)]
fn a_miniorange_token_has_a_number_for_its_subject_and_an_end() {
    let good = json!({ "sub": 1, "name": "admin", "iat": 1_700_000_000, "exp": 1_700_003_600 });
    let policy = || ("miniorange", "access", json!({}));
    let code = |changed: Value| judge(policy(), "HS256", &but(&good, &changed));
    assert_eq!(code(json!({})), None);
    assert_eq!(code(json!({ "exp": null })), Some(Code::MissingClaim));
    assert_eq!(code(json!({ "exp": 1_700_000_000 })), Some(Code::Expired));
    assert_eq!(code(json!({ "name": null })), Some(Code::MissingClaim));
    assert_eq!(code(json!({ "sub": 1.5 })), Some(Code::InvalidClaim));
    let rsa = || ("miniorange", "access", json!({ "alg": "RS256" }));
    assert_eq!(judge(rsa(), "HS256", &good), Some(Code::UnsupportedAlgorithm));
    let (claims, options) = claims("miniorange", "access", &json!({ "id": 1, "name": "admin" }));
    assert_eq!(claims, json!({ "sub": 1, "name": "admin" }));
    assert_eq!(options, json!({ "ttl": 3600, "jti": null, "typ": "JWT" }));
}

// MO-16.
#[wasm_bindgen_test(unsupported = test)]
fn miniorange_lives_are_an_hour_and_two_weeks_unless_said() {
    let issuer = made("miniorange", "issuer", "", &json!({}));
    let lives = (&issuer["accessTtl"], &issuer["refreshTtl"]);
    assert_eq!(lives, (&json!(3600), &json!(1_209_600)));
    let issuer = made("miniorange", "issuer", "", &json!({ "accessTtl": "30m", "kid": "k" }));
    assert_eq!((&issuer["accessTtl"], &issuer["kid"]), (&json!("30m"), &json!("k")));
}

// MO-7, MO-12, MO-17, MO-18.
#[wasm_bindgen_test(unsupported = test)]
fn miniorange_gate_reads_both_spellings_or_the_one_header_named() {
    let gate = made("miniorange", "gate", "", &json!({}));
    assert_eq!(gate["headers"], json!(["authorization", "authorisation"]));
    assert_eq!((&gate["schemeCase"], &gate["pathCase"]), (&json!("any"), &json!("any")));
    let public = |path: &str| json!({ "path": path, "access": "public" });
    let own = ["/api/v1", "/api/v1/token", "/api/v1/token-validate"].map(public);
    assert_eq!(gate["routes"].as_array().unwrap(), &own);
    let facts = json!({ "header": "x-token", "excluded": ["/wp/v2/posts"] });
    let gate = made("miniorange", "gate", "", &facts);
    assert_eq!(gate["headers"], json!(["x-token"]));
    assert_eq!(gate["routes"][3], public("/wp/v2/posts"));
}

// MO-6, MO-8, MO-10, C3.
#[wasm_bindgen_test(unsupported = test)]
fn miniorange_answers_with_its_words() {
    for (code, error, has_code) in [
        (Code::MissingToken, "MISSING_AUTHORIZATION_HEADER", true),
        (Code::UnsupportedScheme, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE", true),
        (Code::MalformedToken, "SEGMENT_FAULT", true),
        (Code::InvalidSignature, "INVALID_SIGNATURE", true),
        (Code::UnsupportedAlgorithm, "UNAUTHORIZED", false),
    ] {
        for place in ["gate", "validate"] {
            let (status, body, _) = answer("miniorange", place, code);
            let body: Value = serde_json::from_str(&body).unwrap();
            assert_eq!((status, &body["status"]), (401, &json!("error")));
            assert_eq!(body["error"], error);
            assert_eq!(body["code"], if has_code { json!("401") } else { Value::Null });
            assert!(body["error_description"].is_string());
        }
    }
    let (status, body, _) = answer("miniorange", "validate-status-200", Code::UnsupportedAlgorithm);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &body["error"], &body["code"]),
        (200, &json!("UNAUTHORIZED"), &json!("401"))
    );
    let (status, _, _) = answer("miniorange", "validate-status-200", Code::InvalidSignature);
    assert_eq!(status, 401);
}

// MO-2, MO-9, MO-10, MO-11.
#[wasm_bindgen_test(unsupported = test)]
fn miniorange_responds_in_the_vendors_shapes() {
    let facts = json!({ "token": "a.b.c", "iat": 1_700_000_000, "exp": 1_700_003_600 });
    let (status, body, _) = response("miniorange", "token", &facts);
    let shape = json!({ "token_type": "Bearer", "iat": 1_700_000_000, "expires_in": 3600,
        "jwt_token": "a.b.c" });
    assert_eq!((status, body), (200, shape));
    let absolute = but(&facts, &json!({ "absoluteExpiresIn": true }));
    assert_eq!(response("miniorange", "token", &absolute).1["expires_in"], 1_700_003_600);
    let (status, body, _) = response("miniorange", "valid", &json!({}));
    assert_eq!(
        (status, body),
        (200, json!({ "status": "TRUE", "message": "VALID_TOKEN", "code": "200" }))
    );
    for (kind, error, status) in [
        ("invalidCredentials", "INVALID_CREDENTIALS", 400),
        ("noSecret", "BAD_REQUEST", 401),
        ("noCredentials", "FORBIDDEN", 403),
    ] {
        let (found, body, _) = response("miniorange", kind, &json!({}));
        assert_eq!((found, &body["error"]), (status, &json!(error)));
        assert_eq!(body["code"], status.to_string());
    }
    let (status, body, headers) = response("miniorange", "tooMany", &json!({}));
    assert_eq!((status, &body["error"]), (429, &json!("TOO_MANY_REQUESTS")));
    assert_eq!(headers["Retry-After"], "60");
}

// MO-14: credentials only for the origins that the host names.
#[wasm_bindgen_test(unsupported = test)]
fn a_preflight_is_granted_to_known_origins_alone() {
    let allow = |facts: Value| {
        let (status, body, headers) = response("miniorange", "preflight", &facts);
        assert_eq!(
            (status, &body["code"], &body["status"]),
            (200, &json!("200"), &json!("success"))
        );
        assert_eq!(headers["Vary"], "Origin");
        assert_eq!(headers["Access-Control-Max-Age"], "86400");
        assert_eq!(headers["Access-Control-Allow-Methods"], "GET, POST, PUT, DELETE, OPTIONS");
        let credentials = headers["Access-Control-Allow-Credentials"].as_str();
        let origin = headers["Access-Control-Allow-Origin"].as_str().map(str::to_owned);
        assert_eq!(credentials, origin.as_ref().map(|_| "true"));
        origin
    };
    let ours = "https://app.example";
    let facts = json!({ "origin": ours, "origins": [ours] });
    assert_eq!(allow(facts.clone()).as_deref(), Some(ours));
    let foreign = but(&facts, &json!({ "origin": "https://evil.example" }));
    assert_eq!(allow(foreign.clone()), None);
    let any = but(&foreign, &json!({ "anyOriginWithCredentials": true }));
    assert_eq!(allow(any).as_deref(), Some("https://evil.example"));
}

// Widgets (systems.md section 6)

#[wasm_bindgen_test(unsupported = test)]
fn widget_tokens_hold_what_each_vendor_wants() {
    let facts = json!({ "id": "42", "name": "A", "email": "a@example.com" });
    let (zendesk, options) =
        claims("zendesk", "visitor", &but(&facts, &json!({ "emailVerified": true })));
    let shape = json!({ "scope": "user", "external_id": "42", "name": "A",
        "email": "a@example.com", "email_verified": true });
    assert_eq!((zendesk.clone(), &options["jti"]), (shape, &Value::Null));
    let (intercom, _) = claims("intercom", "visitor", &facts);
    assert_eq!(intercom, json!({ "user_id": "42", "name": "A", "email": "a@example.com" }));
    let (freshchat, _) = claims("freshchat", "visitor", &json!({ "uuid": "w1" }));
    assert_eq!(freshchat, json!({ "freshchat_uuid": "w1" }));
    for (vendor, claims) in [("zendesk", zendesk), ("intercom", intercom), ("freshchat", freshchat)]
    {
        let policy = || (vendor, "visitor", json!({}));
        let timed = but(&claims, &json!({ "iat": 1_700_000_000, "exp": 1_700_000_600 }));
        assert_eq!(judge(policy(), "HS256", &timed), None, "{vendor}");
        assert_eq!(judge(policy(), "HS256", &claims), Some(Code::MissingClaim), "{vendor}");
        assert_eq!(judge(policy(), "HS512", &timed), Some(Code::UnsupportedAlgorithm), "{vendor}");
    }
    let long = "x".repeat(256);
    let error = make("zendesk", "claims", "visitor", &json!({ "id": long })).unwrap_err();
    assert_eq!(error, "id: is not text of 1 to 255 octets");
    assert_eq!(make("zendesk", "issuer", "", &json!({})).unwrap_err(), "kid: must be given");
    let request = made("hubspot", "request", "token", &json!({ "email": "a@example.com" }));
    assert_eq!(
        (&request["ttl"], &request["body"]),
        (&json!(43_200), &json!({ "email": "a@example.com" }))
    );
}

// What a profile says of its gate, the gate takes.
#[wasm_bindgen_test(unsupported = test)]
fn every_profiles_gate_is_a_gate() {
    for (vendor, facts) in [
        ("leaddesk", json!({})),
        ("zoom", json!({})),
        ("tiledesk", json!({ "secretTokenInQuery": true })),
        ("wp-jwt-auth", json!({ "keyPairsGuardedByHost": true, "outside": "public" })),
        ("miniorange", json!({ "excluded": ["/wp/v2/posts"] })),
    ] {
        gate_of(vendor, &facts);
    }
}
