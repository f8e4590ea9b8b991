//! Key pairs: what is made, kept, checked and revoked.

use edge_jwt::error::{Code, SetupError};
use edge_jwt::keypair::{KeyPairs, Made, State, list};
use edge_jwt::random;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{HEADER, NOW, World, base64url, entry, mac, options, time, token};

const SECRET: &[u8; 32] = b"the host's own secret, 32 octets";

fn pairs(options_text: &str) -> KeyPairs {
    KeyPairs::read(options(options_text), SECRET).ok().unwrap()
}

fn by_key() -> KeyPairs {
    pairs(r#"{"tokensNameIt":"key"}"#)
}

fn by_client() -> KeyPairs {
    pairs(r#"{"tokensNameIt":"client"}"#)
}

fn create(pairs: &KeyPairs) -> Made {
    pairs.create(options(r#"{"owner":7,"name":"app"}"#), time(NOW + 0.9)).ok().unwrap()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A member of a record.
fn member(record: &str, name: &str) -> String {
    json_of(record)[name].as_str().unwrap().to_owned()
}

/// The options that hold a record.
fn of(record: &str) -> String {
    format!(r#"{{"record":{record}}}"#)
}

fn put(pairs: &KeyPairs, state: State, record: &str) -> String {
    pairs.put_into(state, options(&of(record))).unwrap()
}

fn regenerate(pairs: &KeyPairs, record: &str, seconds: f64) -> Made {
    pairs.regenerate(options(&of(record)), time(seconds)).ok().unwrap()
}

/// The record with what has changed in it.
fn with(record: &str, answer: &str) -> String {
    let mut record = json_of(record);
    for (name, value) in json_of(answer)["changes"].as_object().unwrap() {
        record[name] = value.clone();
    }
    record.to_string()
}

/// The answer to a pair.
fn answer_to(
    pairs: &KeyPairs,
    key: &str,
    secret: &str,
    record: &str,
) -> Result<String, SetupError> {
    let text = format!(r#"{{"key":{},"record":{record}}}"#, json!(key));
    pairs.verify(options(&text), secret.as_bytes(), time(NOW))
}

/// The code for a pair, or "ok".
fn judge(pairs: &KeyPairs, key: &str, secret: &str, record: Option<&str>) -> String {
    let answer = json_of(&answer_to(pairs, key, secret, record.unwrap_or("null")).unwrap());
    if answer["ok"] == true { "ok".to_owned() } else { answer["code"].as_str().unwrap().to_owned() }
}

fn problem<T>(outcome: Result<T, SetupError>) -> String {
    outcome.err().map(|error| error.to_string()).unwrap()
}

/// WP-7, WP-28, ZM-2, TD-15, C-11: a record holds a hash in place of the secret, which is shown once.
#[wasm_bindgen_test(unsupported = test)]
fn a_record_is_all_of_a_pair_but_its_secret() {
    let made = create(&by_key());
    let record = json_of(&made.answer);
    let expected = json!({
        "key": record["key"], "owner": 7, "name": "app", "hash": record["hash"],
        "created": 1_700_000_000, "lastUsed": null, "lastIp": null, "state": "active",
    });
    assert_eq!(record, expected);
    assert!(!made.answer.contains(made.secret.as_str()));
}

/// WP-26, WP-33: nothing in a secret is lost where `%` and `<` do not survive.
#[wasm_bindgen_test(unsupported = test)]
fn keys_begin_with_their_owners_number_and_secrets_are_safe_to_send() {
    let made = create(&by_key());
    let key = member(&made.answer, "key");
    let drawn = key.strip_prefix('7').unwrap();
    assert_eq!(drawn.len(), 24);
    assert!(drawn.chars().all(|letter| letter.is_ascii_alphanumeric()));
    assert_eq!(made.secret.len(), 32);
    let is_safe = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    assert!(made.secret.chars().all(is_safe));

    let named = by_key().create(options(r#"{"owner":"u1","name":""}"#), time(NOW)).ok().unwrap();
    assert_eq!(member(&named.answer, "key").len(), 24);
    let other = create(&by_key());
    assert_ne!(*made.secret, *other.secret);
    assert_ne!(key, member(&other.answer, "key"));
}

/// WP-26: drawn as a remainder, some letters would come a quarter more often than others.
#[wasm_bindgen_test(unsupported = test)]
fn every_letter_of_a_key_is_as_likely_as_any_other() {
    let mut text = String::new();
    random::append_alphanumerics(&mut text, 62_000).unwrap();
    assert_eq!(text.len(), 62_000);
    let mut counts = [0_i32; 128];
    text.bytes().for_each(|letter| counts[usize::from(letter)] += 1);
    let squares = counts.iter().filter(|count| **count > 0).map(|count| (count - 1000).pow(2));
    // Of 62 letters: 61 times 1000 on the average, 61 000 ± 11 000; with the bias 400 000 more.
    let sum: i32 = squares.sum();
    assert_eq!(counts.iter().filter(|count| **count > 0).count(), 62);
    assert!(sum < 170_000, "{sum}");
}

/// C-11: under the host's secret, and bound to the key.
#[wasm_bindgen_test(unsupported = test)]
fn the_hash_is_a_mac_over_label_length_key_and_secret() {
    let made = create(&by_key());
    let key = member(&made.answer, "key");
    let message = [b"edge-jwt key pair 1\0\0\0\0\x19", key.as_bytes(), made.secret.as_bytes()];
    let hash = base64url(mac("HS256", SECRET, &message.concat()));
    assert_eq!(member(&made.answer, "hash"), hash);
}

/// WP-29, C-11: whether the key or the secret was wrong, nobody is told.
#[wasm_bindgen_test(unsupported = test)]
fn only_the_pair_itself_is_accepted() {
    let pairs = by_key();
    let (one, other) = (create(&pairs), create(&pairs));
    let (key, record) = (member(&one.answer, "key"), Some(one.answer.as_str()));
    assert_eq!(judge(&pairs, &key, &one.secret, record), "ok");

    let moved = one.answer.replace(&key, &member(&other.answer, "key"));
    let longer = format!("{}x", *one.secret);
    for (key, secret, record) in [
        (key.as_str(), other.secret.as_str(), record),
        (&key, "", record),
        (&key, &longer, record),
        (&key, &one.secret, None),
        (&key, &one.secret, Some(other.answer.as_str())),
        (&member(&other.answer, "key"), &one.secret, record),
        (&member(&other.answer, "key"), &one.secret, Some(moved.as_str())),
        ("", &one.secret, record),
        ("AAAAAAAAAAAAAAAAAAAAAAAA", "", None),
    ] {
        assert_eq!(judge(&pairs, key, secret, record), "invalid_credentials", "{key} {secret}");
    }
    let elsewhere = KeyPairs::read(options(r#"{"tokensNameIt":"key"}"#), &[1; 32]).ok().unwrap();
    assert_eq!(judge(&elsewhere, &key, &one.secret, record), "invalid_credentials");
}

/// WP-30: the host writes down when and from where a pair was used last.
#[wasm_bindgen_test(unsupported = test)]
fn a_use_is_noted() {
    let pairs = by_key();
    let made = create(&pairs);
    let key = member(&made.answer, "key");
    let used = |ip: Option<&str>| {
        let (key, record) = (json!(key), &made.answer);
        let text = format!(r#"{{"key":{key},"ip":{},"record":{record}}}"#, json!(ip));
        pairs.verify(options(&text), made.secret.as_bytes(), time(NOW + 60.5)).unwrap()
    };
    let changes = json!({ "lastUsed": 1_700_000_060, "lastIp": "2001:db8::1" });
    assert_eq!(json_of(&used(Some("2001:db8::1"))), json!({ "ok": true, "changes": changes }));
    assert_eq!(json_of(&used(None))["changes"], json!({ "lastUsed": 1_700_000_060 }));
}

/// ZM-11: only somebody who knows the secret hears of the state.
#[wasm_bindgen_test(unsupported = test)]
fn a_deactivated_pair_is_refused_until_it_is_reactivated() {
    let pairs = by_client();
    let made = create(&pairs);
    let key = member(&made.answer, "key");
    let off = with(&made.answer, &put(&pairs, State::Deactivated, &made.answer));
    assert_eq!(judge(&pairs, &key, &made.secret, Some(&off)), "deactivated");
    assert_eq!(judge(&pairs, &key, "x", Some(&off)), "invalid_credentials");
    let on = with(&off, &put(&pairs, State::Active, &off));
    assert_eq!(judge(&pairs, &key, &made.secret, Some(&on)), "ok");

    let code_in = |state: &str| {
        let record = made.answer.replace(r#""active""#, state);
        judge(&pairs, &key, &made.secret, Some(&record))
    };
    for state in [r#""Active""#, "true", "null", "1", r#""""#] {
        assert_eq!(code_in(state), "deactivated", "{state}");
    }
    let without = made.answer.replace(r#","state":"active""#, "");
    assert_eq!(judge(&pairs, &key, &made.secret, Some(&without)), "ok");
}

/// WP-34.
#[wasm_bindgen_test(unsupported = test)]
fn records_are_listed_newest_first() {
    let rows = r#"{"created":5}
{"created":1700000000}
{"key":"none"}
{"created":5}
{"created":6.5}"#;
    assert_eq!(list(rows).unwrap(), "[1,4,0,3,2]");
    assert_eq!(list("").unwrap(), "[]");
    assert!(problem(list("[]")).starts_with("records: "));
}

const ROWS: &str = r#"{"key":"a","owner":1}
{"key":"b","owner":2,"mine":[1.10]}
{"key":"c","owner":1}
{"key":"d","owner":"1"}"#;

fn remove(pairs: &KeyPairs, which: &str) -> Value {
    json_of(&pairs.remove(ROWS, options(which), time(NOW)).unwrap())
}

/// WP-8, WP-9, WP-31: one, all of an owner, or none that there is.
#[wasm_bindgen_test(unsupported = test)]
fn pairs_are_removed_by_key_and_by_owner() {
    let pairs = by_key();
    let one = remove(&pairs, r#"{"key":"b"}"#);
    assert_eq!(one, json!({ "removed": [1], "entries": [{ "key": "b" }] }));
    let all = remove(&pairs, r#"{"owner":1}"#);
    assert_eq!(all, json!({ "removed": [0, 2], "entries": [{ "key": "a" }, { "key": "c" }] }));
    let text = remove(&pairs, r#"{"owner":"1"}"#);
    assert_eq!(text, json!({ "removed": [3], "entries": [{ "key": "d" }] }));
    let none = json!({ "removed": [], "entries": [] });
    for which in [r#"{"key":"x"}"#, r#"{"owner":3}"#, r#"{"key":"b","owner":1}"#, r#"{"key":""}"#] {
        assert_eq!(remove(&pairs, which), none, "{which}");
    }
    for which in ["{}", r#"{"key":null}"#, r#"{"key":"a","owner":null}"#, r#"{"owner":1.5}"#] {
        assert!(pairs.remove(ROWS, options(which), time(NOW)).is_err(), "{which}");
    }
    let no_key = pairs.remove("{\"owner\":1}", options(r#"{"owner":2}"#), time(NOW));
    assert_eq!(problem(no_key), "record: has no key");
}

/// WP-32: access and refresh token name the pair that they came of, and go with it.
#[wasm_bindgen_test(unsupported = test)]
fn a_removed_pair_takes_its_tokens_with_it() {
    let claims = |kind: &str| {
        format!(
            r#"{{"iss":"me","aud":"api","exp":1700000060,"data":{{"user":{{"id":1{kind},"api_key":"b"}}}}}}"#
        )
    };
    let tokens = [claims(""), claims(r#","token_type":"refresh""#)];
    let mut world = World::new();
    for claims in &tokens {
        assert_eq!(world.code_of_claims(claims), None);
    }
    let removed = remove(&by_key(), r#"{"key":"b"}"#);
    world.revocations.revoke(entry(&removed["entries"][0].to_string()).unwrap());
    for claims in &tokens {
        assert_eq!(world.code_of_claims(claims), Some(Code::RevokedCredential));
    }
    let other = tokens[0].replace(r#":"b""#, r#":"a""#);
    assert_eq!(world.code_of_claims(&other), None);
}

fn client_token(issued: u64) -> String {
    let claims = format!(r#"{{"iss":"me","aud":"api","azp":"b","iat":{issued},"exp":1700000900}}"#);
    token(HEADER, &claims)
}

/// ZM-10, TD-16: the key stays, and all that was made with the old secret is out at once.
#[wasm_bindgen_test(unsupported = test)]
fn a_new_secret_throws_out_what_was_made_with_the_old_one() {
    let pairs = by_client();
    let made = create(&pairs);
    let key = member(&made.answer, "key");
    let again = regenerate(&pairs, &made.answer, NOW);
    let answer = json_of(&again.answer);
    assert_eq!(answer["entries"], json!([{ "client": key, "before": 1_700_000_000_000_u64 }]));
    assert_eq!(answer["unrevoke"], json!([]));
    let record = with(&made.answer, &again.answer);
    assert_eq!(member(&record, "key"), key);
    assert_eq!(judge(&pairs, &key, &made.secret, Some(&record)), "invalid_credentials");
    assert_eq!(judge(&pairs, &key, &again.secret, Some(&record)), "ok");
    assert_eq!(json_of(&record)["lastUsed"], json!(null));

    let mut world = World::new();
    let renamed = answer["entries"][0].to_string().replace(&key, "b");
    world.revocations.revoke(entry(&renamed).unwrap());
    assert_eq!(world.code(&client_token(1_699_999_999)), Some(Code::RevokedClient));
    assert_eq!(world.code(&client_token(1_700_000_000)), None);
}

/// WP-32: where tokens name the key, a new one is the only way to leave them behind.
#[wasm_bindgen_test(unsupported = test)]
fn where_tokens_name_the_key_it_is_made_anew() {
    let pairs = by_key();
    let made = create(&pairs);
    let off = with(&made.answer, &put(&pairs, State::Deactivated, &made.answer));
    let again = regenerate(&pairs, &off, NOW + 5.0);
    let (old, record) = (member(&made.answer, "key"), with(&off, &again.answer));
    let new = member(&record, "key");
    assert_eq!(json_of(&again.answer)["entries"], json!([{ "key": old }]));
    assert!(new != old && new.starts_with('7') && new.len() == 25);
    assert_eq!(json_of(&record)["created"], 1_700_000_005);
    // Nobody becomes active by asking for a new secret.
    assert_eq!(judge(&pairs, &new, &again.secret, Some(&record)), "deactivated");
}

/// ZM-11: apart from the cut-off of a new secret, which stays.
#[wasm_bindgen_test(unsupported = test)]
fn a_client_that_is_reactivated_has_its_tokens_back() {
    let pairs = by_client();
    let record = r#"{"key":"b"}"#;
    let off = json_of(&put(&pairs, State::Deactivated, record));
    assert_eq!(off["entries"], json!([{ "client": "b" }]));
    assert_eq!(off["unrevoke"], json!([]));
    let on = json_of(&put(&pairs, State::Active, record));
    assert_eq!(on["entries"], json!([]));

    let mut world = World::new();
    let cutoff = r#"{"client":"b","before":1699999000000}"#;
    world.revocations.revoke(entry(cutoff).unwrap());
    let good = client_token(1_699_999_990);
    world.revocations.revoke(entry(&off["entries"][0].to_string()).unwrap());
    assert_eq!(world.code(&good), Some(Code::SuspendedClient));
    world.revocations.unrevoke(&entry(&on["unrevoke"][0].to_string()).unwrap());
    assert_eq!(world.code(&good), None);
    assert_eq!(world.code(&client_token(1_699_998_000)), Some(Code::RevokedClient));
}

/// C-9: an entry ends with the last token that it throws out, where no more can be made.
#[wasm_bindgen_test(unsupported = test)]
fn entries_are_about_one_issuers_tokens_and_end_with_them() {
    let options = r#"{"tokensNameIt":"client","issuer":"me","tokenTtl":3600}"#;
    let pairs = pairs(options);
    let gone = json!([{ "client": "b", "issuer": "me", "exp": 1_700_003_600 }]);
    assert_eq!(remove(&pairs, r#"{"key":"b"}"#)["entries"], gone);
    let again = json_of(&regenerate(&pairs, r#"{"key":"b"}"#, NOW).answer);
    assert_eq!(again["entries"][0]["exp"], 1_700_003_600);
    let off = json_of(&put(&pairs, State::Deactivated, r#"{"key":"b"}"#));
    assert_eq!(off["entries"], json!([{ "client": "b", "issuer": "me" }]));
}

/// WP-27: brought over once, and kept as a hash of our own from then on.
#[wasm_bindgen_test(unsupported = test)]
fn a_hash_of_wordpress_is_taken_for_import_alone() {
    const OLD: &str = "1c1455c8cbeb0492f7f1dd9378edc6c4";
    let pairs = by_key();
    let import = |salt: &[u8], secret: &[u8], hash| pairs.import("1Ab", salt, secret, hash);
    let hash = import(b"AUTH_KEYAUTH_SALT", b"s3cret!", OLD).unwrap();
    let record = json!({ "key": "1Ab", "hash": hash }).to_string();
    assert_eq!(judge(&pairs, "1Ab", "s3cret!", Some(&record)), "ok");
    assert_eq!(judge(&pairs, "1Ab", "s3cret", Some(&record)), "invalid_credentials");

    for (salt, secret, hash) in [
        (&b"AUTH_KEYAUTH_SALT"[..], &b"s3cret"[..], OLD),
        (b"AUTH_KEY", b"s3cret!", OLD),
        (b"AUTH_KEYAUTH_SALT", b"s3cret!", "1c1455c8cbeb0492f7f1dd9378edc6c5"),
        (b"AUTH_KEYAUTH_SALT", b"s3cret!", "1c1455c8cbeb0492f7f1dd9378edc6"),
        (b"AUTH_KEYAUTH_SALT", b"s3cret!", ""),
    ] {
        assert_eq!(import(salt, secret, hash), None);
    }
    // The old hash itself is never what a pair is checked by.
    let old = json!({ "key": "1Ab", "hash": OLD }).to_string();
    assert_eq!(judge(&pairs, "1Ab", "s3cret!", Some(&old)), "invalid_credentials");
    assert_eq!(judge(&pairs, "1Ab", OLD, Some(&old)), "invalid_credentials");
}

#[wasm_bindgen_test(unsupported = test)]
fn misuse_names_its_option() {
    let read = |text: &str, secret: &[u8]| problem(KeyPairs::read(options(text), secret));
    let named = r#"{"tokensNameIt":"key"}"#;
    assert_eq!(read(named, &[1; 31]), "secret: is too short");
    assert_eq!(read(named, b""), "secret: is empty");
    assert_eq!(
        read(r#"{"tokensNameIt":"key","encoding":"hex"}"#, b"x"),
        "secret: is not written in the encoding it names"
    );
    assert_eq!(read("{}", SECRET), "tokensNameIt: must be said: key or client");
    assert_eq!(
        read(r#"{"tokensNameIt":"kid"}"#, SECRET),
        "tokensNameIt: must be said: key or client"
    );
    assert_eq!(read(r#"{"tokensNameIt":"key","x":1}"#, SECRET), "x: is not an option here");

    let create = |text: &str| problem(by_key().create(options(text), time(NOW)));
    assert_eq!(create(r#"{"owner":1}"#), "name: is not a string");
    for owner in ["-1", "1.5", "1e30", "null", r#""""#, "[]"] {
        let said = create(&format!(r#"{{"name":"a","owner":{owner}}}"#));
        assert_eq!(said, "owner: is neither a whole number nor a string", "{owner}");
    }
    for record in ["1", "[]", "{}", r#"{"key":[],"hash":"AA"}"#] {
        let read = by_key().regenerate(options(&of(record)), time(NOW));
        assert!(problem(read).starts_with("record: "), "{record}");
        assert_eq!(
            problem(answer_to(&by_key(), "a", "b", record)).split(':').next(),
            Some("record")
        );
    }
    let no_hash = answer_to(&by_key(), "a", "b", r#"{"key":"a","hash":"%"}"#);
    assert_eq!(problem(no_hash), "record: has no hash of ours");
}
