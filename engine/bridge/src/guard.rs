// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What every exported function passes through: a panic becomes an error instead of ending the process.

use std::any::Any;
use std::panic::{catch_unwind, AssertUnwindSafe};

pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panic_text(&*panic)))
}

/// The text of `bytes`, which `what` names in the error.
pub fn text_of<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, String> {
    std::str::from_utf8(bytes)
        .map_err(|error| format!("{what} is not valid UTF-8 at byte {}", error.valid_up_to()))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let reason = panic
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!(
        "the library gave up: {}",
        reason.as_deref().unwrap_or("no reason given")
    )
}
