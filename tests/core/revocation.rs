//! Revocation: what an entry throws out, and what it leaves alone (spec/revocation.md 2.2).

use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::error::Code;
use edge_jwt::revocation::{Kind, Revocations, Status};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{CLAIMS, HEADER, World, entry, time, token};

fn list(entries: &[&str]) -> Revocations {
    let mut list = Revocations::default();
    for options in entries {
        list.revoke(entry(options).unwrap());
    }
    list
}

fn status(entries: &[&str], claims: &str) -> Status {
    list(entries).check(&Claims::parse(claims, Subjects::Texts).unwrap(), Some("k1"))
}

#[wasm_bindgen_test(unsupported = test)]
fn each_kind_throws_out_its_own_and_says_so() {
    let claims = r#"{"iss":"me","sub":"u1","jti":"t1","iat":100}"#;
    for (options, kind) in [
        (r#"{"jti":"t1"}"#, Kind::Token),
        (r#"{"sub":"u1"}"#, Kind::Subject),
        (r#"{"kid":"k1"}"#, Kind::Key),
    ] {
        assert_eq!(status(&[options], claims), Status::Revoked(kind), "{options}");
    }
    for options in [r#"{"jti":"u1"}"#, r#"{"sub":"t1"}"#, r#"{"kid":"t1"}"#, r#"{"jti":"T1"}"#] {
        assert_eq!(status(&[options], claims), Status::Good, "{options}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_revoked_token_is_refused_and_taken_back_it_is_good() {
    let mut world = World::new();
    let token = token(HEADER, CLAIMS);
    for (options, code) in [
        (r#"{"jti":"t1"}"#, Code::RevokedToken),
        (r#"{"sub":"u1"}"#, Code::RevokedSubject),
        (r#"{"kid":"main"}"#, Code::RevokedKey),
    ] {
        world.revocations.revoke(entry(options).unwrap());
        assert_eq!(world.code(&token), Some(code), "{options}");
        assert!(world.revocations.unrevoke(&entry(options).unwrap()));
        assert!(!world.revocations.unrevoke(&entry(options).unwrap()));
        assert_eq!(world.code(&token), None, "{options}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_key_is_revoked_even_for_tokens_that_do_not_name_it() {
    let mut world = World::new();
    world.revocations = list(&[r#"{"kid":"main"}"#]);
    assert_eq!(world.code(&token(r#"{"alg":"HS256"}"#, CLAIMS)), Some(Code::RevokedKey));
}

/// Cut-offs are milliseconds and compare `t < cutoff` with the earlier of `iat` and `auth_time`.
#[wasm_bindgen_test(unsupported = test)]
fn a_cut_off_throws_out_what_began_before_it() {
    let entries = [r#"{"sub":"u1","before":1700000000500}"#];
    let out = Status::Revoked(Kind::Subject);
    for (claims, expected) in [
        (r#"{"sub":"u1","iat":1700000000}"#, out),
        (r#"{"sub":"u1","iat":1700000000.499}"#, out),
        (r#"{"sub":"u1","iat":1700000000.5}"#, Status::Good),
        (r#"{"sub":"u1","iat":1700000001}"#, Status::Good),
        (r#"{"sub":"u1","iat":1700000001,"auth_time":1699999999}"#, out),
        (r#"{"sub":"u1","iat":1700000001,"auth_time":1700000001}"#, Status::Good),
        (r#"{"sub":"u1"}"#, out),
        (r#"{"sub":"u2","iat":1}"#, Status::Good),
        (r#"{"iat":1}"#, Status::Good),
    ] {
        assert_eq!(status(&entries, claims), expected, "{claims}");
    }
}

/// The weaker of two cut-offs must never win (CVE-2026-8922, CVE-2026-18218).
#[wasm_bindgen_test(unsupported = test)]
fn two_entries_for_one_target_combine_to_the_one_that_reaches_further() {
    let (early, late, all) = (
        r#"{"sub":"u1","before":1700000000000}"#,
        r#"{"sub":"u1","before":1700000100000}"#,
        r#"{"sub":"u1"}"#,
    );
    let between = r#"{"sub":"u1","iat":1700000050}"#;
    let out = Status::Revoked(Kind::Subject);
    assert_eq!(status(&[early], between), Status::Good);
    assert_eq!(status(&[early, late], between), out);
    assert_eq!(status(&[late, early], between), out);
    assert_eq!(status(&[all, early], r#"{"sub":"u1","iat":1700009999}"#), out);
    assert_eq!(list(&[early, late, all]).len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_entry_with_an_issuer_concerns_that_issuer_alone() {
    let scoped = [r#"{"sub":"u1","issuer":"me"}"#];
    assert_eq!(status(&scoped, r#"{"iss":"me","sub":"u1"}"#), Status::Revoked(Kind::Subject));
    assert_eq!(status(&scoped, r#"{"iss":"you","sub":"u1"}"#), Status::Good);
    assert_eq!(status(&scoped, r#"{"sub":"u1"}"#), Status::Good);

    let mut list = list(&[r#"{"sub":"u1","issuer":"me"}"#, r#"{"sub":"u1","issuer":"you"}"#]);
    assert!(list.unrevoke(&entry(r#"{"sub":"u1","issuer":"you"}"#).unwrap()));
    assert_eq!(list.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_entry_dies_with_its_token() {
    let mut list = list(&[
        r#"{"jti":"a","exp":1700000000}"#,
        r#"{"jti":"b","exp":1700000001}"#,
        r#"{"jti":"c"}"#,
        r#"{"jti":"d","exp":1700000000}"#,
        r#"{"jti":"d"}"#,
    ]);
    assert_eq!(list.prune(time(1_699_999_999.0)), 0);
    assert_eq!(list.prune(time(1_700_000_000.0)), 1);
    assert_eq!(list.len(), 3);
    assert_eq!(list.prune(time(9_999_999_999.0)), 1);
    assert!(!list.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn an_entry_is_written_without_a_slip() {
    for (options, option) in [
        ("{}", "entry"),
        (r#"{"jti":"a","sub":"b"}"#, "entry"),
        (r#"{"jti":7}"#, "jti"),
        (r#"{"jti":"a","before":1700000000000}"#, "before"),
        (r#"{"kid":"a","before":1700000000000}"#, "before"),
        (r#"{"sub":"a","before":1700000000}"#, "before"),
        (r#"{"sub":"a","before":1e15}"#, "before"),
        (r#"{"jti":"a","exp":1700000000000}"#, "exp"),
        (r#"{"jti":"a","until":1}"#, "until"),
    ] {
        assert_eq!(entry(options).unwrap_err().option, option, "{options}");
    }
}
