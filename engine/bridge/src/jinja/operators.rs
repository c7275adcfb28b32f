// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Python's operators between values.

use super::ast::{Binary, Comparison};
use super::error::{fail, Result};
use super::memory::may_compare;
use super::printf;
use super::value::{Key, Sequence, Value};
use std::cmp::Ordering;
use std::rc::Rc;

/// The longest text that may be built, in bytes, and the longest list, in items.
pub const MAX_TEXT: usize = 32 << 20;
pub const MAX_ITEMS: usize = 1 << 20;

/// A number; True and False are 1 and 0.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Bool(value) => Some(Number::Int(i128::from(*value))),
        Value::Int(number) => Some(Number::Int(*number)),
        Value::Float(number) => Some(Number::Float(*number)),
        _ => None,
    }
}

fn as_float(number: Number) -> f64 {
    match number {
        Number::Int(number) => number as f64,
        Number::Float(number) => number,
    }
}

pub fn equal(left: &Value, right: &Value) -> bool {
    if !may_compare() {
        return false;
    }
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return match (left, right) {
            (Number::Int(left), Number::Int(right)) => left == right,
            (left, right) => as_float(left) == as_float(right),
        };
    }
    match (left, right) {
        (Value::Undefined(_), Value::Undefined(_)) | (Value::None, Value::None) => true,
        (Value::Text(left), Value::Text(right)) => left.text == right.text,
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            left.items.len() == right.items.len()
                && left
                    .items
                    .iter()
                    .zip(&right.items)
                    .all(|(left, right)| equal(left, right))
        }
        (Value::Dict(left), Value::Dict(right)) => {
            left.members.len() == right.members.len()
                && left.members.iter().all(|(key, value)| {
                    right
                        .members
                        .get(key)
                        .is_some_and(|other| equal(value, other))
                })
        }
        (Value::View(left), Value::View(right)) => {
            left.kind == right.kind
                && equal(
                    &Value::List(left.items.clone()),
                    &Value::List(right.items.clone()),
                )
        }
        (Value::Generator(left), Value::Generator(right)) => Rc::ptr_eq(left, right),
        (Value::Namespace(left), Value::Namespace(right)) => Rc::ptr_eq(left, right),
        (Value::Loop(left), Value::Loop(right)) => Rc::ptr_eq(left, right),
        (Value::Function(left), Value::Function(right)) => Rc::ptr_eq(left, right),
        _ => false,
    }
}

/// `sign` is what the failure calls the comparison.
pub fn order(left: &Value, right: &Value, sign: &str) -> Result<Option<Ordering>> {
    left.defined()?;
    right.defined()?;
    if !may_compare() {
        return Ok(None);
    }
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return Ok(match (left, right) {
            (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
            (left, right) => as_float(left).partial_cmp(&as_float(right)),
        });
    }
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Ok(Some(left.text.cmp(&right.text))),
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            for (left, right) in left.items.iter().zip(&right.items) {
                if !equal(left, right) {
                    return order(left, right, sign);
                }
            }
            Ok(Some(left.items.len().cmp(&right.items.len())))
        }
        _ => fail(format!(
            "'{sign}' not supported between instances of '{}' and '{}'",
            left.type_name(),
            right.type_name()
        )),
    }
}

pub fn compare(left: &Value, comparison: Comparison, right: &Value) -> Result<bool> {
    let ordered = |sign: &str, matches: fn(Ordering) -> bool| {
        order(left, right, sign).map(|order| order.is_some_and(matches))
    };
    match comparison {
        Comparison::Equal => Ok(equal(left, right)),
        Comparison::NotEqual => Ok(!equal(left, right)),
        Comparison::Less => ordered("<", Ordering::is_lt),
        Comparison::LessEqual => ordered("<=", Ordering::is_le),
        Comparison::Greater => ordered(">", Ordering::is_gt),
        Comparison::GreaterEqual => ordered(">=", Ordering::is_ge),
        Comparison::In => contains(right, left),
        Comparison::NotIn => contains(right, left).map(|found| !found),
    }
}

pub fn contains(container: &Value, item: &Value) -> Result<bool> {
    match container {
        Value::Text(text) => match item {
            Value::Text(item) => Ok(text.text.contains(&*item.text)),
            other => fail(format!(
                "'in <string>' requires string as left operand, not {}",
                other.type_name()
            )),
        },
        Value::Dict(dict) => Ok(dict.members.contains_key(&Key::of(item.clone())?)),
        Value::Namespace(_) | Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            fail(format!(
                "argument of type '{}' is not iterable",
                container.type_name()
            ))
        }
        other => Ok(other.items()?.iter().any(|each| equal(each, item))),
    }
}

pub fn binary(operator: Binary, left: &Value, right: &Value) -> Result<Value> {
    left.defined()?;
    right.defined()?;
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return arithmetic(operator, left, right);
    }
    match (operator, left, right) {
        (Binary::Add, Value::Text(left), Value::Text(right)) => {
            checked_text(left.text.len() + right.text.len())?;
            Ok(Value::text(format!("{}{}", left.text, right.text)))
        }
        (Binary::Add, Value::List(left), Value::List(right)) => {
            Ok(Value::list(joined(left, right)?))
        }
        (Binary::Add, Value::Tuple(left), Value::Tuple(right)) => {
            Ok(Value::tuple(joined(left, right)?))
        }
        (Binary::Multiply, times, Value::Text(_) | Value::List(_) | Value::Tuple(_))
            if number(times).is_some() =>
        {
            repeated(right, times)
        }
        (Binary::Multiply, Value::Text(_) | Value::List(_) | Value::Tuple(_), times)
            if number(times).is_some() =>
        {
            repeated(left, times)
        }
        (Binary::Remainder, Value::Text(format), arguments) => {
            printf::percent(&format.text, arguments).map(Value::text)
        }
        (Binary::Add, Value::Text(_), other) => fail(format!(
            "can only concatenate str (not \"{}\") to str",
            other.type_name()
        )),
        _ => fail(format!(
            "unsupported operand type(s) for {}: '{}' and '{}'",
            sign(operator),
            left.type_name(),
            right.type_name()
        )),
    }
}

fn sign(operator: Binary) -> &'static str {
    match operator {
        Binary::Add => "+",
        Binary::Subtract => "-",
        Binary::Multiply => "*",
        Binary::Divide => "/",
        Binary::FloorDivide => "//",
        Binary::Remainder => "%",
        Binary::Power => "**",
    }
}

pub fn checked_text(bytes: usize) -> Result<()> {
    match bytes <= MAX_TEXT {
        true => Ok(()),
        false => fail(format!("a text would become longer than {MAX_TEXT} bytes")),
    }
}

pub fn checked_items(count: usize) -> Result<()> {
    match count <= MAX_ITEMS {
        true => Ok(()),
        false => fail(format!("a list would become longer than {MAX_ITEMS} items")),
    }
}

fn joined(left: &Sequence, right: &Sequence) -> Result<Vec<Value>> {
    checked_items(left.items.len() + right.items.len())?;
    Ok(left.items.iter().chain(&right.items).cloned().collect())
}

fn repeated(value: &Value, times: &Value) -> Result<Value> {
    let Some(Number::Int(times)) = number(times) else {
        return fail("can't multiply sequence by non-int of type 'float'");
    };
    let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
    match value {
        Value::Text(text) => {
            checked_text(text.text.len().saturating_mul(times))?;
            Ok(Value::text(text.text.repeat(times)))
        }
        Value::List(items) | Value::Tuple(items) => {
            let count = items.items.len();
            checked_items(count.saturating_mul(times))?;
            let all = items
                .items
                .iter()
                .cycle()
                .take(count * times)
                .cloned()
                .collect();
            Ok(match value {
                Value::List(_) => Value::list(all),
                _ => Value::tuple(all),
            })
        }
        other => fail(format!("a {} cannot be repeated", other.type_name())),
    }
}

fn arithmetic(operator: Binary, left: Number, right: Number) -> Result<Value> {
    if let (Number::Int(left), Number::Int(right)) = (left, right) {
        return integers(operator, left, right);
    }
    let (left, right) = (as_float(left), as_float(right));
    let divides = matches!(
        operator,
        Binary::Divide | Binary::FloorDivide | Binary::Remainder
    );
    if divides && right == 0.0 {
        return fail("float division by zero");
    }
    Ok(Value::Float(match operator {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        Binary::FloorDivide => (left / right).floor(),
        Binary::Remainder => {
            let rest = left % right;
            match rest != 0.0 && (rest < 0.0) != (right < 0.0) {
                true => rest + right,
                false => rest,
            }
        }
        Binary::Power => left.powf(right),
    }))
}

fn integers(operator: Binary, left: i128, right: i128) -> Result<Value> {
    let divides = matches!(
        operator,
        Binary::Divide | Binary::FloorDivide | Binary::Remainder
    );
    if divides && right == 0 {
        return fail("division by zero");
    }
    let floored = |left: i128, right: i128| -> Option<i128> {
        let quotient = left.checked_div(right)?;
        let inexact = left.checked_rem(right)? != 0;
        Some(quotient - i128::from(inexact && (left < 0) != (right < 0)))
    };
    let result = match operator {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Divide => return Ok(Value::Float(left as f64 / right as f64)),
        Binary::FloorDivide => floored(left, right),
        Binary::Remainder => floored(left, right).map(|quotient| left - quotient * right),
        Binary::Power if right < 0 => return Ok(Value::Float((left as f64).powf(right as f64))),
        Binary::Power => u32::try_from(right)
            .ok()
            .and_then(|right| left.checked_pow(right)),
    };
    match result {
        Some(number) => Ok(Value::Int(number)),
        None => fail("a number is too large"),
    }
}
