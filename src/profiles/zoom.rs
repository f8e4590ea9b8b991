//! Zoom's JWT app and what lives on of it (systems.md section 2): an API key and secret, tokens
//! that the client signs itself and that live for seconds.

use crate::answer::Answer;
use crate::error::{Code, Refusal, Stage};
use crate::json::quoted;
use crate::profile::{Facts, Profile, derived, form};
use crate::profiles::{answer, status_of};

pub const PROFILE: Profile = Profile {
    name: "zoom",
    answers: &[("gate", refuse)],
    forms: &[
        // ZM-3, ZM-4; the limit is that of the family (ZM-22), and `exp` is in seconds (ZM-6).
        form(
            "policy",
            "api",
            r#"{"algorithms":["HS256"],"typ":"JWT","issuer":"<apiKey:name>","audience":null,
            "maxFuture":172800}"#,
        ),
        // ZM-21, ZM-22.
        form(
            "policy",
            "meeting",
            r#"{"algorithms":["HS256"],"typ":"JWT","issuer":null,"audience":null,
            "rejectFutureIat":true,
            "maxLifetime":172800,"equals":{"/appKey":"<apiKey:name>"},
            "required":["/mn","/role","/tokenExp"]}"#,
        ),
        form(
            "policy",
            "video",
            r#"{"algorithms":["HS256"],"typ":"JWT","issuer":null,"audience":null,
            "rejectFutureIat":true,
            "maxLifetime":172800,"equals":{"/app_key":"<apiKey:name>","/version":1},
            "required":["/tpc"]}"#,
        ),
        form("issuer", "", r#"{"kid":"<kid:name?>","accessTtl":60,"maxTtl":172800}"#),
        // ZM-8: seconds are advised, and an hour at most.
        form(
            "claims",
            "api",
            r#"{"claims":{"iss":"<apiKey:name>"},
            "options":{"ttl":"<ttl:ttl=60>","iat":null,"jti":null,"typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "meeting",
            meeting,
            r#"{"claims":{"appKey":"<apiKey:name>","sdkKey":"<apiKey:name>","mn":"<meeting:name>",
            "role":"<role:0|1>","tokenExp":"<exp:any>"},
            "options":{"iat":"<iat:any>","exp":"<exp:any>","jti":null,"typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "video",
            meeting,
            r#"{"claims":{"app_key":"<apiKey:name>","version":1,"user_identity":"<user:name?>",
            "tpc":"<topic:name>"},
            "options":{"iat":"<iat:any>","exp":"<exp:any>","jti":null,"typ":"JWT"}}"#,
        ),
        // ZM-7.
        form(
            "gate",
            "",
            r#"{"profile":"zoom","headers":["authorization"],"schemes":["Bearer"],
            "schemeCase":"any"}"#,
        ),
        // ZM-21: what the sample's token endpoint says of bad input.
        form("respond", "invalid", r#"{"status":400,"body":{"errors":"<errors:list>"}}"#),
    ],
};

/// ZM-21, ZM-22: 30 minutes to 48 hours, by default two hours, from this second on.
fn meeting(facts: &mut Facts<'_>) {
    let (now, ttl) = (facts.now_in_seconds(), facts.seconds("ttl").unwrap_or(7200));
    if !(1800..=172_800).contains(&ttl) {
        facts.refuse("ttl", "is not between 1800 and 172800 seconds");
    }
    facts.set_whole("iat", now);
    facts.set_whole("exp", now.saturating_add(ttl));
}

/// ZM-12.
fn refuse(refusal: &Refusal) -> Answer {
    let (code, stage) = (refusal.code, refusal.code.stage());
    let (status, number, message): (_, u16, _) = match code {
        Code::Expired => (401, 124, "Access token is expired."),
        Code::AmbiguousRequest => (400, 400, code.message()),
        _ if stage == Stage::Access => (403, 403, code.message()),
        _ => (401, 124, "Invalid access token."),
    };
    let body = format!(r#"{{"code":{number},"message":{}}}"#, quoted(message));
    answer(status_of(code, status), body)
}
