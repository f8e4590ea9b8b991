//! Points in time and spans between them, in whole milliseconds since 1970.
//!
//! Nothing here reads a clock: the time of a decision is always an argument. Values outside
//! [`LIMIT_SECONDS`] cannot be expressed, so arithmetic saturates far from the integer's end.

use std::fmt;

/// Seconds beyond which a value is a mistake: 10^11 s is the year 5138, and any time of today
/// written in milliseconds is larger (systems.md ZM-6).
pub const LIMIT_SECONDS: f64 = 1e11;

const LIMIT_MILLISECONDS: u64 = 100_000_000_000_000;

/// The most that clocks may differ: ten minutes. More would be no tolerance but a longer life.
pub const MAX_TOLERANCE: Span = Span::from_whole_seconds(600);

/// A point in time (RFC 7519 section 2, `NumericDate`), exact to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From seconds since 1970, fractions allowed; `None` unless finite and within the limit.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        milliseconds(seconds).map(Self)
    }

    /// From whole milliseconds since 1970; `None` where `from_seconds` would refuse the same time.
    #[must_use]
    pub fn from_milliseconds(milliseconds: f64) -> Option<Self> {
        Self::from_seconds(milliseconds / 1000.0)
    }

    /// In whole milliseconds since 1970; `None` if before.
    #[must_use]
    pub fn milliseconds(self) -> Option<u64> {
        u64::try_from(self.0).ok()
    }

    /// The reverse; `None` beyond the limit.
    #[must_use]
    pub fn from_whole_milliseconds(milliseconds: u64) -> Option<Self> {
        let within = milliseconds < LIMIT_MILLISECONDS;
        i64::try_from(milliseconds).ok().filter(|_| within).map(Self)
    }

    /// The same second without its fraction, as an issuer stamps it.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(1000)))
    }

    /// That much later.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// That much earlier.
    #[must_use]
    pub fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// Whether it lies further ahead than clocks may differ.
    #[must_use]
    pub fn is_ahead_of(self, now: Self) -> bool {
        self > now.plus(MAX_TOLERANCE)
    }

    /// How long after `earlier` this is; negative if before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// A length of time, exact to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From seconds, fractions allowed; `None` unless finite and within the limit.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        milliseconds(seconds).map(Self)
    }

    /// From whole seconds.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "`From` is not const")]
    pub const fn from_whole_seconds(seconds: u32) -> Self {
        Self((seconds as i64).saturating_mul(1000))
    }

    /// From a whole number and its unit: "90s", "60m", "12h", "14d" or "2w".
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit: u32 = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        let is_plain = number.bytes().all(|octet| octet.is_ascii_digit());
        let number: u32 = number.parse().ok().filter(|_| is_plain)?;
        number.checked_mul(unit).map(Self::from_whole_seconds)
    }

    /// The same without its fraction of a second.
    #[must_use]
    pub fn whole_seconds(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(1000)))
    }

    /// In seconds, with a fraction where there is one.
    #[must_use]
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "below 10^15, so the cast is exact"
    )]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "floored and below 10^14, so the cast is exact"
)]
fn milliseconds(seconds: f64) -> Option<i64> {
    (seconds.abs() < LIMIT_SECONDS).then(|| (seconds * 1000.0).floor() as i64)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_seconds(self.0, f)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_seconds(self.0, f)
    }
}

/// Seconds as a JSON number: whole where they are whole, else with three decimals.
fn write_seconds(milliseconds: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (seconds, rest) = (milliseconds.unsigned_abs() / 1000, milliseconds.unsigned_abs() % 1000);
    let sign = if milliseconds < 0 { "-" } else { "" };
    match rest {
        0 => write!(f, "{sign}{seconds}"),
        _ => write!(f, "{sign}{seconds}.{rest:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_written_as_json_numbers() {
        let text = |seconds| Span::from_seconds(seconds).unwrap().to_string();
        assert_eq!(text(0.0), "0");
        assert_eq!(text(60.0), "60");
        assert_eq!(text(-0.5), "-0.500");
        assert_eq!(text(1.25), "1.250");
    }

    #[test]
    fn times_that_are_not_finite_or_look_like_milliseconds_cannot_be_expressed() {
        for seconds in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e11, -1e11, 1_700_000_000_000.0] {
            assert_eq!(Timestamp::from_seconds(seconds), None, "{seconds}");
        }
        assert!(Timestamp::from_milliseconds(1_700_000_000_000.0).is_some());
    }

    #[test]
    fn a_length_of_time_is_a_whole_number_and_a_unit() {
        let seconds = |text| Span::parse(text).map(Span::seconds);
        for (text, expected) in
            [("90s", 90.0), ("60m", 3600.0), ("12h", 43_200.0), ("14d", 1_209_600.0), ("0w", 0.0)]
        {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["", "m", "60", "60M", "1.5h", "-1s", "+1s", " 1s", "1 s", "1é", "7200w", "1y"]
        {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_round_towards_the_past() {
        let time = Timestamp::from_seconds(1.0009).unwrap();
        assert_eq!(time, Timestamp::from_seconds(1.0).unwrap());
        assert_eq!(Timestamp::from_seconds(2.7).unwrap().whole_second().to_string(), "2");
        assert_eq!(Timestamp::from_seconds(-0.5).unwrap().whole_second().to_string(), "-1");
    }
}
