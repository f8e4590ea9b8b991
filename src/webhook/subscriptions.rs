//! Who is to be told of what: the rules that an app's subscriptions to events must keep (systems.md
//! ZM-14, ZM-15). A stranger writes them, so they are refused as data.

use crate::json::{Json, Object, from_digits};
use crate::json_text::Writer;

/// What is wrong with a subscription: the member, and how.
type Fault = (&'static str, &'static str);

/// Whether subscriptions keep the rules, as JSON text; one JSON object a line, at most so many. Each
/// has an address for `development` and one for `production`, both https, and `events`, names that
/// are not empty; a `name` is without effect, and so is whatever else it has.
#[must_use]
pub fn check_subscriptions(subscriptions: &str, most: usize) -> String {
    let mut lines = subscriptions.split('\n').enumerate().filter(|(_, line)| !line.is_empty());
    let fault = |(index, line)| {
        let fault = if index < most { fault_of(line) } else { Some(("list", "is too long")) };
        Some((index, fault?))
    };
    match lines.find_map(fault) {
        None => Writer::default().json("ok", "true").end(),
        Some((index, (option, message))) => Writer::refusal("invalid_subscription", message)
            .json("index", &index.to_string())
            .text("option", option)
            .end(),
    }
}

fn fault_of(subscription: &str) -> Option<Fault> {
    let Some(members) = Object::parse(subscription) else {
        return Some(("list", "holds what is not one strict JSON object"));
    };
    for name in ["development", "production"] {
        if !matches!(members.get(name), Some(Json::Text(text)) if is_https(text)) {
            return Some((name, "is not an https address without credentials and fragment"));
        }
    }
    if !matches!(members.get("name"), None | Some(Json::Null | Json::Text(_))) {
        return Some(("name", "is not a string"));
    }
    let is_name = |event: &Json<'_>| matches!(event, Json::Text(name) if !name.is_empty());
    match members.get("events") {
        Some(Json::Array(events)) if !events.is_empty() && events.iter().all(is_name) => None,
        _ => Some(("events", "is not a list of names that are not empty")),
    }
}

/// Whether a text is an https address: an ASCII host by name or number, no credentials, no fragment,
/// and none of the octets that readers of addresses drop or turn round. Where it leads is not known.
fn is_https(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let is_plain = |octet: u8| octet.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&octet);
    let end = rest.bytes().position(|octet| octet == b'/' || octet == b'?');
    let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    rest.bytes().all(is_plain)
        && host.as_bytes().split(|octet| *octet == b'.').all(is_label)
        && from_digits(port).is_some_and(|port| port <= 65535)
}

fn is_label(label: &[u8]) -> bool {
    let is_letter = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-';
    (1..=63).contains(&label.len()) && label.iter().all(is_letter)
}
