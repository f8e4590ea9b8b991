//! LeadDesk (systems.md section 1): an Identity JWT that others verify, the older report JWT, and
//! the machine login token. It defines no answers of its own, so its answers are the standard ones.

use crate::answer::standard;
use crate::profile::{Facts, Profile, derived, form};
use crate::profiles::calendar::{Date, midnight_after};
use crate::profiles::offset;

pub const PROFILE: Profile = Profile {
    name: "leaddesk",
    answers: &[("gate", standard)],
    forms: &[
        // LD-5: no source says the algorithm, so it is the key's, and no shared secret's.
        // LD-7: `aud` is one string, so a list is refused. LD-11: nothing else may be asked for.
        form(
            "policy",
            "identity",
            r#"{"algorithms":["RS256","RS384","RS512","PS256","PS384","PS512","ES256","ES384",
            "ES512","EdDSA","Ed25519"],
            "issuer":null,"audience":"<audience:name>","equals":{"/aud":"<audience:name>"},
            "versions":{"claim":"/ver","rules":[{"version":1,
            "required":["/user/id","/user/role","/client/id"]}]}}"#,
        ),
        // LD-12, LD-13. An Identity JWT is none, whoever it is for.
        form(
            "policy",
            "report",
            r#"{"algorithms":["RS256","RS384","RS512","PS256","PS384","PS512","ES256","ES384",
            "ES512","EdDSA","Ed25519"],
            "issuer":null,"audience":null,"required":["/user","/role","/client","/signature"],
            "forbidden":["/ver","/aud"]}"#,
        ),
        // LD-19, LD-20.
        form(
            "policy",
            "login",
            r#"{"algorithms":["HS512"],"issuer":null,"audience":null,"maxFuture":60}"#,
        ),
        // A report JWT of the hour before midnight lives for 25 hours at most (LD-14).
        form("issuer", "", r#"{"kid":"<kid:name?>","accessTtl":120,"maxTtl":90000}"#),
        form(
            "claims",
            "identity",
            r#"{"claims":{"ver":1,"aud":"<audience:name>","user":{"id":"<id:int>",
            "name":"<name:text>",
            "role":"<role:agent|admin|teamleader|sponsor|manager>","email":"<email:text>",
            "lang":"<lang:text>"},"client":{"id":"<clientId:int>","name":"<clientName:text>"}},
            "options":{"ttl":"<ttl:ttl=120>","iat":null,"jti":null,"typ":"JWT"}}"#,
        ),
        derived(
            "claims",
            "report",
            report,
            r#"{"claims":{"user":"<id:int>","role":"<role:agent|admin|teamleader|sponsor|manager>",
            "client":"<clientId:int>","signature":"<signature:name>"},
            "options":{"exp":"<exp:any>","iat":null,"jti":null,"typ":"JWT"}}"#,
        ),
        form(
            "claims",
            "login",
            r#"{"claims":{"sub":"<id:name>"},
            "options":{"ttl":60,"iat":null,"jti":null,"typ":"JWT"}}"#,
        ),
        // LD-10: who may come in by role; LD-21 leaves open how the token arrives.
        form(
            "gate",
            "",
            r#"{"profile":"leaddesk","headers":["authorization"],"schemes":["Bearer"],
            "schemeCase":"any","roles":{"claim":"/user/role","allow":
            "<roles:texts=[\"agent\",\"admin\",\"teamleader\",\"sponsor\",\"manager\"]>"}}"#,
        ),
        // LD-18.
        derived(
            "respond",
            "login",
            expires,
            r#"{"body":{"token":"<token:text>","expires":"<expires:text>"}}"#,
        ),
    ],
};

/// LD-14: the next midnight, or the one after it in the hour before; five minutes for a page, which
/// is where local time is not said.
fn report(facts: &mut Facts<'_>) {
    const HOUR: u64 = 3600;
    let now = facts.now_in_seconds();
    let exp = match offset(facts) {
        None => now.saturating_add(300),
        Some((offset, _)) => {
            let local = now.saturating_add_signed(offset);
            midnight_after(local.saturating_add(HOUR))
                .saturating_add_signed(offset.saturating_neg())
        }
    };
    facts.set_whole("exp", exp);
}

fn expires(facts: &mut Facts<'_>) {
    let exp = facts.whole("exp").unwrap_or_default();
    let (offset, written) = offset(facts).unwrap_or((0, "+00:00".to_owned()));
    let date = Date::from_seconds(exp.saturating_add_signed(offset));
    facts.set_text("expires", [date.in_digits(), written].concat());
}
