//! Revocation: what an entry throws out, and what it leaves alone (spec/revocation.md 2.2).

use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::demands::Demands;
use edge_jwt::error::Code;
use edge_jwt::revocation::{Kind, Presented, Revocations, Settings, Status};
use wasm_bindgen_test::wasm_bindgen_test;

use super::published::{builder, load};
use super::support::{CLAIMS, HEADER, NOW, World, base64url, entry, options, policy, time, token};

fn list(entries: &[&str]) -> Revocations {
    let mut list = Revocations::default();
    for options in entries {
        list.revoke(entry(options).unwrap());
    }
    list
}

const SIGNED: &[u8] = b"header.payload";

fn answer(list: &Revocations, claims: &str) -> Status {
    let claims = Claims::parse(claims, Subjects::Texts).unwrap();
    let token = Presented { claims: &claims, kid: Some("k1"), signed: SIGNED };
    match list.check(&token, time(NOW)) {
        // Nothing has been published, and nothing else is wrong.
        Status::Unpublished => Status::Good,
        status => status,
    }
}

fn status(entries: &[&str], claims: &str) -> Status {
    answer(&list(entries), claims)
}

/// A token that can be thrown out in every way there is.
const EVERYTHING: &str = r#"{"iss":"me","sub":"u1","jti":"t1","iat":100,"sid":"s1","family":"f1",
    "azp":"c1","tenant":"n1","data":{"user":{"api_key":"a1"}}}"#;

#[wasm_bindgen_test(unsupported = test)]
fn each_kind_throws_out_its_own_and_says_so() {
    for (options, kind, code) in [
        (r#"{"jti":"t1"}"#, Kind::Token, Code::RevokedToken),
        (r#"{"session":"s1"}"#, Kind::Session, Code::RevokedSession),
        (r#"{"family":"f1"}"#, Kind::Family, Code::RevokedFamily),
        (r#"{"kid":"k1"}"#, Kind::Key, Code::RevokedKey),
        (r#"{"key":"a1"}"#, Kind::Credential, Code::RevokedCredential),
        (r#"{"client":"c1"}"#, Kind::Suspension, Code::SuspendedClient),
        (r#"{"client":"c1","before":100000000001}"#, Kind::Client, Code::RevokedClient),
        (r#"{"sub":"u1"}"#, Kind::Subject, Code::RevokedSubject),
        (r#"{"tenant":"n1"}"#, Kind::Tenant, Code::RevokedTenant),
        (r#"{"all":true,"issuer":"me"}"#, Kind::All, Code::RevokedIssuer),
        (r#"{"all":true,"before":100000000001}"#, Kind::All, Code::RevokedIssuer),
    ] {
        assert_eq!(status(&[options], EVERYTHING), Status::Revoked(kind), "{options}");
        assert_eq!(kind.code(), code, "{options}");
    }
    for options in [
        r#"{"jti":"u1"}"#,
        r#"{"sub":"t1"}"#,
        r#"{"kid":"t1"}"#,
        r#"{"jti":"T1"}"#,
        r#"{"session":"f1"}"#,
        r#"{"key":"c1"}"#,
        r#"{"all":true,"issuer":"you"}"#,
    ] {
        assert_eq!(status(&[options], EVERYTHING), Status::Good, "{options}");
    }
}

/// Over `header.payload` and never the signature or the whole text, which have several spellings.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_without_a_jti_is_named_by_what_was_signed_of_it() {
    let mut world = World::new();
    let claims = CLAIMS.replace(r#""jti":"t1","#, "");
    let token = token(HEADER, &claims);
    let signed = token.rsplit_once('.').unwrap().0;
    let otherwise_signed = format!("{signed}.{}", base64url([7; 32]));
    for named in [token.as_str(), &otherwise_signed] {
        let entry = entry(&format!(r#"{{"token":"{named}"}}"#)).unwrap();
        world.revocations.revoke(entry);
        assert_eq!(world.code(&token), Some(Code::RevokedToken));
        assert_eq!(world.code_of_claims(CLAIMS), None);
        assert!(world.revocations.unrevoke(&entry));
    }
    let hash = base64url(<sha2::Sha256 as sha2::Digest>::digest(SIGNED));
    let entry = format!(r#"{{"token":"{hash}"}}"#);
    assert_eq!(status(&[&entry], "{}"), Status::Revoked(Kind::Fingerprint));
}

#[wasm_bindgen_test(unsupported = test)]
fn where_a_kind_stands_in_the_claims_is_the_callers_to_say() {
    let settings =
        r#"{"claims":{"session":"/x/session","tenant":["/org","/aud"],"client":"/iss"}}"#;
    let mut list = Revocations::new(Settings::read(options(settings)).unwrap());
    for options in [r#"{"session":"s1"}"#, r#"{"tenant":"n1"}"#, r#"{"client":"zoom-key"}"#] {
        list.revoke(entry(options).unwrap());
    }
    for (claims, kind) in [
        (r#"{"x":{"session":"s1"}}"#, Kind::Session),
        (r#"{"org":"n1"}"#, Kind::Tenant),
        // A list is looked through, also `aud`.
        (r#"{"aud":["n0","n1"]}"#, Kind::Tenant),
        (r#"{"aud":"n1"}"#, Kind::Tenant),
        (r#"{"iss":"zoom-key"}"#, Kind::Suspension),
    ] {
        assert_eq!(answer(&list, claims), Status::Revoked(kind), "{claims}");
    }
    for claims in [r#"{"sid":"s1"}"#, r#"{"tenant":"n1"}"#, r#"{"azp":"zoom-key"}"#] {
        assert_eq!(answer(&list, claims), Status::Good, "{claims}");
    }
    list.revoke(entry(r#"{"tenant":"7"}"#).unwrap());
    assert_eq!(answer(&list, r#"{"org":7}"#), Status::Revoked(Kind::Tenant), "digits");
}

/// ZM-11: what was issued before is good again afterwards, unless it was cut off as well.
#[wasm_bindgen_test(unsupported = test)]
fn a_suspended_client_comes_back_with_its_tokens() {
    let claims = r#"{"azp":"c1","iat":1700000000}"#;
    let mut list = list(&[r#"{"client":"c1"}"#]);
    assert_eq!(answer(&list, claims), Status::Revoked(Kind::Suspension));
    assert!(list.unrevoke(&entry(r#"{"client":"c1"}"#).unwrap()));
    assert_eq!(answer(&list, claims), Status::Good);

    list.revoke(entry(r#"{"client":"c1"}"#).unwrap());
    list.revoke(entry(r#"{"client":"c1","before":1700000000001}"#).unwrap());
    list.unrevoke(&entry(r#"{"client":"c1"}"#).unwrap());
    assert_eq!(answer(&list, claims), Status::Revoked(Kind::Client));
}

/// Keycloak took the weaker of realm and client (CVE-2026-8922, CVE-2026-18218).
#[wasm_bindgen_test(unsupported = test)]
fn the_latest_cut_off_of_all_levels_decides() {
    let (old, new) = ("1600000000000", "1700000100000");
    let claims = r#"{"iss":"me","sub":"u1","azp":"c1","tenant":"n1","iat":1700000000}"#;
    let levels = [
        r#""all":true"#,
        r#""all":true,"issuer":"me""#,
        r#""sub":"u1""#,
        r#""client":"c1""#,
        r#""tenant":"n1""#,
    ];
    for strict in levels {
        let entries: Vec<_> = levels
            .iter()
            .map(|level| {
                format!(r#"{{{level},"before":{}}}"#, if *level == strict { new } else { old })
            })
            .collect();
        let entries: Vec<_> = entries.iter().map(String::as_str).collect();
        assert!(matches!(status(&entries, claims), Status::Revoked(_)), "{strict}");
        let without: Vec<_> = entries.into_iter().filter(|entry| !entry.contains(new)).collect();
        assert_eq!(status(&without, claims), Status::Good, "without {strict}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_becomes_of_a_token_that_nothing_can_name_is_said_aloud() {
    let mut world = World::new();
    let nameless = r#"{"iss":"me","aud":"api","exp":1700000060}"#;
    assert_eq!(world.code_of_claims(nameless), None);
    world.demands = demands(r#"{"irrevocable":"refuse"}"#).unwrap();
    assert_eq!(world.code_of_claims(nameless), Some(Code::IrrevocableToken));
    for own in [r#""jti":"t""#, r#""sub":"u""#, r#""sid":"s""#, r#""family":"f""#, r#""azp":"c""#] {
        let claims = nameless.replacen('{', &format!("{{{own},"), 1);
        assert_eq!(world.code_of_claims(&claims), None, "{claims}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_required_list_must_be_there() {
    let mut world = World::new();
    world.demands = demands(r#"{"mode":"required","irrevocable":"accept"}"#).unwrap();
    assert_eq!(world.code_of_claims(CLAIMS), Some(Code::NotCovered));
    world.revocations.revoke(entry(r#"{"jti":"t1"}"#).unwrap());
    assert_eq!(world.code_of_claims(CLAIMS), Some(Code::RevokedToken));

    for (demand, option) in [
        (r#"{"mode":"required"}"#, "irrevocable"),
        (r#"{"mode":"always"}"#, "mode"),
        (r#"{"irrevocable":true}"#, "irrevocable"),
        (r#"{"modus":"required"}"#, "modus"),
    ] {
        assert_eq!(demands(demand).unwrap_err().option, option);
    }
}

fn demands(text: &str) -> Result<Demands, edge_jwt::error::SetupError> {
    options(text).read(Demands::read)
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

/// Ten minutes ahead may be a clock; more is no time to go by.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_dated_ahead_escapes_no_cut_off() {
    let entries = [r#"{"sub":"u1","before":1700000000000}"#];
    let out = Status::Revoked(Kind::Subject);
    for (claims, expected) in [
        (r#"{"sub":"u1","iat":1700000600}"#, Status::Good),
        (r#"{"sub":"u1","iat":1700000600.001}"#, out),
        (r#"{"sub":"u1","iat":1731536000}"#, out),
        (r#"{"sub":"u1","iat":1731536000,"auth_time":1700000000}"#, Status::Good),
        (r#"{"sub":"u2","iat":1731536000}"#, Status::Good),
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
fn an_entry_dies_when_no_clock_takes_its_token_any_more() {
    let mut list = list(&[
        r#"{"jti":"a","exp":1700000000}"#,
        r#"{"jti":"b","exp":1700000001}"#,
        r#"{"jti":"c"}"#,
        r#"{"jti":"d","exp":1700000000}"#,
        r#"{"jti":"d"}"#,
    ]);
    assert_eq!(list.prune(time(1_700_000_599.999)), 0);
    assert_eq!(list.prune(time(1_700_000_600.0)), 1);
    assert_eq!(list.len(), 3);
    assert_eq!(list.prune(time(9_999_999_999.0)), 1);
    assert!(!list.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_past_its_exp_stays_out_for_as_long_as_a_tolerant_verifier_takes_it() {
    let mut world = World::new();
    world.policy = policy(r#"{"issuer":"me","audience":"api","clockTolerance":600}"#).unwrap();
    let (token, exp) = (token(HEADER, CLAIMS), 1_700_000_060.0);
    let code = |world: &World, seconds| world.decide_at(&token, seconds).err().map(|r| r.code);
    let thrown_out = r#"{"jti":"t1","issuer":"me","exp":1700000060}"#;
    world.revocations.revoke(entry(thrown_out).unwrap());
    for late in [0.0, 1.0, 599.999] {
        world.revocations.prune(time(exp + late));
        assert_eq!(code(&world, exp + late), Some(Code::RevokedToken), "{late}");
    }
    let settings = r#"{"seq":1,"partition":60}"#;
    for (late, entries) in [(599.0, 1), (600.0 + 60.0, 0)] {
        let built = builder(settings, &[thrown_out]).build(time(exp + late)).unwrap();
        let mut list = Revocations::default();
        load(&mut list, &built).unwrap();
        assert_eq!(list.len(), entries, "{late}");
    }
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
        (r#"{"token":"a.b"}"#, "token"),
        (r#"{"token":"abc"}"#, "token"),
        (r#"{"all":false}"#, "entry"),
        (r#"{"all":1}"#, "all"),
        (r#"{"session":"a","before":1700000000000}"#, "before"),
        (r#"{"key":"a","before":1700000000000}"#, "before"),
    ] {
        assert_eq!(entry(options).unwrap_err().option, option, "{options}");
    }
}
