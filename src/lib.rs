#![doc = include_str!("../README.md")]
//!
//! # The house
//!
//! One order of files; each uses only files named before it (`tests/floors.rs` checks it).

// Ground: words. No crypto, no clock, no randomness.
pub mod claims;
pub mod error;
pub mod json;
pub mod options;
pub mod time;

// Keys.
pub mod algorithm;
pub mod jws;
pub mod key;
pub mod random;

// Lists: they answer, they do not judge.
pub mod revocation;

// Decisions.
pub mod issue;
pub mod policy;
pub mod verify;

// The boundary: the only place that knows JavaScript.
#[cfg(target_arch = "wasm32")]
pub mod wasm;
