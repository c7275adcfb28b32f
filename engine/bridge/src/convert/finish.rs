// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What every conversion ends with: the tokens that the folder adds, and BOS and EOS around a text.

use super::rules::{Rules, Token};
use super::Converted;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use tokenizers::{PostProcessorWrapper, Tokenizer};

/// The order in which the reference library adds them.
const NAMES: [&str; 7] = [
    "bos_token",
    "eos_token",
    "unk_token",
    "sep_token",
    "pad_token",
    "cls_token",
    "mask_token",
];

/// What a family does where no file says.
pub struct Defaults {
    pub special: Vec<(&'static str, String)>,
    pub add_bos: bool,
}

/// Adds the tokens of `rules` to a tokenizer that has its model, and sets what is put around a text.
pub fn finish(
    mut tokenizer: Tokenizer,
    rules: &Rules,
    defaults: &Defaults,
) -> Result<Converted, String> {
    let mut named: Vec<(String, Token)> = Vec::new();
    for name in NAMES {
        let token = match rules.special.get(name) {
            Some(said) => said.clone(),
            None => defaults
                .special
                .iter()
                .find(|(default, _)| *default == name)
                .map(|(_, text)| Token::special(text)),
        };
        if let Some(token) = token {
            named.push((name.into(), token));
        }
    }
    add(&mut tokenizer, &rules.added, true)?;
    let of_config = |token: &Token| rules.added.iter().any(|t| t.content == token.content);
    let others: Vec<Token> = named
        .iter()
        .map(|(_, token)| token)
        .chain(&rules.extra)
        .filter(|token| !of_config(token))
        .map(|token| Token {
            special: true,
            ..token.clone()
        })
        .collect();
    add(&mut tokenizer, &others, false)?;

    let text_of = |wanted: &str| {
        named
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, token)| token.content.as_str())
    };
    let bos = text_of("bos_token").filter(|_| rules.add_bos_token.unwrap_or(defaults.add_bos));
    let eos = text_of("eos_token").filter(|_| rules.add_eos_token.unwrap_or(false));
    if bos.is_some() || eos.is_some() {
        let around = around(&tokenizer, bos, eos)?;
        tokenizer.with_post_processor(Some(around));
    }
    Ok(Converted {
        tokenizer,
        named: named
            .into_iter()
            .map(|(name, token)| (name, token.content))
            .collect(),
    })
}

/// A part of a tokenizer.json.
pub fn part<T: DeserializeOwned>(json: Value) -> Result<T, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// `checks_ids`: a token that gets another id than its file says would stand for another row of the embedding.
fn add(tokenizer: &mut Tokenizer, tokens: &[Token], checks_ids: bool) -> Result<(), String> {
    tokenizer
        .add_tokens(tokens.iter().map(Token::added))
        .map_err(|error| error.to_string())?;
    for token in tokens.iter().filter(|_| checks_ids) {
        let id = tokenizer.token_to_id(&token.content);
        if token.id.is_some() && id != token.id {
            return Err(format!(
                "the added token {:?} has the id {}, but the vocabulary gives it {}",
                token.content,
                token.id.unwrap_or_default(),
                id.map_or("none".into(), |id| id.to_string())
            ));
        }
    }
    Ok(())
}

fn around(
    tokenizer: &Tokenizer,
    bos: Option<&str>,
    eos: Option<&str>,
) -> Result<PostProcessorWrapper, String> {
    let mut single = Vec::new();
    let mut pair = Vec::new();
    let mut tokens = serde_json::Map::new();
    let piece = |text: &str, kind: u8| json!({"SpecialToken": {"id": text, "type_id": kind}});
    for (kind, sequence) in ["A", "B"].into_iter().enumerate() {
        let kind = kind as u8;
        let mut part: Vec<Value> = bos.map(|text| piece(text, kind)).into_iter().collect();
        part.push(json!({"Sequence": {"id": sequence, "type_id": kind}}));
        part.extend(eos.map(|text| piece(text, kind)));
        if kind == 0 {
            single = part.clone();
        }
        pair.extend(part);
    }
    for text in bos.into_iter().chain(eos) {
        let id = tokenizer
            .token_to_id(text)
            .ok_or_else(|| format!("the vocabulary has no token {text:?}"))?;
        tokens.insert(
            text.into(),
            json!({"id": text, "ids": [id], "tokens": [text]}),
        );
    }
    part(
        json!({"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": tokens}),
    )
}
