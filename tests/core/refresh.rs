//! Pairs and refresh: what is carried over, whose turn it is, and what comes of a second showing.

use edge_jwt::error::{Code, SetupError};
use edge_jwt::issue::Issuer;
use edge_jwt::key::Side;
use edge_jwt::refresh::{Exchange, Family, FamilyText, Making, Pair, Pairing, Shown, Turn};
use edge_jwt::time::{Span, Timestamp};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{NOW, World, entry, options, policy, time};

const DAY: f64 = 86_400.0;

/// An issuer of pairs, whose tokens `World` verifies as those of their kind.
struct Service {
    world: World,
    issuer: Issuer,
    pairing: Pairing,
}

impl Service {
    fn new(settings: &str) -> Self {
        let settings = format!(r#"{{"issuer":"me","audience":"api",{settings}}}"#);
        let read = |options: &mut _| (Issuer::read(options), Pairing::read(options));
        let settings = settings.replace(",}", "}");
        let (issuer, pairing) = options(&settings).read(read).unwrap();
        Self { world: World::new(), issuer, pairing }
    }

    fn making(&self, now: f64) -> Making<'_> {
        let (issuer, keys) = (&self.issuer, &self.world.keys);
        Making { issuer, keys, now: time(now), side: Side::Here }
    }

    fn sign_in(&self, claims: &str) -> Pair {
        self.pairing.issue(claims, options("{}"), self.making(NOW)).unwrap()
    }

    fn try_refresh(
        &self,
        token: &str,
        now: f64,
        fresh: Option<&str>,
        known: Option<&str>,
    ) -> Result<Exchange, SetupError> {
        let decided = self.world.decide_at(token, now).unwrap();
        let typ = decided.header.typ.as_deref();
        let shown = Shown { claims: &decided.claims, typ, fresh, known };
        self.pairing.exchange(shown, self.making(now))
    }

    /// Refreshes as a host would that keeps what is known of the family in `kept`.
    fn refresh(&self, token: &str, now: f64, kept: &mut Option<FamilyText>) -> Exchange {
        let known = kept.as_ref().map(|kept| kept.text.as_str());
        let exchange = self.try_refresh(token, now, None, known).unwrap();
        if exchange.turn.is_some() {
            kept.clone_from(&exchange.turn);
        }
        exchange
    }
}

fn refreshing(settings: &str) -> Service {
    let mut service = Service::new(settings);
    service.world.policy = policy(r#"{"issuer":"me","audience":"api","typ":null}"#).unwrap();
    service
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn code(exchange: &Exchange) -> Option<Code> {
    exchange.outcome.as_ref().err().map(|refusal| refusal.code)
}

/// MO-16: the lives are those of its settings page.
#[wasm_bindgen_test(unsupported = test)]
fn a_pair_is_of_one_family_and_lives_an_hour_and_14_days() {
    let service = Service::new("");
    let Pair { access, refresh } = service.sign_in(r#"{"sub":"u1","sid":"s1"}"#);
    let (access, refresh) = (json_of(&access.claims), json_of(&refresh.claims));
    assert_eq!(access["exp"], 1_700_003_600);
    assert_eq!(refresh["exp"], 1_701_209_600);
    for claim in ["iss", "aud", "sub", "sid", "family", "auth_time", "iat"] {
        assert!(!access[claim].is_null(), "{claim}");
        assert_eq!(access[claim], refresh[claim], "{claim}");
    }
    assert_eq!(access["auth_time"], 1_700_000_000);
    assert_ne!(access["jti"], refresh["jti"]);
    let other = json_of(&service.sign_in("{}").access.claims);
    assert_ne!(other["family"], access["family"]);
}

#[wasm_bindgen_test(unsupported = test)]
fn neither_token_of_a_pair_does_in_the_place_of_the_other() {
    let mut service = Service::new("");
    let Pair { access, refresh } = service.sign_in("{}");
    // Nothing is said about kinds here: a refresh token opens nothing all the same.
    assert_eq!(service.world.code(&access.token), None);
    assert_eq!(service.world.code(&refresh.token), Some(Code::WrongKind));
    for (kind, good, other) in [("access", &access, &refresh), ("refresh", &refresh, &access)] {
        let text = format!(r#"{{"issuer":"me","audience":"api","kind":"{kind}"}}"#);
        service.world.policy = policy(&text).unwrap();
        assert_eq!(service.world.code(&good.token), None, "{kind}");
        assert_eq!(service.world.code(&other.token), Some(Code::WrongKind), "{kind}");
    }
    let service = refreshing("");
    let exchange = service.refresh(&access.token, NOW, &mut None);
    assert_eq!(code(&exchange), Some(Code::WrongKind));
}

#[wasm_bindgen_test(unsupported = test)]
fn what_goes_for_every_token_changes_neither_the_kinds_nor_the_lives_of_a_pair() {
    for defaults in [r#"{"typ":"JWT"}"#, r#"{"typ":null,"ttl":"60d"}"#, r#"{"exp":null}"#] {
        let settings = format!(r#""defaults":{defaults}"#);
        let Pair { access, refresh } = Service::new(&settings).sign_in("{}");
        assert_eq!(json_of(&access.claims)["exp"], 1_700_003_600, "{defaults}");
        assert_eq!(json_of(&refresh.claims)["exp"], 1_701_209_600, "{defaults}");
        let opened = Service::new("").world.code(&refresh.token);
        assert_eq!(opened, Some(Code::WrongKind), "{defaults}");
        let exchange = refreshing(&settings).refresh(&refresh.token, NOW, &mut None);
        assert_eq!(code(&exchange), None, "{defaults}");
    }
    // Where a claim tells the kinds apart, a pair has the `typ` that goes for every token.
    let kinds = r#""kinds":{"claim":"/use","access":"a","refresh":"r"},"defaults":{"typ":"x"}"#;
    let token = refreshing(kinds).sign_in("{}").refresh.token;
    let typ = refreshing(kinds).world.decide(&token).unwrap().header.typ.clone();
    assert_eq!(typ.as_deref(), Some("x"));
}

/// WP-19, WP-24, WP-25: the kind stands in a claim, and nothing is rotated.
#[wasm_bindgen_test(unsupported = test)]
fn a_claim_may_tell_the_kinds_apart_and_a_token_may_be_refreshed_with_again() {
    let kinds = r#""kinds":{"claim":"/data/user/token_type","access":null,"refresh":"refresh"}"#;
    let defaults = r#""defaults":{"jti":null,"nbf":"now"},"refreshMode":"reuse""#;
    let service = refreshing(&format!("{kinds},{defaults}"));
    let claims = r#"{"data":{"user":{"id":1,"api_key":"1Ab"}}}"#;
    let Pair { access, refresh } = service.sign_in(claims);
    assert_eq!(json_of(&access.claims)["data"]["user"], json!({ "id": 1, "api_key": "1Ab" }));
    let user = json!({ "id": 1, "api_key": "1Ab", "token_type": "refresh" });
    assert_eq!(json_of(&refresh.claims)["data"]["user"], user);
    for claim in ["family", "auth_time", "jti"] {
        assert!(json_of(&refresh.claims)[claim].is_null(), "{claim}");
    }

    for now in [NOW + 1.0, NOW + DAY] {
        let exchange = service.refresh(&refresh.token, now, &mut None);
        assert_eq!((&exchange.entry, &exchange.turn), (&None, &None));
        let pair = exchange.outcome.unwrap();
        assert_eq!(json_of(&pair.refresh.claims)["data"]["user"], user);
        assert_eq!(json_of(&pair.access.claims)["data"], json_of(&access.claims)["data"]);
        assert_eq!(json_of(&pair.access.claims)["nbf"].as_f64(), Some(now));
    }
    let exchange = service.refresh(&access.token, NOW, &mut None);
    let refusal = exchange.outcome.unwrap_err();
    assert_eq!(refusal.code, Code::WrongKind);
    assert_eq!(refusal.claim.as_deref(), Some("/data/user/token_type"));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refresh_carries_over_who_it_is_and_when_that_was_proved() {
    let service = refreshing("");
    let claims = r#"{"sub":"u1","sid":"s1","azp":"app","big":9007199254740993,"f":1.10}"#;
    let first = service.sign_in(claims);
    let exchange = service.refresh(&first.refresh.token, NOW + DAY, &mut None);
    let second = exchange.outcome.unwrap();
    let (old, new) = (json_of(&first.refresh.claims), json_of(&second.access.claims));
    for claim in ["iss", "aud", "sub", "sid", "azp", "family", "auth_time"] {
        assert_eq!(new[claim], old[claim], "{claim}");
    }
    assert_eq!(new["iat"].as_f64(), Some(NOW + DAY));
    assert_eq!(new["exp"].as_f64(), Some(NOW + DAY + 3600.0));
    assert!(second.access.claims.contains(r#""big":9007199254740993,"f":1.10"#));
    assert_eq!(json_of(&second.access.record)["kind"], "access");
    assert_eq!(json_of(&second.refresh.record)["family"], old["family"]);
}

#[wasm_bindgen_test(unsupported = test)]
fn fresh_claims_replace_all_but_who_it_is() {
    let service = refreshing("");
    let first = service.sign_in(r#"{"sub":"u1","sid":"s1","roles":["admin"],"old":1}"#);
    let token = &first.refresh.token;
    let fresh = Some(r#"{"roles":[],"new":2}"#);
    let exchange = service.try_refresh(token, NOW + DAY, fresh, None).unwrap();
    let claims = json_of(&exchange.outcome.unwrap().refresh.claims);
    assert_eq!((&claims["sub"], &claims["sid"]), (&json!("u1"), &json!("s1")));
    assert_eq!((&claims["roles"], &claims["new"]), (&json!([]), &json!(2)));
    assert_eq!(claims["old"], Value::Null);
    for other in
        [r#"{"sub":"u2"}"#, r#"{"family":"x"}"#, r#"{"auth_time":1}"#, r#"{"sid":"x"}"#, "1"]
    {
        let error = service.try_refresh(token, NOW, Some(other), None).unwrap_err();
        assert_eq!(error.option, "claims", "{other}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn fresh_claims_leave_nothing_out_that_a_token_can_be_thrown_out_by() {
    let service = refreshing(r#""claims":{"session":"/ids/0"}"#);
    let claims = r#"{"tenant":"t1","azp":"app","n":1,"data":{"user":{"api_key":"k","old":1}}}"#;
    let token = service.sign_in(claims).refresh.token;
    let renewed = |fresh| {
        let exchange = service.try_refresh(&token, NOW + DAY, Some(fresh), None)?;
        Ok::<_, SetupError>(json_of(&exchange.outcome.unwrap().access.claims))
    };
    for (fresh, user) in [
        (r#"{"roles":["x"]}"#, json!({ "api_key": "k" })),
        (r#"{"data":{"user":{"new":2}}}"#, json!({ "new": 2, "api_key": "k" })),
        (r#"{"data":{"user":{"api_key":"k"}},"tenant":"t1"}"#, json!({ "api_key": "k" })),
    ] {
        let claims = renewed(fresh).unwrap();
        assert_eq!((&claims["tenant"], &claims["azp"]), (&json!("t1"), &json!("app")), "{fresh}");
        assert_eq!((&claims["data"]["user"], &claims["n"]), (&user, &Value::Null), "{fresh}");
    }
    for fresh in [r#"{"tenant":"t2"}"#, r#"{"data":{"user":{"api_key":"x"}}}"#, r#"{"data":1}"#] {
        assert_eq!(renewed(fresh).unwrap_err().option, "claims", "{fresh}");
    }
    // What stands in a list is not put into another one.
    let token = service.sign_in(r#"{"ids":["s1"]}"#).refresh.token;
    let renewed = |fresh| service.try_refresh(&token, NOW + DAY, Some(fresh), None);
    assert_eq!(renewed("{}").unwrap_err().option, "claims");
    assert!(renewed(r#"{"ids":["s1","new"]}"#).unwrap().outcome.is_ok());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_place_on_a_status_list_is_carried_over_unless_fresh_claims_say_one() {
    let service = refreshing("");
    let status = r#""status":{"status_list":{"idx":9007199254740991,"uri":"U"}}"#;
    let credential = r#""credentialStatus":{"statusListIndex":"7","statusListCredential":"U"}"#;
    let inner = format!(r#""vc":{{{credential}}}"#);
    for place in [status, credential, &inner] {
        let token = service.sign_in(&format!(r#"{{"sub":"u1",{place}}}"#)).refresh.token;
        let renewed = |fresh: &str| {
            let exchange = service.try_refresh(&token, NOW + DAY, Some(fresh), None)?;
            Ok::<_, SetupError>(exchange.outcome.unwrap())
        };
        for fresh in ["{}", r#"{"roles":["x"]}"#] {
            let Pair { access, refresh } = renewed(fresh).unwrap();
            assert!(access.claims.contains(place), "{}", access.claims);
            assert!(refresh.claims.contains(place), "{}", refresh.claims);
        }
        for other in [status, credential, &inner].map(|other| other.replace('U', "V")) {
            let claims = renewed(&format!("{{{other}}}")).unwrap().access.claims;
            assert!(claims.contains(&other) && !claims.contains(r#""U""#), "{claims}");
        }
    }
    let token = service.sign_in(&format!("{{{status}}}")).refresh.token;
    let no_room = service.try_refresh(&token, NOW, Some(r#"{"status":"active"}"#), None);
    assert_eq!(no_room.unwrap_err().option, "claims");
}

#[wasm_bindgen_test(unsupported = test)]
fn an_exchanged_token_is_retired_and_its_second_showing_ends_the_family() {
    let service = refreshing("");
    let first = service.sign_in(r#"{"sub":"u1"}"#).refresh;
    let claims = json_of(&first.claims);
    let mut kept = None;

    let second = service.refresh(&first.token, NOW + DAY, &mut kept);
    let expected = json!({ "jti": claims["jti"], "issuer": "me", "exp": claims["exp"] });
    assert_eq!(json_of(second.entry.as_deref().unwrap()), expected);
    let second = second.outcome.unwrap().refresh;
    let ends = json_of(&second.claims)["exp"].clone();
    let remembered = kept.as_ref().unwrap().expires;
    assert_eq!(remembered, time(ends.as_f64().unwrap() + 600.0));

    let again = service.refresh(&first.token, NOW + DAY + 11.0, &mut kept);
    assert_eq!(code(&again), Some(Code::RefreshReused));
    let entry = json_of(again.entry.as_deref().unwrap());
    assert_eq!((&entry["family"], &entry["issuer"]), (&claims["family"], &json!("me")));
    assert!(entry["exp"].as_f64() >= ends.as_f64(), "it outlives every token of the family");

    for token in [&first.token, &second.token] {
        let after = service.refresh(token, NOW + DAY + 12.0, &mut kept);
        assert_eq!(code(&after), Some(Code::RevokedFamily));
        // Again, for whoever was stopped before it was on a list.
        let entry = json_of(after.entry.as_deref().unwrap());
        assert_eq!((&entry["family"], after.turn.is_none()), (&claims["family"], true));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_ended_family_is_remembered_until_the_last_of_its_tokens_is_over() {
    let service = refreshing(r#""accessTtl":"30d","refreshTtl":"1d""#);
    let first = service.sign_in("{}").refresh.token;
    // Whoever makes lives shorter has older tokens about.
    let later = refreshing(r#""accessTtl":"1m","refreshTtl":"1h""#);
    for (now, service, last) in [(1.0, &service, 1.0 + 30.0 * DAY), (2.0, &later, DAY)] {
        let mut kept = None;
        assert_eq!(code(&service.refresh(&first, NOW + now, &mut kept)), None);
        assert_eq!(kept.as_ref().unwrap().expires, time(NOW + last + 600.0));
        let ended = service.refresh(&first, NOW + now + 11.0, &mut kept);
        let entry = json_of(ended.entry.as_deref().unwrap());
        assert!(entry["exp"].as_f64() >= Some(NOW + last), "{entry}");
        assert!(kept.unwrap().expires >= time(NOW + last));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn within_the_grace_a_lost_answer_is_made_up_for_and_two_cannot_both_go_on() {
    let service = refreshing("");
    let first = service.sign_in("{}").refresh.token;
    let mut kept = None;
    let lost = service.refresh(&first, NOW, &mut kept).outcome.unwrap().refresh.token;
    let found = service.refresh(&first, NOW + 10.0, &mut kept).outcome.unwrap().refresh.token;
    let mut other_case = kept.clone();

    // Whoever got the first answer ends the family for both.
    assert_eq!(code(&service.refresh(&lost, NOW + 20.0, &mut kept)), Some(Code::RefreshReused));
    assert_eq!(code(&service.refresh(&found, NOW + 21.0, &mut kept)), Some(Code::RevokedFamily));

    // If nobody did, all goes on; and the grace was counted from the first exchange.
    assert_eq!(
        code(&service.refresh(&first, NOW + 10.1, &mut other_case.clone())),
        Some(Code::RefreshReused)
    );
    assert!(service.refresh(&found, NOW + 21.0, &mut other_case).outcome.is_ok());
    assert_eq!(
        code(&service.refresh(&first, NOW + 22.0, &mut other_case)),
        Some(Code::RefreshReused)
    );

    let strict = refreshing(r#""refreshGrace":null"#);
    let mut kept = None;
    assert!(strict.refresh(&first, NOW, &mut kept).outcome.is_ok());
    assert_eq!(code(&strict.refresh(&first, NOW + 0.001, &mut kept)), Some(Code::RefreshReused));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_ends_however_often_it_is_refreshed() {
    let service = refreshing(r#""maxSession":"20d""#);
    let mut token = service.sign_in("{}").refresh.token;
    let mut kept = None;
    for day in [10.0, 19.99] {
        let pair = service.refresh(&token, NOW + day * DAY, &mut kept).outcome.unwrap();
        assert!(json_of(&pair.refresh.claims)["exp"].as_f64() <= Some(NOW + 20.0 * DAY));
        assert!(json_of(&pair.access.claims)["exp"].as_f64() <= Some(NOW + 20.0 * DAY));
        token = pair.refresh.token;
    }
    let longer = refreshing(r#""maxSession":"1d""#);
    let refusal = longer.refresh(&token, NOW + 19.995 * DAY, &mut None).outcome.unwrap_err();
    assert_eq!((refusal.code, refusal.claim.as_deref()), (Code::TooOld, Some("auth_time")));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_ends_in_time_from_its_first_pair_on_and_where_tokens_stay_good() {
    for mode in ["rotate", "reuse"] {
        let service = refreshing(&format!(r#""refreshMode":"{mode}","maxSession":"20d""#));
        let mut token = service.sign_in("{}").refresh.token;
        let mut kept = None;
        for day in [10.0, 19.0] {
            let exchange = service.refresh(&token, NOW + day * DAY, &mut kept);
            token = exchange.outcome.unwrap().refresh.token;
        }
        let shorter = refreshing(&format!(r#""refreshMode":"{mode}","maxSession":"18d""#));
        let exchange = shorter.refresh(&token, NOW + 19.5 * DAY, &mut kept);
        assert_eq!(code(&exchange), Some(Code::TooOld), "{mode}");

        let short = Service::new(&format!(r#""refreshMode":"{mode}","maxSession":"10m""#));
        let sign_in = |claims| short.pairing.issue(claims, options("{}"), short.making(NOW));
        let Pair { access, refresh } = sign_in("{}").unwrap();
        for token in [access, refresh] {
            assert_eq!(json_of(&token.claims)["exp"], 1_700_000_600, "{mode}");
        }
        let later = sign_in(r#"{"auth_time":1699999999}"#).unwrap();
        assert_eq!(json_of(&later.access.claims)["exp"], 1_700_000_599, "{mode}");
        let over = sign_in(r#"{"auth_time":1699999400}"#).unwrap_err();
        assert_eq!(over.option, "exp", "{mode}");
    }
}

/// revocation.md 2.2: a node whose list is old renews what a cut-off elsewhere has ended.
#[wasm_bindgen_test(unsupported = test)]
fn a_renewed_token_dies_by_a_cut_off_that_its_first_one_dies_by() {
    for mode in ["rotate", "reuse"] {
        let mut service = refreshing(&format!(r#""refreshMode":"{mode}""#));
        let mut token = service.sign_in(r#"{"sub":"u1"}"#).refresh.token;
        for hour in [1.0, 2.0] {
            let exchange = service.refresh(&token, NOW + hour * 3600.0, &mut None);
            token = exchange.outcome.unwrap().refresh.token;
        }
        let cut_off = format!(r#"{{"sub":"u1","before":{}}}"#, (NOW + 60.0) * 1000.0);
        service.world.revocations.revoke(entry(&cut_off).unwrap());
        let refusal = service.world.decide_at(&token, NOW + 7200.0).unwrap_err();
        assert_eq!(refusal.code, Code::RevokedSubject, "{mode}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_cannot_be_rotated_is_refused() {
    let mut service = refreshing(r#""defaults":{"jti":null}"#);
    let endless = r#"{"issuer":"me","audience":"api","typ":null,"requireExp":false}"#;
    service.world.policy = policy(endless).unwrap();
    for (claims, token, missing) in [
        (r#"{"sub":"u1"}"#, r#"{"kind":"refresh","jti":"t1"}"#, "family"),
        (r#"{"family":"f1"}"#, r#"{"kind":"refresh"}"#, "jti"),
        (r#"{"family":"f1"}"#, r#"{"kind":"refresh","jti":"t1","exp":null}"#, "exp"),
    ] {
        let Making { issuer, keys, now, side } = service.making(NOW);
        let token = issuer.issue(claims, options(token), keys, now, side).unwrap().token;
        let refusal = service.refresh(&token, NOW, &mut None).outcome.unwrap_err();
        assert_eq!((refusal.code, refusal.claim.as_deref()), (Code::MissingClaim, Some(missing)));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_family_is_named_by_the_host_or_not() {
    let service = Service::new("");
    let family = |claims, given: &str| {
        let pair = service.pairing.issue(claims, options(given), service.making(NOW));
        pair.map(|pair| json_of(&pair.access.claims)["family"].clone())
    };
    assert_eq!(family("{}", r#"{"family":"f1"}"#), Ok(json!("f1")));
    assert_eq!(family(r#"{"family":"f2"}"#, "{}"), Ok(json!("f2")));
    assert_eq!(family(r#"{"family":"f2"}"#, r#"{"family":"f1"}"#).unwrap_err().option, "family");
    for claims in ["[]", r#"{"family":null}"#, r#"{"family":5}"#] {
        assert_eq!(family(claims, "{}").unwrap_err().option, "claims", "{claims}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_family_that_the_host_names_can_be_thrown_out_also_where_tokens_stay_good() {
    let mut service = refreshing(r#""refreshMode":"reuse","defaults":{"jti":null}"#);
    let issue = |claims, family| service.pairing.issue(claims, family, service.making(NOW));
    let first = issue(r#"{"sub":"u1"}"#, options(r#"{"family":"f1"}"#)).unwrap();
    let twice = issue(r#"{"family":"f1"}"#, options(r#"{"family":"f1"}"#));
    assert_eq!(twice.unwrap_err().option, "family");
    let second = service.refresh(&first.refresh.token, NOW + DAY, &mut None).outcome.unwrap();
    service.world.revocations.revoke(entry(r#"{"family":"f1"}"#).unwrap());
    for (token, now) in [(&first.access, NOW), (&first.refresh, NOW), (&second.access, NOW + DAY)] {
        assert_eq!(json_of(&token.claims)["jti"], Value::Null);
        let refusal = service.world.decide_at(&token.token, now).unwrap_err();
        assert_eq!(refusal.code, Code::RevokedFamily);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_family_stands_where_the_issuer_says() {
    for place in ["/fid", "/data/family"] {
        let service = refreshing(&format!(r#""claims":{{"family":["{place}","/family"]}}"#));
        let claims = r#"{"data":{"id":1}}"#;
        let Pair { access, refresh } = service.sign_in(claims);
        let (access, family) =
            (json_of(&access.claims), json_of(&refresh.record)["family"].clone());
        assert!(family.is_string());
        assert_eq!(
            (access.pointer(place), &access["family"]),
            (Some(&family), &Value::Null),
            "{place}"
        );
        let mut kept = None;
        let next = service.refresh(&refresh.token, NOW, &mut kept).outcome.unwrap().refresh;
        assert_eq!(json_of(&next.record)["family"], family);
        assert_eq!(json!(kept.unwrap().family), family);

        let issue = |claims, given: &str| {
            service.pairing.issue(claims, options(given), service.making(NOW))
        };
        let named = issue(claims, r#"{"family":"f1"}"#).unwrap().access.claims;
        assert_eq!(json_of(&named).pointer(place), Some(&json!("f1")));
        let twice = issue(&named, r#"{"family":"f1"}"#).unwrap_err();
        assert_eq!(twice.option, "family");
    }
    let service = refreshing(r#""claims":{"family":"/data/family"}"#);
    let no_room = service.pairing.issue(r#"{"data":1}"#, options("{}"), service.making(NOW));
    assert_eq!(no_room.unwrap_err().option, "claims");
}

/// What is kept is the host's, and may be damaged: then the family is over.
#[wasm_bindgen_test(unsupported = test)]
fn what_is_known_of_a_family_comes_back_as_it_was_or_not_at_all() {
    let turned = time(NOW + 0.25);
    let (current, previous) = ("a\"b".to_owned(), "é".to_owned());
    for family in [Family::Alive { current, previous, turned }, Family::Ended] {
        assert_eq!(Family::read(&family.to_text()), family);
    }
    for damaged in ["", "{}", "null", r#"{"current":"a"}"#, r#"{"current":"a","previous":"b"}"#] {
        assert_eq!(Family::read(damaged), Family::Ended, "{damaged}");
    }
}

/// Whatever is shown in whatever order, one token at most may be shown next, and a family that has
/// ended stays so: a plain model against every sequence of six showings of four tokens.
#[wasm_bindgen_test(unsupported = test)]
fn of_all_tokens_of_a_family_one_at_most_goes_on() {
    const NAMES: [&str; 4] = ["r0", "r1", "r2", "r3"];
    let grace = Span::from_whole_seconds(10);
    let at =
        |step: usize| -> Timestamp { time(NOW + 4.0 * f64::from(u32::try_from(step).unwrap())) };
    for sequence in 0..4_usize.pow(6) {
        let mut known: Option<Family> = None;
        let mut issued = vec!["r0".to_owned()];
        for step in 0..6 {
            let shown = NAMES[sequence / 4_usize.pow(u32::try_from(step).unwrap()) % 4];
            if !issued.iter().any(|name| name == shown) {
                break;
            }
            let next = format!("r{}", issued.len());
            match Family::show(known.as_ref(), shown, &next, at(step), grace) {
                Turn::Taken(family) => {
                    let Family::Alive { current, previous, turned } = &family else {
                        unreachable!("a turn leaves the family alive");
                    };
                    assert_eq!((current.as_str(), previous.as_str()), (next.as_str(), shown));
                    assert!(at(step).since(*turned) <= grace);
                    issued.push(next);
                    known = Some(family);
                }
                Turn::Reused => {
                    assert!(
                        !matches!(&known, Some(Family::Alive { current, .. }) if current == shown)
                    );
                    known = Some(Family::Ended);
                }
                Turn::Over => assert_eq!(known, Some(Family::Ended)),
            }
        }
    }
}
