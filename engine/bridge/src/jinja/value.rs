// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What a template computes with: Python's values, none of which can change, and a namespace, which can.

use super::ast::{For, Macro};
use super::error::{fail, Result};
use super::memory::{may_compare, Claim};
use super::operators::checked_items;
use super::scope::Scope;
use indexmap::IndexMap;
use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// How deep lists and dicts may stand inside each other.
pub const MAX_DEPTH: u16 = 200;

#[derive(Clone)]
pub enum Value {
    /// With the sentence that its use fails with.
    Undefined(Rc<str>),
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Rc<Text>),
    List(Rc<Sequence>),
    Tuple(Rc<Sequence>),
    Dict(Rc<Dict>),
    View(Rc<View>),
    /// What map, select and the like give: its items come once.
    Generator(Rc<Generator>),
    Namespace(Rc<Namespace>),
    Loop(Rc<Loop>),
    Function(Rc<Function>),
}

pub struct Text {
    pub text: Box<str>,
    _claim: Claim,
}

pub struct Sequence {
    pub items: Vec<Value>,
    depth: u16,
    _claim: Claim,
}

pub struct Dict {
    pub members: Members,
    depth: u16,
    _claim: Claim,
}

pub type Members = IndexMap<Key, Value>;

#[derive(Clone, Copy, PartialEq)]
pub enum ViewKind {
    Items,
    Keys,
    Values,
    Range(i128, i128, i128),
}

pub struct View {
    pub kind: ViewKind,
    pub items: Rc<Sequence>,
}

pub struct Generator {
    pub items: Rc<Sequence>,
    pub consumed: Cell<bool>,
}

pub struct Namespace {
    pub members: RefCell<Members>,
    _claim: Claim,
}

pub struct Loop {
    pub items: Rc<Sequence>,
    pub index0: Cell<usize>,
    pub depth0: usize,
    pub changed: RefCell<Option<Vec<Value>>>,
    /// The recursive loop that `loop(…)` runs again, in the scope it stands in.
    pub recursion: Option<(Arc<For>, Rc<Scope>)>,
}

pub enum Function {
    Method(Value, &'static str),
    Macro(Arc<Macro>, Weak<Scope>),
    Global(&'static str),
    Cycler(Rc<Sequence>, Cell<usize>),
    Joiner(Rc<Text>, Cell<bool>),
}

impl Value {
    pub fn text(text: impl Into<Box<str>>) -> Self {
        Value::Text(Rc::new(Text::new(text)))
    }

    pub fn list(items: Vec<Value>) -> Self {
        Value::List(Rc::new(Sequence::new(items)))
    }

    pub fn tuple(items: Vec<Value>) -> Self {
        Value::Tuple(Rc::new(Sequence::new(items)))
    }

    pub fn generator(items: Vec<Value>) -> Self {
        Value::Generator(Rc::new(Generator {
            items: Rc::new(Sequence::new(items)),
            consumed: Cell::new(false),
        }))
    }

    pub fn view(kind: ViewKind, items: Vec<Value>) -> Self {
        let items = Rc::new(Sequence::new(items));
        Value::View(Rc::new(View { kind, items }))
    }

    pub fn dict(members: Members) -> Self {
        Value::Dict(Rc::new(Dict::new(members)))
    }

    pub fn undefined(sentence: impl Into<Rc<str>>) -> Self {
        Value::Undefined(sentence.into())
    }

    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined(_))
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    pub fn depth(&self) -> u16 {
        match self {
            Value::List(items) | Value::Tuple(items) => items.depth,
            Value::Dict(dict) => dict.depth,
            Value::View(view) => view.items.depth,
            Value::Generator(generator) => generator.items.depth,
            Value::Loop(state) => state.items.depth,
            Value::Function(function) => match &**function {
                Function::Method(receiver, _) => receiver.depth().saturating_add(1),
                Function::Cycler(items, _) => items.depth,
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Python's name of the type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Undefined(_) => "Undefined",
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Text(_) => "str",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Dict(_) => "dict",
            Value::View(view) => match view.kind {
                ViewKind::Items => "dict_items",
                ViewKind::Keys => "dict_keys",
                ViewKind::Values => "dict_values",
                ViewKind::Range(..) => "range",
            },
            Value::Generator(_) => "generator",
            Value::Namespace(_) => "Namespace",
            Value::Loop(_) => "LoopContext",
            Value::Function(function) => match &**function {
                Function::Macro(..) => "Macro",
                Function::Cycler(..) => "Cycler",
                Function::Joiner(..) => "Joiner",
                _ => "function",
            },
        }
    }

    pub fn is_true(&self) -> bool {
        match self {
            Value::Undefined(_) | Value::None => false,
            Value::Bool(value) => *value,
            Value::Int(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.text.is_empty(),
            Value::List(items) | Value::Tuple(items) => !items.items.is_empty(),
            Value::Dict(dict) => !dict.members.is_empty(),
            Value::View(view) => !view.items.items.is_empty(),
            _ => true,
        }
    }

    /// The items that a loop over it sees.
    pub fn items(&self) -> Result<Vec<Value>> {
        Ok(match self {
            Value::Undefined(_) => Vec::new(),
            Value::Text(text) => {
                checked_items(text.text.chars().count())?;
                text.text
                    .chars()
                    .map(|letter| Value::text(letter.to_string()))
                    .collect()
            }
            Value::List(items) | Value::Tuple(items) => items.items.clone(),
            Value::Dict(dict) => dict.members.keys().map(|key| key.0.clone()).collect(),
            Value::View(view) => view.items.items.clone(),
            Value::Generator(generator) => match generator.consumed.replace(true) {
                true => Vec::new(),
                false => generator.items.items.clone(),
            },
            Value::Loop(state) => {
                state.items.items[(state.index0.get() + 1).min(state.items.items.len())..].to_vec()
            }
            other => return fail(format!("'{}' object is not iterable", other.type_name())),
        })
    }

    /// `len(value)`.
    pub fn length(&self) -> Result<usize> {
        Ok(match self {
            Value::Undefined(_) => 0,
            Value::Text(text) => text.text.chars().count(),
            Value::List(items) | Value::Tuple(items) => items.items.len(),
            Value::Dict(dict) => dict.members.len(),
            Value::View(view) => view.items.items.len(),
            Value::Loop(state) => state.items.items.len(),
            other => {
                return fail(format!(
                    "object of type '{}' has no len()",
                    other.type_name()
                ))
            }
        })
    }

    /// The bytes that reading all of it takes, about.
    pub fn size(&self) -> usize {
        match self {
            Value::Text(text) => text.text.len(),
            Value::List(items) | Value::Tuple(items) => 16 * items.items.len(),
            Value::Dict(dict) => 32 * dict.members.len(),
            Value::View(view) => 16 * view.items.items.len(),
            Value::Generator(generator) => 16 * generator.items.items.len(),
            _ => 0,
        }
    }

    /// Fails as the use of an undefined value does.
    pub fn defined(&self) -> Result<&Self> {
        match self {
            Value::Undefined(sentence) => fail(&**sentence),
            _ => Ok(self),
        }
    }
}

impl Text {
    pub fn new(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        let claim = Claim::of(text.len() + 48);
        Text {
            text,
            _claim: claim,
        }
    }
}

impl Sequence {
    pub fn new(items: Vec<Value>) -> Self {
        let depth = deepest(items.iter());
        let claim = Claim::of(items.len() * size_of::<Value>() + 64);
        Sequence {
            items,
            depth,
            _claim: claim,
        }
    }
}

impl Dict {
    pub fn new(members: Members) -> Self {
        let depth = deepest(members.values());
        let claim = Claim::of(members.len() * 4 * size_of::<Value>() + 96);
        Dict {
            members,
            depth,
            _claim: claim,
        }
    }
}

impl Namespace {
    pub fn new(members: Members) -> Self {
        let claim = Claim::of(members.len() * 4 * size_of::<Value>() + 96);
        Namespace {
            members: RefCell::new(members),
            _claim: claim,
        }
    }
}

fn deepest<'a>(values: impl Iterator<Item = &'a Value>) -> u16 {
    values
        .map(Value::depth)
        .max()
        .unwrap_or(0)
        .saturating_add(1)
}

/// A value that may be a key of a dict: `Key::of` has made sure.
#[derive(Clone)]
pub struct Key(pub Value);

impl Key {
    pub fn of(value: Value) -> Result<Self> {
        if !may_compare() {
            return fail("a key has too many parts");
        }
        match &value {
            Value::List(_) | Value::Dict(_) => {
                fail(format!("unhashable type: '{}'", value.type_name()))
            }
            Value::Tuple(items) => {
                for item in &items.items {
                    Key::of(item.clone())?;
                }
                Ok(Key(value))
            }
            _ => Ok(Key(value)),
        }
    }

    pub fn text(text: &str) -> Self {
        Key(Value::text(text))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        super::operators::equal(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if !may_compare() {
            return;
        }
        match &self.0 {
            Value::Bool(value) => i128::from(*value).hash(state),
            Value::Int(number) => number.hash(state),
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e30 => {
                (*number as i128).hash(state)
            }
            Value::Float(number) => number.to_bits().hash(state),
            Value::Text(text) => text.text.hash(state),
            Value::Tuple(items) => {
                for item in &items.items {
                    Key(item.clone()).hash(state);
                }
            }
            _ => 0.hash(state),
        }
    }
}
