#![doc = include_str!("../README.md")]
//!
//! # The house
//!
//! One order of files; each uses only files named before it (`tests/floors.rs` checks it).

// Ground: words. No crypto, no clock, no randomness.
pub mod error;
pub mod time;
pub mod token_kind;
pub mod json;
pub mod json_text;
pub mod pointer;
pub mod options;
pub mod claims;
pub mod answer;

// Keys. `algorithm` is the one table of algorithms.
pub mod random;
pub mod curve;
pub mod algorithm;
pub mod numbers;
#[cfg(feature = "full")]
pub mod full;
pub mod asn1;
pub mod jwk;
pub mod key;
pub mod mac;
pub mod jws;

// Lists: they answer, they do not judge.
pub mod revocation;

// Decisions.
pub mod demands;
pub mod policy;
pub mod verify;
pub mod cache;
pub mod issue;
pub mod refresh;

// What a token service needs beside, still pure.
pub mod gate;
pub mod rows;
pub mod keypair;
pub mod history;
pub mod webhook;

// The boundary: the only place that knows JavaScript.
#[cfg(target_arch = "wasm32")]
pub mod wasm;
