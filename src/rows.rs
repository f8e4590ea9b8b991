//! Rows of the host's tables: one JSON object a line, of which only our own members are looked at.
//!
//! A row is never written here: answers name rows by their places and say what changes in them, so
//! that whatever else a host keeps in a row stays as it is.

use std::collections::BinaryHeap;

use crate::error::SetupError;
use crate::json::{Json, Object, digits};

/// Looks at the rows of a text, one after the other, by their places.
///
/// # Errors
/// `SetupError` for a row that is not one strict JSON object.
pub fn each_row<'t>(
    text: &'t str,
    look: &mut dyn FnMut(usize, Object<'t>),
) -> Result<(), SetupError> {
    for (place, line) in text.split('\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let row = Object::parse(line);
        look(
            place,
            row.ok_or_else(|| SetupError::new("records", "hold what is not a strict row"))?,
        );
    }
    Ok(())
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

/// Rows in the order of a member's values: numbers before texts. Equals stay as they were given, and
/// rows without a value come last.
pub struct Order {
    direction: Direction,
    ranked: BinaryHeap<(Vec<u8>, usize)>,
}

impl Order {
    /// Of no rows yet.
    #[must_use]
    pub fn new(direction: Direction) -> Self {
        Self { direction, ranked: BinaryHeap::new() }
    }

    /// Adds the row at a place.
    pub fn add(&mut self, place: usize, value: Option<&Json<'_>>) {
        let rank = match value {
            Some(Json::Number(number)) => [&[1], in_order(*number).as_slice()].concat(),
            Some(Json::Text(text)) => [&[2], text.as_bytes()].concat(),
            // Last, whichever way all is turned in the end.
            _ => vec![if self.direction == Direction::Descending { 0 } else { 3 }],
        };
        self.ranked.push((rank, self.turned(place)));
    }

    /// The places, in order.
    #[must_use]
    pub fn places(mut self) -> Vec<usize> {
        let ranked = std::mem::take(&mut self.ranked).into_sorted_vec();
        let mut places: Vec<_> = ranked.into_iter().map(|(_, place)| self.turned(place)).collect();
        if self.direction == Direction::Descending {
            places.reverse();
        }
        places
    }

    /// Equals are turned with all others, so their places are turned before.
    fn turned(&self, place: usize) -> usize {
        if self.direction == Direction::Descending { !place } else { place }
    }
}

/// The octets of a finite number, so that their order is its order.
fn in_order(number: f64) -> [u8; 8] {
    const SIGN: u64 = 1 << 63;
    let bits = number.to_bits();
    let bits = if bits & SIGN == 0 { bits | SIGN } else { !bits };
    bits.to_be_bytes()
}

/// Places as JSON text.
#[must_use]
pub fn places_text(places: impl Iterator<Item = usize>) -> String {
    let texts: Vec<_> = places.map(|place| place.to_string()).collect();
    ["[", &texts.join(","), "]"].concat()
}
