//! Tokens that verified before, by place: what is left to judge of them, and nothing secret.
//!
//! The shell finds the place by the whole text of a token and bounds how many there are. A place
//! holds no decision: time, policy and lists have their say again at every hit.

use crate::verify::Recalled;

/// The tokens, each at the place it was given.
#[derive(Debug, Default)]
pub struct Cache {
    places: Vec<Option<Recalled>>,
    free: Vec<usize>,
}

impl Cache {
    /// Takes in a token and says at which place.
    pub fn keep(&mut self, token: Recalled) -> usize {
        let place = self.free.pop().unwrap_or(self.places.len());
        match self.places.get_mut(place) {
            Some(free) => *free = Some(token),
            None => self.places.push(Some(token)),
        }
        place
    }

    /// The token at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Recalled> {
        self.places.get(place)?.as_ref()
    }

    /// Lets the token at a place go.
    pub fn forget(&mut self, place: usize) {
        if self.places.get_mut(place).and_then(Option::take).is_some() {
            self.free.push(place);
        }
    }
}
