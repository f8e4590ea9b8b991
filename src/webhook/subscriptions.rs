//! Who is to be told of what: the rules that an app's subscriptions to events must keep (systems.md
//! ZM-14, ZM-15). A stranger writes them, so they are refused as data.

use crate::json::{Json, Object, quoted};
use crate::json_text::object;

/// What is wrong with a subscription: the member, and how.
type Fault = (&'static str, &'static str);

/// Whether subscriptions keep the rules, as JSON text; one JSON object a line, at most so many. Each
/// has an address for `development` and one for `production`, both https, and `events`, names that
/// are not empty; a `name` is without effect, and so is whatever else it has.
#[must_use]
pub fn check_subscriptions(subscriptions: &str, most: usize) -> String {
    for (index, subscription) in subscriptions.lines().enumerate() {
        let fault =
            if index < most { fault_of(subscription) } else { Some(("list", "is too long")) };
        if let Some((option, message)) = fault {
            return object([
                ("ok", "false".to_owned()),
                ("code", quoted("invalid_subscription")),
                ("index", index.to_string()),
                ("option", quoted(option)),
                ("message", quoted(message)),
            ]);
        }
    }
    r#"{"ok":true}"#.to_owned()
}

fn fault_of(subscription: &str) -> Option<Fault> {
    let Some(members) = Object::parse(subscription) else {
        return Some(("list", "holds what is not one strict JSON object"));
    };
    let is_address = |name| matches!(members.get(name), Some(Json::Text(text)) if is_https(text));
    let not_https = "is not an https address without credentials and fragment";
    if let Some(name) = ["development", "production"].into_iter().find(|name| !is_address(name)) {
        return Some((name, not_https));
    }
    if !matches!(members.get("name"), None | Some(Json::Null | Json::Text(_))) {
        return Some(("name", "is not a string"));
    }
    let is_name = |event: &Json<'_>| matches!(event, Json::Text(name) if !name.trim().is_empty());
    match members.get("events") {
        Some(Json::Array(events)) if !events.is_empty() && events.iter().all(is_name) => None,
        _ => Some(("events", "is not a list of names that are not empty")),
    }
}

/// Whether a text is an https address: an ASCII host by name or number, no credentials, no fragment,
/// and none of the octets that readers of addresses drop or turn round. Where it leads is not known.
fn is_https(text: &str) -> bool {
    let is_plain = |octet: u8| octet.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&octet);
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_port = port.parse().is_ok_and(|number: u16| number.to_string() == port);
    rest.bytes().all(is_plain) && host.split('.').all(is_label) && is_port
}

fn is_label(label: &str) -> bool {
    let is_letter = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(is_letter)
}
