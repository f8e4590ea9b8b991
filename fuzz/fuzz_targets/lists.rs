//! What a host says itself is answered as a plain map of its entries would, whatever was revoked,
//! taken back and forgotten before.

#![no_main]

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::json::Object;
use edge_jwt::revocation::{Entry, Kind, Presented, Revocations, Status};
use edge_jwt::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

#[derive(Arbitrary, Debug)]
enum Step {
    Revoke(Target, Option<u8>, Option<u8>),
    Unrevoke(Target),
    Prune(u8),
    Check { named: [Option<bool>; 3], issuer: Option<bool>, iat: Option<u8>, auth_time: Option<u8> },
}

/// Few names, so that steps meet one another.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    kind: Place,
    value: bool,
    issuer: Option<bool>,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Token,
    Subject,
    Key,
}

/// In the order in which a list looks for them.
const KINDS: [(Place, Kind); 3] =
    [(Place::Token, Kind::Token), (Place::Key, Kind::Key), (Place::Subject, Kind::Subject)];

/// A second within reach of the numbers of a step.
const START: u64 = 1_700_000_000;

/// How long an entry outlives its tokens.
const TOLERANCE: u64 = 600;

/// For each target, the second before which its tokens are out, and the second at which the last of
/// them expires; `u64::MAX` for all of them, and for never.
type Model = BTreeMap<Target, (u64, u64)>;

fuzz_target!(|steps: Vec<Step>| {
    let (mut list, mut model) = (Revocations::default(), Model::new());
    for step in steps {
        match step {
            Step::Revoke(target, before, exp) => {
                let before = before.filter(|_| target.kind == Place::Subject);
                list.revoke(entry(target, before, exp));
                let said = model.entry(target).or_default();
                said.0 = said.0.max(second(before));
                said.1 = said.1.max(second(exp));
            }
            Step::Unrevoke(target) => {
                let removed = list.unrevoke(&entry(target, None, None));
                assert_eq!(removed, model.remove(&target).is_some());
            }
            Step::Prune(now) => {
                let (now, before) = (START + TOLERANCE + u64::from(now), model.len());
                model.retain(|_, (_, exp)| now < exp.saturating_add(TOLERANCE));
                let forgotten = list.prune(Timestamp::from_seconds(now as f64).unwrap());
                assert_eq!(forgotten, before - model.len());
            }
            Step::Check { named, issuer, iat, auth_time } => {
                let began = iat.into_iter().chain(auth_time).min();
                let began = began.map_or(0, |time| second(Some(time)));
                let hits = KINDS.into_iter().zip(named).filter(|((place, _), value)| {
                    model.iter().any(|(target, (before, _))| {
                        target.kind == *place
                            && Some(target.value) == *value
                            && (target.issuer.is_none() || target.issuer == issuer)
                            && began < *before
                    })
                });
                let expected = hits.map(|((_, kind), _)| Status::Revoked(kind)).next();
                let [jti, kid, sub] = named.map(|which| which.map(name));
                let [iat, auth_time] = [iat, auth_time].map(|n| n.map(|n| second(Some(n))));
                let iss = issuer.map(name);
                let claims = json!({
                    "jti": jti, "sub": sub, "iss": iss, "iat": iat, "auth_time": auth_time,
                });
                let claims = without_nulls(claims);
                let claims = Claims::parse(&claims, Subjects::Texts).unwrap();
                let token = Presented { claims: &claims, kid, signed: b"" };
                let status = list.check(&token, Timestamp::from_seconds(START as f64).unwrap());
                assert_eq!(status, expected.unwrap_or(Status::Unpublished));
            }
        }
        assert_eq!(list.len(), model.len());
    }
});

fn entry(target: Target, before: Option<u8>, exp: Option<u8>) -> Entry {
    let selector = ["jti", "sub", "kid"][target.kind as usize];
    let text = json!({
        selector: name(target.value),
        "issuer": target.issuer.map(name),
        "before": before.map(|n| second(Some(n)) * 1000),
        "exp": exp.map(|n| second(Some(n))),
    });
    Entry::read(Object::parse(&text.to_string()).unwrap().into(), None).unwrap()
}

fn second(n: Option<u8>) -> u64 {
    n.map_or(u64::MAX, |n| START + u64::from(n))
}

fn name(which: bool) -> &'static str {
    if which { "a" } else { "b" }
}

fn without_nulls(mut object: Value) -> String {
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    object.to_string()
}
