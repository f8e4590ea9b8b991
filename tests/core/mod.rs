//! Bodies that run natively, in Node and in a browser.

#![expect(
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a panic in a test is a failed test"
)]
// Natively clippy knows the bodies to be tests by themselves.
#![cfg_attr(
    target_arch = "wasm32",
    expect(clippy::arithmetic_side_effects, reason = "a panic in a test is a failed test")
)]

mod cache;
mod forms;
mod gate;
mod history;
mod host;
mod issue;
mod keypair;
mod keys;
mod model;
mod policy;
mod published;
mod refresh;
mod revocation;
mod status_list;
mod strictness;
mod support;
mod vectors;
mod webhook;
