// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The functions every template finds.

use super::arguments::{integer, needed, Given};
use super::clock::strftime;
use super::error::{fail, Result};
use super::interpreter::Interpreter;
use super::scope::Scope;
use super::text::text_of;
use super::value::{Function, Key, Members, Sequence, Text, Value, ViewKind};
use std::cell::Cell;
use std::rc::Rc;

const NAMES: [&str; 7] = [
    "range",
    "dict",
    "namespace",
    "cycler",
    "joiner",
    "raise_exception",
    "strftime_now",
];
/// The sandbox of the reference library allows as many.
const MAX_RANGE: i128 = 100_000;

pub fn define(root: &Scope) {
    for name in NAMES {
        root.set(name, Value::Function(Rc::new(Function::Global(name))));
    }
}

pub fn call(interpreter: &Interpreter, name: &str, given: &Given) -> Result<Value> {
    Ok(match name {
        "range" => range(given)?,
        "dict" => Value::dict(members_of(given)?),
        "namespace" => interpreter.namespace(members_of(given)?),
        "cycler" => {
            if given.positional.is_empty() {
                return fail("at least one item has to be provided");
            }
            let items = Rc::new(Sequence::new(given.positional.clone()));
            Value::Function(Rc::new(Function::Cycler(items, Cell::new(0))))
        }
        "joiner" => {
            let [separator] = given.bound("joiner", ["sep"])?;
            let separator = separator.map_or(Ok(", ".to_string()), |value| text_of(&value))?;
            Value::Function(Rc::new(Function::Joiner(
                Rc::new(Text::new(separator)),
                Cell::new(false),
            )))
        }
        "raise_exception" => {
            let [message] = given.bound("raise_exception", ["message"])?;
            return fail(text_of(&needed("raise_exception", "message", message)?)?);
        }
        _ => {
            let [format] = given.bound("strftime_now", ["format"])?;
            let format = needed("strftime_now", "format", format)?;
            Value::text(strftime(super::arguments::string(&format)?))
        }
    })
}

fn range(given: &Given) -> Result<Value> {
    let [first, second, step] = given.bound("range", ["start", "stop", "step"])?;
    let first = integer(&needed("range", "stop", first)?)?;
    let (begin, end) = match second {
        Some(end) => (first, integer(&end)?),
        None => (0, first),
    };
    let step = step.map_or(Ok(1), |step| integer(&step))?;
    if step == 0 {
        return fail("range() arg 3 must not be zero");
    }
    let span = if step > 0 {
        end.saturating_sub(begin)
    } else {
        begin.saturating_sub(end)
    };
    let count = if span > 0 {
        (span - 1) / step.abs() + 1
    } else {
        0
    };
    if count > MAX_RANGE {
        return fail(format!(
            "Range too big. The sandbox blocks ranges larger than {MAX_RANGE}."
        ));
    }
    let items = (0..count).map(|at| Value::Int(begin + at * step)).collect();
    Ok(Value::view(ViewKind::Range(begin, end, step), items))
}

/// As `dict(mapping or pairs, name=value…)`.
fn members_of(given: &Given) -> Result<Members> {
    let mut members = Members::new();
    match given.positional.as_slice() {
        [] => {}
        [Value::Dict(dict)] => members.clone_from(&dict.members),
        [pairs] => {
            for pair in pairs.defined()?.items()? {
                let mut pair = pair.items()?.into_iter();
                match (pair.next(), pair.next(), pair.next()) {
                    (Some(key), Some(value), None) => _ = members.insert(Key::of(key)?, value),
                    _ => return fail("a dict is made from pairs"),
                }
            }
        }
        _ => return fail("dict expected at most 1 argument"),
    }
    for (name, value) in &given.keywords {
        members.insert(Key::text(name), value.clone());
    }
    Ok(members)
}
