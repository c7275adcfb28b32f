// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! `value.name`, `value[index]` and slices: a dot looks for a method first, brackets for an item.

use super::arguments::integer;
use super::error::{fail, Result};
use super::methods;
use super::operators::equal;
use super::value::{Function, Key, Loop, Sequence, Value};
use std::rc::Rc;

fn owner_name(value: &Value) -> String {
    match value {
        Value::None => "None".to_string(),
        other => format!("{} object", other.type_name()),
    }
}

fn missing(owner: &Value, name: &str) -> Value {
    Value::undefined(format!("'{}' has no attribute '{name}'", owner_name(owner)))
}

pub fn attribute(owner: &Value, name: &str) -> Result<Value> {
    owner.defined()?;
    if let Some(found) = python_attribute(owner, name) {
        return Ok(found);
    }
    Ok(match owner {
        Value::Dict(dict) => dict.members.get(&Key::text(name)).cloned(),
        _ => None,
    }
    .unwrap_or_else(|| missing(owner, name)))
}

pub fn item(owner: &Value, index: &Value) -> Result<Value> {
    owner.defined()?;
    let found = match (owner, index) {
        (Value::Dict(dict), index) => Key::of(index.clone())
            .ok()
            .and_then(|key| dict.members.get(&key).cloned()),
        (Value::List(items) | Value::Tuple(items), Value::Int(_) | Value::Bool(_)) => {
            place(integer(index)?, items.items.len()).map(|at| items.items[at].clone())
        }
        (Value::View(view), Value::Int(_) | Value::Bool(_))
            if matches!(view.kind, super::value::ViewKind::Range(..)) =>
        {
            place(integer(index)?, view.items.items.len()).map(|at| view.items.items[at].clone())
        }
        (Value::Text(text), Value::Int(_) | Value::Bool(_)) => {
            let index = integer(index)?;
            let at = match index < 0 {
                true => place(index, text.text.chars().count()),
                false => usize::try_from(index).ok(),
            };
            at.and_then(|at| text.text.chars().nth(at))
                .map(|letter| Value::text(letter.to_string()))
        }
        _ => None,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    match index.as_str() {
        Some(name) => Ok(python_attribute(owner, name).unwrap_or_else(|| missing(owner, name))),
        None => Ok(Value::undefined(format!(
            "'{}' has no element {}",
            owner_name(owner),
            super::text::repr(index).unwrap_or_default()
        ))),
    }
}

fn place(index: i128, length: usize) -> Option<usize> {
    let length = length as i128;
    let at = if index < 0 { index + length } else { index };
    (0..length).contains(&at).then_some(at as usize)
}

/// What Python finds with getattr, as far as a template may use it.
fn python_attribute(owner: &Value, name: &str) -> Option<Value> {
    if name.starts_with("__") && name.ends_with("__") || methods::changes(owner, name) {
        let type_name = owner.type_name();
        return Some(Value::undefined(format!(
            "access to attribute '{name}' of '{type_name}' object is unsafe."
        )));
    }
    if let Some(method) = methods::named(owner, name) {
        return Some(Value::Function(Rc::new(Function::Method(
            owner.clone(),
            method,
        ))));
    }
    match owner {
        Value::Namespace(namespace) => namespace.members.borrow().get(&Key::text(name)).cloned(),
        Value::Loop(state) => loop_attribute(state, name),
        Value::Tuple(pair) if pair.items.len() == 2 => match name {
            "grouper" => Some(pair.items[0].clone()),
            "list" => Some(pair.items[1].clone()),
            _ => None,
        },
        Value::Function(function) => match (&**function, name) {
            (Function::Macro(made, _), "name") => Some(Value::text(&*made.name)),
            (Function::Macro(made, _), "arguments") => Some(Value::tuple(
                made.parameters
                    .iter()
                    .map(|(name, _)| Value::text(&**name))
                    .collect(),
            )),
            (Function::Macro(made, _), "caller") => Some(Value::Bool(made.takes_caller)),
            (Function::Cycler(items, at), "current") => items.items.get(at.get()).cloned(),
            _ => None,
        },
        _ => None,
    }
}

fn loop_attribute(state: &Rc<Loop>, name: &str) -> Option<Value> {
    let items = &state.items.items;
    let index = state.index0.get();
    let count = |number: usize| Value::Int(number as i128);
    Some(match name {
        "index" => count(index + 1),
        "index0" => count(index),
        "revindex" => count(items.len() - index),
        "revindex0" => count(items.len() - index - 1),
        "first" => Value::Bool(index == 0),
        "last" => Value::Bool(index + 1 == items.len()),
        "length" => count(items.len()),
        "depth" => count(state.depth0 + 1),
        "depth0" => count(state.depth0),
        "previtem" if index > 0 => items[index - 1].clone(),
        "previtem" => Value::undefined("there is no previous item"),
        "nextitem" => items
            .get(index + 1)
            .cloned()
            .unwrap_or_else(|| Value::undefined("there is no next item")),
        _ => return None,
    })
}

/// Whether the loop's `changed(…)` is given other values than the last time.
pub fn has_changed(state: &Loop, values: &[Value]) -> bool {
    let mut last = state.changed.borrow_mut();
    let same = last.as_ref().is_some_and(|last| {
        last.len() == values.len()
            && last
                .iter()
                .zip(values)
                .all(|(left, right)| equal(left, right))
    });
    *last = Some(values.to_vec());
    !same
}

/// `owner[begin:end:step]`, with None for what is not given.
pub fn slice(owner: &Value, bounds: &[Value; 3]) -> Result<Value> {
    let bound = |value: &Value| match value.defined()? {
        Value::None => Ok(None),
        other => integer(other).map(Some),
    };
    let (begin, end, step) = (
        bound(&bounds[0])?,
        bound(&bounds[1])?,
        bound(&bounds[2])?.unwrap_or(1),
    );
    if step == 0 {
        return fail("slice step cannot be zero");
    }
    let picked = |items: &Sequence| -> Vec<Value> {
        indices(begin, end, step, items.items.len())
            .map(|at| items.items[at].clone())
            .collect()
    };
    Ok(match owner.defined()? {
        Value::Text(text) => {
            let letters: Vec<char> = text.text.chars().collect();
            let picked: String = indices(begin, end, step, letters.len())
                .map(|at| letters[at])
                .collect();
            Value::text(picked)
        }
        Value::List(items) => Value::list(picked(items)),
        Value::Tuple(items) => Value::tuple(picked(items)),
        Value::View(view) if matches!(view.kind, super::value::ViewKind::Range(..)) => {
            Value::list(picked(&view.items))
        }
        other => return fail(format!("'{}' object cannot be sliced", other.type_name())),
    })
}

fn indices(
    begin: Option<i128>,
    end: Option<i128>,
    step: i128,
    length: usize,
) -> impl Iterator<Item = usize> {
    let length = length as i128;
    let (low, high) = if step > 0 {
        (0, length)
    } else {
        (-1, length - 1)
    };
    let clamped = |bound: i128| {
        (if bound < 0 {
            bound.saturating_add(length)
        } else {
            bound
        })
        .clamp(low, high)
    };
    let (first, last) = if step > 0 { (low, high) } else { (high, low) };
    let begin = begin.map_or(first, clamped);
    let end = end.map_or(last, clamped);
    let mut at = begin;
    std::iter::from_fn(move || {
        let inside = if step > 0 { at < end } else { at > end };
        let here = inside.then_some(at as usize);
        at = at.saturating_add(step);
        here
    })
}
