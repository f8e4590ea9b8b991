//! Days and hours of a time, where a vendor writes them out. No clock and no time zones: how far
//! local time is from UTC is an argument.

/// A point in time as people write it.
pub struct Date {
    year: u64,
    month: usize,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

const DAY: u64 = 86_400;

const MONTHS: [(&str, u64); 12] = [
    ("January", 31),
    ("February", 28),
    ("March", 31),
    ("April", 30),
    ("May", 31),
    ("June", 30),
    ("July", 31),
    ("August", 31),
    ("September", 30),
    ("October", 31),
    ("November", 30),
    ("December", 31),
];

impl Date {
    /// From seconds since 1970, no later than the year 5138.
    pub fn from_seconds(seconds: u64) -> Self {
        let (mut year, mut day, time) = (1970_u64, seconds / DAY, seconds % DAY);
        while let Some(rest) = day.checked_sub(days_of_year(year)) {
            (year, day) = (year.saturating_add(1), rest);
        }
        let mut month = 0_usize;
        for (_, days) in MONTHS {
            let leap_day = u64::from(month == 1 && is_leap(year));
            let Some(rest) = day.checked_sub(leap_day.saturating_add(days)) else { break };
            (month, day) = (month.saturating_add(1), rest);
        }
        let day = day.saturating_add(1);
        Self { year, month, day, hour: time / 3600, minute: time / 60 % 60, second: time % 60 }
    }

    /// As "November 14, 2023 10:13 pm", PHP's "F j, Y g:i a".
    pub fn in_words(&self) -> String {
        let Self { year, month, day, hour, minute, .. } = self;
        let (name, _) = MONTHS.get(*month).copied().unwrap_or_default();
        let half = if *hour < 12 { "am" } else { "pm" };
        let hour = match hour % 12 {
            0 => 12,
            hour => hour,
        };
        format!("{name} {day}, {year} {hour}:{minute:02} {half}")
    }

    /// As 2023-11-14T22:13:20, without an offset (ISO 8601).
    pub fn in_digits(&self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        let month = month.saturating_add(1);
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// The next midnight after a time, both in seconds.
pub fn midnight_after(seconds: u64) -> u64 {
    seconds.saturating_add(DAY.saturating_sub(seconds % DAY))
}

/// The seconds of an offset such as "+02:00" (ISO 8601).
pub fn offset_seconds(written: &str) -> Option<i64> {
    let [sign, h, i, b':', m, n] = written.as_bytes() else { return None };
    let digit = |octet: &u8| char::from(*octet).to_digit(10).map(i64::from);
    let two = |tens, ones| Some(digit(tens)?.saturating_mul(10).saturating_add(digit(ones)?));
    let (hours, minutes) = (two(h, i)?, two(m, n)?);
    let seconds = hours.saturating_mul(60).saturating_add(minutes).saturating_mul(60);
    match sign {
        _ if hours > 23 || minutes > 59 => None,
        b'+' => Some(seconds),
        b'-' => Some(seconds.saturating_neg()),
        _ => None,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_calendar_has_them() {
        for (seconds, digits, words) in [
            (0, "1970-01-01T00:00:00", "January 1, 1970 12:00 am"),
            (951_782_399, "2000-02-28T23:59:59", "February 28, 2000 11:59 pm"),
            (951_782_400, "2000-02-29T00:00:00", "February 29, 2000 12:00 am"),
            (951_868_800, "2000-03-01T00:00:00", "March 1, 2000 12:00 am"),
            (1_700_000_000, "2023-11-14T22:13:20", "November 14, 2023 10:13 pm"),
            (1_735_646_400, "2024-12-31T12:00:00", "December 31, 2024 12:00 pm"),
            (4_107_542_400, "2100-03-01T00:00:00", "March 1, 2100 12:00 am"),
        ] {
            let date = Date::from_seconds(seconds);
            assert_eq!((date.in_digits(), date.in_words()), (digits.into(), words.into()));
        }
    }

    #[test]
    fn an_offset_is_a_sign_hours_and_minutes() {
        let offsets = ["+00:00", "+02:00", "-09:30", "-00:01", "+23:59"].map(offset_seconds);
        assert_eq!(offsets, [0, 7200, -34_200, -60, 86_340].map(Some));
        for text in
            ["", "Z", "+2:00", "+02", "02:00", "+24:00", "+02:60", "+0200", "é02:00", "+-1:00"]
        {
            assert_eq!(offset_seconds(text), None, "{text}");
        }
    }

    #[test]
    fn midnight_is_never_now() {
        assert_eq!([0, 1, 86_399, 86_400].map(midnight_after), [86_400, 86_400, 86_400, 172_800]);
    }
}
