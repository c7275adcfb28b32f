// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Python's two ways to format: `'%s' % value` and `'{}'.format(value)`.

use super::arguments::{integer, Given};
use super::error::{fail, Result};
use super::lookup::{attribute, item};
use super::operators::checked_text;
use super::text::{float, repr, text_of};
use super::value::{Key, Value};

/// Widths beyond this are an attack.
const MAX_WIDTH: usize = 1 << 16;

#[derive(Default)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: char,
}

pub fn percent(format: &str, arguments: &Value) -> Result<String> {
    let mut positional = match arguments {
        Value::Tuple(items) => items.items.clone(),
        other => vec![other.clone()],
    }
    .into_iter();
    let mut used_mapping = matches!(arguments, Value::Dict(_));
    let mut out = String::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut named = None;
        if letters.peek() == Some(&'(') {
            letters.next();
            let name: String = letters.by_ref().take_while(|each| *each != ')').collect();
            let Value::Dict(dict) = arguments else {
                return fail("format requires a mapping");
            };
            used_mapping = true;
            match dict.members.get(&Key::text(&name)) {
                Some(value) => named = Some(value.clone()),
                None => return fail(format!("the mapping has no '{name}'")),
            }
        }
        let mut spec = Spec::default();
        while let Some(flag) = letters.next_if(|each| "-+ #0".contains(*each)) {
            match flag {
                '-' => spec.align = Some('<'),
                '0' => spec.zero = true,
                '#' => spec.alternate = true,
                '+' => spec.sign = Some('+'),
                _ => spec.sign = spec.sign.or(Some(' ')),
            }
        }
        let mut next = |named: &mut Option<Value>| match named.take().or_else(|| positional.next())
        {
            Some(value) => Ok(value),
            None => fail("not enough arguments for format string"),
        };
        if letters.next_if_eq(&'*').is_some() {
            spec.width = bounded(integer(&next(&mut None)?)?)?;
        } else {
            spec.width = digits(&mut letters)?.unwrap_or(0);
        }
        if letters.next_if_eq(&'.').is_some() {
            spec.precision = Some(digits(&mut letters)?.unwrap_or(0));
        }
        while letters.next_if(|each| "hlL".contains(*each)).is_some() {}
        spec.kind = match letters.next() {
            Some(kind) => kind,
            None => return fail("incomplete format"),
        };
        if spec.kind == '%' {
            out.push('%');
            continue;
        }
        let value = next(&mut named)?;
        value.defined()?;
        out.push_str(&padded(&converted(&value, &spec)?, &spec, '>'));
        checked_text(out.len())?;
    }
    if positional.next().is_some() && !used_mapping {
        return fail("not all arguments converted during string formatting");
    }
    Ok(out)
}

fn converted(value: &Value, spec: &Spec) -> Result<String> {
    let cut = |text: String| match spec.precision {
        Some(length) => text.chars().take(length).collect(),
        None => text,
    };
    match spec.kind {
        's' => Ok(cut(text_of(value)?)),
        'r' | 'a' => Ok(cut(repr(value)?)),
        'd' | 'i' | 'u' => match value {
            Value::Float(number) => signed(&(number.trunc() as i128).to_string(), spec),
            Value::Int(_) | Value::Bool(_) => signed(&integer(value)?.to_string(), spec),
            other => fail(format!(
                "%d format: a real number is required, not {}",
                other.type_name()
            )),
        },
        'c' => match value {
            Value::Text(text) if text.text.chars().count() == 1 => Ok(text.text.to_string()),
            other => Ok(char::from_u32(integer(other)? as u32).map_or(String::new(), String::from)),
        },
        kind => number_text(value, kind, spec),
    }
}

fn number_text(value: &Value, kind: char, spec: &Spec) -> Result<String> {
    let radix = |prefix: &str, digits: String, number: i128| {
        let prefix = if spec.alternate { prefix } else { "" };
        signed(
            &format!("{}{prefix}{digits}", if number < 0 { "-" } else { "" }),
            spec,
        )
    };
    if matches!(kind, 'x' | 'X' | 'o' | 'b') {
        let number = integer(value)?;
        let size = number.unsigned_abs();
        return match kind {
            'x' => radix("0x", format!("{size:x}"), number),
            'X' => radix("0X", format!("{size:X}"), number),
            'o' => radix("0o", format!("{size:o}"), number),
            _ => radix("0b", format!("{size:b}"), number),
        };
    }
    let number = match value {
        Value::Float(number) => *number,
        other => integer(other)? as f64,
    };
    let precision = spec.precision.unwrap_or(6);
    let text = match kind {
        'f' | 'F' => match number.is_finite() {
            true => format!("{number:.precision$}"),
            false => float(number, "inf", "nan"),
        },
        '%' => format!("{:.precision$}%", number * 100.0),
        'e' | 'E' => exponent(number, precision),
        'g' | 'G' => general(number, precision.max(1), spec.alternate),
        _ => return fail(format!("unsupported format character '{kind}'")),
    };
    signed(
        &if kind.is_uppercase() {
            text.to_uppercase()
        } else {
            text
        },
        spec,
    )
}

fn exponent(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    match text.split_once('e') {
        Some((digits, power)) => {
            let power: i32 = power.parse().unwrap_or(0);
            format!(
                "{digits}e{}{:02}",
                if power < 0 { '-' } else { '+' },
                power.abs()
            )
        }
        None => float(number, "inf", "nan"),
    }
}

fn general(number: f64, precision: usize, keep_zeros: bool) -> String {
    if !number.is_finite() {
        return float(number, "inf", "nan");
    }
    let scientific = exponent(number, precision - 1);
    let power: i32 = scientific
        .rsplit('e')
        .next()
        .and_then(|power| power.parse().ok())
        .unwrap_or(0);
    let trimmed = |text: &str| match text.contains('.') && !keep_zeros {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    if power < -4 || power >= precision as i32 {
        let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        return format!("{}e{power}", trimmed(digits));
    }
    trimmed(&format!(
        "{number:.*}",
        (precision as i32 - 1 - power).max(0) as usize
    ))
}

/// The number with its sign, its groups, and zeros up to the width.
fn signed(text: &str, spec: &Spec) -> Result<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-".to_string(), digits),
        None => (
            spec.sign
                .filter(|sign| *sign != '-')
                .map_or(String::new(), String::from),
            text,
        ),
    };
    let mut digits = digits.to_string();
    if let Some(separator) = spec.grouping {
        let whole = digits
            .find(|each: char| !each.is_ascii_digit())
            .unwrap_or(digits.len());
        for at in (1..whole).rev().filter(|at| (whole - at) % 3 == 0) {
            digits.insert(at, separator);
        }
    }
    if spec.zero && spec.align.is_none() {
        let missing = spec.width.saturating_sub(sign.len() + digits.len());
        digits.insert_str(0, &"0".repeat(missing));
    }
    Ok(sign + &digits)
}

fn padded(text: &str, spec: &Spec, default: char) -> String {
    let missing = spec.width.saturating_sub(text.chars().count());
    let fill = spec.fill.unwrap_or(' ').to_string();
    match spec.align.unwrap_or(default) {
        '<' => text.to_string() + &fill.repeat(missing),
        '^' => fill.repeat(missing / 2) + text + &fill.repeat(missing - missing / 2),
        _ => fill.repeat(missing) + text,
    }
}

fn bounded(width: i128) -> Result<usize> {
    match usize::try_from(width.abs()) {
        Ok(width) if width <= MAX_WIDTH => Ok(width),
        _ => fail(format!("a width may be at most {MAX_WIDTH}")),
    }
}

fn digits(letters: &mut std::iter::Peekable<std::str::Chars>) -> Result<Option<usize>> {
    let mut number = None;
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        let value = number.unwrap_or(0) * 10 + digit.to_digit(10).unwrap_or(0) as usize;
        number = Some(bounded(value as i128)?);
    }
    Ok(number)
}

/// `format.format(…)`.
pub fn format(format: &str, given: &Given) -> Result<String> {
    let mut out = String::new();
    let mut letters = format.chars().peekable();
    let mut numbering = Numbering::default();
    while let Some(letter) = letters.next() {
        match letter {
            '{' if letters.next_if_eq(&'{').is_some() => out.push('{'),
            '}' if letters.next_if_eq(&'}').is_some() => out.push('}'),
            '}' => return fail("Single '}' encountered in format string"),
            '{' => {
                let field: String = letters.by_ref().take_while(|each| *each != '}').collect();
                if field.contains('{') {
                    return fail("a format inside a format is not supported");
                }
                let (name, spec) = field.split_once(':').unwrap_or((&field, ""));
                let (name, conversion) = name.split_once('!').unwrap_or((name, ""));
                let value = field_value(name, given, &mut numbering)?;
                let value = match conversion {
                    "r" | "a" => Value::text(repr(&value)?),
                    "s" => Value::text(text_of(&value)?),
                    _ => value,
                };
                out.push_str(&formatted(&value, spec)?);
                checked_text(out.len())?;
            }
            _ => out.push(letter),
        }
    }
    Ok(out)
}

/// Fields are numbered by themselves or by the format, never both.
#[derive(Default)]
struct Numbering {
    automatic: usize,
    manual: bool,
}

fn field_value(name: &str, given: &Given, numbering: &mut Numbering) -> Result<Value> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut path) = name.split_at(end);
    let index = match first {
        "" => {
            numbering.automatic += 1;
            Some(numbering.automatic - 1)
        }
        _ => first.parse().ok(),
    };
    numbering.manual |= !first.is_empty() && index.is_some();
    if numbering.manual && numbering.automatic > 0 {
        return fail("cannot mix numbered and unnumbered fields");
    }
    let mut value = match index {
        Some(index) => match given.positional.get(index) {
            Some(value) => value.clone(),
            None => return fail("Replacement index out of range for positional args tuple"),
        },
        None => match given.keywords.iter().find(|(name, _)| name == first) {
            Some((_, value)) => value.clone(),
            None => return fail(format!("format has no argument '{first}'")),
        },
    };
    while !path.is_empty() {
        if let Some(rest) = path.strip_prefix('.') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            value = attribute(&value, &rest[..end])?;
            path = &rest[end..];
        } else {
            let Some((index, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']'))
            else {
                return fail("expected ']' in a format");
            };
            let index = index
                .parse()
                .map_or_else(|_| Value::text(index), Value::Int);
            value = item(&value, &index)?;
            path = rest;
        }
        value.defined()?;
    }
    Ok(value)
}

/// `format(value, spec)`.
fn formatted(value: &Value, spec: &str) -> Result<String> {
    if spec.is_empty() {
        return text_of(value);
    }
    let spec = parsed(spec)?;
    let is_number = matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_));
    let text = match (spec.kind, value) {
        ('\0', Value::Int(number)) => signed(&number.to_string(), &spec)?,
        ('\0', Value::Float(number)) => match spec.precision {
            Some(precision) => signed(&general(*number, precision.max(1), false), &spec)?,
            None => signed(&float(*number, "inf", "nan"), &spec)?,
        },
        ('\0', _) => converted(
            value,
            &Spec {
                kind: 's',
                precision: spec.precision,
                ..Spec::default()
            },
        )?,
        ('d' | 'n', Value::Float(_)) => {
            return fail("Unknown format code 'd' for object of type 'float'")
        }
        ('s', _) if is_number => return fail("Unknown format code 's' for a number"),
        ('n', _) => signed(&integer(value)?.to_string(), &spec)?,
        (kind, Value::Text(_)) if kind != 's' => {
            return fail(format!(
                "Unknown format code '{kind}' for object of type 'str'"
            ))
        }
        ('%', _) => number_text(value, '%', &spec)?,
        _ => converted(value, &spec)?,
    };
    Ok(padded(&text, &spec, if is_number { '>' } else { '<' }))
}

fn parsed(text: &str) -> Result<Spec> {
    let mut spec = Spec::default();
    let mut letters = text.chars().peekable();
    let is_align = |letter: &char| matches!(letter, '<' | '>' | '^' | '=');
    if text.chars().nth(1).as_ref().is_some_and(is_align) {
        spec.fill = letters.next();
    }
    spec.align = letters.next_if(is_align);
    spec.sign = letters.next_if(|letter| matches!(letter, '+' | '-' | ' '));
    spec.alternate = letters.next_if_eq(&'#').is_some();
    spec.zero = letters.next_if_eq(&'0').is_some();
    spec.width = digits(&mut letters)?.unwrap_or(0);
    spec.grouping = letters.next_if(|letter| matches!(letter, ',' | '_'));
    if letters.next_if_eq(&'.').is_some() {
        spec.precision = digits(&mut letters)?;
    }
    spec.kind = letters.next().unwrap_or('\0');
    match letters.next() {
        None => Ok(spec),
        Some(_) => fail("Invalid format specifier"),
    }
}
