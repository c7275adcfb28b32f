// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Values written as Python writes them, which is what chat templates were made for: `str`, `repr` and `json.dumps`.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind};

/// `str(value)`; an undefined value is empty.
pub fn python_str(value: &Value) -> Result<String, Error> {
    match (value.kind(), value.as_str()) {
        (_, Some(text)) => Ok(text.to_string()),
        (ValueKind::Undefined, _) => Ok(String::new()),
        _ => python_repr(value),
    }
}

pub fn python_repr(value: &Value) -> Result<String, Error> {
    Ok(match value.kind() {
        ValueKind::None => "None".to_string(),
        ValueKind::Bool if value.is_true() => "True".to_string(),
        ValueKind::Bool => "False".to_string(),
        ValueKind::String => quoted(value.as_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            let items = items_of(value)?
                .iter()
                .map(python_repr)
                .collect::<Result<Vec<_>, _>>()?;
            format!("[{}]", items.join(", "))
        }
        ValueKind::Map => {
            let members = members_of(value)?
                .iter()
                .map(|(key, member)| Ok(format!("{}: {}", python_repr(key)?, python_repr(member)?)))
                .collect::<Result<Vec<_>, Error>>()?;
            format!("{{{}}}", members.join(", "))
        }
        ValueKind::Number => number(value, ["inf", "nan"])?,
        _ => value.to_string(),
    })
}

/// How `json.dumps` separates: the options of the `tojson` filter.
pub struct JsonStyle {
    pub indent: Option<String>,
    pub item_separator: String,
    pub key_separator: String,
    pub sort_keys: bool,
    pub ensure_ascii: bool,
}

pub fn python_json(value: &Value, style: &JsonStyle, depth: usize) -> Result<String, Error> {
    Ok(match value.kind() {
        ValueKind::None => "null".to_string(),
        ValueKind::Bool => value.is_true().to_string(),
        ValueKind::Number => number(value, ["Infinity", "NaN"])?,
        ValueKind::String => json_quoted(value.as_str().unwrap_or_default(), style)?,
        ValueKind::Seq | ValueKind::Iterable => {
            let items = items_of(value)?
                .iter()
                .map(|item| python_json(item, style, depth + 1))
                .collect::<Result<Vec<_>, _>>()?;
            enclosed('[', items, ']', style, depth)
        }
        ValueKind::Map => {
            let mut members = members_of(value)?
                .iter()
                .map(|(key, member)| {
                    let key = json_quoted(&json_key(key), style)?;
                    let member = python_json(member, style, depth + 1)?;
                    Ok((key, member))
                })
                .collect::<Result<Vec<_>, Error>>()?;
            if style.sort_keys {
                members.sort();
            }
            let members = members
                .into_iter()
                .map(|(key, member)| key + &style.key_separator + &member)
                .collect();
            enclosed('{', members, '}', style, depth)
        }
        kind => {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("a value of type {kind} has no JSON form"),
            ))
        }
    })
}

/// Python's digits: an exponent below 1e-4 and from 1e16 on, ".0" after a whole float.
fn number(value: &Value, [infinity, not_a_number]: [&str; 2]) -> Result<String, Error> {
    if value.is_integer() {
        return Ok(value.to_string());
    }
    let float = f64::try_from(value.clone())?;
    if float.is_nan() {
        return Ok(not_a_number.to_string());
    }
    if float.is_infinite() {
        let sign = if float < 0.0 { "-" } else { "" };
        return Ok(format!("{sign}{infinity}"));
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if float == 0.0 || (-4..16).contains(&exponent) {
        let plain = float.to_string();
        let point = if plain.contains('.') { "" } else { ".0" };
        return Ok(format!("{plain}{point}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Ok(format!("{digits}e{sign}{:02}", exponent.abs()))
}

fn items_of(value: &Value) -> Result<Vec<Value>, Error> {
    Ok(value.try_iter()?.collect())
}

fn members_of(map: &Value) -> Result<Vec<(Value, Value)>, Error> {
    map.try_iter()?
        .map(|key| map.get_item(&key).map(|member| (key, member)))
        .collect()
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if letter == quote => out.extend(['\\', letter]),
            _ if letter.is_ascii_control() => out.push_str(&format!("\\x{:02x}", letter as u32)),
            _ => out.push(letter),
        }
    }
    out.push(quote);
    out
}

fn json_key(key: &Value) -> String {
    match key.kind() {
        ValueKind::None => "null".to_string(),
        ValueKind::Bool => key.is_true().to_string(),
        _ => key.to_string(),
    }
}

fn json_quoted(text: &str, style: &JsonStyle) -> Result<String, Error> {
    let quoted = serde_json::to_string(text)
        .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    if !style.ensure_ascii {
        return Ok(quoted);
    }
    let mut out = String::with_capacity(quoted.len());
    for letter in quoted.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Ok(out)
}

fn enclosed(
    open: char,
    parts: Vec<String>,
    close: char,
    style: &JsonStyle,
    depth: usize,
) -> String {
    match &style.indent {
        Some(indent) if !parts.is_empty() => {
            let inner = format!("\n{}", indent.repeat(depth + 1));
            let outer = format!("\n{}", indent.repeat(depth));
            let separator = format!("{}{inner}", style.item_separator);
            format!("{open}{inner}{}{outer}{close}", parts.join(&separator))
        }
        _ => format!("{open}{}{close}", parts.join(&style.item_separator)),
    }
}
