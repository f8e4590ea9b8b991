//! The core, tested natively and in wasm under Node: the same bodies on both.

mod core;
