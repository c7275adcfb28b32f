// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Values written as Python writes them: `str`, `repr` and `json.dumps`.

use super::error::{fail, Result};
use super::operators::{checked_text, order};
use super::value::{Function, Key, Sequence, Value, ViewKind};
use std::fmt::Write as _;

/// `str(value)`; an undefined value is empty.
pub fn text_of(value: &Value) -> Result<String> {
    match value {
        Value::Text(text) => Ok(text.text.to_string()),
        Value::Undefined(_) => Ok(String::new()),
        _ => repr(value),
    }
}

pub fn repr(value: &Value) -> Result<String> {
    let mut out = String::new();
    write_repr(value, &mut out)?;
    Ok(out)
}

fn write_repr(value: &Value, out: &mut String) -> Result<()> {
    checked_text(out.len())?;
    match value {
        Value::Undefined(_) => out.push_str("Undefined"),
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(number) => _ = write!(out, "{number}"),
        Value::Float(number) => out.push_str(&float(*number, "inf", "nan")),
        Value::Text(text) => quoted(&text.text, out),
        Value::List(items) => write_items("[", items, "]", out)?,
        Value::Tuple(items) if items.items.len() == 1 => write_items("(", items, ",)", out)?,
        Value::Tuple(items) => write_items("(", items, ")", out)?,
        Value::Dict(dict) => {
            out.push('{');
            for (index, (key, member)) in dict.members.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_repr(&key.0, out)?;
                out.push_str(": ");
                write_repr(member, out)?;
            }
            out.push('}');
        }
        Value::View(view) => match view.kind {
            ViewKind::Range(first, end, 1) => _ = write!(out, "range({first}, {end})"),
            ViewKind::Range(first, end, step) => _ = write!(out, "range({first}, {end}, {step})"),
            _ => {
                out.push_str(value.type_name());
                write_items("([", &view.items, "])", out)?;
            }
        },
        Value::Loop(state) => {
            _ = write!(
                out,
                "<LoopContext {}/{}>",
                state.index0.get() + 1,
                state.items.items.len()
            );
        }
        Value::Function(function) => match &**function {
            Function::Macro(made, _) => {
                out.push_str("<Macro ");
                quoted(&made.name, out);
                out.push('>');
            }
            Function::Method(owner, name) => {
                _ = write!(
                    out,
                    "<built-in method {name} of {} object>",
                    owner.type_name()
                );
            }
            Function::Global(name) => _ = write!(out, "<function {name}>"),
            _ => _ = write!(out, "<{} object>", value.type_name()),
        },
        // Python writes their address.
        Value::Generator(_) => out.push_str("<generator object>"),
        Value::Namespace(_) => out.push_str("<Namespace object>"),
    }
    Ok(())
}

fn write_items(open: &str, items: &Sequence, close: &str, out: &mut String) -> Result<()> {
    out.push_str(open);
    for (index, item) in items.items.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        write_repr(item, out)?;
    }
    out.push_str(close);
    Ok(())
}

/// Python's digits: an exponent below 1e-4 and from 1e16 on, ".0" after a whole float.
pub fn float(number: f64, infinity: &str, not_a_number: &str) -> String {
    if number.is_nan() {
        return not_a_number.to_string();
    }
    if number.is_infinite() {
        return format!("{}{infinity}", if number < 0.0 { "-" } else { "" });
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if number == 0.0 || (-4..16).contains(&exponent) {
        let plain = number.to_string();
        let point = if plain.contains('.') { "" } else { ".0" };
        return format!("{plain}{point}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn quoted(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for letter in text.chars() {
        let code = letter as u32;
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if letter == quote => out.extend(['\\', letter]),
            _ if is_printable(letter) => out.push(letter),
            _ if code < 0x100 => _ = write!(out, "\\x{code:02x}"),
            _ if code < 0x10000 => _ = write!(out, "\\u{code:04x}"),
            _ => _ = write!(out, "\\U{code:08x}"),
        }
    }
    out.push(quote);
}

/// Python's `str.isprintable`: Rust escapes the same categories, but for what it holds back at the start of a text.
fn is_printable(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_control();
    }
    let after_another = format!("a{letter}");
    after_another.escape_debug().count() == 2
}

/// The options of `json.dumps`.
pub struct JsonStyle {
    pub indent: Option<String>,
    pub item_separator: String,
    pub key_separator: String,
    pub sort_keys: bool,
    pub ensure_ascii: bool,
}

pub fn json(value: &Value, style: &JsonStyle, depth: usize, out: &mut String) -> Result<()> {
    checked_text(out.len())?;
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(value) => _ = write!(out, "{value}"),
        Value::Int(number) => _ = write!(out, "{number}"),
        Value::Float(number) => out.push_str(&float(*number, "Infinity", "NaN")),
        Value::Text(text) => json_quoted(&text.text, style.ensure_ascii, out),
        Value::List(items) | Value::Tuple(items) => {
            out.push('[');
            for (index, item) in items.items.iter().enumerate() {
                begin_item(style, index, depth, out);
                json(item, style, depth + 1, out)?;
            }
            end_items(style, items.items.len(), depth, out);
            out.push(']');
        }
        Value::Dict(dict) => {
            out.push('{');
            let mut members: Vec<_> = dict.members.iter().collect();
            if style.sort_keys {
                sort_by_key(&mut members)?;
            }
            for (index, (key, member)) in members.into_iter().enumerate() {
                begin_item(style, index, depth, out);
                json_quoted(&json_key(key)?, style.ensure_ascii, out);
                out.push_str(&style.key_separator);
                json(member, style, depth + 1, out)?;
            }
            end_items(style, dict.members.len(), depth, out);
            out.push('}');
        }
        other => {
            return fail(format!(
                "Object of type {} is not JSON serializable",
                other.type_name()
            ))
        }
    }
    Ok(())
}

fn sort_by_key(members: &mut [(&Key, &Value)]) -> Result<()> {
    let mut failure = None;
    members.sort_by(
        |(left, _), (right, _)| match order(&left.0, &right.0, "<") {
            Ok(order) => order.unwrap_or(std::cmp::Ordering::Equal),
            Err(error) => {
                failure = Some(error);
                std::cmp::Ordering::Equal
            }
        },
    );
    failure.map_or(Ok(()), Err)
}

fn begin_item(style: &JsonStyle, index: usize, depth: usize, out: &mut String) {
    if index > 0 {
        out.push_str(&style.item_separator);
    }
    if let Some(indent) = &style.indent {
        out.push('\n');
        out.push_str(&indent.repeat(depth + 1));
    }
}

fn end_items(style: &JsonStyle, count: usize, depth: usize, out: &mut String) {
    if let Some(indent) = style.indent.as_ref().filter(|_| count > 0) {
        out.push('\n');
        out.push_str(&indent.repeat(depth));
    }
}

fn json_key(key: &Key) -> Result<String> {
    Ok(match &key.0 {
        Value::Text(text) => text.text.to_string(),
        Value::None => "null".to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => float(*number, "Infinity", "NaN"),
        other => {
            return fail(format!(
                "keys must be str, int, float, bool or None, not {}",
                other.type_name()
            ))
        }
    })
}

fn json_quoted(text: &str, ensure_ascii: bool, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            _ if letter < ' ' || (ensure_ascii && !(' '..='~').contains(&letter)) => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
