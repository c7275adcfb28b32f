// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What may stand after `|` and works on one value; those for sequences are in `sequence_filters`.

use super::arguments::{integer, needed, string, Given};
use super::error::{fail, Result};
use super::interpreter::Interpreter;
use super::lookup::attribute;
use super::operators::checked_text;
use super::printf;
use super::sequence_filters;
use super::text::{json, text_of, JsonStyle};
use super::text_methods::{capitalized, justified, lines, replaced, stripped};
use super::value::Value;

const NAMES: [&str; 25] = [
    "abs",
    "attr",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "e",
    "escape",
    "float",
    "forceescape",
    "format",
    "indent",
    "int",
    "length",
    "lower",
    "replace",
    "round",
    "safe",
    "string",
    "title",
    "tojson",
    "trim",
    "truncate",
    "upper",
];

pub fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
        || matches!(name, "urlencode" | "wordcount")
        || sequence_filters::NAMES.contains(&name)
}

pub fn apply(interpreter: &Interpreter, name: &str, value: Value, given: Given) -> Result<Value> {
    if sequence_filters::NAMES.contains(&name) {
        return sequence_filters::apply(interpreter, name, value, given);
    }
    Ok(match name {
        "count" | "length" => {
            given.bound(name, [])?;
            Value::Int(value.length()? as i128)
        }
        "d" | "default" => {
            let [default, boolean] = given.bound(name, ["default_value", "boolean"])?;
            let boolean = boolean.is_some_and(|boolean| boolean.is_true());
            match value.is_undefined() || (boolean && !value.is_true()) {
                true => default.unwrap_or_else(|| Value::text("")),
                false => value,
            }
        }
        "attr" => {
            let [wanted] = given.bound(name, ["name"])?;
            let wanted = needed(name, "name", wanted)?;
            match value {
                // Only what is no item.
                Value::Dict(_) => attribute(&Value::dict(Default::default()), string(&wanted)?)?,
                _ => attribute(&value, string(&wanted)?)?,
            }
        }
        "abs" => match value.defined()? {
            Value::Float(number) => Value::Float(number.abs()),
            other => Value::Int(integer(other)?.abs()),
        },
        "wordcount" => {
            given.bound(name, [])?;
            let breaks = |letter: char| !letter.is_alphanumeric() && letter != '_';
            let words = text_of(&value)?
                .split(breaks)
                .filter(|part| !part.is_empty())
                .count();
            Value::Int(words as i128)
        }
        "int" => to_integer(&value, &given)?,
        "float" => {
            let [default] = given.bound(name, ["default"])?;
            value.defined()?;
            match as_float(&value) {
                Some(number) => Value::Float(number),
                None => default.unwrap_or(Value::Float(0.0)),
            }
        }
        "round" => round(&value, &given)?,
        "tojson" => to_json(&value, &given)?,
        "format" => {
            let arguments = match given.keywords.is_empty() {
                true => Value::tuple(given.positional),
                false => Value::dict(
                    given
                        .keywords
                        .iter()
                        .map(|(name, value)| (super::value::Key::text(name), value.clone()))
                        .collect(),
                ),
            };
            Value::text(printf::percent(&text_of(&value)?, &arguments)?)
        }
        _ => Value::text(on_text(name, &value, &given)?),
    })
}

fn on_text(name: &str, value: &Value, given: &Given) -> Result<String> {
    let text = text_of(value)?;
    match name {
        "trim" => {
            let [letters] = given.bound(name, ["chars"])?;
            return stripped(&text, letters.as_ref(), true, true).map(str::to_string);
        }
        "replace" => {
            let [old, new, count] = given.bound(name, ["old", "new", "count"])?;
            let count = match count {
                None | Some(Value::None) => -1,
                Some(count) => integer(&count)?,
            };
            let (old, new) = (needed(name, "old", old)?, needed(name, "new", new)?);
            return replaced(&text, &text_of(&old)?, &text_of(&new)?, count);
        }
        "center" => {
            let [width] = given.bound(name, ["width"])?;
            return justified(
                &text,
                width.map_or(Ok(80), |width| integer(&width))?,
                " ",
                "center",
            );
        }
        "indent" => return indent(string(value)?, given),
        "truncate" => return truncate(&text, given),
        _ => given.bound(name, [])?,
    };
    Ok(match name {
        "upper" => text.to_uppercase(),
        "lower" => text.to_lowercase(),
        "capitalize" => capitalized(&text),
        "title" => title(&text),
        "e" | "escape" | "forceescape" => text
            .replace('&', "&amp;")
            .replace('>', "&gt;")
            .replace('<', "&lt;")
            .replace('\'', "&#39;")
            .replace('"', "&#34;"),
        "urlencode" => text
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' | b'/' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect(),
        _ => text,
    })
}

/// The filter's own idea of words, which differs from str.title.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for letter in text.chars() {
        if letter == '-' || "({[<".contains(letter) || super::lexer::is_space(letter) {
            out.push(letter);
            begins = true;
        } else if begins {
            out.extend(letter.to_uppercase());
            begins = false;
        } else {
            out.extend(letter.to_lowercase());
        }
    }
    out
}

fn indent(text: &str, given: &Given) -> Result<String> {
    let [width, first, blank] = given.bound("indent", ["width", "first", "blank"])?;
    let flag = |value: Option<Value>| value.is_some_and(|value| value.is_true());
    let (first, blank) = (flag(first), flag(blank));
    let indention = match width {
        Some(Value::Text(text)) => text.text.to_string(),
        Some(width) => " ".repeat(integer(&width)?.clamp(0, 1 << 16) as usize),
        None => "    ".to_string(),
    };
    let whole = format!("{text}\n");
    let mut parts = Vec::new();
    let all = lines(&whole, false);
    checked_text(whole.len() + all.len().saturating_mul(indention.len()))?;
    for (index, line) in all.into_iter().enumerate() {
        parts.push(
            match index > 0 && (blank || !line.is_empty()) || index == 0 && first {
                true => format!("{indention}{line}"),
                false => line.to_string(),
            },
        );
    }
    Ok(parts.join("\n"))
}

fn truncate(text: &str, given: &Given) -> Result<String> {
    let [length, kill, end, leeway] =
        given.bound("truncate", ["length", "killwords", "end", "leeway"])?;
    let size = |value: Option<Value>, default: i128| -> Result<usize> {
        let value = match value {
            None | Some(Value::None) => default,
            Some(value) => integer(&value)?,
        };
        usize::try_from(value).map_or_else(|_| fail("a length may not be negative"), Ok)
    };
    let (length, leeway) = (size(length, 255)?, size(leeway, 5)?);
    let end = end.map_or(Ok("...".to_string()), |end| text_of(&end))?;
    let Some(kept) = length.checked_sub(end.chars().count()) else {
        return fail(format!(
            "expected length >= {}, got {length}",
            end.chars().count()
        ));
    };
    if text.chars().count() <= length + leeway {
        return Ok(text.to_string());
    }
    let cut: String = text.chars().take(kept).collect();
    let kept = match kill.is_some_and(|kill| kill.is_true()) {
        true => &cut,
        false => cut.rsplit_once(' ').map_or(&*cut, |(before, _)| before),
    };
    Ok(format!("{kept}{end}"))
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Text(text) => {
            let plain = text
                .text
                .trim_matches(super::lexer::is_space)
                .replace('_', "");
            let sane = plain
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
            plain.parse().ok().filter(|_| sane)
        }
        other => integer(other).ok().map(|number| number as f64),
    }
}

fn to_integer(value: &Value, given: &Given) -> Result<Value> {
    let [default, base] = given.bound("int", ["default", "base"])?;
    let default = default.unwrap_or(Value::Int(0));
    let base = base.map_or(Ok(10), |base| integer(&base))?.clamp(2, 36) as u32;
    value.defined()?;
    if let Ok(number) = integer(value) {
        return Ok(Value::Int(number));
    }
    if let Some(text) = value.as_str() {
        let plain = text
            .trim_matches(super::lexer::is_space)
            .replace('_', "")
            .to_ascii_lowercase();
        let (sign, digits) = match plain.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
        };
        let digits = match base {
            16 => digits.strip_prefix("0x").unwrap_or(digits),
            8 => digits.strip_prefix("0o").unwrap_or(digits),
            2 => digits.strip_prefix("0b").unwrap_or(digits),
            _ => digits,
        };
        if !digits.starts_with(['+', '-']) {
            if let Ok(number) = i128::from_str_radix(digits, base) {
                return Ok(Value::Int(sign * number));
            }
        }
    }
    Ok(match as_float(value) {
        Some(number) if number.is_finite() => Value::Int(number.trunc() as i128),
        _ => default,
    })
}

fn round(value: &Value, given: &Given) -> Result<Value> {
    let [precision, method] = given.bound("round", ["precision", "method"])?;
    let precision = precision
        .map_or(Ok(0), |precision| integer(&precision))?
        .clamp(-300, 300) as i32;
    let method = method.map_or(Ok("common".to_string()), |method| text_of(&method))?;
    let factor = 10f64.powi(precision);
    let number = match value.defined()? {
        Value::Float(number) => *number,
        other => integer(other)? as f64,
    };
    match method.as_str() {
        "common" => {}
        "ceil" => return Ok(Value::Float((number * factor).ceil() / factor)),
        "floor" => return Ok(Value::Float((number * factor).floor() / factor)),
        _ => return fail("method must be common, ceil or floor"),
    }
    if let (Ok(whole), true) = (integer(value), precision >= 0) {
        return Ok(Value::Int(whole));
    }
    if !matches!(value, Value::Float(_)) {
        return Ok(Value::Int(
            (number * factor).round_ties_even() as i128 * 10i128.pow(-precision as u32 % 38),
        ));
    }
    if precision < 0 || !number.is_finite() {
        return Ok(Value::Float((number * factor).round_ties_even() / factor));
    }
    let digits = precision as usize;
    Ok(Value::Float(
        format!("{number:.digits$}").parse().unwrap_or(number),
    ))
}

fn to_json(value: &Value, given: &Given) -> Result<Value> {
    let [ascii, indent, separators, sort] = given.bound(
        "tojson",
        ["ensure_ascii", "indent", "separators", "sort_keys"],
    )?;
    let indent = match indent {
        None | Some(Value::None) => None,
        Some(Value::Text(text)) => Some(text.text.to_string()),
        Some(width) => Some(" ".repeat(integer(&width)?.clamp(0, 1 << 10) as usize)),
    };
    let (item_separator, key_separator) = match separators {
        None | Some(Value::None) => {
            let item = if indent.is_some() { "," } else { ", " };
            (item.to_string(), ": ".to_string())
        }
        Some(pair) => match pair.items()?.as_slice() {
            [item, key] => (string(item)?.to_string(), string(key)?.to_string()),
            _ => return fail("separators are a pair of texts"),
        },
    };
    let style = JsonStyle {
        indent,
        item_separator,
        key_separator,
        sort_keys: sort.is_some_and(|sort| sort.is_true()),
        ensure_ascii: ascii.is_some_and(|ascii| ascii.is_true()),
    };
    let mut out = String::new();
    json(value, &style, 0, &mut out)?;
    Ok(Value::text(out))
}
