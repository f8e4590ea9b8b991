//! The whole module with a fault built in: it panics, overflows the stack or is out of memory at
//! the n-th allocation after it was told to. For tests of containment only; no other crate uses it.
//!
//! Allocations are the steps that are counted, because they lie within everything that works on
//! what a caller gave, and a fault there strikes while objects are borrowed and half made.

#![cfg(target_arch = "wasm32")]
#![expect(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

// All that the module exports comes with it.
use edge_jwt as _;
use wasm_bindgen::prelude::*;

/// No fault is armed.
const NONE: u32 = 0;
/// A panic, which is a trap in wasm.
const PANIC: u32 = 1;
/// A recursion without end.
const STACK_OVERFLOW: u32 = 2;
/// The allocator has nothing to give.
const OUT_OF_MEMORY: u32 = 3;

/// Which fault is armed.
static FAULT: AtomicU32 = AtomicU32::new(NONE);
/// Allocations still to come, with the one at which it strikes.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// Arms a fault, by its number: it strikes at the n-th allocation from now on, once.
#[wasm_bindgen(js_name = armFault)]
pub fn arm_fault(fault: u32, n: u32) {
    LEFT.store(n, Relaxed);
    FAULT.store(fault, Relaxed);
}

/// Disarms the fault, and says whether it was still waiting.
#[wasm_bindgen(js_name = disarmFault)]
pub fn disarm_fault() -> bool {
    FAULT.swap(NONE, Relaxed) != NONE
}

struct Faulty;

#[global_allocator]
static ALLOCATOR: Faulty = Faulty;

// SAFETY: memory is the system allocator's, or null, which means that there is none. Neither a
// panic nor an overflow ever returns, because a trap ends the instance.
unsafe impl GlobalAlloc for Faulty {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if strikes() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Counts an allocation. True if it must fail; the other faults do not come back from here.
fn strikes() -> bool {
    if FAULT.load(Relaxed) == NONE || LEFT.fetch_sub(1, Relaxed) > 1 {
        return false;
    }
    match FAULT.swap(NONE, Relaxed) {
        PANIC => fail(),
        STACK_OVERFLOW => overflow(0) == 0,
        fault => fault == OUT_OF_MEMORY,
    }
}

#[expect(clippy::panic, reason = "this is the fault")]
fn fail() -> bool {
    panic!("armed")
}

#[expect(unconditional_recursion, reason = "this is the fault")]
fn overflow(depth: u64) -> u64 {
    let frame = black_box([depth; 32]);
    overflow(depth.wrapping_add(1)).wrapping_add(frame.iter().sum())
}
