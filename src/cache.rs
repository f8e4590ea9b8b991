//! Tokens that verified before: found by their whole text, bounded by number and size, and with
//! them what is left to judge.
//!
//! Nothing here is a decision: time, policy and lists have their say again at every hit. Only
//! accepted tokens come in, so nobody without a key can fill or order what is here.

use std::collections::HashMap;

use crate::options::Options;
use crate::verify::Recalled;

const DEFAULT_ENTRIES: u64 = 1000;
const DEFAULT_BYTES: u64 = 1 << 20;
const MAX_ENTRIES: u64 = 1_000_000;
const MAX_BYTES: u64 = 1 << 30;

/// Tokens, each at a place that stays its own until it is let go.
#[derive(Debug)]
pub struct Cache {
    max_entries: usize,
    max_bytes: usize,
    by_ending: HashMap<Ending, usize>,
    places: Vec<Option<Kept>>,
    free: Vec<usize>,
    /// Where to look for the next token to let go: it goes round, so the oldest come first.
    hand: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    text: Box<[u8]>,
    token: Recalled,
}

/// The last octets of a token: part of its signature, so no two are likely to be alike. Where two
/// are, the newer takes the older one's place.
type Ending = [u8; 16];

fn ending(text: &[u8]) -> Option<Ending> {
    text.last_chunk().copied()
}

/// Eight octets at a time: one by one, as wasm compares slices, takes a fifth of a hit.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ((ones, rest), (others, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let word = |octets: &[u8; 8]| u64::from_ne_bytes(*octets);
    one.len() == other.len()
        && ones.iter().map(word).eq(others.iter().map(word))
        && rest == other_rest
}

impl Cache {
    /// A cache as the caller describes it: `maxEntries` (default 1000, at most 10^6) and
    /// `maxBytes` of the tokens' texts (default 2^20, at most 2^30).
    pub fn read(options: &mut Options<'_>) -> Self {
        let entries = options.whole("maxEntries", 1..=MAX_ENTRIES).unwrap_or(DEFAULT_ENTRIES);
        let bytes = options.whole("maxBytes", 1..=MAX_BYTES).unwrap_or(DEFAULT_BYTES);
        Self {
            max_entries: usize::try_from(entries).unwrap_or(usize::MAX),
            max_bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
            by_ending: HashMap::new(),
            places: Vec::new(),
            free: Vec::new(),
            hand: 0,
            bytes: 0,
        }
    }

    /// The place of a token, by its whole text.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<usize> {
        let place = *self.by_ending.get(&ending(text)?)?;
        self.kept(place).filter(|kept| is_same(&kept.text, text)).map(|_| place)
    }

    /// The token at a place, and its text.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<(&Recalled, &[u8])> {
        self.kept(place).map(|kept| (&kept.token, &*kept.text))
    }

    /// Takes in an accepted token and says at which place. [`Self::evict`] is to follow.
    pub fn keep(&mut self, text: &[u8], token: Recalled) -> Option<usize> {
        let ending = ending(text)?;
        if let Some(place) = self.by_ending.get(&ending) {
            self.forget(*place);
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len().saturating_sub(1)
        });
        *self.places.get_mut(place)? = Some(Kept { text: text.into(), token });
        self.by_ending.insert(ending, place);
        self.bytes = self.bytes.saturating_add(text.len());
        Some(place)
    }

    /// Lets the token at a place go.
    pub fn forget(&mut self, place: usize) {
        let Some(kept) = self.places.get_mut(place).and_then(Option::take) else { return };
        self.bytes = self.bytes.saturating_sub(kept.text.len());
        ending(&kept.text).and_then(|ending| self.by_ending.remove(&ending));
        self.free.push(place);
    }

    /// Lets one token go if there are more, or larger ones, than there may be; says at which place.
    pub fn evict(&mut self) -> Option<usize> {
        if self.len() <= self.max_entries && self.bytes <= self.max_bytes {
            return None;
        }
        let behind = (self.hand..self.places.len()).chain(0..self.hand);
        let place = behind.into_iter().find(|place| self.kept(*place).is_some())?;
        self.forget(place);
        self.hand = place.saturating_add(1);
        Some(place)
    }

    /// Lets all tokens go.
    pub fn clear(&mut self) {
        (0..self.places.len()).for_each(|place| self.forget(place));
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_ending.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes their texts have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn kept(&self, place: usize) -> Option<&Kept> {
        self.places.get(place)?.as_ref()
    }
}
