// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Chat templates as the reference library renders them. A template can load nothing, and its work, its output and
//! what it holds are limited.

use crate::ffi::RenderedChat;
use crate::guard::{guarded, text_of};
use crate::jinja::Template;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

const MAX_SOURCE_BYTES: usize = 1 << 20;
/// The reference library's own mark, its space included: where the last message ends.
const CONTINUE_TAG: &str = "CONTINUE_FINAL_MESSAGE_TAG ";

pub struct ChatTemplate {
    template: Template,
    names_content: bool,
}

pub fn compile_template(source: &[u8]) -> Result<Box<ChatTemplate>, String> {
    guarded(|| {
        let source = text_of(source, "the template")?;
        if source.len() > MAX_SOURCE_BYTES {
            return Err(format!(
                "the template has {} bytes, at most {MAX_SOURCE_BYTES} are read",
                source.len()
            ));
        }
        Ok(Box::new(ChatTemplate {
            template: Template::parse(source)?,
            names_content: source.contains("content"),
        }))
    })
}

impl ChatTemplate {
    pub fn render(
        &self,
        messages_json: &[u8],
        tools_json: &[u8],
        variables_json: &[u8],
        add_generation_prompt: bool,
        continue_final_message: bool,
    ) -> Result<RenderedChat, String> {
        guarded(|| {
            let mut variables: Map<String, Value> = from_json(variables_json, "the variables")?;
            let mut messages: Vec<Value> = from_json(messages_json, "the messages")?;
            let last = match continue_final_message {
                true => Some(self.mark_last(&mut messages)?),
                false => None,
            };
            variables.insert("messages".into(), messages.into());
            variables.insert("tools".into(), from_json(tools_json, "the tools")?);
            variables.entry("documents").or_insert(Value::Null);
            variables.insert("add_generation_prompt".into(), add_generation_prompt.into());
            let rendering = self.template.render(variables)?;
            let mut text = rendering.text;
            if let Some(last) = last {
                cut_at_mark(&mut text, &last)?;
            }
            let end = text.len();
            let (begins, ends) = rendering
                .generations
                .into_iter()
                .map(|(begin, past)| (begin.min(end), past.min(end)))
                .unzip();
            Ok(RenderedChat { text, begins, ends })
        })
    }

    /// Marks the end of the last message and returns its text.
    fn mark_last(&self, messages: &mut [Value]) -> Result<String, String> {
        if !self.names_content {
            return Err("the template does not read the content of messages".into());
        }
        let content = messages
            .last_mut()
            .and_then(|message| message.get_mut("content"));
        let text = match content {
            Some(Value::Array(blocks)) => blocks
                .iter_mut()
                .rev()
                .find_map(|block| block.get_mut("text")),
            other => other,
        };
        match text {
            Some(Value::String(text)) => {
                let before = text.clone();
                text.push_str(CONTINUE_TAG);
                Ok(before)
            }
            _ => Err("the last message has no text to continue".into()),
        }
    }
}

fn cut_at_mark(text: &mut String, last: &str) -> Result<(), String> {
    let found = text
        .rfind(CONTINUE_TAG.trim_end())
        .filter(|_| text.contains(last.trim()));
    let Some(at) = found else {
        return Err("the template does not show the message that is to be continued".into());
    };
    let keeps_space = text[at..].starts_with(CONTINUE_TAG);
    text.truncate(at);
    if !keeps_space {
        text.truncate(text.trim_end().len());
    }
    Ok(())
}

fn from_json<T: DeserializeOwned>(json: &[u8], what: &str) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| format!("{what} are not valid JSON: {error}"))
}
