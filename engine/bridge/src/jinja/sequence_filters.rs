// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The filters that read a sequence or a dict.

use super::arguments::{integer, needed, string, Given};
use super::ast::Binary;
use super::error::{fail, Result};
use super::filters;
use super::interpreter::Interpreter;
use super::lookup::item;
use super::operators::{binary, checked_items, checked_text, equal, order};
use super::tests;
use super::text::text_of;
use super::value::{Key, Value};
use std::cmp::Ordering;
use std::collections::HashSet;

pub const NAMES: [&str; 20] = [
    "batch",
    "dictsort",
    "first",
    "groupby",
    "items",
    "join",
    "last",
    "list",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "reverse",
    "select",
    "selectattr",
    "slice",
    "sort",
    "sum",
    "unique",
];

/// What sorting costs beside its comparisons.
const BYTES_PER_SORTED_ITEM: usize = 512;

pub fn apply(interpreter: &Interpreter, name: &str, value: Value, given: Given) -> Result<Value> {
    if matches!(name, "sort" | "dictsort" | "groupby") {
        interpreter.pay(BYTES_PER_SORTED_ITEM * value.size() / 16)?;
    }
    Ok(match name {
        "map" => map(interpreter, &value, given)?,
        "select" | "reject" | "selectattr" | "rejectattr" => {
            if !value.is_true() {
                return Ok(Value::generator(Vec::new()));
            }
            selected(name, &value, given)?
        }
        "join" => join(&value, &given)?,
        "list" => Value::list(value.items()?),
        "items" => match value {
            Value::Undefined(_) => Value::generator(Vec::new()),
            Value::Dict(_) => {
                Value::generator(super::methods::call(&value, "items", &given)?.items()?)
            }
            _ => return fail("Can only get item pairs from a mapping."),
        },
        "first" => match value.items()?.into_iter().next() {
            Some(first) => first,
            None => Value::undefined("No first item, sequence was empty."),
        },
        "last" => match value {
            Value::Generator(_) => return fail("'generator' object is not reversible"),
            _ => match value.items()?.pop() {
                Some(last) => last,
                None => Value::undefined("No last item, sequence was empty."),
            },
        },
        "reverse" => match &value {
            Value::Text(text) => Value::text(text.text.chars().rev().collect::<String>()),
            _ => {
                let mut items = value.items()?;
                items.reverse();
                Value::generator(items)
            }
        },
        "sort" => {
            let [reverse, sensitive, attribute] =
                given.bound(name, ["reverse", "case_sensitive", "attribute"])?;
            let paths = match &attribute {
                Some(Value::Text(text)) => text.text.split(',').map(Value::text).collect(),
                Some(Value::None) | None => vec![Value::None],
                Some(other) => vec![other.clone()],
            };
            let key = |each: &Value| -> Result<Value> {
                let parts = paths
                    .iter()
                    .map(|path| keyed(each, path, None, truth(&sensitive)));
                Ok(Value::list(parts.collect::<Result<_>>()?))
            };
            Value::list(sorted(value.items()?, key, truth(&reverse))?)
        }
        "dictsort" => {
            let [sensitive, by, reverse] =
                given.bound(name, ["case_sensitive", "by", "reverse"])?;
            let place = match by
                .map_or(Ok("key".to_string()), |by| text_of(&by))?
                .as_str()
            {
                "key" => 0,
                "value" => 1,
                _ => return fail("You can only sort by either \"key\" or \"value\""),
            };
            let Value::Dict(_) = value else {
                return fail(format!(
                    "'{}' object has no attribute 'items'",
                    value.type_name()
                ));
            };
            let items = super::methods::call(&value, "items", &Given::default())?.items()?;
            let key = |each: &Value| keyed(each, &Value::Int(place), None, truth(&sensitive));
            Value::list(sorted(items, key, truth(&reverse))?)
        }
        "unique" => {
            let [sensitive, attribute] = given.bound(name, ["case_sensitive", "attribute"])?;
            let attribute = attribute.unwrap_or(Value::None);
            let mut seen = HashSet::new();
            let mut kept = Vec::new();
            for each in value.items()? {
                interpreter.pay(0)?;
                if seen.insert(Key::of(keyed(&each, &attribute, None, truth(&sensitive))?)?) {
                    kept.push(each);
                }
            }
            Value::generator(kept)
        }
        "min" | "max" => {
            let [sensitive, attribute] = given.bound(name, ["case_sensitive", "attribute"])?;
            let attribute = attribute.unwrap_or(Value::None);
            let key = |each: &Value| keyed(each, &attribute, None, truth(&sensitive));
            let mut best: Option<(Value, Value)> = None;
            for each in value.items()? {
                let mine = key(&each)?;
                let better = match &best {
                    None => true,
                    Some((best, _)) => order(&mine, best, "<")?.is_some_and(|order| match name {
                        "min" => order.is_lt(),
                        _ => order.is_gt(),
                    }),
                };
                if better {
                    best = Some((mine, each));
                }
            }
            best.map_or_else(
                || Value::undefined("No aggregated item, sequence was empty."),
                |(_, best)| best,
            )
        }
        "sum" => {
            let [attribute, start] = given.bound(name, ["attribute", "start"])?;
            let attribute = attribute.unwrap_or(Value::None);
            let mut total = start.unwrap_or(Value::Int(0));
            for each in value.items()? {
                total = interpreter.built(binary(
                    Binary::Add,
                    &total,
                    &keyed(&each, &attribute, None, true)?,
                )?)?;
            }
            total
        }
        "batch" | "slice" => pieces(name, &value, &given)?,
        _ => groups(&value, &given)?,
    })
}

fn truth(value: &Option<Value>) -> bool {
    value.as_ref().is_some_and(Value::is_true)
}

/// The item's attribute "a.b.0", with `default` where one is missing; small letters unless `sensitive`.
fn keyed(each: &Value, path: &Value, default: Option<&Value>, sensitive: bool) -> Result<Value> {
    let mut value = each.clone();
    let parts: Vec<Value> = match path {
        Value::None => Vec::new(),
        Value::Text(text) => text
            .text
            .split('.')
            .map(|part| match part.parse::<u32>() {
                Ok(index) => Value::Int(i128::from(index)),
                Err(_) => Value::text(part),
            })
            .collect(),
        other => vec![other.clone()],
    };
    for part in &parts {
        value = item(&value, part)?;
        if let (true, Some(default)) = (value.is_undefined(), default) {
            value = default.clone();
        }
    }
    match value.as_str() {
        Some(text) if !sensitive => Ok(Value::text(text.to_lowercase())),
        _ => Ok(value),
    }
}

fn sorted(
    items: Vec<Value>,
    key: impl Fn(&Value) -> Result<Value>,
    reverse: bool,
) -> Result<Vec<Value>> {
    let mut keyed = items
        .into_iter()
        .map(|each| Ok((key(&each)?, each)))
        .collect::<Result<Vec<_>>>()?;
    let mut failure = None;
    keyed.sort_by(|(left, _), (right, _)| match order(left, right, "<") {
        Ok(order) if reverse => order.unwrap_or(Ordering::Equal).reverse(),
        Ok(order) => order.unwrap_or(Ordering::Equal),
        Err(error) => {
            failure = Some(error);
            Ordering::Equal
        }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(keyed.into_iter().map(|(_, each)| each).collect()),
    }
}

fn map(interpreter: &Interpreter, value: &Value, mut given: Given) -> Result<Value> {
    if !value.is_true() {
        return Ok(Value::generator(Vec::new()));
    }
    if given.positional.is_empty() && given.keywords.iter().any(|(name, _)| name == "attribute") {
        let [attribute, default] = given.bound("map", ["attribute", "default"])?;
        let attribute = needed("map", "attribute", attribute)?;
        let default = default.filter(|default| !matches!(default, Value::None));
        let items = value.items()?;
        let mapped = items
            .iter()
            .map(|each| keyed(each, &attribute, default.as_ref(), true));
        return Ok(Value::generator(mapped.collect::<Result<_>>()?));
    }
    if given.positional.is_empty() {
        return fail("map requires a filter argument");
    }
    let filter = given.positional.remove(0);
    let filter = string(&filter)?;
    if !filters::is_known(filter) {
        return fail(format!("there is no filter named '{filter}'"));
    }
    let mut mapped = Vec::new();
    for each in value.items()? {
        mapped.push(interpreter.built(filters::apply(
            interpreter,
            filter,
            each,
            given.clone(),
        )?)?);
    }
    Ok(Value::generator(mapped))
}

fn selected(name: &str, value: &Value, mut given: Given) -> Result<Value> {
    let attribute = match name.ends_with("attr") {
        true if given.positional.is_empty() => return fail("Missing parameter for attribute name"),
        true => given.positional.remove(0),
        false => Value::None,
    };
    let test = match given.positional.is_empty() {
        true => None,
        false => Some(given.positional.remove(0)),
    };
    let test = test.as_ref().map(string).transpose()?;
    if let Some(unknown) = test.filter(|test| !tests::is_known(test)) {
        return fail(format!("there is no test named '{unknown}'"));
    }
    let wanted = name.starts_with("select");
    let mut kept = Vec::new();
    for each in value.items()? {
        let tested = keyed(&each, &attribute, None, true)?;
        let passes = match test {
            Some(test) => tests::apply(test, &tested, given.clone())?,
            None => tested.is_true(),
        };
        if passes == wanted {
            kept.push(each);
        }
    }
    Ok(Value::generator(kept))
}

fn join(value: &Value, given: &Given) -> Result<Value> {
    let [separator, attribute] = given.bound("join", ["d", "attribute"])?;
    let separator = separator.map_or(Ok(String::new()), |separator| text_of(&separator))?;
    let attribute = attribute.unwrap_or(Value::None);
    let mut out = String::new();
    for (index, each) in value.items()?.iter().enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        out.push_str(&text_of(&keyed(each, &attribute, None, true)?)?);
        checked_text(out.len())?;
    }
    Ok(Value::text(out))
}

fn pieces(name: &str, value: &Value, given: &Given) -> Result<Value> {
    let [count, fill] = given.bound(name, ["count", "fill_with"])?;
    let count = integer(&needed(name, "count", count)?)?;
    let Some(count) = usize::try_from(count).ok().filter(|count| *count > 0) else {
        return fail(format!("{name} needs a positive number"));
    };
    checked_items(count)?;
    let fill = fill.filter(|fill| !matches!(fill, Value::None));
    let items = value.items()?;
    if name == "batch" {
        let batches = items.chunks(count).map(|chunk| {
            let mut batch = chunk.to_vec();
            if let Some(fill) = &fill {
                batch.resize(count, fill.clone());
            }
            Value::list(batch)
        });
        return Ok(Value::generator(batches.collect()));
    }
    let (size, larger) = (items.len() / count, items.len() % count);
    let mut rest = items.as_slice();
    let mut slices = Vec::new();
    for index in 0..count {
        let (slice, after) = rest.split_at(size + usize::from(index < larger));
        let mut slice = slice.to_vec();
        if let (Some(fill), true) = (&fill, index >= larger && larger > 0) {
            slice.push(fill.clone());
        }
        slices.push(Value::list(slice));
        rest = after;
    }
    Ok(Value::generator(slices))
}

fn groups(value: &Value, given: &Given) -> Result<Value> {
    let [attribute, default, sensitive] =
        given.bound("groupby", ["attribute", "default", "case_sensitive"])?;
    let attribute = needed("groupby", "attribute", attribute)?;
    let default = default.filter(|default| !matches!(default, Value::None));
    let key = |each: &Value, sensitive| keyed(each, &attribute, default.as_ref(), sensitive);
    let sensitive = truth(&sensitive);
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for each in sorted(value.items()?, |each| key(each, sensitive), false)? {
        let mine = key(&each, sensitive)?;
        match groups.last_mut() {
            Some((last, items)) if equal(last, &mine) => items.push(each),
            _ => groups.push((mine, vec![each])),
        }
    }
    let groups = groups
        .into_iter()
        .map(|(_, items)| {
            Ok(Value::tuple(vec![
                key(&items[0], true)?,
                Value::list(items),
            ]))
        })
        .collect::<Result<_>>()?;
    Ok(Value::list(groups))
}
