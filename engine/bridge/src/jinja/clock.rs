// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Python's `datetime.now().strftime(…)`.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Local};
use std::fmt::Write as _;

pub fn strftime(format: &str) -> String {
    written(&Local::now(), format)
}

fn written(now: &DateTime<Local>, format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(begin) = rest.find('%') {
        out.push_str(&rest[..begin]);
        rest = &rest[begin..];
        let directive_length = rest[1..]
            .char_indices()
            .find(|(_, letter)| !matches!(letter, '-' | '_' | '0' | '^' | '#'))
            .map_or(rest.len(), |(at, letter)| 1 + at + letter.len_utf8());
        let (directive, after) = rest.split_at(directive_length);
        out.push_str(&directive_text(now, directive));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// One directive; what is none stands for itself, as in glibc.
fn directive_text(now: &DateTime<Local>, directive: &str) -> String {
    match directive {
        "%f" => return format!("{:06}", now.timestamp_subsec_micros().min(999_999)),
        // A time without a zone.
        "%z" | "%Z" => return String::new(),
        "%c" => return written(now, "%a %b %e %H:%M:%S %Y"),
        "%x" => return written(now, "%m/%d/%y"),
        "%X" => return written(now, "%H:%M:%S"),
        "%P" => return written(now, "%p").to_lowercase(),
        "%+" | "%Q" | "%v" => return directive.to_string(),
        _ => {}
    }
    let upper = directive.contains('^');
    let plain = directive.replace(['^', '#'], "");
    if StrftimeItems::new(&plain).any(|item| item == Item::Error) {
        return directive.to_string();
    }
    let mut text = String::new();
    if write!(text, "{}", now.format(&plain)).is_err() {
        return directive.to_string();
    }
    if upper {
        text.to_uppercase()
    } else {
        text
    }
}
