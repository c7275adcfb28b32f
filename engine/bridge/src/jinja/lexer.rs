// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The text of a template → tokens, as Jinja2 cuts it: trim_blocks and lstrip_blocks are on, the last newline goes,
//! strings are read with Python's escapes.

use super::error::{Error, Result};
use super::literals::{float_literal, integer_literal, string_literal};

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Data(String),
    BlockBegin,
    BlockEnd,
    VariableBegin,
    VariableEnd,
    Name(String),
    Text(String),
    Integer(i128),
    Float(f64),
    Operator(&'static str),
    End,
}

impl Token {
    pub fn described(&self) -> String {
        match self {
            Token::Data(_) => "template text".into(),
            Token::BlockBegin => "'{%'".into(),
            Token::BlockEnd => "'%}', the end of the tag".into(),
            Token::VariableBegin => "'{{'".into(),
            Token::VariableEnd => "'}}', the end of the output".into(),
            Token::Name(name) => format!("'{name}'"),
            Token::Text(text) => format!("the text {text:?}"),
            Token::Integer(number) => number.to_string(),
            Token::Float(number) => number.to_string(),
            Token::Operator(operator) => format!("'{operator}'"),
            Token::End => "the end of the template".into(),
        }
    }
}

// Longest first.
const OPERATORS: [&str; 25] = [
    "**", "==", "!=", "<=", ">=", "//", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    "|", ",", ".", ":", "<", ">", "=",
];

pub fn tokens_of(source: &str) -> Result<Vec<(Token, u32)>> {
    let mut text = source.replace("\r\n", "\n").replace('\r', "\n");
    if text.ends_with('\n') {
        text.pop();
    }
    let mut lexer = Lexer {
        text: &text,
        position: 0,
        line: 1,
        at_line_start: true,
        tokens: Vec::new(),
    };
    lexer.run()?;
    let line = lexer.line;
    lexer.tokens.push((Token::End, line));
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    position: usize,
    line: u32,
    at_line_start: bool,
    tokens: Vec<(Token, u32)>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Error::new(message).at(self.line))
    }

    fn push(&mut self, token: Token) {
        self.tokens.push((token, self.line));
    }

    /// Passes over `length` bytes and counts their lines.
    fn skip(&mut self, length: usize) {
        let passed = &self.rest()[..length];
        self.line += passed.matches('\n').count() as u32;
        if let Some(last) = passed.chars().last() {
            self.at_line_start = last == '\n';
        }
        self.position += length;
    }

    fn run(&mut self) -> Result<()> {
        while !self.rest().is_empty() {
            let Some(begin) = next_tag(self.rest()) else {
                let data = self.rest().to_string();
                self.push(Token::Data(data));
                self.skip(self.rest().len());
                break;
            };
            let rest = self.rest();
            let kind = rest.as_bytes()[begin + 1];
            let sign = rest[begin + 2..].chars().next().unwrap_or(' ');
            self.data(&rest[..begin], sign, kind == b'{');
            let signs = usize::from(sign == '-' || sign == '+');
            self.skip(begin);
            match kind {
                b'#' => self.comment()?,
                b'{' => {
                    self.push(Token::VariableBegin);
                    self.skip(2 + signs);
                    self.inside(true)?;
                }
                _ => {
                    if let Some(length) = raw_tag(&rest[begin..], "raw") {
                        self.skip(length);
                        self.raw()?;
                        continue;
                    }
                    self.push(Token::BlockBegin);
                    self.skip(2 + signs);
                    self.inside(false)?;
                }
            }
        }
        Ok(())
    }

    /// Text before a tag that begins with `sign`: its end is stripped as the sign and lstrip_blocks say.
    fn data(&mut self, data: &str, sign: char, before_variable: bool) {
        let kept = stripped_before(data, sign, before_variable, self.at_line_start);
        if !kept.is_empty() {
            self.push(Token::Data(kept.to_string()));
        }
    }

    fn comment(&mut self) -> Result<()> {
        let Some(end) = self.rest()[2..].find("#}") else {
            return self.error("a comment has no end");
        };
        let end = end + 2;
        let minus = end > 2 && self.rest()[..end].ends_with('-');
        let plus = end > 2 && self.rest()[..end].ends_with('+');
        self.skip(end + 2);
        self.after_tag(minus, plus);
        Ok(())
    }

    fn raw(&mut self) -> Result<()> {
        let rest = self.rest();
        let mut from = 0;
        while let Some(found) = rest[from..].find("{%") {
            let begin = from + found;
            if let Some(length) = raw_tag(&rest[begin..], "endraw") {
                let sign = rest[begin + 2..].chars().next().unwrap_or(' ');
                let data = stripped_before(&rest[..begin], sign, false, self.at_line_start);
                if !data.is_empty() {
                    self.push(Token::Data(data.to_string()));
                }
                self.skip(begin + length);
                return Ok(());
            }
            from = begin + 2;
        }
        self.error("'raw' has no 'endraw'")
    }

    fn after_tag(&mut self, minus: bool, plus: bool) {
        let rest = self.rest();
        if minus {
            let kept = rest.trim_start_matches(is_space);
            self.skip(rest.len() - kept.len());
        } else if !plus && rest.starts_with('\n') {
            self.skip(1);
        }
    }

    /// The tokens of one tag, its end included.
    fn inside(&mut self, variable: bool) -> Result<()> {
        let mut open: Vec<&'static str> = Vec::new();
        loop {
            let rest = self.rest();
            let spaces = rest.len() - rest.trim_start_matches(is_space).len();
            self.skip(spaces);
            let rest = self.rest();
            let Some(first) = rest.chars().next() else {
                return self.error("a tag has no end");
            };
            if open.is_empty() {
                let (end, token) = match variable {
                    true => ("}}", Token::VariableEnd),
                    false => ("%}", Token::BlockEnd),
                };
                let sign = usize::from(first == '-' || (first == '+' && !variable));
                if rest[sign..].starts_with(end) {
                    self.push(token);
                    self.skip(sign + 2);
                    if first == '-' {
                        self.after_tag(true, false);
                    } else if !variable {
                        self.after_tag(false, sign == 1);
                    }
                    return Ok(());
                }
            }
            if let Some((number, length)) =
                float_literal(rest, self.text[..self.position].ends_with('.'))
            {
                self.push(Token::Float(number));
                self.skip(length);
            } else if first.is_ascii_digit() {
                let (number, length) =
                    integer_literal(rest).map_err(|error| error.at(self.line))?;
                self.push(Token::Integer(number));
                self.skip(length);
            } else if first.is_alphanumeric() || first == '_' {
                let length = rest
                    .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .unwrap_or(rest.len());
                self.push(Token::Name(rest[..length].to_string()));
                self.skip(length);
            } else if first == '\'' || first == '"' {
                let (text, length) = string_literal(rest).map_err(|error| error.at(self.line))?;
                self.push(Token::Text(text));
                self.skip(length);
            } else if let Some(operator) = OPERATORS.iter().find(|each| rest.starts_with(**each)) {
                self.balance(operator, &mut open)?;
                self.push(Token::Operator(operator));
                self.skip(operator.len());
            } else {
                return self.error(format!("unexpected character {first:?}"));
            }
        }
    }

    fn balance(&self, operator: &'static str, open: &mut Vec<&'static str>) -> Result<()> {
        let closing = match operator {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            ")" | "]" | "}" => {
                return match open.pop() {
                    Some(expected) if expected == operator => Ok(()),
                    Some(expected) => {
                        self.error(format!("unexpected '{operator}', expected '{expected}'"))
                    }
                    None => self.error(format!("unexpected '{operator}'")),
                }
            }
            _ => return Ok(()),
        };
        open.push(closing);
        Ok(())
    }
}

pub fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter)
}

fn next_tag(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(1))
        .find(|&at| bytes[at] == b'{' && matches!(bytes[at + 1], b'{' | b'%' | b'#'))
}

fn stripped_before(data: &str, sign: char, before_variable: bool, at_line_start: bool) -> &str {
    if sign == '-' {
        return data.trim_end_matches(is_space);
    }
    if sign == '+' && !before_variable || before_variable {
        return data;
    }
    let line = data.rfind('\n').map_or(0, |newline| newline + 1);
    if (line > 0 || at_line_start) && data[line..].chars().all(is_space) {
        return &data[..line];
    }
    data
}

/// The length of `{% raw %}` or `{% endraw %}` at the beginning of `text`, with the space that it takes along.
fn raw_tag(text: &str, word: &str) -> Option<usize> {
    let inner = text[2..].trim_start_matches(['-', '+']);
    if text[2..].len() - inner.len() > 1 {
        return None;
    }
    let inner = inner.trim_start_matches(is_space).strip_prefix(word)?;
    let inner = inner.trim_start_matches(is_space);
    if let Some(after) = inner.strip_prefix("-%}") {
        return Some(text.len() - after.trim_start_matches(is_space).len());
    }
    let ends = word == "endraw";
    if let Some(after) = inner.strip_prefix("+%}").filter(|_| ends) {
        return Some(text.len() - after.len());
    }
    let after = inner.strip_prefix("%}")?;
    let newline = usize::from(ends && after.starts_with('\n'));
    Some(text.len() - after.len() + newline)
}
