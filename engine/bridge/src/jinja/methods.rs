// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The methods of dicts, lists, loops and namespaces; those of texts are in `text_methods`.

use super::arguments::{needed, Given};
use super::error::{fail, Result};
use super::lookup::has_changed;
use super::operators::equal;
use super::text_methods;
use super::value::{Function, Key, Value, ViewKind};

const DICT: [&str; 5] = ["copy", "get", "items", "keys", "values"];
const LIST: [&str; 3] = ["copy", "count", "index"];
const TUPLE: [&str; 2] = ["count", "index"];
const LOOP: [&str; 2] = ["changed", "cycle"];
const CYCLER: [&str; 2] = ["next", "reset"];
const NUMBER: [&str; 2] = ["bit_length", "is_integer"];

/// The name of the method, when `owner` has it.
pub fn named(owner: &Value, name: &str) -> Option<&'static str> {
    let names: &[&'static str] = match owner {
        Value::Text(_) => &text_methods::NAMES,
        Value::Dict(_) => &DICT,
        Value::List(_) => &LIST,
        Value::Tuple(_) => &TUPLE,
        Value::View(view) if matches!(view.kind, ViewKind::Range(..)) => &TUPLE,
        Value::Loop(_) => &LOOP,
        Value::Int(_) | Value::Bool(_) => &NUMBER[..1],
        Value::Float(_) => &NUMBER[1..],
        Value::Function(function) if matches!(**function, Function::Cycler(..)) => &CYCLER,
        _ => &[],
    };
    names.iter().find(|each| **each == name).copied()
}

/// Methods that change their owner, which the sandbox forbids.
pub fn changes(owner: &Value, name: &str) -> bool {
    match owner {
        Value::Dict(_) => matches!(name, "clear" | "pop" | "popitem" | "setdefault" | "update"),
        Value::List(_) => {
            matches!(
                name,
                "append" | "clear" | "extend" | "insert" | "pop" | "remove" | "reverse" | "sort"
            )
        }
        _ => false,
    }
}

pub fn call(owner: &Value, name: &str, given: &Given) -> Result<Value> {
    match owner {
        Value::Text(text) => text_methods::call(&text.text, name, given),
        Value::Dict(dict) => {
            let items = &dict.members;
            Ok(match name {
                "items" => Value::view(
                    ViewKind::Items,
                    items
                        .iter()
                        .map(|(key, value)| Value::tuple(vec![key.0.clone(), value.clone()]))
                        .collect(),
                ),
                "keys" => Value::view(
                    ViewKind::Keys,
                    items.keys().map(|key| key.0.clone()).collect(),
                ),
                "values" => Value::view(ViewKind::Values, items.values().cloned().collect()),
                "copy" => owner.clone(),
                _ => {
                    let [key, default] = given.bound("get", ["key", "default"])?;
                    let key = Key::of(needed("get", "key", key)?)?;
                    items.get(&key).cloned().or(default).unwrap_or(Value::None)
                }
            })
        }
        Value::List(items) | Value::Tuple(items) => sequence(owner, &items.items, name, given),
        Value::View(view) => sequence(owner, &view.items.items, name, given),
        Value::Loop(state) => match name {
            "changed" => Ok(Value::Bool(has_changed(state, &given.positional))),
            _ if given.positional.is_empty() => fail("no items for cycling given"),
            _ => Ok(given.positional[state.index0.get() % given.positional.len()].clone()),
        },
        Value::Function(function) => match &**function {
            Function::Cycler(items, at) => {
                let here = items.items[at.get()].clone();
                at.set(match name {
                    "next" => (at.get() + 1) % items.items.len(),
                    _ => 0,
                });
                Ok(if name == "next" { here } else { Value::None })
            }
            _ => fail(format!("there is no method '{name}'")),
        },
        Value::Int(number) => Ok(Value::Int(i128::from(
            128 - number.unsigned_abs().leading_zeros(),
        ))),
        Value::Bool(value) => Ok(Value::Int(i128::from(*value))),
        Value::Float(number) => Ok(Value::Bool(number.fract() == 0.0)),
        other => fail(format!(
            "'{}' object has no method '{name}'",
            other.type_name()
        )),
    }
}

fn sequence(owner: &Value, items: &[Value], name: &str, given: &Given) -> Result<Value> {
    if name == "copy" {
        return Ok(owner.clone());
    }
    let [item] = given.bound(name, ["value"])?;
    let item = needed(name, "value", item)?;
    if name == "count" {
        return Ok(Value::Int(
            items.iter().filter(|each| equal(each, &item)).count() as i128,
        ));
    }
    match items.iter().position(|each| equal(each, &item)) {
        Some(at) => Ok(Value::Int(at as i128)),
        None => fail(format!("the value is not in the {}", owner.type_name())),
    }
}
