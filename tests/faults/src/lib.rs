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

/// What happens at the counted allocation.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A panic, which is a trap in wasm.
    Panic = 1,
    /// A recursion without end.
    StackOverflow = 2,
    /// The allocator has nothing to give.
    OutOfMemory = 3,
}

/// What is armed: the number of a fault, or 0 for none.
static KIND: AtomicU32 = AtomicU32::new(0);
/// Allocations still to come before it strikes.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// Arms a fault: it strikes at the n-th allocation from now on, once.
#[wasm_bindgen(js_name = armFault)]
pub fn arm_fault(fault: Fault, n: u32) {
    LEFT.store(n, Relaxed);
    KIND.store(number(fault), Relaxed);
}

/// Disarms the fault, and says whether it was still waiting.
#[wasm_bindgen(js_name = disarmFault)]
pub fn disarm_fault() -> bool {
    KIND.swap(0, Relaxed) != 0
}

fn number(fault: Fault) -> u32 {
    match fault {
        Fault::Panic => 1,
        Fault::StackOverflow => 2,
        Fault::OutOfMemory => 3,
    }
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
    if KIND.load(Relaxed) == 0 {
        return false;
    }
    let left = LEFT.load(Relaxed).saturating_sub(1);
    LEFT.store(left, Relaxed);
    if left > 0 {
        return false;
    }
    match KIND.swap(0, Relaxed) {
        1 => fail(),
        2 => overflow(0) == 0,
        _ => true,
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
