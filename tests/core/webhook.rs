//! Webhooks: what is signed, what is taken, and who may be told of what.

use edge_jwt::error::{Code, SetupError};
use edge_jwt::webhook::{Webhook, check_subscriptions};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{NOW, mac, options, time};

const SECRET: &[u8] = b"ZM_SECRET_TOKEN";
const TIME: &str = "1700000000";
const BODY: &str = r#"{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680}"#;
const SIGNATURE: &str = "v0=35bf69bc838592415e935944ed86bd61a995e80b8ff0f046aad51f9642304a74";

fn with_secrets(options_text: &str, secrets: &[&[u8]]) -> Webhook {
    let mut webhook = Webhook::read(options(options_text)).ok().unwrap();
    for secret in secrets {
        webhook.add_secret(options("{}"), secret).unwrap();
    }
    webhook
}

fn zoom() -> Webhook {
    with_secrets("{}", &[SECRET])
}

fn code_at(seconds: f64, body: &str, timestamp: &str, signature: &str) -> Option<Code> {
    zoom().verify(body.as_bytes(), timestamp, signature, time(seconds)).err()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn problem<T>(outcome: Result<T, SetupError>) -> String {
    outcome.err().map(|error| error.to_string()).unwrap()
}

/// ZM-16, C-15.
#[wasm_bindgen_test(unsupported = test)]
fn zooms_own_signature_is_made_and_taken() {
    let signed = json_of(&zoom().sign(BODY.as_bytes(), time(NOW + 0.9)).unwrap());
    assert_eq!(signed, json!({ "timestamp": TIME, "signature": SIGNATURE }));
    assert_eq!(code_at(NOW, BODY, TIME, SIGNATURE), None);
}

/// ZM-17: not what the body means, but how it is written.
#[wasm_bindgen_test(unsupported = test)]
fn the_octets_of_the_body_are_what_is_signed() {
    let pretty = serde_json::to_string_pretty(&json_of(BODY)).unwrap();
    for body in [pretty.as_str(), &format!("{BODY}\n"), &BODY.replace('"', "'"), ""] {
        assert_eq!(code_at(NOW, body, TIME, SIGNATURE), Some(Code::InvalidSignature), "{body}");
    }
    let webhook = zoom();
    for body in [&b""[..], b"\0", b"\xff\xfe", b"{\r\n}"] {
        let signed = json_of(&webhook.sign(body, time(NOW)).unwrap());
        let signature = signed["signature"].as_str().unwrap();
        assert_eq!(webhook.verify(body, TIME, signature, time(NOW)), Ok(()));
    }
}

/// ZM-16: each part of the message counts.
#[wasm_bindgen_test(unsupported = test)]
fn what_does_not_fit_is_refused_by_name() {
    let forged = |at: usize| {
        let other = |(place, digit)| match (place == at, digit) {
            (false, digit) => digit,
            (true, '0') => '1',
            (true, _) => '0',
        };
        SIGNATURE.chars().enumerate().map(other).collect::<String>()
    };
    for at in 3..SIGNATURE.len() {
        assert_eq!(code_at(NOW, BODY, TIME, &forged(at)), Some(Code::InvalidSignature), "{at}");
    }
    let upper = SIGNATURE.to_uppercase();
    let short = SIGNATURE.trim_end_matches('4');
    for (timestamp, signature, code) in [
        ("", SIGNATURE, Code::MissingToken),
        (TIME, "", Code::MissingToken),
        ("1700000001", SIGNATURE, Code::InvalidSignature),
        ("1700000000.0", SIGNATURE, Code::MalformedToken),
        ("01700000000", SIGNATURE, Code::MalformedToken),
        ("+1700000000", SIGNATURE, Code::MalformedToken),
        ("-1", SIGNATURE, Code::MalformedToken),
        ("1700000000, 1700000000", SIGNATURE, Code::MalformedToken),
        ("1700000000000", SIGNATURE, Code::MalformedToken),
        ("18446744073709551615", SIGNATURE, Code::MalformedToken),
        (TIME, SIGNATURE.trim_start_matches("v0="), Code::MalformedToken),
        (TIME, &SIGNATURE.replace("v0", "v1"), Code::MalformedToken),
        (TIME, &upper, Code::MalformedToken),
        (TIME, short, Code::MalformedToken),
        (TIME, "v0=", Code::MalformedToken),
        (TIME, " ", Code::MalformedToken),
    ] {
        assert_eq!(code_at(NOW, BODY, timestamp, signature), Some(code), "{timestamp} {signature}");
    }
}

/// C-15: a body is taken for a while alone; but nothing is said of the age of what nobody signed.
#[wasm_bindgen_test(unsupported = test)]
fn a_body_is_taken_for_a_while_alone() {
    for (seconds, code) in [
        (NOW + 300.0, None),
        (NOW + 300.001, Some(Code::TooOld)),
        (NOW - 60.0, None),
        (NOW - 60.001, Some(Code::IssuedInFuture)),
    ] {
        assert_eq!(code_at(seconds, BODY, TIME, SIGNATURE), code, "{seconds}");
    }
    let forged = code_at(NOW + 9999.0, "x", TIME, SIGNATURE);
    assert_eq!(forged, Some(Code::InvalidSignature));

    let strict = with_secrets(r#"{"maxAge":10,"clockTolerance":0}"#, &[SECRET]);
    let at = |seconds| strict.verify(BODY.as_bytes(), TIME, SIGNATURE, time(seconds)).err();
    assert_eq!((at(NOW), at(NOW + 10.0)), (None, None));
    assert_eq!(at(NOW + 11.0), Some(Code::TooOld));
    assert_eq!(at(NOW - 0.5), Some(Code::IssuedInFuture));
}

/// C-15: the newest secret signs, and what the older ones signed is taken until they are gone.
#[wasm_bindgen_test(unsupported = test)]
fn secrets_can_be_changed_without_losing_what_is_on_its_way() {
    let both = with_secrets("{}", &[b"new", SECRET]);
    assert_eq!(both.verify(BODY.as_bytes(), TIME, SIGNATURE, time(NOW)), Ok(()));
    let signed = json_of(&both.sign(BODY.as_bytes(), time(NOW)).unwrap());
    let expected = mac("HS256", b"new", format!("v0:{TIME}:{BODY}").as_bytes());
    assert_eq!(signed["signature"], format!("v0={}", base16ct::lower::encode_string(&expected)));
    let new = signed["signature"].as_str().unwrap();
    assert_eq!(both.verify(BODY.as_bytes(), TIME, new, time(NOW)), Ok(()));
    let later = with_secrets("{}", &[b"new"]);
    let refused = later.verify(BODY.as_bytes(), TIME, SIGNATURE, time(NOW));
    assert_eq!(refused, Err(Code::InvalidSignature));
}

#[wasm_bindgen_test(unsupported = test)]
fn one_versions_signature_is_none_of_another() {
    let next = with_secrets(r#"{"version":"v1"}"#, &[SECRET]);
    let as_v1 = SIGNATURE.replace("v0", "v1");
    let refused = next.verify(BODY.as_bytes(), TIME, &as_v1, time(NOW));
    assert_eq!(refused, Err(Code::InvalidSignature));
}

/// ZM-18.
#[wasm_bindgen_test(unsupported = test)]
fn a_question_for_the_address_is_answered() {
    let answer = zoom().answer_url_validation(BODY.as_bytes()).unwrap().unwrap();
    let expected = json!({
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": "1b4cb208a5b26f62f1260c6275cb06b91d7e86242c4c0c23de7fa3ffb9e3e536",
    });
    assert_eq!(json_of(&answer), expected);
    for body in [
        "",
        "{}",
        r#"{"event":"meeting.started","payload":{"plainToken":"a"}}"#,
        r#"{"event":"endpoint.url_validation"}"#,
        r#"{"event":"endpoint.url_validation","payload":{"plainToken":5}}"#,
        r#"{"event":"endpoint.url_validation","payload":{"plainToken":""}}"#,
        r#"{"event":"endpoint.url_validation","payload":["plainToken"]}"#,
        r#"{"event":"endpoint.url_validation","event":"x","payload":{"plainToken":"a"}}"#,
    ] {
        assert_eq!(zoom().answer_url_validation(body.as_bytes()), Ok(None), "{body}");
    }
    assert_eq!(zoom().answer_url_validation(b"\xff"), Ok(None));
}

/// ZM-18: the answer is a MAC over what the asker chose. If that could be a message, anybody could
/// have any message signed.
#[wasm_bindgen_test(unsupported = test)]
fn no_question_gets_a_message_signed() {
    let message = format!("v0:{TIME}:{{}}");
    for plain in [message.as_str(), "v0:", ":", "a b", "\u{e9}", &"a".repeat(257)] {
        let body =
            json!({ "event": "endpoint.url_validation", "payload": { "plainToken": plain } });
        let answer = zoom().answer_url_validation(body.to_string().as_bytes());
        assert_eq!(answer, Ok(None), "{plain}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn misuse_names_its_option() {
    let read = |text: &str| problem(Webhook::read(options(text)));
    assert_eq!(read(r#"{"version":"v0:"}"#), "version: is not letters and digits");
    assert_eq!(read(r#"{"version":""}"#), "version: is not letters and digits");
    assert_eq!(
        read(r#"{"maxAge":0}"#),
        "maxAge: is not a positive number of seconds, nor such as 60m"
    );
    assert_eq!(read(r#"{"clockTolerance":601}"#), "clockTolerance: is not 0 to 600 seconds");
    assert_eq!(read(r#"{"x":1}"#), "x: is not an option here");
    let mut webhook = Webhook::read(options("{}")).ok().unwrap();
    assert_eq!(problem(webhook.sign(b"", time(NOW))), "secrets: are none");
    assert!(webhook.verify(BODY.as_bytes(), TIME, SIGNATURE, time(NOW)).is_err());
    assert_eq!(problem(webhook.add_secret(options("{}"), b"")), "secret: is empty");
    for _ in 0..8 {
        webhook.add_secret(options(r#"{"encoding":"hex"}"#), b"00ff").unwrap();
    }
    assert_eq!(problem(webhook.add_secret(options("{}"), b"x")), "secrets: are more than eight");
    assert_eq!(problem(webhook.sign(b"", time(-1.0))), "now: is before 1970");
}

const SUBSCRIPTION: &str = r#"{"name":"n","development":"https://dev.example.org:8443/hook?a=b","production":"https://example.org","events":["meeting.started"],"id":5}"#;

fn checked(list: &str) -> Value {
    json_of(&check_subscriptions(list, 10))
}

/// The member at fault, with one member put in another's place.
fn fault(member: &str, value: &str) -> Value {
    let mut subscription = json_of(SUBSCRIPTION);
    subscription[member] = json_of(value);
    let refused = checked(&format!("{SUBSCRIPTION}\n{subscription}"));
    if refused["ok"] == false {
        assert_eq!(refused["index"], 1);
        assert_eq!(refused["code"], "invalid_subscription");
        assert!(refused["message"].is_string());
    }
    refused["option"].clone()
}

/// ZM-14: at most ten, the same event as often as one likes, a name without effect.
#[wasm_bindgen_test(unsupported = test)]
fn ten_subscriptions_are_taken_and_no_more() {
    let list = |count: usize| [SUBSCRIPTION].repeat(count).join("\n");
    for count in [0, 1, 10] {
        assert_eq!(checked(&list(count)), json!({ "ok": true }), "{count}");
    }
    let refused = checked(&list(11));
    assert_eq!((&refused["index"], &refused["option"]), (&json!(10), &json!("list")));
    assert_eq!(json_of(&check_subscriptions(&list(20), 20))["ok"], true);
    for name in ["null", r#""""#, r#""another""#] {
        assert_eq!(fault("name", name), json!(null), "{name}");
    }
    assert_eq!(fault("name", "5"), "name");
    assert_eq!(fault("events", r#"["a","a","b"]"#), json!(null));
    for events in ["[]", r#"[""]"#, "[5]", r#""a""#, "null", r#"["a",[]]"#] {
        assert_eq!(fault("events", events), "events", "{events}");
    }
    for row in ["null", "[]", "5", "{", r#"{"a":1,"a":2}"#] {
        assert_eq!(checked(row)["option"], "list", "{row}");
    }
}

/// ZM-15: an address for development and one for production, both https.
#[wasm_bindgen_test(unsupported = test)]
fn both_addresses_are_https_and_plain() {
    for address in [
        "https://example.org/",
        "https://example.org:443/a/b?c=d&e=%20",
        "https://xn--bcher-kva.example/~u/(a)!",
        "https://192.0.2.1/hook",
        "https://example.org?a=user@b",
        "https://a-b.c",
    ] {
        assert_eq!(fault("production", &json!(address).to_string()), json!(null), "{address}");
    }
    for address in [
        "",
        "http://example.org",
        "HTTPS://example.org",
        "https:/example.org",
        "https:example.org",
        "https://",
        "https:///path",
        "https://?a",
        "https://user@example.org",
        "https://user:secret@example.org",
        "https://example.org#fragment",
        "https://example.org/#",
        "https://example.org\\@evil.example",
        "https://exa mple.org",
        "https://example.org/\n",
        "https://example.org/\t",
        " https://example.org",
        "https://example.org:",
        "https://example.org:0443",
        "https://example.org:65536",
        "https://example.org:44a",
        "https://example..org",
        "https://.org",
        "https://b\u{fc}cher.example",
        "https://ex%61mple.org",
        "javascript:alert(1)",
        "ftp://example.org",
    ] {
        for member in ["development", "production"] {
            assert_eq!(fault(member, &json!(address).to_string()), member, "{address}");
        }
    }
    for value in ["null", "5", "{}"] {
        assert_eq!(fault("development", value), "development", "{value}");
    }
}
