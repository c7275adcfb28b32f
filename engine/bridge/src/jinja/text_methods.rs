// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The methods of Python's str.

use super::arguments::{integer, needed, string, Given};
use super::error::{fail, Result};
use super::lexer::is_space;
use super::operators::{checked_items, checked_text, MAX_ITEMS};
use super::printf;
use super::value::Value;

pub const NAMES: [&str; 42] = [
    "capitalize",
    "casefold",
    "center",
    "count",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
    "zfill",
];

pub fn call(text: &str, name: &str, given: &Given) -> Result<Value> {
    if name == "format" {
        return printf::format(text, given).map(Value::text);
    }
    match name {
        "split" | "rsplit" => return split(text, name, given),
        "replace" => return replace(text, given),
        "join" => return join(text, given),
        "startswith" | "endswith" => return affix(text, name, given),
        "count" | "find" | "index" | "rfind" | "rindex" => return search(text, name, given),
        "center" | "ljust" | "rjust" => return justify(text, name, given),
        "splitlines" => {
            let [keep] = given.bound(name, ["keepends"])?;
            let keep = keep.is_some_and(|keep| keep.is_true());
            return texts(lines(text, keep).into_iter());
        }
        _ => {}
    }
    let [argument] = given.bound(name, ["value"])?;
    let affix = || needed(name, "value", argument.clone());
    Ok(match name {
        "strip" => Value::text(stripped(text, argument.as_ref(), true, true)?),
        "lstrip" => Value::text(stripped(text, argument.as_ref(), true, false)?),
        "rstrip" => Value::text(stripped(text, argument.as_ref(), false, true)?),
        "upper" => Value::text(text.to_uppercase()),
        "lower" | "casefold" => Value::text(text.to_lowercase()),
        "title" => Value::text(title(text)),
        "capitalize" => Value::text(capitalized(text)),
        "swapcase" => Value::text(swapped(text)),
        "partition" | "rpartition" => partition(text, string(&affix()?)?, name)?,
        "removeprefix" => Value::text(text.strip_prefix(string(&affix()?)?).unwrap_or(text)),
        "removesuffix" => Value::text(text.strip_suffix(string(&affix()?)?).unwrap_or(text)),
        "zfill" => {
            let width = usize::try_from(integer(&affix()?)?).unwrap_or(0);
            checked_text(width)?;
            let missing = width.saturating_sub(text.chars().count());
            let sign = usize::from(text.starts_with(['-', '+']));
            Value::text(format!(
                "{}{}{}",
                &text[..sign],
                "0".repeat(missing),
                &text[sign..]
            ))
        }
        "expandtabs" => {
            let size = argument.map_or(Ok(8), |size| integer(&size))?.clamp(0, 64) as usize;
            Value::text(tabs_expanded(text, size))
        }
        _ => Value::Bool(is_kind(text, name)),
    })
}

fn is_kind(text: &str, name: &str) -> bool {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    let cased = text
        .chars()
        .any(|letter| letter.is_lowercase() || letter.is_uppercase());
    match name {
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(|letter| letter.is_alphabetic() && !letter.is_numeric()),
        "isascii" => text.is_ascii(),
        "isdecimal" => all(is_decimal),
        "isdigit" => all(|letter| is_decimal(letter) || is_small_digit(letter)),
        "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "islower" => cased && !text.chars().any(char::is_uppercase),
        "isupper" => cased && !text.chars().any(char::is_lowercase),
        "istitle" => cased && title(text) == text,
        _ => {
            let mut letters = text.chars();
            let begins = |letter: char| letter.is_alphabetic() || letter == '_';
            letters.next().is_some_and(begins)
                && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
        }
    }
}

/// Digits of the scripts that are written most.
fn is_decimal(letter: char) -> bool {
    const ZEROS: [u32; 15] = [
        0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xe50, 0xed0,
        0x1040, 0xff10,
    ];
    let code = letter as u32;
    ZEROS.iter().any(|zero| (*zero..zero + 10).contains(&code))
}

fn is_small_digit(letter: char) -> bool {
    matches!(letter, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '₀'..='₉' | '①'..='⑨')
}

pub fn stripped<'a>(
    text: &'a str,
    letters: Option<&Value>,
    left: bool,
    right: bool,
) -> Result<&'a str> {
    let letters = match letters {
        Some(Value::None) | None => None,
        Some(letters) => Some(string(letters)?),
    };
    let drops = |letter: char| match letters {
        Some(letters) => letters.contains(letter),
        None => is_space(letter),
    };
    let text = if left {
        text.trim_start_matches(drops)
    } else {
        text
    };
    Ok(if right {
        text.trim_end_matches(drops)
    } else {
        text
    })
}

/// Like Python: a letter after one with case is small, any other is a capital.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_cased = false;
    for letter in text.chars() {
        if after_cased {
            out.extend(letter.to_lowercase());
        } else {
            out.extend(letter.to_uppercase());
        }
        after_cased = letter.is_lowercase() || letter.is_uppercase();
    }
    out
}

pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(letters.as_str().to_lowercase().chars())
            .collect(),
        None => String::new(),
    }
}

fn swapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_uppercase() {
            true => out.extend(letter.to_lowercase()),
            false => out.extend(letter.to_uppercase()),
        }
    }
    out
}

fn tabs_expanded(text: &str, size: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for letter in text.chars() {
        match letter {
            '\t' => {
                let spaces = if size == 0 { 0 } else { size - column % size };
                out.push_str(&" ".repeat(spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                out.push(letter);
                column = 0;
            }
            _ => {
                out.push(letter);
                column += 1;
            }
        }
    }
    out
}

fn is_line_end(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\r'
            | '\x0b'
            | '\x0c'
            | '\x1c'
            | '\x1d'
            | '\x1e'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

pub fn lines(text: &str, keep_ends: bool) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_line_end).filter(|_| out.len() <= MAX_ITEMS) {
        let end = match rest[at..].starts_with("\r\n") {
            true => 2,
            false => rest[at..].chars().next().map_or(0, char::len_utf8),
        };
        out.push(&rest[..if keep_ends { at + end } else { at }]);
        rest = &rest[at + end..];
    }
    if !rest.is_empty() {
        out.push(rest);
    }
    out
}

fn split(text: &str, name: &str, given: &Given) -> Result<Value> {
    let [separator, limit] = given.bound(name, ["sep", "maxsplit"])?;
    let limit = limit.map_or(Ok(-1), |limit| integer(&limit))?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX - 1);
    let parts: Vec<&str> = match separator {
        None | Some(Value::None) => return words(text, name == "rsplit", limit),
        Some(separator) => match (string(&separator)?, name) {
            ("", _) => return fail("empty separator"),
            (separator, "split") => text
                .splitn(limit + 1, separator)
                .take(MAX_ITEMS + 1)
                .collect(),
            (separator, _) => {
                let mut parts: Vec<_> = text
                    .rsplitn(limit + 1, separator)
                    .take(MAX_ITEMS + 1)
                    .collect();
                parts.reverse();
                parts
            }
        },
    };
    texts(parts.into_iter())
}

/// A list of texts.
fn texts<'a>(parts: impl Iterator<Item = &'a str>) -> Result<Value> {
    let parts: Vec<_> = parts.take(MAX_ITEMS + 1).map(Value::text).collect();
    checked_items(parts.len())?;
    Ok(Value::list(parts))
}

fn words(text: &str, from_right: bool, limit: usize) -> Result<Value> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        rest = match from_right {
            true => rest.trim_end_matches(is_space),
            false => rest.trim_start_matches(is_space),
        };
        if rest.is_empty() || parts.len() > MAX_ITEMS {
            break;
        }
        let cut = match from_right {
            true => rest.rfind(is_space),
            false => rest.find(is_space),
        };
        let Some(at) = cut.filter(|_| parts.len() < limit) else {
            parts.push(rest);
            break;
        };
        let space = rest[at..].chars().next().map_or(1, char::len_utf8);
        let (before, after) = (&rest[..at], &rest[at + space..]);
        parts.push(if from_right { after } else { before });
        rest = if from_right { before } else { after };
    }
    if from_right {
        parts.reverse();
    }
    texts(parts.into_iter())
}

fn replace(text: &str, given: &Given) -> Result<Value> {
    let [old, new, count] = given.bound("replace", ["old", "new", "count"])?;
    let (old, new) = (
        needed("replace", "old", old)?,
        needed("replace", "new", new)?,
    );
    let count = count.map_or(Ok(-1), |count| integer(&count))?;
    replaced(text, string(&old)?, string(&new)?, count).map(Value::text)
}

pub fn replaced(text: &str, old: &str, new: &str, count: i128) -> Result<String> {
    let found = text.matches(old).count();
    checked_text(text.len() + found.saturating_mul(new.len()))?;
    Ok(match usize::try_from(count) {
        Ok(count) => text.replacen(old, new, count),
        Err(_) => text.replace(old, new),
    })
}

fn join(separator: &str, given: &Given) -> Result<Value> {
    let [items] = given.bound("join", ["iterable"])?;
    let mut out = String::new();
    for (index, item) in needed("join", "iterable", items)?
        .items()?
        .iter()
        .enumerate()
    {
        let Some(text) = item.as_str() else {
            return fail(format!(
                "sequence item {index}: expected str instance, {} found",
                item.type_name()
            ));
        };
        checked_text(out.len() + text.len() + separator.len())?;
        if index > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
    }
    Ok(Value::text(out))
}

/// The letters from `begin` to `end`, and how many stand before them.
fn window<'a>(text: &'a str, begin: Option<Value>, end: Option<Value>) -> Result<(&'a str, usize)> {
    let count = text.chars().count() as i128;
    let bound = |value: Option<Value>, default: i128| match value {
        None | Some(Value::None) => Ok(default),
        Some(value) => integer(&value).map(|at| {
            if at < 0 {
                (at + count).max(0)
            } else {
                at.min(count)
            }
        }),
    };
    let (begin, end) = (bound(begin, 0)? as usize, bound(end, count)? as usize);
    let byte = |at: usize| {
        text.char_indices()
            .nth(at)
            .map_or(text.len(), |(byte, _)| byte)
    };
    let first = byte(begin);
    Ok((&text[first..byte(end).max(first)], begin))
}

fn affix(text: &str, name: &str, given: &Given) -> Result<Value> {
    let [affixes, begin, end] = given.bound(name, ["value", "start", "end"])?;
    let affixes = needed(name, "value", affixes)?;
    let (text, _) = window(text, begin, end)?;
    let has = |affix: &Value| -> Result<bool> {
        let affix = string(affix)?;
        Ok(match name {
            "startswith" => text.starts_with(affix),
            _ => text.ends_with(affix),
        })
    };
    if let Value::Tuple(items) = &affixes {
        for affix in &items.items {
            if has(affix)? {
                return Ok(Value::Bool(true));
            }
        }
        return Ok(Value::Bool(false));
    }
    has(&affixes).map(Value::Bool)
}

fn search(text: &str, name: &str, given: &Given) -> Result<Value> {
    let [wanted, begin, end] = given.bound(name, ["value", "start", "end"])?;
    let wanted = needed(name, "value", wanted)?;
    let wanted = string(&wanted)?;
    let (inside, before) = window(text, begin, end)?;
    if name == "count" {
        return Ok(Value::Int(inside.matches(wanted).count() as i128));
    }
    let found = if name.starts_with('r') {
        inside.rfind(wanted)
    } else {
        inside.find(wanted)
    };
    match found {
        Some(byte) => Ok(Value::Int(
            (before + inside[..byte].chars().count()) as i128,
        )),
        None if name.ends_with("index") => fail("substring not found"),
        None => Ok(Value::Int(-1)),
    }
}

fn partition(text: &str, separator: &str, name: &str) -> Result<Value> {
    if separator.is_empty() {
        return fail("empty separator");
    }
    let parts = match name {
        "partition" => text
            .split_once(separator)
            .map_or([text, "", ""], |(a, b)| [a, separator, b]),
        _ => text
            .rsplit_once(separator)
            .map_or(["", "", text], |(a, b)| [a, separator, b]),
    };
    Ok(Value::tuple(parts.map(Value::text).to_vec()))
}

fn justify(text: &str, name: &str, given: &Given) -> Result<Value> {
    let [width, fill] = given.bound(name, ["width", "fillchar"])?;
    let width = integer(&needed(name, "width", width)?)?;
    let fill = fill.map_or(Ok(" ".to_string()), |fill| {
        string(&fill).map(str::to_string)
    })?;
    justified(text, width, &fill, name).map(Value::text)
}

pub fn justified(text: &str, width: i128, fill: &str, how: &str) -> Result<String> {
    let width = usize::try_from(width.max(0)).unwrap_or(usize::MAX);
    checked_text(width.saturating_mul(4))?;
    let missing = width.saturating_sub(text.chars().count());
    let left = match how {
        "ljust" => 0,
        "rjust" => missing,
        _ => missing / 2 + (missing & width & 1),
    };
    Ok(format!(
        "{}{text}{}",
        fill.repeat(left),
        fill.repeat(missing - left)
    ))
}
