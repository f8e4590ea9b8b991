//! The history of issued tokens: the page of it that was asked for, and revoking by a record.
//!
//! Records are the host's rows, as [`crate::issue`] made them. A query and the name of a record
//! come from a stranger and are refused as data; whose records may be seen and revoked is the
//! host's to say.

use crate::error::{Code, SetupError};
use crate::json::{Json, Object, from_digits, whole};
use crate::json_text::Writer;
use crate::options::Options;
use crate::rows::{Direction, Order, each_row, name_in, places_text};
use crate::time::Timestamp;

/// What records can be put in order by.
const SORTABLE: [&str; 10] =
    ["createdAt", "iat", "exp", "jti", "sub", "kind", "id", "family", "client", "kid"];

/// What page of the history is asked for. The defaults are those of Tiledesk's lists (TD-2, TD-3).
struct Query {
    field: &'static str,
    direction: Direction,
    page: u64,
    limit: u64,
}

/// A page of the records as JSON text; `places` are those of its records in the text that was
/// given. `query` holds `sortField` (default "createdAt"), `direction` (1 or, by default, -1), `page`
/// (from 0) and `limit` (1 to 1000, default 40), numbers also as text. `sub`: only that subject's
/// records.
///
/// # Errors
/// `SetupError` for records that are not one strict JSON object a line. What is wrong with the query
/// is said in the answer.
pub fn list(records: &str, query: &str, sub: Option<&str>) -> Result<String, SetupError> {
    let query = Object::parse(query)
        .ok_or_else(|| SetupError::new("query", "is not one strict JSON object"))
        .and_then(|query| Options::from(query).read(Query::read));
    let query = match query {
        Ok(query) => query,
        Err(error) => {
            let refusal = &mut Writer::refusal("invalid_query", &error.problem);
            return Ok(refusal.text("option", &error.option).end());
        }
    };
    let mut order = Order::new(query.direction);
    each_row(records, &mut |place, row| {
        if is_of(&row, sub) {
            order.add(place, row.get(query.field));
        }
    })?;
    Ok(query.page_of(&order.places()))
}

fn is_of(record: &Object<'_>, sub: Option<&str>) -> bool {
    sub.is_none_or(|sub| name_in(record, "sub").is_some_and(|own| own == sub))
}

impl Query {
    fn read(options: &mut Options<'_>) -> Self {
        let field = match options.value("sortField") {
            None | Some(Json::Null) => SORTABLE.first(),
            Some(Json::Text(name)) => SORTABLE.iter().find(|field| **field == name),
            Some(_) => None,
        };
        if field.is_none() {
            options.refuse("sortField", "is not one that records are sorted by");
        }
        Self {
            field: field.copied().unwrap_or_default(),
            direction: direction(options),
            page: number(options, "page", 0, 0, u64::MAX),
            limit: number(options, "limit", 40, 1, 1000),
        }
    }

    fn page_of(&self, places: &[usize]) -> String {
        let Self { field, direction, page, limit } = self;
        let skipped = usize::try_from(page.saturating_mul(*limit)).unwrap_or(usize::MAX);
        let shown = usize::try_from(*limit).unwrap_or(usize::MAX);
        let shown = places.iter().skip(skipped).take(shown);
        Writer::default()
            .json("ok", "true")
            .json("perPage", &limit.to_string())
            .json("count", &places.len().to_string())
            .json("page", &page.to_string())
            .text("sortField", field)
            .json("direction", if *direction == Direction::Ascending { "1" } else { "-1" })
            .json("places", &places_text(shown.copied()))
            .end()
    }
}

fn direction(options: &mut Options<'_>) -> Direction {
    let is_ascending = match options.value("direction") {
        None | Some(Json::Null | Json::Number(-1.0)) => false,
        Some(Json::Number(1.0)) => true,
        Some(Json::Text(text)) if text == "1" || text == "-1" => text == "1",
        Some(_) => {
            options.refuse("direction", "is not 1 or -1");
            false
        }
    };
    if is_ascending { Direction::Ascending } else { Direction::Descending }
}

/// A whole number within bounds, also as text.
fn number(
    options: &mut Options<'_>,
    name: &'static str,
    default: u64,
    least: u64,
    most: u64,
) -> u64 {
    let number = match options.value(name) {
        None | Some(Json::Null) => Some(default),
        Some(Json::Text(text)) => from_digits(&text),
        Some(Json::Number(number)) => whole(number),
        Some(_) => None,
    };
    number.filter(|number| (least..=most).contains(number)).unwrap_or_else(|| {
        options.refuse(name, "is not a whole number, or out of bounds");
        default
    })
}

/// By what a record is named: two members that are not mixed up, whatever they hold (TD-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The token's `jti` (TD-4).
    Jti,
    /// The record's own `id` (TD-5).
    Id,
}

/// The place of a record as JSON text, and the entry that revokes its token: by its `jti`, or by
/// the record's `fingerprint` where the token has none; with `exp`, and `issuer` for an `iss`, where
/// the record has them. `sub`: only among that subject's records.
///
/// # Errors
/// `SetupError` for records that are not one strict JSON object a line. That there is no such record
/// is said in the answer: `not_found`, or `irrevocable_token` where it has neither.
pub fn revoke(
    records: &str,
    naming: Naming,
    name: &str,
    sub: Option<&str>,
) -> Result<String, SetupError> {
    let member = match naming {
        Naming::Jti => "jti",
        Naming::Id => "id",
    };
    let mut found = None;
    each_row(records, &mut |place, row| {
        let is_it = name_in(&row, member).is_some_and(|own| own == name);
        if found.is_none() && is_it && is_of(&row, sub) {
            found = Some((place, entry_of(&row)));
        }
    })?;
    Ok(match found {
        None => Writer::refusal("not_found", "there is no such record").end(),
        Some((_, None)) => {
            let code = Code::IrrevocableToken;
            Writer::refusal(code.name(), code.message()).end()
        }
        Some((place, Some(entry))) => {
            let mut answer = Writer::default();
            answer.json("ok", "true").json("place", &place.to_string()).json("entry", &entry).end()
        }
    })
}

fn entry_of(record: &Object<'_>) -> Option<String> {
    let mut entry = Writer::default();
    match name_in(record, "jti") {
        Some(jti) => entry.text("jti", &jti),
        None => entry.text("token", &name_in(record, "fingerprint")?),
    };
    if let Some(issuer) = name_in(record, "iss") {
        entry.text("issuer", &issuer);
    }
    if let Some(Json::Number(seconds)) = record.get("exp")
        && let Some(exp) = Timestamp::from_seconds(*seconds)
    {
        entry.json("exp", &exp.to_string());
    }
    Some(entry.end())
}
