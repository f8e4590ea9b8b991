//! The history of issued tokens: the page of it that was asked for, and revoking by a record.
//!
//! Records are the host's rows, as [`crate::issue`] made them. A query and the name of a record
//! come from a stranger and are refused as data; whose records may be seen and revoked is the
//! host's to say.

use std::ops::RangeInclusive;

use crate::error::{Code, SetupError};
use crate::json::{Json, Object, quoted, whole};
use crate::json_text::{array, object};
use crate::options::Options;
use crate::rows::{Direction, name_in, order, rows};
use crate::time::Timestamp;

/// What records can be put in order by.
const SORTABLE: [&str; 10] =
    ["createdAt", "iat", "exp", "jti", "sub", "kind", "id", "family", "client", "kid"];

/// The most records of a page.
const MAX_LIMIT: i64 = 1000;

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
    let query = match Object::parse(query).map(|query| Options::from(query).read(Query::read)) {
        Some(Ok(query)) => query,
        Some(Err(error)) => return Ok(invalid_query(&error.option, &error.problem)),
        None => return Ok(invalid_query("query", "is not one strict JSON object")),
    };
    let mut listed = Vec::new();
    for row in rows(records) {
        let (place, mut row) = row?;
        if is_of(&row, sub) {
            listed.push((place, row.take(query.field)));
        }
    }
    Ok(query.page_of(&order(listed, query.direction)))
}

fn invalid_query(option: &str, problem: &str) -> String {
    object([
        ("ok", "false".to_owned()),
        ("code", quoted("invalid_query")),
        ("option", quoted(option)),
        ("message", quoted(problem)),
    ])
}

fn is_of(record: &Object<'_>, sub: Option<&str>) -> bool {
    sub.is_none_or(|sub| name_in(record, "sub").is_some_and(|own| own == sub))
}

impl Query {
    fn read(options: &mut Options<'_>) -> Self {
        let field = |name: &str| SORTABLE.into_iter().find(|field| *field == name);
        let field = options.parsed("sortField", field, "is not one that records are sorted by");
        let direction = match number(options, "direction", -1) {
            Some(1) => Direction::Ascending,
            Some(-1) => Direction::Descending,
            _ => {
                options.refuse("direction", "is not 1 or -1");
                Direction::Descending
            }
        };
        let mut whole = |name, default, range: RangeInclusive<i64>, problem| {
            let number = number(options, name, default).filter(|number| range.contains(number));
            number.and_then(|number| u64::try_from(number).ok()).unwrap_or_else(|| {
                options.refuse(name, problem);
                0
            })
        };
        Self {
            field: field.unwrap_or("createdAt"),
            direction,
            page: whole("page", 0, 0..=i64::MAX, "is not a whole number from 0"),
            limit: whole("limit", 40, 1..=MAX_LIMIT, "is not a whole number from 1 to 1000"),
        }
    }

    fn page_of(&self, places: &[usize]) -> String {
        let Self { field, direction, page, limit } = self;
        let to_usize = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let skipped = to_usize(page.saturating_mul(*limit));
        let shown = places.iter().skip(skipped).take(to_usize(*limit));
        object([
            ("ok", "true".to_owned()),
            ("perPage", limit.to_string()),
            ("count", places.len().to_string()),
            ("page", page.to_string()),
            ("sortField", quoted(field)),
            ("direction", if *direction == Direction::Ascending { "1" } else { "-1" }.to_owned()),
            ("places", array(shown.map(ToString::to_string))),
        ])
    }
}

/// A number, also as text; `None` if it is something else.
fn number(options: &mut Options<'_>, name: &str, default: i64) -> Option<i64> {
    match options.value(name) {
        None | Some(Json::Null) => Some(default),
        Some(Json::Text(text)) => {
            text.parse().ok().filter(|number: &i64| number.to_string() == text)
        }
        Some(Json::Number(-1.0)) => Some(-1),
        Some(Json::Number(number)) => whole(number).and_then(|number| i64::try_from(number).ok()),
        Some(_) => None,
    }
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
    for row in rows(records) {
        let (place, row) = row?;
        if is_of(&row, sub) && name_in(&row, member).is_some_and(|own| own == name) {
            let irrevocable = (Code::IrrevocableToken.name(), Code::IrrevocableToken.message());
            return Ok(
                entry_of(&row).map_or_else(|| refused(irrevocable), |entry| revoked(place, entry))
            );
        }
    }
    Ok(refused(("not_found", "there is no such record")))
}

fn revoked(place: usize, entry: String) -> String {
    object([("ok", "true".to_owned()), ("place", place.to_string()), ("entry", entry)])
}

fn refused((code, message): (&str, &str)) -> String {
    object([("ok", "false".to_owned()), ("code", quoted(code)), ("message", quoted(message))])
}

fn entry_of(record: &Object<'_>) -> Option<String> {
    let jti = name_in(record, "jti").map(|jti| ("jti", jti));
    let target = jti.or_else(|| name_in(record, "fingerprint").map(|print| ("token", print)));
    let (selector, value) = target?;
    let exp = match record.get("exp") {
        Some(Json::Number(seconds)) => Timestamp::from_seconds(*seconds),
        _ => None,
    };
    let issuer = name_in(record, "iss");
    let members = [
        Some((selector, quoted(&value))),
        issuer.map(|issuer| ("issuer", quoted(&issuer))),
        exp.map(|exp| ("exp", exp.to_string())),
    ];
    Some(object(members.into_iter().flatten()))
}
