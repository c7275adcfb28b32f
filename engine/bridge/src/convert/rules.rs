// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What the files beside a vocabulary say about it, as engine/text collects them.

use serde::Deserialize;
use std::collections::BTreeMap;
use tokenizers::AddedToken;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// transformers' name without "Fast"; empty when no file says.
    pub class: String,
    pub add_prefix_space: Option<bool>,
    pub legacy: Option<bool>,
    pub add_bos_token: Option<bool>,
    pub add_eos_token: Option<bool>,
    /// bos_token, eos_token, …; null where a file says there is none, absent where none says.
    pub special: BTreeMap<String, Option<Token>>,
    /// In the order of their ids.
    pub added: Vec<Token>,
    pub extra: Vec<Token>,
}

#[derive(Clone, Deserialize)]
pub struct Token {
    pub content: String,
    pub id: Option<u32>,
    #[serde(default)]
    pub special: bool,
    pub normalized: Option<bool>,
    #[serde(default)]
    pub lstrip: bool,
    #[serde(default)]
    pub rstrip: bool,
    #[serde(default)]
    pub single_word: bool,
}

impl Rules {
    pub fn read(json: &[u8]) -> Result<Rules, String> {
        serde_json::from_slice(json).map_err(|error| format!("the rules of conversion: {error}"))
    }
}

impl Token {
    pub fn special(content: &str) -> Token {
        Token {
            content: content.into(),
            id: None,
            special: true,
            normalized: None,
            lstrip: false,
            rstrip: false,
            single_word: false,
        }
    }

    pub fn added(&self) -> AddedToken {
        AddedToken::from(self.content.clone(), self.special)
            .normalized(self.normalized.unwrap_or(!self.special))
            .lstrip(self.lstrip)
            .rstrip(self.rstrip)
            .single_word(self.single_word)
    }
}
