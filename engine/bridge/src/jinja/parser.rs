// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Tokens → statements, by Jinja2's grammar. Tags that load other templates are refused.

use super::ast::{Expr, For, Macro, Name, Node, Statement, Target};
use super::error::{Error, Result};
use super::lexer::{tokens_of, Token};
use std::sync::Arc;

/// How deep tags and expressions may stand inside each other.
const MAX_NESTING: u32 = 200;

pub struct Parser {
    tokens: Vec<(Token, u32)>,
    position: usize,
    nesting: u32,
    /// Names used since the innermost macro began.
    pub(super) used: Vec<String>,
    loops: u32,
}

pub fn parse(source: &str) -> Result<Vec<Statement>> {
    let mut parser = Parser {
        tokens: tokens_of(source)?,
        position: 0,
        nesting: 0,
        used: Vec::new(),
        loops: 0,
    };
    let (statements, end) = parser.statements(&[])?;
    match end.is_empty() {
        true => Ok(statements),
        false => parser.error(format!("unknown tag '{end}'")),
    }
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.position].0
    }

    pub(super) fn peek_second(&self) -> &Token {
        &self.tokens[(self.position + 1).min(self.tokens.len() - 1)].0
    }

    pub(super) fn line(&self) -> u32 {
        self.tokens[self.position].1
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.tokens[self.position].0.clone();
        self.position = (self.position + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Error::new(message).at(self.line()))
    }

    pub(super) fn is_operator(&self, operator: &str) -> bool {
        matches!(self.peek(), Token::Operator(found) if *found == operator)
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if found == name)
    }

    pub(super) fn take_operator(&mut self, operator: &str) -> bool {
        let found = self.is_operator(operator);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let found = self.is_name(name);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn expect_operator(&mut self, operator: &str) -> Result<()> {
        match self.take_operator(operator) {
            true => Ok(()),
            false => self.error(format!(
                "expected '{operator}', got {}",
                self.peek().described()
            )),
        }
    }

    pub(super) fn expect_name(&mut self) -> Result<Name> {
        match self.peek() {
            Token::Name(name) => {
                let name = Arc::from(name.as_str());
                self.next();
                Ok(name)
            }
            other => self.error(format!("expected a name, got {}", other.described())),
        }
    }

    pub(super) fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return self.error("too much stands inside each other");
        }
        let result = work(self);
        self.nesting -= 1;
        result
    }

    fn block_end(&mut self) -> Result<()> {
        match self.next() {
            Token::BlockEnd => Ok(()),
            other => {
                self.position -= 1;
                self.error(format!("expected '%}}', got {}", other.described()))
            }
        }
    }

    /// Statements up to a tag named in `ends`, whose name is taken and returned; "" at the end of the template.
    fn statements(&mut self, ends: &[&str]) -> Result<(Vec<Statement>, String)> {
        let mut out = Vec::new();
        loop {
            match self.next() {
                Token::Data(text) => out.push(Statement::Data(text)),
                Token::VariableBegin => {
                    let value = self.tuple(true, &[])?;
                    match self.next() {
                        Token::VariableEnd => out.push(Statement::Output(value)),
                        other => {
                            self.position -= 1;
                            return self
                                .error(format!("expected '}}}}', got {}", other.described()));
                        }
                    }
                }
                Token::BlockBegin => {
                    let tag = self.expect_name()?;
                    if ends.contains(&&*tag) {
                        return Ok((out, tag.to_string()));
                    }
                    let statement = self.nested(|parser| parser.tag(&tag))?;
                    out.extend(statement);
                }
                Token::End => {
                    return match ends.first() {
                        None => Ok((out, String::new())),
                        Some(end) => self.error(format!("the template ends before '{end}'")),
                    }
                }
                other => return self.error(format!("unexpected {}", other.described())),
            }
        }
    }

    /// The statements of a tag and the name of its end; both tags are closed.
    fn body(&mut self, ends: &[&str]) -> Result<(Vec<Statement>, String)> {
        self.block_end()?;
        self.statements(ends)
    }

    fn closed_body(&mut self, end: &str) -> Result<Vec<Statement>> {
        let (statements, _) = self.body(&[end])?;
        self.block_end()?;
        Ok(statements)
    }

    fn tag(&mut self, tag: &str) -> Result<Option<Statement>> {
        let statement = match tag {
            "if" => self.if_tag()?,
            "for" => self.for_tag()?,
            "set" => self.set_tag()?,
            "macro" => self.macro_tag()?,
            "call" => self.call_tag()?,
            "filter" => {
                let filter = self.filters(None)?;
                Statement::FilterBlock(filter, self.closed_body("endfilter")?)
            }
            "with" => self.with_tag()?,
            "generation" => {
                let loops = std::mem::take(&mut self.loops);
                let body = self.closed_body("endgeneration")?;
                self.loops = loops;
                Statement::Generation(body)
            }
            "print" => {
                let value = self.tuple(true, &[])?;
                self.block_end()?;
                Statement::Output(value)
            }
            "break" | "continue" => {
                if self.loops == 0 {
                    return self.error(format!("'{tag}' stands outside of a loop"));
                }
                self.block_end()?;
                match tag {
                    "break" => Statement::Break,
                    _ => Statement::Continue,
                }
            }
            "include" | "import" | "from" | "extends" => {
                return self.error(format!(
                    "'{tag}' would load another template, which none may"
                ))
            }
            _ => return self.error(format!("unknown tag '{tag}'")),
        };
        Ok(Some(statement))
    }

    fn if_tag(&mut self) -> Result<Statement> {
        let mut branches = Vec::new();
        loop {
            let test = self.tuple(false, &[])?;
            let (body, end) = self.body(&["elif", "else", "endif"])?;
            branches.push((test, body));
            if end == "elif" {
                continue;
            }
            let otherwise = match end.as_str() {
                "else" => self.body(&["endif"])?.0,
                _ => Vec::new(),
            };
            self.block_end()?;
            return Ok(Statement::If(branches, otherwise));
        }
    }

    fn for_tag(&mut self) -> Result<Statement> {
        let line = self.line();
        let target = self.target(false)?;
        if !self.take_name("in") {
            return self.error(format!("expected 'in', got {}", self.peek().described()));
        }
        let iterable = self.tuple(false, &["recursive"])?;
        let condition = match self.take_name("if") {
            true => Some(self.expression()?),
            false => None,
        };
        let recursive = self.take_name("recursive");
        self.loops += 1;
        let (body, end) = self.body(&["endfor", "else"])?;
        self.loops -= 1;
        let otherwise = match end.as_str() {
            "else" => self.body(&["endfor"])?.0,
            _ => Vec::new(),
        };
        self.block_end()?;
        Ok(Statement::For(Arc::new(For {
            line,
            target,
            iterable,
            condition,
            recursive,
            body,
            otherwise,
        })))
    }

    fn set_tag(&mut self) -> Result<Statement> {
        let target = self.target(true)?;
        if self.take_operator("=") {
            let value = self.tuple(true, &[])?;
            self.block_end()?;
            return Ok(Statement::Set(target, value));
        }
        let filter = match self.is_operator("|") {
            true => {
                self.next();
                Some(self.filters(None)?)
            }
            false => None,
        };
        Ok(Statement::SetBlock(
            target,
            filter,
            self.closed_body("endset")?,
        ))
    }

    fn with_tag(&mut self) -> Result<Statement> {
        let mut values = Vec::new();
        while *self.peek() != Token::BlockEnd {
            if !values.is_empty() {
                self.expect_operator(",")?;
            }
            let target = self.target(false)?;
            self.expect_operator("=")?;
            values.push((target, self.expression()?));
        }
        Ok(Statement::With(values, self.closed_body("endwith")?))
    }

    fn macro_tag(&mut self) -> Result<Statement> {
        let name = self.expect_name()?;
        let made = self.macro_of(name, "endmacro")?;
        Ok(Statement::Macro(Arc::new(made)))
    }

    fn call_tag(&mut self) -> Result<Statement> {
        let outer = std::mem::take(&mut self.used);
        let parameters = match self.is_operator("(") {
            true => self.parameters()?,
            false => Vec::new(),
        };
        self.used = outer;
        let call = self.expression()?;
        if !matches!(call.node, Node::Call(..)) {
            return self.error("expected a call");
        }
        let made = self.finished_macro("caller".into(), parameters, "endcall")?;
        Ok(Statement::CallBlock(call, Arc::new(made)))
    }

    fn macro_of(&mut self, name: Name, end: &str) -> Result<Macro> {
        let parameters = self.parameters()?;
        self.finished_macro(name, parameters, end)
    }

    fn finished_macro(
        &mut self,
        name: Name,
        parameters: Vec<(Name, Option<Expr>)>,
        end: &str,
    ) -> Result<Macro> {
        let outer = std::mem::take(&mut self.used);
        let loops = std::mem::take(&mut self.loops);
        let body = self.closed_body(end)?;
        self.loops = loops;
        let used = std::mem::replace(&mut self.used, outer);
        let declared = |wanted: &str| parameters.iter().any(|(name, _)| &**name == wanted);
        let uses = |wanted: &str| used.iter().any(|name| name == wanted) && !declared(wanted);
        let (takes_varargs, takes_kwargs) = (uses("varargs"), uses("kwargs"));
        let takes_caller = used.iter().any(|name| name == "caller");
        // A macro inside uses them for itself, but what is inside is used here, too.
        self.used.extend(used);
        Ok(Macro {
            name,
            parameters,
            body,
            takes_varargs,
            takes_kwargs,
            takes_caller,
        })
    }

    fn parameters(&mut self) -> Result<Vec<(Name, Option<Expr>)>> {
        let mut parameters: Vec<(Name, Option<Expr>)> = Vec::new();
        self.expect_operator("(")?;
        while !self.is_operator(")") {
            if !parameters.is_empty() {
                self.expect_operator(",")?;
            }
            let name = self.expect_name()?;
            let default = match self.take_operator("=") {
                true => Some(self.expression()?),
                false
                    if parameters
                        .last()
                        .is_some_and(|(_, default)| default.is_some()) =>
                {
                    return self.error("a parameter without a default follows one with a default")
                }
                false => None,
            };
            parameters.push((name, default));
        }
        self.expect_operator(")")?;
        Ok(parameters)
    }

    /// Names to assign to; `members`: also a namespace's.
    fn target(&mut self, members: bool) -> Result<Target> {
        let mut targets = Vec::new();
        let mut is_tuple = false;
        loop {
            targets.push(self.single_target(members)?);
            if !self.take_operator(",") {
                break;
            }
            is_tuple = true;
            if self.is_operator("=") || self.is_name("in") || *self.peek() == Token::BlockEnd {
                break;
            }
        }
        match (is_tuple, targets.pop()) {
            (false, Some(only)) => Ok(only),
            (_, last) => {
                targets.extend(last);
                Ok(Target::Tuple(targets))
            }
        }
    }

    fn single_target(&mut self, members: bool) -> Result<Target> {
        if self.take_operator("(") {
            let inner = self.nested(|parser| parser.target(members))?;
            self.expect_operator(")")?;
            return Ok(inner);
        }
        let name = self.expect_name()?;
        if matches!(
            &*name,
            "true" | "false" | "none" | "True" | "False" | "None"
        ) {
            return self.error(format!("'{name}' cannot be assigned to"));
        }
        if members && self.take_operator(".") {
            let member = self.expect_name()?;
            return Ok(Target::Member(name, member));
        }
        Ok(Target::Name(name))
    }
}
