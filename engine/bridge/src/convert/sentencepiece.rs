// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! A SentencePiece tokenizer.model as transformers' LlamaConverter and GemmaConverter read it, and any other one as
//! SentencePiece itself prepares a text.

use super::finish::{finish, part, Defaults};
use super::merges::merges_by_score;
use super::rules::{Rules, Token};
use super::sentencepiece_model::{Algorithm, Kind, Model};
use super::{charsmap, Converted};
use ahash::AHashMap;
use serde_json::{json, Value};
use std::collections::HashSet;
use tokenizers::models::bpe::BPE;
use tokenizers::models::unigram::Unigram;
use tokenizers::normalizers::{Precompiled, Sequence};
use tokenizers::{DecoderWrapper, ModelWrapper, NormalizerWrapper, PreTokenizerWrapper, Tokenizer};

const SPACE: &str = "▁";
/// Pieces of Gemma that are marks although its file has them as plain symbols.
const GEMMA_MARKS: [&str; 2] = ["<start_of_turn>", "<end_of_turn>"];

pub fn sentencepiece(bytes: &[u8], rules: &[u8]) -> Result<Converted, String> {
    let rules = Rules::read(rules)?;
    let mut model = Model::read(bytes)?;
    let is_gemma = rules.class == "GemmaTokenizer";
    let is_llama = ["LlamaTokenizer", "CodeLlamaTokenizer"].contains(&rules.class.as_str())
        || (rules.class.is_empty() && model.algorithm == Algorithm::Bpe && model.byte_fallback);
    model.byte_fallback |= is_llama || is_gemma;
    rename(&mut model, &rules.added);
    if is_gemma {
        name_the_tab(&mut model);
    }
    let prefixed = rules.add_prefix_space.unwrap_or(model.add_dummy_prefix);
    let mut tokenizer = Tokenizer::new(algorithm(&model)?);
    let legacy = rules.legacy.unwrap_or(true) || !is_llama;
    if let Some(normalizer) = normalizer(&model, prefixed, legacy)? {
        tokenizer
            .with_normalizer(Some(normalizer))
            .map_err(|error| error.to_string())?;
    }
    if !legacy {
        let scheme = if prefixed { "first" } else { "never" };
        let spaces = json!({"type": "Metaspace", "replacement": SPACE, "prepend_scheme": scheme, "split": false});
        tokenizer.with_pre_tokenizer(Some(part::<PreTokenizerWrapper>(spaces)?));
    }
    tokenizer.with_decoder(Some(decoder(&model, prefixed)?));
    tokenizer
        .add_tokens(marks(&model, is_gemma).iter().map(Token::added))
        .map_err(|error| error.to_string())?;
    finish(
        tokenizer,
        &rules,
        &Defaults {
            special: named(&model),
            add_bos: is_llama || is_gemma,
        },
    )
}

fn algorithm(model: &Model) -> Result<ModelWrapper, String> {
    if model.algorithm == Algorithm::Unigram {
        let pieces = model
            .pieces
            .iter()
            .map(|piece| (piece.text.clone(), f64::from(piece.score)))
            .collect();
        return Unigram::from(pieces, Some(model.unknown), model.byte_fallback)
            .map(ModelWrapper::Unigram)
            .map_err(|error| error.to_string());
    }
    let vocabulary: AHashMap<String, u32> = model
        .pieces
        .iter()
        .enumerate()
        .map(|(id, piece)| (piece.text.clone(), id as u32))
        .collect();
    let merged: Vec<_> = model
        .pieces
        .iter()
        .filter(|piece| !matches!(piece.kind, Kind::Unknown | Kind::Control | Kind::Byte))
        .map(|piece| (piece.text.as_str(), piece.score))
        .collect();
    let merges = merges_by_score(&merged, &vocabulary);
    BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .unk_token(model.pieces[model.unknown].text.clone())
        .fuse_unk(true)
        .byte_fallback(model.byte_fallback)
        .build()
        .map(ModelWrapper::BPE)
        .map_err(|error| error.to_string())
}

/// What becomes of a text before it is cut: characters rewritten, spaces removed, marked and put in front.
fn normalizer(
    model: &Model,
    prefixed: bool,
    legacy: bool,
) -> Result<Option<NormalizerWrapper>, String> {
    let mut steps: Vec<NormalizerWrapper> = Vec::new();
    let replace = |pattern: Value, content: &str| {
        part(json!({"type": "Replace", "pattern": pattern, "content": content}))
    };
    if !model.charsmap.is_empty() {
        charsmap::check(&model.charsmap)?;
        let table = Precompiled::from(&model.charsmap).map_err(|error| error.to_string())?;
        steps.push(NormalizerWrapper::Precompiled(table));
    }
    if model.remove_extra_whitespaces {
        steps.push(replace(json!({"Regex": "^ +"}), "")?);
        steps.push(replace(json!({"Regex": " {2,}"}), " ")?);
    }
    if legacy {
        let mark = if model.escape_whitespaces { SPACE } else { " " };
        if prefixed {
            steps.push(part(json!({"type": "Prepend", "prepend": mark}))?);
        }
        if model.escape_whitespaces {
            steps.push(replace(json!({"String": " "}), SPACE)?);
        }
    }
    if model.remove_extra_whitespaces {
        steps.push(replace(json!({"Regex": format!("(?:{SPACE}| )+$")}), "")?);
    }
    let sequence = (!steps.is_empty()).then(|| NormalizerWrapper::Sequence(Sequence::new(steps)));
    Ok(sequence)
}

fn decoder(model: &Model, prefixed: bool) -> Result<DecoderWrapper, String> {
    let mut steps = vec![json!({"type": "Replace", "pattern": {"String": SPACE}, "content": " "})];
    if model.byte_fallback {
        steps.push(json!({"type": "ByteFallback"}));
    }
    steps.push(json!({"type": "Fuse"}));
    if prefixed {
        steps.push(json!({"type": "Strip", "content": " ", "start": 1, "stop": 0}));
    }
    part(json!({"type": "Sequence", "decoders": steps}))
}

/// A folder may give a piece that was kept free another text.
fn rename(model: &mut Model, added: &[Token]) {
    let mut known: HashSet<String> = model
        .pieces
        .iter()
        .map(|piece| piece.text.clone())
        .collect();
    for token in added {
        let place = token.id.and_then(|id| model.pieces.get_mut(id as usize));
        if let Some(piece) = place.filter(|_| !known.contains(&token.content)) {
            known.remove(&piece.text);
            known.insert(token.content.clone());
            piece.text = token.content.clone();
        }
    }
}

/// The first Gemma files have the tab as a byte only.
fn name_the_tab(model: &mut Model) {
    if model.pieces.iter().all(|piece| piece.text != "\t") {
        if let Some(piece) = model.pieces.iter_mut().find(|piece| piece.text == "<0x09>") {
            piece.text = "\t".into();
            piece.score = 0.0;
        }
    }
}

/// The pieces that are found whole in a text.
fn marks(model: &Model, is_gemma: bool) -> Vec<Token> {
    model
        .pieces
        .iter()
        .filter(|piece| {
            matches!(
                piece.kind,
                Kind::Unknown | Kind::Control | Kind::UserDefined
            )
        })
        .map(|piece| Token {
            special: piece.kind != Kind::UserDefined
                || (is_gemma && GEMMA_MARKS.contains(&piece.text.as_str())),
            normalized: Some(false),
            ..Token::special(&piece.text)
        })
        .collect()
}

fn named(model: &Model) -> Vec<(&'static str, String)> {
    let places = [
        ("bos_token", model.bos),
        ("eos_token", model.eos),
        ("unk_token", Some(model.unknown)),
        ("pad_token", model.pad),
    ];
    places
        .into_iter()
        .filter_map(|(name, place)| Some((name, &model.pieces[place?])))
        .filter(|(_, piece)| matches!(piece.kind, Kind::Control | Kind::Unknown))
        .map(|(name, piece)| (name, piece.text.clone()))
        .collect()
}
