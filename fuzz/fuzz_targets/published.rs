//! Octets that a publisher has signed do no harm as a list, a delta or a shard, whatever they are.
//! What is refused changes no answer; what is taken in has one spelling, which is taken in again and
//! says the same.
//!
//! The first octet chooses what they are; the list at hand is made to fit their number and partition.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::json::Object;
use edge_jwt::revocation::{Builder, Octets, Presented, Revocations, Shard, Status, sha256};
use edge_jwt::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const NOW: f64 = 1_700_000_000.0;

/// The largest whole number that a manifest may hold.
const LARGEST: u64 = (1 << 53) - 1;

/// Tokens of every kind of entry; the list at hand throws out the first three.
const TOKENS: [&str; 6] = [
    r#"{"iss":"me","jti":"out","iat":1}"#,
    r#"{"iss":"me","sub":"out","iat":1}"#,
    r#"{"iss":"me","sid":"out","iat":1}"#,
    r#"{"iss":"me","jti":"good","sub":"good","iat":1}"#,
    r#"{"iss":"me","family":"good","azp":"good","tenant":"good","iat":1}"#,
    r#"{"jti":"good","sub":"good","sid":"good","data":{"user":{"api_key":"good"}}}"#,
];

fuzz_target!(|input: &[u8]| {
    let Some((form, octets)) = input.split_first() else { return };
    match form % 4 {
        0 => take_snapshot(octets),
        1 => take_delta(octets),
        2 => take_shard(octets, usize::from(*form) / 4 % 4),
        _ => take_into_builder(octets),
    }
});

fn take_snapshot(octets: &[u8]) {
    let (mut list, before) = at_hand(0, 86_400);
    match list.load(&manifest(seq(octets), octets, json!({})), held(octets), now()) {
        Ok(()) => has_one_spelling(&mut list, made(octets)),
        Err(_) => assert_eq!(answers(&list), before),
    }
}

fn take_delta(octets: &[u8]) {
    let number = seq(octets);
    let (mut list, before) = at_hand(number.saturating_sub(1), partition(octets));
    let state = text(&sha256(list.published().unwrap().snapshot()));
    let claims = manifest(number, octets, json!({ "prev": state }));
    match list.apply(&claims, held(octets), now()) {
        Ok(()) => has_one_spelling(&mut list, made(octets)),
        Err(_) => assert_eq!(answers(&list), before),
    }
}

/// One of four shards of a list that has all `jti` and `sid` in them.
fn take_shard(octets: &[u8], place: usize) {
    let body = build(&mut builder(1, 86_400));
    let shards =
        json!({ "sha256": text(&[sha256(octets); 4].concat()), "groups": text(&[1, 1, 3, 1]) });
    let mut list = Revocations::default();
    list.load(&manifest(1, &body, json!({ "shards": shards })), held(&body), now()).unwrap();
    let before = answers(&list);
    let taken = list.load_shard(place, held(octets));
    assert_eq!(list.published().unwrap().is_loaded(place), taken.is_ok());
    let after = answers(&list);
    assert!(taken.is_ok() || after == before);
}

/// What a builder takes over of any octets makes a list that is taken in.
fn take_into_builder(octets: &[u8]) {
    let mut builder = builder(1, 86_400);
    let taken = builder.add_list(octets.to_vec(), Shard::default());
    let body = build(&mut builder);
    open(1, &body);
    assert!(taken.is_ok() || body == build(&mut self::builder(1, 86_400)));
}

/// What was over before the list was made is not said again.
fn has_one_spelling(list: &mut Revocations, made: u64) {
    list.prune(Timestamp::from_whole_milliseconds(made).expect("a list was made at a time"));
    let before = answers(list);
    assert!(list.compact());
    let octets = list.published().unwrap().snapshot().to_vec();
    let mut again = open(seq(&octets), &octets);
    assert_eq!((answers(list), answers(&again)), (before.clone(), before));
    assert!(again.compact());
    assert_eq!(again.published().unwrap().snapshot(), octets);
}

/// The list at hand and what it says.
fn at_hand(seq: u64, partition: u32) -> (Revocations, [Status; TOKENS.len()]) {
    let seq = seq.min(LARGEST);
    let list = open(seq, &build(&mut builder(seq, partition)));
    let before = answers(&list);
    (list, before)
}

fn open(seq: u64, octets: &[u8]) -> Revocations {
    let mut list = Revocations::default();
    list.load(&manifest(seq, octets, json!({})), held(octets), now()).unwrap();
    list
}

fn builder(seq: u64, partition: u32) -> Builder {
    let partition = partition.clamp(60, 31_536_000);
    let settings = json!({ "issuer": "me", "seq": seq, "partition": partition });
    let mut builder = Builder::read(Object::parse(&settings.to_string()).unwrap().into()).unwrap();
    for entry in [r#"{"jti":"out","exp":1700009999}"#, r#"{"sub":"out"}"#, r#"{"session":"out"}"#] {
        builder.add(Object::parse(entry).unwrap().into()).unwrap();
    }
    builder
}

fn build(builder: &mut Builder) -> Vec<u8> {
    builder.build(now()).unwrap().body
}

/// The claims of a manifest for any octets, and others beside.
fn manifest(seq: u64, octets: &[u8], others: Value) -> String {
    let digest = text(&sha256(octets));
    let body = json!({ "sha256": &digest, "len": octets.len() });
    let mut claims = json!({ "iat": NOW, "epoch": 1, "seq": seq, "state": &digest, "body": body });
    claims.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    claims.to_string()
}

fn answers(list: &Revocations) -> [Status; TOKENS.len()] {
    TOKENS.map(|token| {
        let claims = Claims::parse(token, Subjects::Texts).unwrap();
        let token = Presented { claims: &claims, kid: Some("k"), signed: b"header.payload" };
        let _ = list.needed_shards(&token);
        list.check(&token, now())
    })
}

/// The number that octets say is theirs.
fn seq(octets: &[u8]) -> u64 {
    octets.get(8..16).map_or(0, |octets| u64::from_le_bytes(octets.try_into().unwrap()))
}

/// When they say they were made, in milliseconds.
fn made(octets: &[u8]) -> u64 {
    octets.get(16..24).map_or(0, |octets| u64::from_le_bytes(octets.try_into().unwrap()))
}

fn partition(octets: &[u8]) -> u32 {
    octets.get(24..28).map_or(0, |octets| u32::from_le_bytes(octets.try_into().unwrap()))
}

fn held(octets: &[u8]) -> Octets {
    Octets::new(octets.to_vec(), None)
}

fn text(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

fn now() -> Timestamp {
    Timestamp::from_seconds(NOW).unwrap()
}
