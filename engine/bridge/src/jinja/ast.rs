// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! A parsed template. It holds no values, so that one may be shared between threads.

use std::sync::Arc;

pub type Name = Arc<str>;

#[derive(Debug)]
pub struct Expr {
    pub line: u32,
    /// Of the tree below.
    pub depth: u16,
    pub node: Node,
}

#[derive(Debug)]
pub enum Node {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Arc<str>),
    Name(Name),
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Positive(Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Concat(Vec<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    /// then, test, otherwise
    Conditional(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    Attribute(Box<Expr>, Name),
    Item(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, Box<[Option<Expr>; 3]>),
    Call(Box<Expr>, Arguments),
    /// Without an operand it filters what its block wrote.
    Filter(Option<Box<Expr>>, Name, Arguments),
    Test(Box<Expr>, Name, Arguments),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
}

#[derive(Debug, Default)]
pub struct Arguments {
    pub positional: Vec<Expr>,
    pub keywords: Vec<(Name, Expr)>,
    pub star: Option<Box<Expr>>,
    pub double_star: Option<Box<Expr>>,
}

#[derive(Debug)]
pub enum Target {
    Name(Name),
    /// namespace.attribute
    Member(Name, Name),
    Tuple(Vec<Target>),
}

#[derive(Debug)]
pub enum Statement {
    Data(String),
    Output(Expr),
    If(Vec<(Expr, Vec<Statement>)>, Vec<Statement>),
    For(Arc<For>),
    Set(Target, Expr),
    /// The filters, if any, end in one without an operand.
    SetBlock(Target, Option<Expr>, Vec<Statement>),
    Macro(Arc<Macro>),
    /// The call, and what it calls as `caller`.
    CallBlock(Expr, Arc<Macro>),
    FilterBlock(Expr, Vec<Statement>),
    With(Vec<(Target, Expr)>, Vec<Statement>),
    /// Answers that the reference library's masks count as the model's.
    Generation(Vec<Statement>),
    Break,
    Continue,
}

#[derive(Debug)]
pub struct For {
    pub line: u32,
    pub target: Target,
    pub iterable: Expr,
    pub condition: Option<Expr>,
    pub recursive: bool,
    pub body: Vec<Statement>,
    pub otherwise: Vec<Statement>,
}

#[derive(Debug)]
pub struct Macro {
    pub name: Name,
    /// With the default of each.
    pub parameters: Vec<(Name, Option<Expr>)>,
    pub body: Vec<Statement>,
    pub takes_varargs: bool,
    pub takes_kwargs: bool,
    pub takes_caller: bool,
}

impl Node {
    /// The depth of the deepest operand.
    pub fn depth_below(&self) -> u16 {
        let deepest =
            |all: &mut dyn Iterator<Item = &Expr>| all.map(|each| each.depth).max().unwrap_or(0);
        match self {
            Node::None
            | Node::Bool(_)
            | Node::Int(_)
            | Node::Float(_)
            | Node::Text(_)
            | Node::Name(_) => 0,
            Node::Tuple(items) | Node::List(items) | Node::Concat(items) => {
                deepest(&mut items.iter())
            }
            Node::Dict(members) => {
                deepest(&mut members.iter().flat_map(|(key, value)| [key, value]))
            }
            Node::Not(inner)
            | Node::Negative(inner)
            | Node::Positive(inner)
            | Node::Attribute(inner, _) => inner.depth,
            Node::Binary(_, left, right)
            | Node::And(left, right)
            | Node::Or(left, right)
            | Node::Item(left, right) => left.depth.max(right.depth),
            Node::Compare(first, rest) => first
                .depth
                .max(deepest(&mut rest.iter().map(|(_, each)| each))),
            Node::Conditional(then, test, otherwise) => then
                .depth
                .max(test.depth)
                .max(otherwise.as_ref().map_or(0, |otherwise| otherwise.depth)),
            Node::Slice(owner, parts) => owner.depth.max(deepest(&mut parts.iter().flatten())),
            Node::Call(inner, arguments) | Node::Test(inner, _, arguments) => {
                inner.depth.max(arguments.depth())
            }
            Node::Filter(inner, _, arguments) => inner
                .as_ref()
                .map_or(0, |inner| inner.depth)
                .max(arguments.depth()),
        }
    }
}

impl Arguments {
    fn depth(&self) -> u16 {
        let named = self.keywords.iter().map(|(_, value)| value);
        let starred = self
            .star
            .iter()
            .chain(&self.double_star)
            .map(|value| &**value);
        self.positional
            .iter()
            .chain(named)
            .chain(starred)
            .map(|each| each.depth)
            .max()
            .unwrap_or(0)
    }
}
