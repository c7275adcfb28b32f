// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What goes wrong in a template: one sentence and, where known, the line.

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone)]
pub struct Error {
    pub message: String,
    pub line: Option<u32>,
}

impl Error {
    pub fn new(message: impl Into<String>) -> Self {
        Error {
            message: message.into(),
            line: None,
        }
    }

    /// The same error; the innermost line wins.
    pub fn at(mut self, line: u32) -> Self {
        self.line.get_or_insert(line);
        self
    }

    pub fn sentence(&self) -> String {
        match self.line {
            Some(line) => format!("line {line}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

pub fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::new(message))
}
