//! A table that makes a key faster, made only for a key that has shown it is used again and again.
//!
//! Making a table costs as much as several verifications and much memory, so a key seen once must
//! never pay for it. Holds public data only.

use std::cell::{Cell, OnceCell};

/// A table that comes into being at a given use. Boxed, so that a cold key stays small.
pub struct Warm<T> {
    uses_left: Cell<u8>,
    table: OnceCell<Box<T>>,
}

impl<T> Warm<T> {
    /// A key that is to be used this often without its table.
    pub const fn after(uses: u8) -> Self {
        Self { uses_left: Cell::new(uses), table: OnceCell::new() }
    }

    /// Counts one use, and gives the table once there have been enough.
    pub fn on_use(&self, make: impl FnOnce() -> T) -> Option<&T> {
        if let Some(left) = self.uses_left.get().checked_sub(1) {
            self.uses_left.set(left);
            return None;
        }
        Some(self.table.get_or_init(|| Box::new(make())))
    }
}
