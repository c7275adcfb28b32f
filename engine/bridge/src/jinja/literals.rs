// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Numbers and strings as a template writes them.

use super::error::{fail, Result};

/// A float at the beginning of `text` and its length; nothing when the number there is none, or follows a dot.
pub fn float_literal(text: &str, after_dot: bool) -> Option<(f64, usize)> {
    if after_dot {
        return None;
    }
    let bytes = text.as_bytes();
    let whole = digits(bytes, 0)?;
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        if let Some(fraction) = digits(bytes, end + 1) {
            end = fraction;
        }
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if let Some(exponent) = digits(bytes, end + 1 + sign) {
            end = exponent;
        }
    }
    if end == whole {
        return None;
    }
    let number = text[..end].replace('_', "").parse().ok()?;
    Some((number, end))
}

// The end of `(\d+_)*\d+` from `at`.
fn digits(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        let joins = *byte == b'_' && end > at && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !joins {
            break;
        }
        end += 1;
    }
    (end > at).then_some(end)
}

pub fn integer_literal(text: &str) -> Result<(i128, usize)> {
    let (radix, begin) = match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, 2),
        Some("0o") => (8, 2),
        Some("0b") => (2, 2),
        _ => (10, 0),
    };
    let length = text[begin..]
        .find(|letter: char| !letter.is_digit(radix) && letter != '_')
        .map_or(text.len(), |end| begin + end);
    match i128::from_str_radix(&text[begin..length].replace('_', ""), radix) {
        Ok(number) => Ok((number, length)),
        Err(_) => fail("a number that cannot be read"),
    }
}

/// The text of a string at the beginning of `text` and the length of its source.
pub fn string_literal(text: &str) -> Result<(String, usize)> {
    let quote = text.as_bytes()[0] as char;
    let mut out = String::new();
    let mut letters = text[1..].char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            return Ok((out, at + 2));
        }
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let Some((_, escaped)) = letters.next() else {
            break;
        };
        let rest = letters.as_str();
        let taken = escape(escaped, rest, &mut out)?;
        for _ in 0..taken {
            letters.next();
        }
    }
    fail("a string has no end")
}

/// Python's escapes; the letters of `rest` that belong to it.
fn escape(letter: char, rest: &str, out: &mut String) -> Result<usize> {
    let simple = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        '\\' | '\'' | '"' => letter,
        '\n' => return Ok(0),
        'x' => return code_point(rest, 2, out),
        'u' => return code_point(rest, 4, out),
        'U' => return code_point(rest, 8, out),
        'N' => return fail("characters cannot be named in a string"),
        '0'..='7' => {
            let more = rest
                .chars()
                .take(2)
                .take_while(|each| each.is_digit(8))
                .count();
            let digits = format!("{letter}{}", &rest[..more]);
            let code = u32::from_str_radix(&digits, 8).unwrap_or_default();
            out.extend(char::from_u32(code));
            return Ok(more);
        }
        _ => {
            out.extend(['\\', letter]);
            return Ok(0);
        }
    };
    out.push(simple);
    Ok(0)
}

fn code_point(rest: &str, length: usize, out: &mut String) -> Result<usize> {
    let value =
        |at: usize| -> Option<u32> { u32::from_str_radix(rest.get(at..at + length)?, 16).ok() };
    let Some(first) = value(0) else {
        return fail("a string has a broken escape");
    };
    if let Some(letter) = char::from_u32(first) {
        out.push(letter);
        return Ok(length);
    }
    // Two halves of a character beyond U+FFFF.
    let low = rest[length..]
        .starts_with("\\u")
        .then(|| value(length + 2))
        .flatten();
    match low.and_then(|low| char::decode_utf16([first as u16, low as u16]).next()?.ok()) {
        Some(letter) => {
            out.push(letter);
            Ok(2 * length + 2)
        }
        None => fail("a string has half of a character"),
    }
}
