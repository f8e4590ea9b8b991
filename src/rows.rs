//! Rows of the host's tables: one JSON object a line, of which only our own members are looked at.
//!
//! A row is never written here: answers name rows by their places and say what changes in them, so
//! that whatever else a host keeps in a row stays as it is.

use std::borrow::Cow;
use std::collections::BinaryHeap;

use crate::error::SetupError;
use crate::json::{Json, Object, digits};

/// The rows of a text, in order, with their places.
pub fn rows(text: &str) -> impl Iterator<Item = Result<(usize, Object<'_>), SetupError>> {
    text.lines().map(row).enumerate().map(|(place, row)| row.map(|row| (place, row)))
}

/// One row.
///
/// # Errors
/// `SetupError` for a text that is not one strict JSON object.
pub fn row(text: &str) -> Result<Object<'_>, SetupError> {
    Object::parse(text)
        .ok_or_else(|| SetupError::new("records", "hold what is not one strict JSON object"))
}

/// A member that names something: a text, or a whole number as its digits.
#[must_use]
pub fn name_in(row: &Object<'_>, member: &str) -> Option<String> {
    match row.get(member)? {
        Json::Text(text) => Some(text.to_string()),
        Json::Number(number) => digits(*number),
        _ => None,
    }
}

/// Which end of an order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least.
    Ascending,
    /// The greatest.
    Descending,
}

/// What rows are put in order by: numbers before texts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Value<'a> {
    Number(u64),
    Text(Cow<'a, str>),
}

impl<'a> Value<'a> {
    fn of(json: Json<'a>) -> Option<Self> {
        match json {
            Json::Number(number) => Some(Self::Number(in_order(number))),
            Json::Text(text) => Some(Self::Text(text)),
            _ => None,
        }
    }
}

/// The octets of a finite number, so that their order is its order.
fn in_order(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = number.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// Puts the places of rows in the order of their values. Equals stay as they were given, and rows
/// without a value come last.
#[must_use]
pub fn order(rows: Vec<(usize, Option<Json<'_>>)>, direction: Direction) -> Vec<usize> {
    let is_descending = direction == Direction::Descending;
    let (mut ranked, mut without) = (BinaryHeap::new(), Vec::new());
    for (place, value) in rows {
        // All is turned round in the end, equals too.
        let tie = if is_descending { usize::MAX.saturating_sub(place) } else { place };
        match value.and_then(Value::of) {
            Some(value) => ranked.push((value, tie, place)),
            None => without.push(place),
        }
    }
    let mut places: Vec<_> =
        ranked.into_sorted_vec().into_iter().map(|(.., place)| place).collect();
    if is_descending {
        places.reverse();
    }
    places.extend(without);
    places
}
