// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The template language of chat templates: Jinja2 in its immutable sandbox, over Python's values, as the reference
//! library sets it up. Written for this and not taken from a crate, because those print, compare and look up by their
//! own rules, and chat templates show the difference.

mod arguments;
mod ast;
mod clock;
mod error;
mod evaluator;
mod expressions;
mod filters;
mod globals;
mod interpreter;
mod lexer;
mod literals;
mod lookup;
mod memory;
mod methods;
mod operators;
mod parser;
mod printf;
mod scope;
mod sequence_filters;
mod tests;
mod text;
mod text_methods;
mod value;

use ast::Statement;
use interpreter::Interpreter;
pub use interpreter::Rendering;
use value::{Key, Value};

/// A parsed template; safe to share between threads.
pub struct Template {
    statements: Vec<Statement>,
}

impl Template {
    pub fn parse(source: &str) -> Result<Self, String> {
        let statements = parser::parse(source).map_err(|error| error.sentence())?;
        Ok(Template { statements })
    }

    pub fn render(
        &self,
        variables: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Rendering, String> {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name, from_json(value)))
            .collect();
        Interpreter::run(&self.statements, variables).map_err(|error| error.sentence())
    }
}

fn from_json(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => match number.as_i128() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Array(items) => Value::list(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(members) => Value::dict(
            members
                .into_iter()
                .map(|(name, value)| (Key(Value::text(name)), from_json(value)))
                .collect(),
        ),
    }
}
