//! miniOrange's WordPress REST API authentication (systems.md section 5).

use crate::answer::Answer;
use crate::error::{Code, Refusal, Stage};
use crate::json::quoted;
use crate::profile::{Facts, Profile, derived, form};
use crate::profiles::{answer, status_of};

pub const PROFILE: Profile = Profile {
    name: "miniorange",
    answers: &[("gate", refuse), ("validate", refuse), ("validate-status-200", refuse_with_200)],
    forms: &[
        // MO-3, MO-15. `exp` is required, against MO-4. The `typ` tells a refresh token (MO-16).
        form(
            "policy",
            "access",
            r#"{"algorithms":["<alg:HS256|RS256=\"HS256\">"],"issuer":null,"audience":null,
            "allowNumericSub":true,"rejectFutureIat":true,"required":["/sub","/name"]}"#,
        ),
        form(
            "policy",
            "refresh",
            r#"{"algorithms":["<alg:HS256|RS256=\"HS256\">"],"kind":"refresh","issuer":null,
            "audience":null,"allowNumericSub":true,"rejectFutureIat":true,
            "required":["/sub","/name"]}"#,
        ),
        // MO-16.
        form(
            "issuer",
            "",
            r#"{"kid":"<kid:name?>","accessTtl":"<accessTtl:ttl=3600>",
            "refreshTtl":"<refreshTtl:ttl=1209600>","allowNumericSub":true,
            "defaults":{"jti":null}}"#,
        ),
        form(
            "claims",
            "access",
            r#"{"claims":{"sub":"<id:int>","name":"<name:name>"},
            "options":{"ttl":"<ttl:ttl=3600>","jti":null,"typ":"JWT"}}"#,
        ),
        // MO-7, MO-12, MO-17, MO-18.
        derived(
            "gate",
            "",
            gate,
            r#"{"profile":"miniorange","headers":"<headers:any>","schemes":["Bearer"],
            "schemeCase":"any","pathCase":"any",
            "base":"<base:texts=[\"/wp-json\",\"/index.php/wp-json\"]>","scripts":".php",
            "routeQuery":"rest_route","access":"required",
            "outside":"<outside:public|optional|required=\"required\">","preflight":"pass",
            "routes":"<routes:any>"}"#,
        ),
        // MO-2: a duration, as in OAuth; the vendor's moment only by its name.
        derived(
            "respond",
            "token",
            token,
            r#"{"body":{"token_type":"Bearer","iat":"<iat:int>","expires_in":"<expiresIn:any>",
            "jwt_token":"<token:text>"}}"#,
        ),
        // MO-10.
        form(
            "respond",
            "valid",
            r#"{"body":{"status":"TRUE","message":"VALID_TOKEN","code":"200"}}"#,
        ),
        // MO-9.
        form(
            "respond",
            "invalidCredentials",
            r#"{"status":400,"body":{"status":"error","error":"INVALID_CREDENTIALS","code":"400",
            "error_description":"the credentials are not right"}}"#,
        ),
        form(
            "respond",
            "noSecret",
            r#"{"status":401,"body":{"status":"error","error":"BAD_REQUEST","code":"401",
            "error_description":"no secret is configured"}}"#,
        ),
        form(
            "respond",
            "noCredentials",
            r#"{"status":403,"body":{"status":"error","error":"FORBIDDEN","code":"403",
            "error_description":"username and password required"}}"#,
        ),
        // MO-11.
        form(
            "respond",
            "tooMany",
            r#"{"status":429,"headers":{"Retry-After":"60"},"body":{"status":"error",
            "error":"TOO_MANY_REQUESTS","code":"429","error_description":"too many failures"}}"#,
        ),
        // MO-14: only for origins that the host names; any origin only by that name.
        derived(
            "respond",
            "preflight",
            preflight,
            r#"{"headers":{"Access-Control-Allow-Origin":"<allowed:text?>",
            "Access-Control-Allow-Credentials":"<credentials:text?>","Vary":"Origin",
            "Access-Control-Allow-Methods":"GET, POST, PUT, DELETE, OPTIONS",
            "Access-Control-Allow-Headers":"Authorization, Content-Type, X-WP-Nonce",
            "Access-Control-Max-Age":"86400"},
            "body":{"code":"200","status":"success","message":"preflight"}}"#,
        ),
    ],
};

fn gate(facts: &mut Facts<'_>) {
    let headers = match facts.text("header") {
        Some(name) => ["[", &quoted(&name), "]"].concat(),
        None => r#"["authorization","authorisation"]"#.to_owned(),
    };
    facts.set("headers", headers);
    let mut routes = r#"[{"path":"/api/v1","access":"public"},
{"path":"/api/v1/token","access":"public"},
{"path":"/api/v1/token-validate","access":"public"}"#
        .to_owned();
    for path in facts.texts("excluded").unwrap_or_default() {
        routes.push_str(&[r#",{"path":"#, &quoted(&path), r#","access":"public"}"#].concat());
    }
    routes.push(']');
    facts.set("routes", routes);
}

fn token(facts: &mut Facts<'_>) {
    let (iat, exp) = (facts.whole("iat"), facts.whole("exp"));
    if exp.is_none() {
        facts.refuse("exp", "must be given");
    }
    let (iat, exp) = (iat.unwrap_or_default(), exp.unwrap_or_default());
    let is_absolute = facts.is_true("absoluteExpiresIn");
    facts.set_whole("expiresIn", if is_absolute { exp } else { exp.saturating_sub(iat) });
}

fn preflight(facts: &mut Facts<'_>) {
    let origin = facts.text("origin").unwrap_or_default();
    let allowed = facts.texts("origins").unwrap_or_default();
    if facts.is_true("anyOriginWithCredentials") || allowed.contains(&origin) {
        facts.set_text("allowed", origin);
        facts.set_text("credentials", "true".to_owned());
    }
}

/// MO-8.
fn refuse(refusal: &Refusal) -> Answer {
    let (code, stage) = (refusal.code, refusal.code.stage());
    let (status, error) = match code {
        Code::MissingToken => (401, "MISSING_AUTHORIZATION_HEADER"),
        Code::UnsupportedScheme => (401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE"),
        Code::MalformedToken | Code::TokenTooLarge => (401, "SEGMENT_FAULT"),
        Code::InvalidSignature | Code::UnknownKey | Code::DisabledKey => (401, "INVALID_SIGNATURE"),
        Code::AmbiguousRequest => (400, "BAD_REQUEST"),
        _ if stage == Stage::Access => (403, "FORBIDDEN"),
        _ => (status_of(code, 401), "UNAUTHORIZED"),
    };
    body(status, error, error != "UNAUTHORIZED", code)
}

/// MO-10: the same, but that another algorithm's token is answered as if all were well.
fn refuse_with_200(refusal: &Refusal) -> Answer {
    match refusal.code {
        code @ Code::UnsupportedAlgorithm => {
            Answer { status: 200, ..body(401, "UNAUTHORIZED", true, code) }
        }
        _ => refuse(refusal),
    }
}

fn body(status: u16, error: &str, has_code: bool, code: Code) -> Answer {
    let number = if has_code { format!(r#","code":"{status}""#) } else { String::new() };
    let description = quoted(code.message());
    answer(
        status,
        format!(
            r#"{{"status":"error","error":"{error}"{number},"error_description":{description}}}"#
        ),
    )
}
