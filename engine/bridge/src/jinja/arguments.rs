// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The arguments of a call, and what names them.

use super::error::{fail, Result};
use super::value::Value;

#[derive(Default, Clone)]
pub struct Given {
    pub positional: Vec<Value>,
    pub keywords: Vec<(String, Value)>,
}

impl Given {
    /// The arguments of the parameters `names`, in order. Fails for one too many or an unknown name.
    pub fn bound<const N: usize>(
        &self,
        callee: &str,
        names: [&str; N],
    ) -> Result<[Option<Value>; N]> {
        let mut bound = [const { None }; N];
        if self.positional.len() > N {
            return fail(format!(
                "{callee} takes at most {N} arguments ({} given)",
                self.positional.len()
            ));
        }
        for (place, value) in bound.iter_mut().zip(&self.positional) {
            *place = Some(value.clone());
        }
        for (name, value) in &self.keywords {
            match names.iter().position(|each| each == name) {
                Some(at) if bound[at].is_none() => bound[at] = Some(value.clone()),
                Some(_) => {
                    return fail(format!(
                        "{callee} got multiple values for argument '{name}'"
                    ))
                }
                None => {
                    return fail(format!(
                        "{callee} got an unexpected keyword argument '{name}'"
                    ))
                }
            }
        }
        Ok(bound)
    }
}

pub fn needed(callee: &str, name: &str, value: Option<Value>) -> Result<Value> {
    match value {
        Some(value) => Ok(value),
        None => fail(format!("{callee} is missing the argument '{name}'")),
    }
}

pub fn integer(value: &Value) -> Result<i128> {
    match value.defined()? {
        Value::Int(number) => Ok(*number),
        Value::Bool(value) => Ok(i128::from(*value)),
        other => fail(format!(
            "'{}' object cannot be interpreted as an integer",
            other.type_name()
        )),
    }
}

pub fn string(value: &Value) -> Result<&str> {
    match value.defined()?.as_str() {
        Some(text) => Ok(text),
        None => fail(format!("a str is expected, not {}", value.type_name())),
    }
}
