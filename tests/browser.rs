//! The core, tested in wasm in a headless browser: the bodies of `tests/node.rs` once more.

#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod core;
