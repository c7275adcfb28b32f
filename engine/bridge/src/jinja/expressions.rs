// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The expressions of the grammar, lowest precedence first.

use super::ast::{Arguments, Binary, Comparison, Expr, Node};
use super::error::Result;
use super::lexer::Token;
use super::parser::Parser;
use std::sync::Arc;

/// Of the tree of one expression.
const MAX_EXPRESSION_DEPTH: u16 = 1000;

type OptionalExpr = Option<Box<Expr>>;

impl Parser {
    fn made(&self, line: u32, node: Node) -> Result<Expr> {
        let depth = node.depth_below() + 1;
        match depth <= MAX_EXPRESSION_DEPTH {
            true => Ok(Expr { line, depth, node }),
            false => self.error("an expression has too many parts"),
        }
    }

    /// One expression, or a tuple without parentheses.
    pub(super) fn tuple(&mut self, conditional: bool, ends: &[&str]) -> Result<Expr> {
        let line = self.line();
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() && self.ends_tuple(ends) {
                break;
            }
            items.push(match conditional {
                true => self.expression()?,
                false => self.nested(Self::or)?,
            });
            if !self.take_operator(",") {
                break;
            }
            is_tuple = true;
        }
        match (is_tuple, items.pop()) {
            (false, Some(only)) => Ok(only),
            (_, last) => {
                items.extend(last);
                self.made(line, Node::Tuple(items))
            }
        }
    }

    fn ends_tuple(&self, ends: &[&str]) -> bool {
        matches!(self.peek(), Token::VariableEnd | Token::BlockEnd)
            || self.is_operator(")")
            || ends.iter().any(|end| self.is_name(end))
    }

    pub(super) fn expression(&mut self) -> Result<Expr> {
        self.nested(Self::conditional)
    }

    fn conditional(&mut self) -> Result<Expr> {
        let line = self.line();
        let mut value = self.or()?;
        while self.take_name("if") {
            let test = self.or()?;
            let otherwise = match self.take_name("else") {
                true => Some(Box::new(self.nested(Self::conditional)?)),
                false => None,
            };
            value = self.made(
                line,
                Node::Conditional(Box::new(value), Box::new(test), otherwise),
            )?;
        }
        Ok(value)
    }

    fn or(&mut self) -> Result<Expr> {
        let line = self.line();
        let mut left = self.and()?;
        while self.take_name("or") {
            let right = self.and()?;
            left = self.made(line, Node::Or(Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr> {
        let line = self.line();
        let mut left = self.not()?;
        while self.take_name("and") {
            let right = self.not()?;
            left = self.made(line, Node::And(Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr> {
        let line = self.line();
        if self.take_name("not") {
            let inner = self.nested(Self::not)?;
            return self.made(line, Node::Not(Box::new(inner)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr> {
        let line = self.line();
        let first = self.sum()?;
        let mut rest = Vec::new();
        loop {
            let comparison = match self.peek() {
                Token::Operator("==") => Comparison::Equal,
                Token::Operator("!=") => Comparison::NotEqual,
                Token::Operator("<") => Comparison::Less,
                Token::Operator("<=") => Comparison::LessEqual,
                Token::Operator(">") => Comparison::Greater,
                Token::Operator(">=") => Comparison::GreaterEqual,
                Token::Name(name) if name == "in" => Comparison::In,
                Token::Name(name)
                    if name == "not"
                        && matches!(self.peek_second(), Token::Name(next) if next == "in") =>
                {
                    self.next();
                    Comparison::NotIn
                }
                _ => break,
            };
            self.next();
            rest.push((comparison, self.sum()?));
        }
        Ok(match rest.is_empty() {
            true => first,
            false => self.made(line, Node::Compare(Box::new(first), rest))?,
        })
    }

    fn binary(
        &mut self,
        operators: &[(&str, Binary)],
        operand: fn(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let line = self.line();
        let mut left = operand(self)?;
        while let Some((_, binary)) = operators.iter().find(|(sign, _)| self.is_operator(sign)) {
            self.next();
            let right = operand(self)?;
            left = self.made(line, Node::Binary(*binary, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Expr> {
        self.binary(
            &[("+", Binary::Add), ("-", Binary::Subtract)],
            Self::concatenation,
        )
    }

    fn concatenation(&mut self) -> Result<Expr> {
        let line = self.line();
        let mut parts = vec![self.product()?];
        while self.take_operator("~") {
            parts.push(self.product()?);
        }
        if parts.len() > 1 {
            return self.made(line, Node::Concat(parts));
        }
        Ok(parts.remove(0))
    }

    fn product(&mut self) -> Result<Expr> {
        self.binary(
            &[
                ("*", Binary::Multiply),
                ("/", Binary::Divide),
                ("//", Binary::FloorDivide),
                ("%", Binary::Remainder),
            ],
            Self::power,
        )
    }

    fn power(&mut self) -> Result<Expr> {
        self.binary(&[("**", Binary::Power)], |parser| parser.unary(true))
    }

    fn unary(&mut self, with_filters: bool) -> Result<Expr> {
        let line = self.line();
        let value = if self.take_operator("-") {
            let inner = self.nested(|parser| parser.unary(false))?;
            self.made(line, Node::Negative(Box::new(inner)))?
        } else if self.take_operator("+") {
            let inner = self.nested(|parser| parser.unary(false))?;
            self.made(line, Node::Positive(Box::new(inner)))?
        } else {
            self.primary()?
        };
        let value = self.postfix(value)?;
        match with_filters {
            true => self.filters_and_tests(value),
            false => Ok(value),
        }
    }

    fn primary(&mut self) -> Result<Expr> {
        let line = self.line();
        let node = match self.next() {
            Token::Name(name) => match name.as_str() {
                "true" | "True" => Node::Bool(true),
                "false" | "False" => Node::Bool(false),
                "none" | "None" => Node::None,
                _ => {
                    let shared = Arc::from(name.as_str());
                    self.used.push(name);
                    Node::Name(shared)
                }
            },
            Token::Text(mut text) => {
                while let Token::Text(more) = self.peek() {
                    text.push_str(more);
                    self.next();
                }
                Node::Text(text.into())
            }
            Token::Integer(number) => Node::Int(number),
            Token::Float(number) => Node::Float(number),
            Token::Operator("(") => return self.parenthesis(line),
            Token::Operator("[") => Node::List(self.list()?),
            Token::Operator("{") => Node::Dict(self.dict()?),
            other => return self.error(format!("unexpected {}", other.described())),
        };
        self.made(line, node)
    }

    fn parenthesis(&mut self, line: u32) -> Result<Expr> {
        if self.take_operator(")") {
            return self.made(line, Node::Tuple(Vec::new()));
        }
        let inner = self.nested(|parser| parser.tuple(true, &[]))?;
        self.expect_operator(")")?;
        Ok(inner)
    }

    fn list(&mut self) -> Result<Vec<Expr>> {
        let mut items = Vec::new();
        while !self.is_operator("]") {
            if !items.is_empty() {
                self.expect_operator(",")?;
            }
            if self.is_operator("]") {
                break;
            }
            items.push(self.expression()?);
        }
        self.expect_operator("]")?;
        Ok(items)
    }

    fn dict(&mut self) -> Result<Vec<(Expr, Expr)>> {
        let mut members = Vec::new();
        while !self.is_operator("}") {
            if !members.is_empty() {
                self.expect_operator(",")?;
            }
            if self.is_operator("}") {
                break;
            }
            let key = self.expression()?;
            self.expect_operator(":")?;
            members.push((key, self.expression()?));
        }
        self.expect_operator("}")?;
        Ok(members)
    }

    fn postfix(&mut self, mut value: Expr) -> Result<Expr> {
        loop {
            let line = self.line();
            if self.take_operator(".") {
                value = match self.next() {
                    Token::Name(name) => {
                        self.made(line, Node::Attribute(Box::new(value), name.as_str().into()))?
                    }
                    Token::Integer(index) => {
                        let index = self.made(line, Node::Int(index))?;
                        self.made(line, Node::Item(Box::new(value), Box::new(index)))?
                    }
                    other => {
                        return self.error(format!(
                            "expected a name after the dot, got {}",
                            other.described()
                        ))
                    }
                };
            } else if self.take_operator("[") {
                value = self.subscript(line, value)?;
            } else if self.is_operator("(") {
                let arguments = self.arguments()?;
                value = self.made(line, Node::Call(Box::new(value), arguments))?;
            } else {
                return Ok(value);
            }
        }
    }

    fn subscript(&mut self, line: u32, value: Expr) -> Result<Expr> {
        let mut parts: [Option<Expr>; 3] = [None, None, None];
        let mut part = 0;
        let mut is_slice = false;
        while !self.is_operator("]") {
            if self.take_operator(":") {
                is_slice = true;
                part += 1;
                if part > 2 {
                    return self.error("a slice has at most three parts");
                }
                continue;
            }
            if parts[part].is_some() {
                return self.error(format!("expected ']', got {}", self.peek().described()));
            }
            parts[part] = Some(self.expression()?);
        }
        self.expect_operator("]")?;
        let value = Box::new(value);
        match (is_slice, parts) {
            (false, [Some(index), _, _]) => self.made(line, Node::Item(value, Box::new(index))),
            (true, parts) => self.made(line, Node::Slice(value, Box::new(parts))),
            _ => self.error("expected an index"),
        }
    }

    pub(super) fn arguments(&mut self) -> Result<Arguments> {
        let mut arguments = Arguments::default();
        self.expect_operator("(")?;
        let mut first = true;
        while !self.is_operator(")") {
            if !first {
                self.expect_operator(",")?;
                if self.is_operator(")") {
                    break;
                }
            }
            first = false;
            if self.take_operator("**") {
                arguments.double_star = Some(Box::new(self.expression()?));
            } else if self.take_operator("*") {
                arguments.star = Some(Box::new(self.expression()?));
            } else if matches!(
                (self.peek(), self.peek_second()),
                (Token::Name(_), Token::Operator("="))
            ) {
                let name = self.expect_name()?;
                self.expect_operator("=")?;
                arguments.keywords.push((name, self.expression()?));
            } else if arguments.keywords.is_empty() {
                arguments.positional.push(self.expression()?);
            } else {
                return self.error("an argument without a name follows one with a name");
            }
        }
        self.expect_operator(")")?;
        Ok(arguments)
    }

    fn filters_and_tests(&mut self, mut value: Expr) -> Result<Expr> {
        loop {
            if self.take_operator("|") {
                value = self.filter(Some(Box::new(value)))?;
            } else if self.take_name("is") {
                value = self.test(value)?;
            } else if self.is_operator("(") {
                let line = self.line();
                let arguments = self.arguments()?;
                value = self.made(line, Node::Call(Box::new(value), arguments))?;
            } else {
                return Ok(value);
            }
        }
    }

    /// `name|name(…)…`, the first without its bar.
    pub(super) fn filters(&mut self, operand: OptionalExpr) -> Result<Expr> {
        let mut value = self.filter(operand)?;
        while self.take_operator("|") {
            value = self.filter(Some(Box::new(value)))?;
        }
        Ok(value)
    }

    fn filter(&mut self, operand: OptionalExpr) -> Result<Expr> {
        let line = self.line();
        let name = self.expect_name()?;
        if !super::filters::is_known(&name) {
            return self.error(format!("there is no filter named '{name}'"));
        }
        let arguments = match self.is_operator("(") {
            true => self.arguments()?,
            false => Arguments::default(),
        };
        self.made(line, Node::Filter(operand, name, arguments))
    }

    fn test(&mut self, value: Expr) -> Result<Expr> {
        let line = self.line();
        let negated = self.take_name("not");
        let name = self.expect_name()?;
        if !super::tests::is_known(&name) {
            return self.error(format!("there is no test named '{name}'"));
        }
        let mut arguments = Arguments::default();
        if self.is_operator("(") {
            arguments = self.arguments()?;
        } else if self.begins_test_argument() {
            if self.is_name("is") {
                return self.error("tests cannot be chained");
            }
            let argument = self.primary()?;
            arguments.positional.push(self.postfix(argument)?);
        }
        let test = self.made(line, Node::Test(Box::new(value), name, arguments))?;
        match negated {
            true => self.made(line, Node::Not(Box::new(test))),
            false => Ok(test),
        }
    }

    fn begins_test_argument(&self) -> bool {
        match self.peek() {
            Token::Name(name) => !matches!(name.as_str(), "else" | "or" | "and"),
            Token::Text(_) | Token::Integer(_) | Token::Float(_) => true,
            Token::Operator(operator) => matches!(*operator, "(" | "[" | "{"),
            _ => false,
        }
    }
}
