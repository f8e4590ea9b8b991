//! Tiledesk (systems.md section 3): tokens for widget visitors, signed with the project's secret,
//! and the server's own for guests, users, bots and subscriptions, which have no end.
//!
//! Every token can be revoked (not so TD-10), a visitor cannot give himself a role (not so TD-23),
//! and there is no form of the test token that anybody may have (TD-30).

use crate::answer::Answer;
use crate::error::{Code, Refusal, Stage};
use crate::json::quoted;
use crate::profile::{Facts, Profile, derived, form};
use crate::profiles::{answer, status_of};
use crate::random;

pub const PROFILE: Profile = Profile {
    name: "tiledesk",
    answers: &[
        ("gate", refuse),
        ("basic", refuse_with_challenge),
        ("route", refuse_route),
        ("signin", refuse_signin),
        ("decode", refuse_decode),
    ],
    forms: &[
        // TD-12, TD-13, TD-23.
        derived(
            "policy",
            "userexternal",
            |facts| audience(facts, "project", "projects"),
            r#"{"algorithms":["HS256","HS384","HS512"],"issuer":null,"audience":"<audience:any>",
            "subject":"userexternal","prefix":{"/_id":"<project:name>_"},"required":["/email"],
            "forbidden":["/role"]}"#,
        ),
        // TD-38: the older payload.
        form(
            "policy",
            "external",
            r#"{"algorithms":["HS256","HS384","HS512"],"issuer":null,"audience":null,
            "maxLifetime":600,
            "required":["/name","/email","/external_id"],"forbidden":["/role","/aud","/sub"]}"#,
        ),
        // TD-29.
        form(
            "policy",
            "decode",
            r#"{"algorithms":["HS256","HS384","HS512"],"issuer":null,"audience":null,
            "maxLifetime":600,
            "forbidden":["/role"]}"#,
        ),
        // TD-31, TD-32: no `exp`, so what ends them is the list.
        form(
            "policy",
            "guest",
            r#"{"issuer":"https://tiledesk.com","audience":"https://tiledesk.com","subject":"guest",
            "required":["/_id","/jti"],"requireExp":false,"rejectFutureIat":true}"#,
        ),
        form(
            "policy",
            "user",
            r#"{"issuer":"https://tiledesk.com","audience":"https://tiledesk.com","subject":"user",
            "required":["/_id","/jti"],"requireExp":false,"rejectFutureIat":true}"#,
        ),
        // TD-33.
        derived(
            "policy",
            "bot",
            |facts| audience(facts, "bot", "bots"),
            r#"{"algorithms":["HS256","HS384","HS512"],"issuer":"https://tiledesk.com",
            "audience":"<audience:any>","subject":"bot","equals":{"/_id":"<bot:name>"},
            "required":["/jti"],"requireExp":false,"rejectFutureIat":true}"#,
        ),
        // TD-34: the vendor's have no `jti` (TD-11).
        derived(
            "policy",
            "subscription",
            |facts| audience(facts, "subscription", "subscriptions"),
            r#"{"algorithms":["HS256","HS384","HS512"],"issuer":"https://tiledesk.com",
            "audience":"<audience:any>","subject":"subscription",
            "equals":{"/_id":"<subscription:name>"},"requireExp":false,"rejectFutureIat":true}"#,
        ),
        form(
            "policy",
            "globalSubscription",
            r#"{"issuer":"https://tiledesk.com","audience":"https://tiledesk.com",
            "subject":"subscription","required":["/_id"],"requireExp":false,
            "rejectFutureIat":true}"#,
        ),
        form("issuer", "", r#"{"kid":"<kid:name?>","accessTtl":600}"#),
        derived(
            "claims",
            "userexternal",
            token_id,
            r#"{"claims":{"_id":"<project:word>_<id:name>","firstname":"<firstname:text?>",
            "lastname":"<lastname:text?>","email":"<email:text>",
            "attributes":"<attributes:object?>",
            "sub":"userexternal","aud":"https://tiledesk.com/projects/<project:word>"},
            "options":{"ttl":"<ttl:ttl=600>","jti":"<jti:any>","typ":"JWT"}}"#,
        ),
        form(
            "claims",
            "external",
            r#"{"claims":{"name":"<name:text>","email":"<email:text>","external_id":"<id:name>"},
            "options":{"ttl":"<ttl:ttl=600>","jti":null,"typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "guest",
            guest,
            r#"{"claims":{"_id":"<id:text>","firstname":"<firstname:text>",
            "lastname":"<lastname:text?>",
            "email":"<email:text?>","attributes":"<attributes:object?>","id":"<id:text>",
            "fullName":"<fullName:text>","aud":"https://tiledesk.com","iss":"https://tiledesk.com",
            "sub":"guest"},"options":{"ttl":"<ttl:ttl?>","exp":"<exp:any?>","jti":"<jti:any>",
            "typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "user",
            endless,
            r#"{"claims":{"_id":"<id:name>","email":"<email:text>","firstname":"<firstname:text>",
            "lastname":"<lastname:text>","emailverified":"<emailVerified:flag>",
            "aud":"https://tiledesk.com","iss":"https://tiledesk.com","sub":"user"},
            "options":{"ttl":"<ttl:ttl?>","exp":"<exp:any?>","jti":"<jti:any>","typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "bot",
            endless,
            r#"{"claims":{"_id":"<id:word>","name":"<name:text>","id_project":"<project:word>",
            "aud":"https://tiledesk.com/bots/<id:word>","iss":"https://tiledesk.com","sub":"bot"},
            "options":{"ttl":"<ttl:ttl?>","exp":"<exp:any?>","jti":"<jti:any>","typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "subscription",
            endless,
            r#"{"claims":{"_id":"<id:word>","target":"<target:text>","event":"<event:text>",
            "id_project":"<project:word>","aud":"https://tiledesk.com/subscriptions/<id:word>",
            "iss":"https://tiledesk.com","sub":"subscription"},
            "options":{"ttl":"<ttl:ttl?>","exp":"<exp:any?>","jti":"<jti:any>","typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "globalSubscription",
            endless,
            r#"{"claims":{"_id":"<id:word>","target":"<target:text>","event":"<event:text>",
            "aud":"https://tiledesk.com","iss":"https://tiledesk.com","sub":"subscription"},
            "options":{"ttl":"<ttl:ttl?>","exp":"<exp:any?>","jti":"<jti:any>","typ":"JWT"}}"#,
        ),
        // TD-36: `kid` stands among the claims.
        derived(
            "claims",
            "chat21",
            token_id,
            r#"{"claims":{"sub":"<id:name>","scope":"<scope:texts>","client_id":"<client:name>",
            "cid":"<client:name>","azp":"<client:name>","user_id":"<id:name>","app_id":"tilechat",
            "aud":["rabbitmq","<id:name>"],"kid":"tiledesk-key"},
            "options":{"ttl":2592000,"jti":"<jti:any>","typ":"JWT"}}"#,
        ),
        // TD-17.
        derived(
            "gate",
            "",
            gate,
            r#"{"profile":"tiledesk","headers":["authorization"],"schemes":["JWT"],
            "schemeCase":"any","query":"<query:text?>"}"#,
        ),
        // TD-20, TD-31, TD-32.
        form(
            "respond",
            "signin",
            r#"{"body":{"success":true,"token":"JWT <token:text>","user":"<user:object>"}}"#,
        ),
        form("respond", "invalid", r#"{"status":422,"body":{"errors":"<errors:list>"}}"#),
        form(
            "respond",
            "failed",
            r#"{"status":401,"body":{"success":false,"msg":"<message:text>"}}"#,
        ),
        // TD-29.
        form("respond", "decoded", r#"{"body":{"decoded":"<claims:object>"}}"#),
        // TD-15, TD-29.
        form(
            "respond",
            "noProject",
            r#"{"status":404,"body":{"success":false,"msg":"Project not found"}}"#,
        ),
        form(
            "respond",
            "keys",
            r#"{"body":{"publicKey":"<publicKey:text?>","privateKey":"<privateKey:text?>",
            "jwtSecret":"<secret:name>"}}"#,
        ),
        // TD-33.
        form("respond", "bot", r#"{"body":{"jwt":"<token:text>"}}"#),
        // TD-3, of what `listHistory` answers.
        form(
            "respond",
            "history",
            r#"{"body":{"perPage":"<perPage:int>","count":"<count:int>","page":"<page:int>",
            "sortField":"<sortField:text>","direction":"<direction:any>","items":"<items:list>"}}"#,
        ),
        // TD-34, but for the raw secret, which has no business in a header.
        form(
            "request",
            "webhook",
            r#"{"method":"POST","url":"<target:text>","headers":{"Content-Type":"application/json"},
            "body":{"hook":"<hook:object>","payload":"<payload:object>",
            "timestamp":"<timestamp:int>",
            "token":"<token:text>"}}"#,
        ),
    ],
};

/// TD-12, TD-24: `aud` is an address whose last part names the key's owner, who is any unless said:
/// then the part that the address captures.
fn audience(facts: &mut Facts<'_>, name: &'static str, path: &str) {
    let id = facts.text(name);
    let part = id.clone().unwrap_or_else(|| ["{", name, "}"].concat());
    let address = quoted(&["https://tiledesk.com/", path, "/", &part].concat());
    let audience = if id.is_some() { address } else { [r#"{"url":"#, &address, "}"].concat() };
    facts.set("audience", audience);
    facts.set_text(name, part);
}

/// A `jti`, unless the caller has named the pitfall of having none (TD-11).
fn token_id(facts: &mut Facts<'_>) {
    let jti = match facts.text("jti") {
        _ if facts.is_true("withoutJti") => "null".to_owned(),
        Some(jti) => quoted(&jti),
        None => quoted(&uuid(facts)),
    };
    facts.set("jti", jti);
}

/// The same for a token that has no end but where one is asked for.
fn endless(facts: &mut Facts<'_>) {
    if facts.seconds("ttl").is_none() {
        facts.set("exp", "null".to_owned());
    }
    token_id(facts);
}

/// TD-31.
fn guest(facts: &mut Facts<'_>) {
    let id = facts.text("id").unwrap_or_else(|| uuid(facts));
    let short = id.get(..4).unwrap_or(&id);
    let first = facts.text("firstname").unwrap_or_else(|| ["guest#", short].concat());
    let last = facts.text("lastname").unwrap_or_default();
    facts.set_text("fullName", [&first, " ", &last].concat());
    facts.set_text("firstname", first);
    facts.set_text("id", id);
    endless(facts);
}

fn gate(facts: &mut Facts<'_>) {
    if facts.is_true("secretTokenInQuery") {
        facts.set_text("query", "secret_token".to_owned());
    }
}

fn uuid(facts: &mut Facts<'_>) -> String {
    random::uuid().unwrap_or_else(|_| {
        facts.refuse("jti", "the host has no randomness here");
        String::new()
    })
}

/// TD-26: text, and no challenge where JWT is the only way in.
fn refuse(refusal: &Refusal) -> Answer {
    let (status, text) = match (refusal.code, refusal.code.stage()) {
        (Code::AmbiguousRequest, _) => (400, "Bad Request"),
        (_, Stage::Access) => return refuse_route(refusal),
        (code, _) => match status_of(code, 401) {
            401 => (401, "Unauthorized"),
            status => (status, "Service Unavailable"),
        },
    };
    let headers = vec![("Content-Type", "text/plain".to_owned())];
    Answer { status, headers, body: text.to_owned() }
}

/// TD-26: the same where there is Basic authentication too.
fn refuse_with_challenge(refusal: &Refusal) -> Answer {
    let mut answer = refuse(refusal);
    if answer.status == 401 {
        answer.headers.push(("WWW-Authenticate", r#"Basic realm="Users""#.to_owned()));
    }
    answer
}

/// TD-27: a route that wants a token in the header.
fn refuse_route(refusal: &Refusal) -> Answer {
    said(status_of(refusal.code, 403), "Unauthorized.")
}

/// TD-21.
fn refuse_signin(refusal: &Refusal) -> Answer {
    match (refusal.code, refusal.claim.as_deref()) {
        (Code::MissingClaim, Some("aud")) => said(400, "JWT Aud field is required"),
        (Code::WrongAudience, _) => said(400, "JWT Aud field is not valid"),
        (Code::WrongSubject | Code::RevokedSubject, _) => {
            said(401, "Authentication failed. Project_user not active.")
        }
        _ => refuse(refusal),
    }
}

/// TD-29.
fn refuse_decode(refusal: &Refusal) -> Answer {
    said(status_of(refusal.code, 401), refusal.code.message())
}

fn said(status: u16, message: &str) -> Answer {
    answer(status, format!(r#"{{"success":false,"msg":{}}}"#, quoted(message)))
}
