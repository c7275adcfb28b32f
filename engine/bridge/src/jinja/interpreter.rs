// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Runs the statements of a template. Every step costs fuel, and so does every byte that is written or built.

use super::arguments::Given;
use super::ast::{Expr, For, Macro, Statement, Target};
use super::error::{fail, Error, Result};
use super::memory;
use super::scope::Scope;
use super::text::text_of;
use super::value::{Function, Key, Loop, Namespace, Sequence, Value, MAX_DEPTH};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

pub const MAX_OUTPUT_BYTES: usize = 16 << 20;
/// Steps of one rendering: about a second.
const FUEL: u64 = 20_000_000;
/// A step more for so many bytes that are written or built.
const BYTES_PER_STEP: usize = 64;
const COMPARISONS_PER_STEP: u64 = 2;
/// What a loop's pass costs, in bytes.
const BYTES_PER_PASS: usize = 128;
/// Macros and recursive loops inside each other.
const MAX_CALLS: u32 = 100;
/// Statements and expressions inside each other, those of macros included: what the stack surely holds.
const MAX_DEPTH_OF_WORK: u32 = 2500;

pub struct Interpreter {
    fuel: Cell<u64>,
    calls: Cell<u32>,
    depth: Cell<u32>,
    held_before: usize,
    /// Bytes of the text so far, outside of macros and blocks that are captured.
    written: Cell<usize>,
    generations: RefCell<Vec<(usize, usize)>>,
    namespaces: RefCell<Vec<Rc<Namespace>>>,
    pub(super) root: Rc<Scope>,
}

enum Flow {
    Next,
    Break,
    Continue,
}

/// A text and the bytes of it that stand in `{% generation %}`.
pub struct Rendering {
    pub text: String,
    pub generations: Vec<(usize, usize)>,
}

impl Interpreter {
    pub fn run(statements: &[Statement], variables: Vec<(String, Value)>) -> Result<Rendering> {
        let root = Scope::new(None);
        super::globals::define(&root);
        for (name, value) in variables {
            root.set(&name, value);
        }
        let interpreter = Interpreter {
            fuel: Cell::new(FUEL),
            calls: Cell::new(0),
            depth: Cell::new(0),
            held_before: memory::held(),
            written: Cell::new(0),
            generations: RefCell::default(),
            namespaces: RefCell::default(),
            root: root.clone(),
        };
        let mut text = String::new();
        let scope = Scope::new(Some(root.clone()));
        let result = interpreter.execute(statements, &scope, &mut text, true);
        scope.clear();
        root.clear();
        for namespace in interpreter.namespaces.borrow().iter() {
            namespace.members.take();
        }
        result?;
        Ok(Rendering {
            text,
            generations: interpreter.generations.take(),
        })
    }

    /// Pays for a step and `bytes` bytes.
    pub(super) fn pay(&self, bytes: usize) -> Result<()> {
        let price =
            1 + (bytes / BYTES_PER_STEP) as u64 + memory::comparisons() / COMPARISONS_PER_STEP;
        match self.fuel.get().checked_sub(price) {
            Some(left) => self.fuel.set(left),
            None => return fail("the template takes too long: its fuel is used up"),
        }
        if memory::held().saturating_sub(self.held_before) > memory::MAX_BYTES {
            return fail(format!(
                "the template holds more than {} MiB of values",
                memory::MAX_BYTES >> 20
            ));
        }
        Ok(())
    }

    /// Work inside other work.
    pub(super) fn deeper<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH_OF_WORK {
            return fail("maximum recursion depth exceeded");
        }
        self.depth.set(depth + 1);
        let result = work();
        self.depth.set(depth);
        result
    }

    /// Pays for what a value took to build.
    pub(super) fn built(&self, value: Value) -> Result<Value> {
        self.pay(value.size())?;
        match value.depth() <= MAX_DEPTH {
            true => Ok(value),
            false => fail("too many lists and dicts stand inside each other"),
        }
    }

    pub(super) fn namespace(&self, members: super::value::Members) -> Value {
        let namespace = Rc::new(Namespace::new(members));
        // Kept to the end: namespaces may hold each other, and themselves.
        self.namespaces.borrow_mut().push(namespace.clone());
        Value::Namespace(namespace)
    }

    fn write(&self, out: &mut String, text: &str) -> Result<()> {
        self.pay(text.len())?;
        if out.len() + text.len() > MAX_OUTPUT_BYTES {
            return fail(format!(
                "the template writes more than {MAX_OUTPUT_BYTES} bytes"
            ));
        }
        out.push_str(text);
        Ok(())
    }

    fn captured(&self, body: &[Statement], scope: &Rc<Scope>) -> Result<String> {
        let mut out = String::new();
        self.execute(body, scope, &mut out, false)?;
        Ok(out)
    }

    /// `top`: `out` is the text itself.
    fn execute(
        &self,
        statements: &[Statement],
        scope: &Rc<Scope>,
        out: &mut String,
        top: bool,
    ) -> Result<Flow> {
        for statement in statements {
            if top {
                self.written.set(out.len());
            }
            match self.deeper(|| self.statement(statement, scope, out, top))? {
                Flow::Next => {}
                leave => return Ok(leave),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(
        &self,
        statement: &Statement,
        scope: &Rc<Scope>,
        out: &mut String,
        top: bool,
    ) -> Result<Flow> {
        self.pay(0)?;
        match statement {
            Statement::Data(text) => self.write(out, text)?,
            Statement::Output(expression) => {
                let value = self.evaluate(expression, scope)?;
                let written = match value.as_str() {
                    Some(text) => self.write(out, text),
                    None => text_of(&value).and_then(|text| self.write(out, &text)),
                };
                written.map_err(|error| error.at(expression.line))?;
            }
            Statement::If(branches, otherwise) => {
                for (test, body) in branches {
                    if self.evaluate(test, scope)?.is_true() {
                        return self.execute(body, scope, out, top);
                    }
                }
                return self.execute(otherwise, scope, out, top);
            }
            Statement::For(each) => {
                let iterable = self.evaluate(&each.iterable, scope)?;
                self.repeat(each, &iterable, 0, scope, out, top)
                    .map_err(|error| error.at(each.line))?;
            }
            Statement::Set(target, value) => {
                let set = self.evaluate(value, scope)?;
                self.assign(target, set, scope)
                    .map_err(|error| error.at(value.line))?;
            }
            Statement::SetBlock(target, filter, body) => {
                let text = Value::text(self.captured(body, &Scope::new(Some(scope.clone())))?);
                let value = match filter {
                    Some(filter) => self.filtered(filter, Some(&text), scope)?,
                    None => text,
                };
                self.assign(target, value, scope)?;
            }
            Statement::Macro(made) => {
                let value = Function::Macro(made.clone(), Rc::downgrade(scope));
                scope.set(&made.name, Value::Function(Rc::new(value)));
            }
            Statement::CallBlock(call, caller) => {
                let caller = Function::Macro(caller.clone(), Rc::downgrade(scope));
                let value = self.call_with(call, Some(Value::Function(Rc::new(caller))), scope)?;
                self.write(out, &text_of(&value)?)?;
            }
            Statement::FilterBlock(filter, body) => {
                let text = Value::text(self.captured(body, &Scope::new(Some(scope.clone())))?);
                let value = self.filtered(filter, Some(&text), scope)?;
                self.write(out, &text_of(&value)?)?;
            }
            Statement::With(values, body) => {
                let inner = Scope::new(Some(scope.clone()));
                for (target, value) in values {
                    let set = self.evaluate(value, scope)?;
                    self.assign(target, set, &inner)?;
                }
                return self.execute(body, &inner, out, top);
            }
            Statement::Generation(body) => {
                let text = self.captured(body, &Scope::new(Some(scope.clone())))?;
                let begin = self.written.get();
                self.generations
                    .borrow_mut()
                    .push((begin, begin + text.len()));
                self.write(out, &text)?;
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn assign(&self, target: &Target, value: Value, scope: &Rc<Scope>) -> Result<()> {
        match target {
            Target::Name(name) => scope.set(name, value),
            Target::Member(name, member) => match scope.get(name) {
                Some(Value::Namespace(namespace)) => {
                    namespace
                        .members
                        .borrow_mut()
                        .insert(Key::text(member), value);
                }
                _ => return fail("cannot assign attribute on non-namespace object"),
            },
            Target::Tuple(targets) => {
                let items = value.items().map_err(|_| {
                    Error::new(format!(
                        "cannot unpack non-iterable {} object",
                        value.type_name()
                    ))
                })?;
                if items.len() != targets.len() {
                    return fail(format!(
                        "expected {} values to unpack, got {}",
                        targets.len(),
                        items.len()
                    ));
                }
                for (target, item) in targets.iter().zip(items) {
                    self.assign(target, item, scope)?;
                }
            }
        }
        Ok(())
    }

    fn repeat(
        &self,
        each: &Arc<For>,
        iterable: &Value,
        depth0: usize,
        scope: &Rc<Scope>,
        out: &mut String,
        top: bool,
    ) -> Result<()> {
        let mut items = iterable.items()?;
        self.pay(8 * items.len())?;
        if let Some(condition) = &each.condition {
            let mut kept = Vec::new();
            for item in items {
                self.pay(BYTES_PER_PASS)?;
                let inner = Scope::new(Some(scope.clone()));
                self.assign(&each.target, item.clone(), &inner)?;
                if self.evaluate(condition, &inner)?.is_true() {
                    kept.push(item);
                }
            }
            items = kept;
        }
        if items.is_empty() {
            let inner = Scope::new(Some(scope.clone()));
            self.execute(&each.otherwise, &inner, out, top)?;
            return Ok(());
        }
        let state = Rc::new(Loop {
            items: Rc::new(Sequence::new(items)),
            index0: Cell::new(0),
            depth0,
            changed: RefCell::default(),
            recursion: each.recursive.then(|| (each.clone(), scope.clone())),
        });
        for (index, item) in state.items.items.iter().enumerate() {
            self.pay(BYTES_PER_PASS)?;
            state.index0.set(index);
            let inner = Scope::new(Some(scope.clone()));
            inner.set("loop", Value::Loop(state.clone()));
            self.assign(&each.target, item.clone(), &inner)?;
            if let Flow::Break = self.execute(&each.body, &inner, out, top)? {
                break;
            }
        }
        Ok(())
    }

    fn nested<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.calls.get() >= MAX_CALLS {
            return fail("maximum recursion depth exceeded");
        }
        self.calls.set(self.calls.get() + 1);
        let result = work();
        self.calls.set(self.calls.get() - 1);
        result
    }

    /// `loop(items)` of a recursive loop.
    pub(super) fn recurse(&self, state: &Loop, given: &Given) -> Result<Value> {
        let Some((each, scope)) = &state.recursion else {
            return fail("The loop must have the 'recursive' marker to be called recursively.");
        };
        let [items] = given.bound("loop", ["iterable"])?;
        let items = items.unwrap_or(Value::None);
        self.nested(|| {
            let mut out = String::new();
            self.repeat(each, &items, state.depth0 + 1, scope, &mut out, false)?;
            Ok(Value::text(out))
        })
    }

    pub(super) fn call_macro(
        &self,
        made: &Macro,
        scope: Option<Rc<Scope>>,
        given: Given,
    ) -> Result<Value> {
        let scope = Scope::new(Some(scope.unwrap_or_else(|| self.root.clone())));
        let mut positional = given.positional.into_iter();
        let mut keywords = given.keywords;
        for (name, default) in &made.parameters {
            let keyword = keywords.iter().position(|(given, _)| *given == **name);
            let value = match (positional.next(), keyword) {
                (Some(_), Some(_)) => {
                    return fail(format!(
                        "macro '{}' got two values for the argument '{name}'",
                        made.name
                    ))
                }
                (Some(value), None) => value,
                (None, Some(at)) => keywords.remove(at).1,
                (None, None) => match default {
                    Some(default) => self.evaluate(default, &scope)?,
                    None => Value::undefined(format!("parameter '{name}' was not provided")),
                },
            };
            scope.set(name, value);
        }
        let caller = keywords.iter().position(|(name, _)| name == "caller");
        let declares_caller = made.parameters.iter().any(|(name, _)| &**name == "caller");
        if made.takes_caller && !declares_caller {
            let caller = caller.map(|at| keywords.remove(at).1);
            scope.set(
                "caller",
                caller.unwrap_or_else(|| Value::undefined("No caller defined")),
            );
        }
        if made.takes_kwargs {
            let members = keywords
                .drain(..)
                .map(|(name, value)| (Key::text(&name), value))
                .collect();
            scope.set("kwargs", Value::dict(members));
        } else if let Some((name, _)) = keywords.first() {
            return fail(format!(
                "macro '{}' takes no keyword argument '{name}'",
                made.name
            ));
        }
        let rest: Vec<_> = positional.collect();
        if made.takes_varargs {
            scope.set("varargs", Value::tuple(rest));
        } else if !rest.is_empty() {
            return fail(format!(
                "macro '{}' takes not more than {} argument(s)",
                made.name,
                made.parameters.len()
            ));
        }
        self.nested(|| self.captured(&made.body, &scope).map(Value::text))
    }

    /// The chain of filters over what its block wrote.
    fn filtered(&self, filter: &Expr, operand: Option<&Value>, scope: &Rc<Scope>) -> Result<Value> {
        self.evaluate_over(filter, operand, scope)
    }
}
