// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Chat templates as the reference library renders them: Jinja with trimmed blocks, loop controls, Python's string
//! methods and printing. A template can load nothing, and its work and its output are limited.

use crate::guard::{guarded, text_of};
use crate::python_text::{python_json, python_str, JsonStyle};
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind};
use serde::de::DeserializeOwned;
use std::fmt::Write as _;
use std::io;

const MAX_SOURCE_BYTES: usize = 1 << 20;
const MAX_OUTPUT_BYTES: usize = 16 << 20;
/// Instructions of one rendering: about a second at most.
const FUEL: u64 = 4_000_000;

pub struct ChatTemplate {
    environment: Environment<'static>,
    name: String,
}

pub fn compile_template(source: &[u8], name: &[u8]) -> Result<Box<ChatTemplate>, String> {
    guarded(|| {
        let name = text_of(name, "the template's name")?.to_string();
        let source = text_of(source, "the template")?;
        if source.len() > MAX_SOURCE_BYTES {
            return Err(format!(
                "the template has {} bytes, at most {MAX_SOURCE_BYTES} are read",
                source.len()
            ));
        }
        let mut environment = environment();
        environment
            .add_template_owned(name.clone(), without_generation_tags(source))
            .map_err(|error| sentence(&error))?;
        Ok(Box::new(ChatTemplate { environment, name }))
    })
}

impl ChatTemplate {
    pub fn render(
        &self,
        messages_json: &[u8],
        tools_json: &[u8],
        variables_json: &[u8],
        add_generation_prompt: bool,
    ) -> Result<String, String> {
        guarded(|| {
            let mut variables: serde_json::Map<String, serde_json::Value> =
                from_json(variables_json, "the variables")?;
            variables.insert("messages".into(), from_json(messages_json, "the messages")?);
            variables.insert("tools".into(), from_json(tools_json, "the tools")?);
            variables.insert("add_generation_prompt".into(), add_generation_prompt.into());
            let template = self
                .environment
                .get_template(&self.name)
                .map_err(|error| sentence(&error))?;
            let mut output = LimitedOutput::default();
            template
                .render_captured_to(Value::from_serialize(&variables), &mut output)
                .map_err(|error| {
                    if output.overflowed {
                        return format!("the template writes more than {MAX_OUTPUT_BYTES} bytes");
                    }
                    sentence(&error)
                })?;
            String::from_utf8(output.bytes).map_err(|error| error.to_string())
        })
    }
}

fn from_json<T: DeserializeOwned>(json: &[u8], what: &str) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| format!("{what} are not valid JSON: {error}"))
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(|out, _, value| {
        out.write_str(&python_str(value)?)?;
        Ok(())
    });
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_filter("tojson", tojson);
    environment.add_filter("string", |value: &Value| python_str(value));
    environment.add_function("raise_exception", |message: &Value| {
        Err::<Value, _>(Error::new(
            ErrorKind::InvalidOperation,
            python_str(message)?,
        ))
    });
    environment.add_function("strftime_now", |format: &str| {
        let mut text = String::new();
        write!(text, "{}", chrono::Local::now().format(format))
            .map(|()| text)
            .map_err(|_| {
                Error::new(
                    ErrorKind::InvalidOperation,
                    format!("strftime_now does not know {format:?}"),
                )
            })
    });
    environment
}

fn tojson(value: &Value, options: Kwargs) -> Result<String, Error> {
    let indent = match options.get::<Option<Value>>("indent")? {
        Some(width) if width.kind() == ValueKind::String => Some(width.to_string()),
        Some(width) if !width.is_none() => Some(" ".repeat(usize::try_from(width)?.min(64))),
        _ => None,
    };
    let (item_separator, key_separator) = match options.get::<Option<Value>>("separators")? {
        Some(pair) if !pair.is_none() => (
            python_str(&pair.get_item_by_index(0)?)?,
            python_str(&pair.get_item_by_index(1)?)?,
        ),
        _ if indent.is_some() => (",".to_string(), ": ".to_string()),
        _ => (", ".to_string(), ": ".to_string()),
    };
    let style = JsonStyle {
        indent,
        item_separator,
        key_separator,
        sort_keys: options.get::<Option<bool>>("sort_keys")?.unwrap_or(false),
        ensure_ascii: options
            .get::<Option<bool>>("ensure_ascii")?
            .unwrap_or(false),
    };
    options.assert_all_used()?;
    python_json(value, &style, 0)
}

/// `{% generation %}` marks answers for the reference library's masks; here it becomes a block that does nothing, so
/// that white space around it is trimmed as before.
fn without_generation_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(begin) = rest.find("{%") {
        let Some(length) = rest[begin..].find("%}") else {
            break;
        };
        let (open, close) = (begin + 2, begin + length);
        let tag = rest.get(open..close).unwrap_or_default();
        let word = tag.trim_matches(['-', '+']).trim();
        out.push_str(&rest[..open]);
        match word {
            "generation" => out.push_str(&tag.replace(word, " if true ")),
            "endgeneration" => out.push_str(&tag.replace(word, " endif ")),
            _ => out.push_str(tag),
        }
        rest = &rest[close.max(open)..];
    }
    out.push_str(rest);
    out
}

/// The error with its line, and what lies under it.
fn sentence(error: &Error) -> String {
    let mut text = match error.line() {
        Some(line) => format!("line {line}: "),
        None => String::new(),
    };
    match error.detail() {
        Some(detail) => text.push_str(detail),
        None => text.push_str(&error.kind().to_string()),
    }
    text
}

#[derive(Default)]
struct LimitedOutput {
    bytes: Vec<u8>,
    overflowed: bool,
}

impl io::Write for LimitedOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_OUTPUT_BYTES {
            self.overflowed = true;
            return Err(io::Error::other("too much output"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
