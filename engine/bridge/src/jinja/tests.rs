// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What may stand after `is`.

use super::arguments::{integer, needed, Given};
use super::ast::Comparison;
use super::error::Result;
use super::operators::{compare, contains, equal};
use super::text::text_of;
use super::value::{Value, ViewKind};
use std::rc::Rc;

const NAMES: [&str; 37] = [
    "!=",
    "<",
    "<=",
    "==",
    ">",
    ">=",
    "boolean",
    "callable",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "string",
    "test",
    "true",
];

pub fn is_known(name: &str) -> bool {
    NAMES.contains(&name) || matches!(name, "undefined" | "upper")
}

pub fn apply(name: &str, value: &Value, given: Given) -> Result<bool> {
    let other = || -> Result<Value> {
        let [other] = given.bound(name, ["other"])?;
        needed(name, "other", other)
    };
    let compared = |comparison| compare(value, comparison, &other()?);
    let letters = || text_of(value);
    Ok(match name {
        "defined" => !value.is_undefined(),
        "undefined" => value.is_undefined(),
        "none" => matches!(value, Value::None),
        "boolean" => matches!(value, Value::Bool(_)),
        "true" => matches!(value, Value::Bool(true)),
        "false" => matches!(value, Value::Bool(false)),
        "integer" => matches!(value, Value::Int(_)),
        "float" => matches!(value, Value::Float(_)),
        "number" => matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_)),
        "string" => matches!(value, Value::Text(_)),
        "mapping" => matches!(value, Value::Dict(_)),
        "sequence" => match value {
            Value::Text(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Undefined(_) => true,
            Value::View(view) => matches!(view.kind, ViewKind::Range(..)),
            _ => false,
        },
        "iterable" => match value {
            Value::Undefined(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_) => true,
            _ => matches!(value, Value::View(_) | Value::Generator(_) | Value::Loop(_)),
        },
        "callable" => matches!(
            value,
            Value::Function(_) | Value::Loop(_) | Value::Undefined(_)
        ),
        "escaped" => false,
        "filter" => value.as_str().is_some_and(super::filters::is_known),
        "test" => value.as_str().is_some_and(is_known),
        "lower" => is_cased(&letters()?, char::is_lowercase, char::is_uppercase),
        "upper" => is_cased(&letters()?, char::is_uppercase, char::is_lowercase),
        "odd" => integer(value)?.rem_euclid(2) == 1,
        "even" => integer(value)?.rem_euclid(2) == 0,
        "divisibleby" => match integer(&other()?)? {
            0 => return super::error::fail("integer modulo by zero"),
            divisor => integer(value)? % divisor == 0,
        },
        "sameas" => same(value, &other()?),
        "in" => contains(&other()?, value)?,
        "eq" | "==" | "equalto" => compared(Comparison::Equal)?,
        "ne" | "!=" => compared(Comparison::NotEqual)?,
        "lt" | "<" | "lessthan" => compared(Comparison::Less)?,
        "le" | "<=" => compared(Comparison::LessEqual)?,
        "gt" | ">" | "greaterthan" => compared(Comparison::Greater)?,
        _ => compared(Comparison::GreaterEqual)?,
    })
}

fn is_cased(text: &str, wanted: fn(char) -> bool, unwanted: fn(char) -> bool) -> bool {
    text.chars().any(wanted) && !text.chars().any(unwanted)
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            Rc::ptr_eq(left, right)
        }
        (Value::Dict(left), Value::Dict(right)) => Rc::ptr_eq(left, right),
        _ => left.type_name() == right.type_name() && equal(left, right),
    }
}
