// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Evaluates expressions.

use super::arguments::Given;
use super::ast::{Arguments, Comparison, Expr, Node};
use super::error::{fail, Result};
use super::interpreter::Interpreter;
use super::lookup::{attribute, item, slice};
use super::operators::{binary, checked_text, compare};
use super::scope::Scope;
use super::text::text_of;
use super::value::{Function, Key, Members, Value};
use super::{filters, globals, methods, tests};
use std::rc::Rc;

impl Interpreter {
    pub(super) fn evaluate(&self, expression: &Expr, scope: &Rc<Scope>) -> Result<Value> {
        self.evaluate_over(expression, None, scope)
    }

    /// `operand` is what a filter without one of its own reads.
    pub(super) fn evaluate_over(
        &self,
        expression: &Expr,
        operand: Option<&Value>,
        scope: &Rc<Scope>,
    ) -> Result<Value> {
        self.deeper(|| self.node(expression, operand, scope))
            .and_then(|value| self.built(value))
            .map_err(|error| error.at(expression.line))
    }

    fn all(&self, expressions: &[Expr], scope: &Rc<Scope>) -> Result<Vec<Value>> {
        expressions
            .iter()
            .map(|each| self.evaluate(each, scope))
            .collect()
    }

    fn node(&self, expression: &Expr, operand: Option<&Value>, scope: &Rc<Scope>) -> Result<Value> {
        Ok(match &expression.node {
            Node::None => Value::None,
            Node::Bool(value) => Value::Bool(*value),
            Node::Int(number) => Value::Int(*number),
            Node::Float(number) => Value::Float(*number),
            Node::Text(text) => Value::text(&**text),
            Node::Name(name) => scope
                .get(name)
                .unwrap_or_else(|| Value::undefined(format!("'{name}' is undefined"))),
            Node::Tuple(items) => Value::tuple(self.all(items, scope)?),
            Node::List(items) => Value::list(self.all(items, scope)?),
            Node::Dict(members) => {
                let mut out = Members::new();
                for (key, value) in members {
                    let key = Key::of(self.evaluate(key, scope)?)?;
                    out.insert(key, self.evaluate(value, scope)?);
                }
                Value::dict(out)
            }
            Node::Not(inner) => Value::Bool(!self.evaluate(inner, scope)?.is_true()),
            Node::Negative(inner) => match self.evaluate(inner, scope)?.defined()? {
                Value::Int(number) => Value::Int(-number),
                Value::Bool(value) => Value::Int(-i128::from(*value)),
                Value::Float(number) => Value::Float(-number),
                other => return fail(format!("bad operand type for unary -: '{}'", other.type_name())),
            },
            Node::Positive(inner) => match self.evaluate(inner, scope)?.defined()? {
                Value::Int(number) => Value::Int(*number),
                Value::Bool(value) => Value::Int(i128::from(*value)),
                Value::Float(number) => Value::Float(*number),
                other => return fail(format!("bad operand type for unary +: '{}'", other.type_name())),
            },
            Node::Binary(operator, left, right) => {
                let left = self.evaluate(left, scope)?;
                binary(*operator, &left, &self.evaluate(right, scope)?)?
            }
            Node::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    let value = self.evaluate(part, scope)?;
                    let more = text_of(&value)?;
                    checked_text(text.len() + more.len())?;
                    text.push_str(&more);
                }
                Value::text(text)
            }
            Node::And(left, right) => match self.evaluate(left, scope)? {
                value if value.is_true() => self.evaluate(right, scope)?,
                value => value,
            },
            Node::Or(left, right) => match self.evaluate(left, scope)? {
                value if value.is_true() => value,
                _ => self.evaluate(right, scope)?,
            },
            Node::Compare(first, rest) => Value::Bool(self.comparison(first, rest, scope)?),
            Node::Conditional(then, test, otherwise) => match self.evaluate(test, scope)?.is_true() {
                true => self.evaluate(then, scope)?,
                false => match otherwise {
                    Some(otherwise) => self.evaluate(otherwise, scope)?,
                    None => Value::undefined(
                        "the inline if-expression evaluated to false and no else section was defined.",
                    ),
                },
            },
            Node::Attribute(owner, name) => attribute(&self.evaluate(owner, scope)?, name)?,
            Node::Item(owner, index) => {
                let owner = self.evaluate(owner, scope)?;
                self.pay(owner.as_str().map_or(0, str::len))?;
                item(&owner, &self.evaluate(index, scope)?)?
            }
            Node::Slice(owner, parts) => {
                let owner = self.evaluate(owner, scope)?;
                let mut bounds = [Value::None, Value::None, Value::None];
                for (bound, part) in bounds.iter_mut().zip(parts.iter()) {
                    if let Some(part) = part {
                        *bound = self.evaluate(part, scope)?;
                    }
                }
                self.pay(4 * owner.size())?;
                slice(&owner, &bounds)?
            }
            Node::Call(..) => self.call_with(expression, None, scope)?,
            Node::Filter(inner, name, arguments) => {
                let value = match (inner, operand) {
                    (Some(inner), _) => self.evaluate_over(inner, operand, scope)?,
                    (None, Some(operand)) => operand.clone(),
                    (None, None) => return fail("a filter has nothing to filter"),
                };
                let given = self.given(arguments, scope)?;
                self.pay(value.size())?;
                filters::apply(self, name, value, given)?
            }
            Node::Test(inner, name, arguments) => {
                let value = self.evaluate(inner, scope)?;
                let given = self.given(arguments, scope)?;
                self.pay(value.size())?;
                Value::Bool(tests::apply(name, &value, given)?)
            }
        })
    }

    fn comparison(
        &self,
        first: &Expr,
        rest: &[(Comparison, Expr)],
        scope: &Rc<Scope>,
    ) -> Result<bool> {
        let mut left = self.evaluate(first, scope)?;
        for (comparison, right) in rest {
            let right = self.evaluate(right, scope)?;
            self.pay(right.size())?;
            if !compare(&left, *comparison, &right)? {
                return Ok(false);
            }
            left = right;
        }
        Ok(true)
    }

    fn given(&self, arguments: &Arguments, scope: &Rc<Scope>) -> Result<Given> {
        let mut given = Given {
            positional: self.all(&arguments.positional, scope)?,
            keywords: Vec::new(),
        };
        if let Some(star) = &arguments.star {
            given
                .positional
                .extend(self.evaluate(star, scope)?.items()?);
        }
        for (name, value) in &arguments.keywords {
            given
                .keywords
                .push((name.to_string(), self.evaluate(value, scope)?));
        }
        if let Some(members) = &arguments.double_star {
            match self.evaluate(members, scope)? {
                Value::Dict(dict) => {
                    for (key, value) in &dict.members {
                        given.keywords.push((text_of(&key.0)?, value.clone()));
                    }
                }
                other => {
                    return fail(format!(
                        "argument after ** must be a mapping, not {}",
                        other.type_name()
                    ))
                }
            }
        }
        Ok(given)
    }

    /// The result of a call, which `caller`, if any, is given to.
    pub(super) fn call_with(
        &self,
        call: &Expr,
        caller: Option<Value>,
        scope: &Rc<Scope>,
    ) -> Result<Value> {
        let Node::Call(callee, arguments) = &call.node else {
            return fail("expected a call");
        };
        let callee = self.evaluate(callee, scope)?;
        let mut given = self.given(arguments, scope)?;
        if let Some(caller) = caller {
            given.keywords.push(("caller".to_string(), caller));
        }
        self.call(&callee, given)
            .map_err(|error| error.at(call.line))
    }

    fn call(&self, callee: &Value, given: Given) -> Result<Value> {
        match callee.defined()? {
            Value::Function(function) => match &**function {
                Function::Method(receiver, name) => {
                    self.pay(receiver.size())?;
                    methods::call(receiver, name, &given)
                }
                Function::Macro(made, scope) => self.call_macro(made, scope.upgrade(), given),
                Function::Global(name) => globals::call(self, name, &given),
                Function::Joiner(separator, used) => Ok(match used.replace(true) {
                    true => Value::Text(separator.clone()),
                    false => Value::text(""),
                }),
                Function::Cycler(..) => fail("'Cycler' object is not callable"),
            },
            Value::Loop(state) => self.recurse(state, &given),
            other => fail(format!("'{}' object is not callable", other.type_name())),
        }
    }
}
