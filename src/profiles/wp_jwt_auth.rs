//! The WordPress plugin WP-API/jwt-auth (systems.md section 4): a pair of tokens for an application
//! password, told apart by a claim.

use crate::answer::Answer;
use crate::error::{Code, Refusal, Stage};
use crate::json::quoted;
use crate::profile::{Facts, Profile, derived, form};
use crate::profiles::calendar::Date;
use crate::profiles::{answer, offset, status_of};

pub const PROFILE: Profile = Profile {
    name: "wp-jwt-auth",
    answers: &[
        ("gate", refuse),
        ("token", refuse_refresh),
        ("validate", refuse_validation),
        ("validate-status-200", refuse_validation_with_200),
    ],
    forms: &[
        // WP-16, WP-18, WP-20 to WP-22, WP-32. A refresh token is none, against WP-24.
        form(
            "policy",
            "access",
            r#"{"algorithms":["HS256"],"typ":"JWT","issuer":"<site:name>","audience":null,
            "rejectFutureIat":true,"kind":{"claim":"/data/user/token_type","value":null},
            "required":["/data/user/id","/data/user/api_key"]}"#,
        ),
        // WP-19; the issuer is checked here too, against WP-25.
        form(
            "policy",
            "refresh",
            r#"{"algorithms":["HS256"],"typ":"JWT","issuer":"<site:name>","audience":null,
            "rejectFutureIat":true,"kind":{"claim":"/data/user/token_type","value":"refresh"},
            "required":["/data/user/id","/data/user/api_key"]}"#,
        ),
        // WP-17 to WP-19.
        derived(
            "issuer",
            "",
            issuer,
            r#"{"kid":"<kid:name?>","issuer":"<site:name>","accessTtl":"<accessTtl:ttl=604800>",
            "refreshTtl":"<refreshTtl:ttl=31536000>","refreshMode":"<mode:any>",
            "headerOrder":"typ-first","defaults":{"nbf":"now","jti":null},
            "kinds":{"claim":"/data/user/token_type","access":null,"refresh":"refresh"}}"#,
        ),
        form(
            "claims",
            "access",
            r#"{"claims":{"data":{"user":{"id":"<id:int>","type":"<type:name=\"wp_user\">",
            "user_login":"<login:text>","user_email":"<email:text>","api_key":"<key:name>"}}},
            "options":{"ttl":"<ttl:ttl=604800>","nbf":"now","jti":null,"typ":"JWT"}}"#,
        ),
        form(
            "claims",
            "refresh",
            r#"{"claims":{"data":{"user":{"id":"<id:int>","type":"<type:name=\"wp_user\">",
            "user_login":"<login:text>","user_email":"<email:text>","token_type":"refresh",
            "api_key":"<key:name>"}}},
            "options":{"ttl":"<ttl:ttl=31536000>","nbf":"now","jti":null,"typ":"JWT"}}"#,
        ),
        // WP-11 to WP-14. What is open by WP-10 is so only where the host says who guards it.
        derived(
            "gate",
            "",
            gate,
            r#"{"profile":"wp-jwt-auth","headers":"<headers:texts=[\"authorization\"]>",
            "schemes":["Bearer"],"schemeCase":"exact","pathCase":"any",
            "base":"<base:texts=[\"/wp-json\",\"/index.php/wp-json\"]>","scripts":".php",
            "routeQuery":"rest_route","access":"required",
            "outside":"<outside:public|optional|required=\"required\">",
            "preflight":"pass","routes":"<routes:any>"}"#,
        ),
        // WP-2: `exp` is the seconds of life.
        form(
            "respond",
            "token",
            r#"{"body":{"access_token":"<access:text>","data":{"user":{"id":"<id:int>",
            "type":"<type:name=\"wp_user\">","user_login":"<login:text>",
            "user_email":"<email:text>",
            "api_key":"<key:name>"}},"exp":"<ttl:int=604800>","refresh_token":"<refresh:text>"}}"#,
        ),
        // WP-4.
        derived(
            "respond",
            "valid",
            valid,
            r#"{"body":{"code":"rest_authentication_valid_<kind:access|refresh>_token",
            "message":"the token is valid","data":{"status":200,"exp":"<expiresIn:any>"}}}"#,
        ),
        // WP-7.
        derived(
            "respond",
            "keyPair",
            key_pair,
            r#"{"body":{"api_secret":"<secret:text>","row":{"name":"<name:text>",
            "api_key":"<key:name>",
            "api_secret":"<hash:text>","created":"<createdText:text>","last_used":"—",
            "last_ip":"—"}}}"#,
        ),
        // WP-8, WP-9.
        form("respond", "revoked", r#"{"body":"<removed:flag>"}"#),
        form("respond", "revokedAll", r#"{"body":"<removed:int>"}"#),
        // WP-35: what no refusal of a token brings about, because the host finds it out.
        form(
            "respond",
            "error",
            concat!(
                r#"{"status":403,"body":{"code":"rest_authentication_<reason:"#,
                "required_api_key_secret|invalid_api_key_secret|revoked_api_key|",
                "invalid_refresh_token|missing_user_id|missing_user_login|missing_user_email|",
                "token_expired|required_name_error|invalid_user_error|edit_user_error",
                r#">","message":"<message:text=\"the request is refused\">","#,
                r#""data":{"status":403}}}"#,
            ),
        ),
    ],
};

const ROUTES: &str = r#"{"method":"OPTIONS","path":"/**","access":"public"},
{"method":"GET","path":"/**","access":"optional"},
{"method":"POST","path":"/wp/v2/token","access":"public"}"#;

const KEY_PAIRS: &str =
    r#",{"method":["POST","DELETE"],"path":"/wp/v2/key-pair/**","access":"public"}"#;

/// WP-25: a refresh token that stays good when it has been used, only by that name.
fn issuer(facts: &mut Facts<'_>) {
    let mode = if facts.is_true("reuseRefreshTokens") { "reuse" } else { "rotate" };
    facts.set("mode", quoted(mode));
}

fn gate(facts: &mut Facts<'_>) {
    let open = if facts.is_true("keyPairsGuardedByHost") { KEY_PAIRS } else { "" };
    facts.set("routes", ["[", ROUTES, open, "]"].concat());
}

fn valid(facts: &mut Facts<'_>) {
    if let Some(seconds) = facts.seconds("expiresIn") {
        facts.set_whole("expiresIn", seconds);
    }
}

fn key_pair(facts: &mut Facts<'_>) {
    let created = facts.whole("created").unwrap_or_else(|| facts.now_in_seconds());
    let (offset, _) = offset(facts).unwrap_or_default();
    let date = Date::from_seconds(created.saturating_add_signed(offset));
    facts.set_text("createdText", date.in_words());
}

/// WP-35, at the gate.
fn refuse(refusal: &Refusal) -> Answer {
    let reason = match (refusal.code, claim(refusal)) {
        (Code::MissingToken, _) => "no_header",
        (Code::UnsupportedScheme, _) => "no_token",
        (Code::WrongIssuer, _) | (Code::MissingClaim, "iss") => "invalid_token_issuer",
        (Code::WrongKind, _) => "invalid_token_type",
        (Code::MissingClaim, "exp") => "missing_token_expiration",
        (Code::MissingClaim, "/data/user/id") => "missing_token_user_id",
        (Code::WrongSubject, "/data/user/user_login") => "invalid_token_user_login",
        (Code::WrongSubject, "/data/user/user_email") => "invalid_token_user_email",
        (Code::WrongSubject | Code::RevokedSubject, _) => "invalid_token_wp_user",
        (Code::RevokedCredential, _) => "revoked_api_key",
        _ => "token_error",
    };
    error(refusal.code, reason)
}

/// WP-35, of a refresh token.
fn refuse_refresh(refusal: &Refusal) -> Answer {
    let reason = match (refusal.code, claim(refusal)) {
        (Code::MissingToken | Code::UnsupportedScheme, _) => "required_api_key_secret",
        (Code::MissingClaim, "/data/user/api_key") => "missing_refresh_token_api_key",
        (Code::MissingClaim, "/data/user/id") => "missing_refresh_token_user_id",
        (Code::WrongSubject | Code::RevokedSubject, _) => "invalid_refresh_token",
        _ => return refuse(refusal),
    };
    error(refusal.code, reason)
}

/// WP-4, WP-5, with the status that is meant.
fn refuse_validation(refusal: &Refusal) -> Answer {
    let reason = match refusal.code {
        Code::Expired => "expired_bearer_token",
        _ => "invalid_bearer_token",
    };
    error(refusal.code, reason)
}

/// WP-5 as it is: the status of success, and the meant one in the body.
fn refuse_validation_with_200(refusal: &Refusal) -> Answer {
    Answer { status: 200, ..refuse_validation(refusal) }
}

fn claim(refusal: &Refusal) -> &str {
    refusal.claim.as_deref().unwrap_or_default()
}

fn error(code: Code, reason: &str) -> Answer {
    let (status, reason) = match code.stage() {
        Stage::Access => (403, "rest_forbidden".to_owned()),
        _ if code == Code::AmbiguousRequest => (400, "rest_invalid_param".to_owned()),
        _ => (status_of(code, 403), ["rest_authentication_", reason].concat()),
    };
    let message = quoted(code.message());
    let body = format!(r#"{{"code":"{reason}","message":{message},"data":{{"status":{status}}}}}"#);
    answer(status, body)
}
