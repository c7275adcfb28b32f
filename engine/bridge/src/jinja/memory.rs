// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! How much the values of a rendering hold at once, and work that no step has paid for yet. Counted per thread, for a
//! rendering stays on its thread.

use std::cell::Cell;

/// Bytes of values that a rendering may hold beside what it was given.
pub const MAX_BYTES: usize = 256 << 20;

/// Of values, in one step.
const MAX_COMPARISONS: u64 = 40_000_000;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static WORK: Cell<u64> = const { Cell::new(0) };
}

/// A share of the count, given back when it is dropped.
#[derive(Debug)]
pub struct Claim(usize);

impl Claim {
    pub fn of(bytes: usize) -> Self {
        HELD.with(|held| held.set(held.get().saturating_add(bytes)));
        Claim(bytes)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        HELD.with(|held| held.set(held.get().saturating_sub(self.0)));
    }
}

pub fn held() -> usize {
    HELD.with(Cell::get)
}

/// Counts a comparison of two values; false when there were too many since the last step, and the rest must be left.
/// Lists that hold the same list twice, again and again, would never be compared.
pub fn may_compare() -> bool {
    WORK.with(|work| {
        work.set(work.get() + 1);
        work.get() < MAX_COMPARISONS
    })
}

/// The comparisons since this was last asked.
pub fn comparisons() -> u64 {
    WORK.with(Cell::take)
}
