//! Chat widgets that share one shape (systems.md section 6): HS256, signed by the server for a
//! visitor it names, a short life, and a fresh token from a callback when one expires.
//!
//! These vendors verify; their refusals, where we verify in their place, are answered as usual.

use crate::answer::standard;
use crate::profile::{Profile, form};

pub const ZENDESK: Profile = Profile {
    name: "zendesk",
    answers: &[("gate", standard)],
    forms: &[
        form(
            "policy",
            "visitor",
            r#"{"algorithms":["HS256"],"typ":"JWT","issuer":null,"audience":null,
            "equals":{"/scope":"user"},"required":["/external_id"]}"#,
        ),
        // The header must name one of the account's keys.
        form("issuer", "", r#"{"kid":"<kid:name>","accessTtl":600}"#),
        form(
            "claims",
            "visitor",
            r#"{"claims":{"scope":"user","external_id":"<id:name>","name":"<name:text?>",
            "email":"<email:text?>","email_verified":"<emailVerified:flag?>"},
            "options":{"ttl":"<ttl:ttl=600>","jti":null,"typ":"JWT"}}"#,
        ),
    ],
};

pub const INTERCOM: Profile = Profile {
    name: "intercom",
    answers: &[("gate", standard)],
    forms: &[
        form(
            "policy",
            "visitor",
            r#"{"algorithms":["HS256"],"issuer":null,"audience":null,"required":["/user_id"]}"#,
        ),
        form("issuer", "", r#"{"kid":"<kid:name?>","accessTtl":600}"#),
        form(
            "claims",
            "visitor",
            r#"{"claims":{"user_id":"<id:name>","name":"<name:text?>","email":"<email:text?>"},
            "options":{"ttl":"<ttl:ttl=600>","jti":null,"typ":"JWT"}}"#,
        ),
    ],
};

pub const FRESHCHAT: Profile = Profile {
    name: "freshchat",
    answers: &[("gate", standard)],
    forms: &[
        form(
            "policy",
            "visitor",
            r#"{"algorithms":["HS256"],"issuer":null,"audience":null,
            "required":["/freshchat_uuid"]}"#,
        ),
        form("issuer", "", r#"{"kid":"<kid:name?>","accessTtl":600}"#),
        // The widget's own id, which it gives before and gets back signed.
        form(
            "claims",
            "visitor",
            r#"{"claims":{"freshchat_uuid":"<uuid:name>","reference_id":"<id:name?>",
            "name":"<name:text?>","email":"<email:text?>"},
            "options":{"ttl":"<ttl:ttl=600>","jti":null,"typ":"JWT"}}"#,
        ),
    ],
};

/// Here the vendor makes the token, for 12 hours: what a server has to say is who the visitor is.
pub const HUBSPOT: Profile = Profile {
    name: "hubspot",
    answers: &[("gate", standard)],
    forms: &[form(
        "request",
        "token",
        r#"{"method":"POST","path":"/visitor-identification/v3/tokens/create","ttl":43200,
        "body":{"email":"<email:name>","firstName":"<firstname:text?>",
        "lastName":"<lastname:text?>"}}"#,
    )],
};
