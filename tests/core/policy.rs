//! What a policy can ask of a token, each option at its boundary; and what is no policy.

use edge_jwt::error::Code;
use edge_jwt::token_kind::TokenKind;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{HEADER, World, policy, token};

/// Code and claim of the refusal of these claims, under `options` that check nothing else.
fn refusal(options: &str, claims: &str) -> Option<(Code, String)> {
    refusal_under(options, HEADER, claims)
}

fn refusal_under(options: &str, header: &str, claims: &str) -> Option<(Code, String)> {
    let mut world = World::new();
    let text = format!(r#"{{"issuer":null,"audience":null,"requireExp":false,{options}}}"#);
    world.policy = policy(&text).unwrap();
    let refusal = world.decide(&token(header, claims)).err()?;
    Some((refusal.code, refusal.claim.clone().unwrap_or_default().into_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what `refusal` answers")]
fn about(code: Code, claim: &str) -> Option<(Code, String)> {
    Some((code, claim.to_owned()))
}

#[wasm_bindgen_test(unsupported = test)]
fn the_subject_is_one_of_those_expected() {
    let options = r#""subject":["a","b"]"#;
    assert_eq!(refusal(options, r#"{"sub":"b"}"#), None);
    assert_eq!(refusal(options, r#"{"sub":"B"}"#), about(Code::WrongSubject, "sub"));
    assert_eq!(refusal(options, "{}"), about(Code::MissingClaim, "sub"));
    assert_eq!(refusal(r#""subject":null"#, "{}"), None);
}

/// systems.md MO-3: only on request, only whole numbers, and revoked by their digits.
#[wasm_bindgen_test(unsupported = test)]
fn a_number_is_a_subject_only_on_request() {
    let options = r#""allowNumericSub":true,"subject":"17""#;
    assert_eq!(refusal(r#""subject":"17""#, r#"{"sub":17}"#), about(Code::InvalidClaim, "sub"));
    assert_eq!(refusal(options, r#"{"sub":17}"#), None);
    assert_eq!(refusal(options, r#"{"sub":17.0}"#), None);
    assert_eq!(refusal(options, r#"{"sub":"17"}"#), None);
    for sub in ["17.5", "-17", "1e300", "9007199254740992", "true", "[17]"] {
        let claims = format!(r#"{{"sub":{sub}}}"#);
        assert_eq!(refusal(options, &claims), about(Code::InvalidClaim, "sub"), "{sub}");
    }
}

/// Catalogue 20: explicit typing, by the prefix rule of RFC 8725 section 3.11.
#[wasm_bindgen_test(unsupported = test)]
fn the_type_is_a_media_type() {
    let with = |typ: &str| format!(r#"{{"alg":"HS256","kid":"main","typ":"{typ}"}}"#);
    let options = r#""typ":"at+jwt""#;
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert_eq!(refusal_under(options, &with(typ), "{}"), None, "{typ}");
        let options = format!(r#""typ":"{typ}""#);
        assert_eq!(refusal_under(&options, &with("at+jwt"), "{}"), None, "{typ}");
    }
    for typ in ["JWT", "", "at+jwt ", "application/application/at+jwt", "text/at+jwt", "é"] {
        let found = refusal_under(options, &with(typ), "{}");
        assert_eq!(found, about(Code::WrongType, "typ"), "{typ}");
    }
    let untyped = r#"{"alg":"HS256","kid":"main"}"#;
    assert_eq!(refusal_under(options, untyped, "{}"), about(Code::WrongType, "typ"));
}

/// Catalogue 20: a token of one kind is refused where another is expected (systems.md WP-24).
#[wasm_bindgen_test(unsupported = test)]
fn the_kind_is_told_by_a_claim() {
    let refresh = r#""kind":{"claim":"/data/use","value":"refresh"}"#;
    let access = r#""kind":{"claim":"/data/use","value":null}"#;
    assert_eq!(refusal(refresh, r#"{"data":{"use":"refresh"}}"#), None);
    assert_eq!(refusal(access, r#"{"data":{}}"#), None);
    for claims in ["{}", r#"{"data":{}}"#, r#"{"data":{"use":"access"}}"#, r#"{"data":{"use":1}}"#]
    {
        assert_eq!(refusal(refresh, claims), about(Code::WrongKind, "/data/use"), "{claims}");
    }
    for claims in [r#"{"data":{"use":"refresh"}}"#, r#"{"data":{"use":null}}"#] {
        assert_eq!(refusal(access, claims), about(Code::WrongKind, "/data/use"), "{claims}");
    }
}

/// RFC 8725 section 3.11: every ordered pair of kinds.
#[wasm_bindgen_test(unsupported = test)]
fn no_kind_of_token_does_in_the_place_of_another() {
    let header = |typ: &str| format!(r#"{{"alg":"HS256","kid":"main"{typ}}}"#);
    let typed = |kind: TokenKind| header(&format!(r#","typ":"{}""#, kind.typ()));
    for expected in TokenKind::ALL {
        let options = format!(r#""kind":"{}""#, expected.name());
        for shown in TokenKind::ALL {
            let code = if shown == expected { None } else { about(Code::WrongKind, "typ") };
            assert_eq!(refusal_under(&options, &typed(*shown), "{}"), code, "{shown:?}");
        }
        for typ in ["", r#","typ":"JWT""#, r#","typ":"access""#] {
            let refused = refusal_under(&options, &header(typ), "{}");
            assert_eq!(refused, about(Code::WrongKind, "typ"), "{typ}");
        }
        let long = format!(r#","typ":"APPLICATION/{}""#, expected.typ().to_uppercase());
        assert_eq!(refusal_under(&options, &header(&long), "{}"), None);
    }
    assert_eq!(policy(r#"{"issuer":null,"audience":null,"kind":"x"}"#).unwrap_err().option, "kind");
    let both = r#"{"issuer":null,"audience":null,"kind":"access","typ":"JWT"}"#;
    assert_eq!(policy(both).unwrap_err().option, "kind");
}

/// What was made for something else opens nothing, also where nobody thought of saying so.
#[wasm_bindgen_test(unsupported = test)]
fn without_a_word_about_kinds_only_access_tokens_and_plain_ones_are_taken() {
    let under = |options: &str, typ: &str| {
        let header = format!(r#"{{"alg":"HS256","kid":"main","typ":"{typ}"}}"#);
        refusal_under(&format!(r#""clockTolerance":0{options}"#), &header, "{}")
    };
    for kind in TokenKind::ALL {
        let expected =
            if *kind == TokenKind::Access { None } else { about(Code::WrongKind, "typ") };
        assert_eq!(under("", kind.typ()), expected, "{kind:?}");
        assert_eq!(under(r#","typ":null"#, kind.typ()), None, "null says any, aloud");
    }
    for typ in ["JWT", "jwt", "secevent+jwt", "x"] {
        assert_eq!(under("", typ), None, "{typ}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn claims_are_required_compared_and_forbidden_by_path() {
    let options = r#""required":["/jti","/user/id"],"equals":{"/user/admin":false,"/n":2}"#;
    let options = format!(r#"{options},"forbidden":["/role","/user/role"]"#);
    let with = |user: &str, rest: &str| {
        refusal(&options, &format!(r#"{{"jti":"t","n":2.0,"user":{user}{rest}}}"#))
    };
    let user = r#"{"id":1,"admin":false}"#;
    assert_eq!(with(user, ""), None);
    assert_eq!(refusal(&options, r#"{"n":2}"#), about(Code::MissingClaim, "jti"));
    assert_eq!(with("{}", ""), about(Code::MissingClaim, "/user/id"));
    assert_eq!(with(r#"{"id":null}"#, ""), about(Code::MissingClaim, "/user/id"));
    assert_eq!(with(r#"{"id":1}"#, ""), about(Code::MissingClaim, "/user/admin"));
    for admin in ["true", "\"false\"", "0", "null"] {
        let user = format!(r#"{{"id":1,"admin":{admin}}}"#);
        assert_eq!(with(&user, ""), about(Code::InvalidClaim, "/user/admin"), "{admin}");
    }
    for role in ["\"owner\"", "null", "[]"] {
        let rest = format!(r#","role":{role}"#);
        assert_eq!(with(user, &rest), about(Code::ForbiddenClaim, "role"), "{role}");
    }
    let raised = r#"{"id":1,"admin":false,"role":1}"#;
    assert_eq!(with(raised, ""), about(Code::ForbiddenClaim, "/user/role"));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_nonce_is_compared() {
    assert_eq!(refusal(r#""nonce":"n""#, r#"{"nonce":"n"}"#), None);
    assert_eq!(refusal(r#""nonce":"n""#, r#"{"nonce":"m"}"#), about(Code::InvalidClaim, "nonce"));
    assert_eq!(refusal(r#""nonce":"n""#, "{}"), about(Code::MissingClaim, "nonce"));
}

/// systems.md TD-12, TD-24: the address is compared part by part, and names a part.
#[wasm_bindgen_test(unsupported = test)]
fn an_audience_pattern_captures_parts_of_the_address() {
    let mut world = World::new();
    let options = r#"{"issuer":null,"requireExp":false,"prefix":{"/_id":"{project}_"},
        "audience":{"url":"https://example.org/{kind}/{project}"}}"#;
    world.policy = policy(options).unwrap();
    let claims = |aud: &str| format!(r#"{{"aud":{aud},"_id":"p-1_77"}}"#);
    for aud in [
        r#""https://example.org/projects/p-1""#,
        r#"["https://other.example/projects/p-2","https://example.org/projects/p-1"]"#,
    ] {
        let verified = world.decide(&token(HEADER, &claims(aud))).unwrap();
        let part = |name: &str, part: &str| (name.to_owned(), part.to_owned());
        assert_eq!(verified.captured, [part("kind", "projects"), part("project", "p-1")]);
    }
    for aud in [
        "http://example.org/projects/p-1",
        "https://example.org./projects/p-1",
        "https://example.org:443/projects/p-1",
        "https://a@example.org/projects/p-1",
        "https://example.org/projects",
        "https://example.org/projects/",
        "https://example.org/projects/p-1/",
        "https://example.org//p-1",
        "https://example.org/projects/p-1?x",
        "https://example.org/projects/p%2D1",
        "https://example.org/../p-1",
        "https://example.org/projects/.",
        "https://example.org/projects/p-1 ",
        "",
    ] {
        let code = world.code_of_claims(&claims(&format!("\"{aud}\"")));
        assert_eq!(code, Some(Code::WrongAudience), "{aud}");
    }
    let other = r#"{"aud":"https://example.org/projects/p","_id":"p-1_77"}"#;
    assert_eq!(world.code_of_claims(other), Some(Code::InvalidClaim));
    let missing = r#"{"aud":"https://example.org/projects/p"}"#;
    assert_eq!(world.code_of_claims(missing), Some(Code::MissingClaim));
    assert_eq!(world.code_of_claims("{}"), Some(Code::MissingClaim));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_claim_equals_a_captured_part_whole_and_other_braces_as_they_stand() {
    let mut world = World::new();
    let options = r#"{"issuer":null,"requireExp":false,"equals":{"/_id":"{bot}","/a":"{b}"},
        "audience":{"url":"https://example.org/bots/{bot}"}}"#;
    world.policy = policy(options).unwrap();
    for (id, a, expected) in [
        ("\"b1\"", "{b}", None),
        ("\"b12\"", "{b}", Some(Code::InvalidClaim)),
        ("\"b\"", "{b}", Some(Code::InvalidClaim)),
        ("\"{bot}\"", "{b}", Some(Code::InvalidClaim)),
        ("1", "{b}", Some(Code::InvalidClaim)),
        ("\"b1\"", "b1", Some(Code::InvalidClaim)),
    ] {
        let claims = format!(r#"{{"aud":"https://example.org/bots/b1","_id":{id},"a":"{a}"}}"#);
        assert_eq!(world.code_of_claims(&claims), expected, "{claims}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn age_and_lifetime_are_limited_to_the_millisecond() {
    let age = r#""maxAge":300"#;
    assert_eq!(refusal(age, r#"{"iat":1699999700.001}"#), None);
    assert_eq!(refusal(age, r#"{"iat":1699999700}"#), about(Code::TooOld, "iat"));
    assert_eq!(refusal(age, "{}"), about(Code::MissingClaim, "iat"));
    let tolerant = r#""maxAge":300,"clockTolerance":10"#;
    assert_eq!(refusal(tolerant, r#"{"iat":1699999690.001}"#), None);
    assert_eq!(refusal(tolerant, r#"{"iat":1699999690}"#), about(Code::TooOld, "iat"));

    let lifetime = r#""maxLifetime":600"#;
    let too_long = about(Code::LifetimeTooLong, "exp");
    assert_eq!(refusal(lifetime, r#"{"iat":1700000000,"exp":1700000600}"#), None);
    assert_eq!(refusal(lifetime, r#"{"iat":1700000000,"exp":1700000600.001}"#), too_long);
    assert_eq!(refusal(lifetime, r#"{"exp":1700000600}"#), about(Code::MissingClaim, "iat"));
    assert_eq!(refusal(lifetime, r#"{"iat":1700000000}"#), about(Code::MissingClaim, "exp"));

    let future = r#""maxFuture":600"#;
    assert_eq!(refusal(future, r#"{"exp":1700000600}"#), None);
    assert_eq!(refusal(future, r#"{"exp":1700000600.001}"#), too_long);
    assert_eq!(refusal(r#""maxFuture":600,"clockTolerance":1"#, r#"{"exp":1700000601}"#), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_without_an_end_is_refused_where_its_end_is_limited() {
    for limit in [r#""maxFuture":600"#, r#""maxLifetime":600"#] {
        let found = refusal(limit, r#"{"iat":1700000000}"#);
        assert_eq!(found, about(Code::MissingClaim, "exp"), "{limit}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_issue_in_the_future_is_refused_on_request_and_where_age_is_limited() {
    let ahead = r#"{"iat":1700000000.001}"#;
    let refused = about(Code::IssuedInFuture, "iat");
    assert_eq!(refusal(r#""nonce":null"#, ahead), None);
    assert_eq!(refusal(r#""rejectFutureIat":true"#, ahead), refused);
    assert_eq!(refusal(r#""rejectFutureIat":true"#, r#"{"iat":1700000000}"#), None);
    assert_eq!(refusal(r#""rejectFutureIat":true,"clockTolerance":1"#, ahead), None);
    assert_eq!(refusal(r#""maxAge":60"#, ahead), refused);
    assert_eq!(refusal(r#""maxAge":60,"rejectFutureIat":false"#, ahead), None);
}

/// systems.md LD-6: the version is looked at first, and says which rules apply besides.
#[wasm_bindgen_test(unsupported = test)]
fn the_version_says_which_rules_apply_besides() {
    let options = r#""versions":{"claim":"/ver","rules":[
        {"version":1,"required":["/user/id"],"requireExp":true},
        {"version":"2","issuer":"me","equals":{"/user":7}}]}"#;
    assert_eq!(refusal(options, r#"{"ver":1,"user":{"id":5},"exp":1700000060}"#), None);
    assert_eq!(refusal(options, r#"{"ver":"2","user":7,"iss":"me"}"#), None);
    assert_eq!(refusal(options, r#"{"ver":1,"user":{"id":5}}"#), about(Code::MissingClaim, "exp"));
    assert_eq!(
        refusal(options, r#"{"ver":"2","user":7,"iss":"you"}"#),
        about(Code::WrongIssuer, "iss")
    );
    assert_eq!(refusal(options, r#"{"user":7}"#), about(Code::MissingClaim, "ver"));
    for ver in ["2", "\"1\"", "3", "1.5", "null", "[1]"] {
        let claims = format!(r#"{{"ver":{ver},"exp":1}}"#);
        assert_eq!(refusal(options, &claims), about(Code::UnsupportedVersion, "ver"), "{ver}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_algorithm_outside_the_policy_is_refused_whatever_the_keys_allow() {
    assert_eq!(refusal(r#""algorithms":["HS256"]"#, "{}"), None);
    let refused = about(Code::UnsupportedAlgorithm, "");
    assert_eq!(refusal(r#""algorithms":["HS384","RS256"]"#, "{}"), refused);
}

/// Catalogue 18: an option that would check nothing, or something else than it says, is an error.
#[wasm_bindgen_test(unsupported = test)]
fn what_is_no_policy_is_refused_by_the_name_of_the_option() {
    for (options, option) in [
        (r#""algorithms":[]"#, "algorithms"),
        (r#""algorithms":["none"]"#, "algorithms"),
        (r#""subject":[]"#, "subject"),
        (r#""typ":5"#, "typ"),
        (r#""kind":"other""#, "kind"),
        (r#""kind":{"claim":"/use"}"#, "kind.value"),
        (r#""kind":{"claim":"use","value":"x"}"#, "kind.claim"),
        (r#""kind":{"value":"x"}"#, "kind.claim"),
        (r#""required":[]"#, "required"),
        (r#""required":["jti"]"#, "required"),
        (r#""forbidden":["/~2"]"#, "forbidden"),
        (r#""equals":{"/a":null}"#, "equals"),
        (r#""equals":{"a":1}"#, "equals"),
        (r#""equals":["/a"]"#, "equals"),
        (r#""prefix":{"/a":5}"#, "prefix"),
        (r#""prefix":{"/a":""}"#, "prefix"),
        (r#""prefix":{"/a":"{project}_"}"#, "prefix"),
        (r#""prefix":{"/a":"{project"}"#, "prefix"),
        (r#""nonce":5"#, "nonce"),
        (r#""maxAge":0"#, "maxAge"),
        (r#""maxAge":-1"#, "maxAge"),
        (r#""maxLifetime":1e300"#, "maxLifetime"),
        (r#""maxFuture":"60""#, "maxFuture"),
        (r#""rejectFutureIat":1"#, "rejectFutureIat"),
        (r#""allowNumericSub":"yes""#, "allowNumericSub"),
        (r#""versions":{"claim":"/ver"}"#, "versions.rules"),
        (r#""versions":{"rules":[{"version":1}]}"#, "versions.claim"),
        (r#""versions":{"claim":"/ver","rules":[{}]}"#, "versions.rules.version"),
        (
            r#""versions":{"claim":"/ver","rules":[{"version":1,"maxage":5}]}"#,
            "versions.rules.maxage",
        ),
        (r#""audience":{"url":"https://{host}/x/{id}"}"#, "audience.url"),
        (r#""audience":{"url":"https://example.org/x"}"#, "audience.url"),
        (r#""audience":{"url":"{all}"}"#, "audience.url"),
        (r#""audience":{"url":"https://example.org/p{id}"}"#, "audience.url"),
        (r#""audience":{}"#, "audience.url"),
    ] {
        let other = if options.starts_with(r#""audience""#) { "" } else { r#","audience":null"# };
        let error = policy(&format!(r#"{{"issuer":null,{options}{other}}}"#)).unwrap_err();
        assert_eq!(error.option, option, "{options}: {error}");
    }
}
