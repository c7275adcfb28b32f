// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! vocab.json with merges.txt: byte pair encoding over bytes, as GPT-2 published it and transformers' GPT2Converter,
//! Qwen2Converter and GPTNeoXTokenizer read it.

use super::finish::{finish, part, Defaults};
use super::merges::checked_merges;
use super::rules::Rules;
use super::Converted;
use crate::guard::text_of;
use ahash::AHashMap;
use serde_json::{json, Value};
use std::collections::HashSet;
use tokenizers::models::bpe::BPE;
use tokenizers::{
    DecoderWrapper, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper, Tokenizer,
};

/// Where Qwen cuts a text before merging.
const QWEN_PATTERN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const END_OF_TEXT: &str = "<|endoftext|>";

enum Family {
    Gpt2,
    Qwen2,
    GptNeoX,
}

pub fn byte_level(vocabulary: &[u8], merges: &[u8], rules: &[u8]) -> Result<Converted, String> {
    let rules = Rules::read(rules)?;
    let family = match rules.class.as_str() {
        "" | "GPT2Tokenizer" | "CodeGenTokenizer" => Family::Gpt2,
        "Qwen2Tokenizer" => Family::Qwen2,
        "GPTNeoXTokenizer" => Family::GptNeoX,
        other => {
            return Err(format!(
                "vocab.json and merges.txt of a {other} cannot be read"
            ))
        }
    };
    let vocabulary = read_vocabulary(text_of(vocabulary, "vocab.json")?)?;
    let merges = read_merges(text_of(merges, "merges.txt")?, &vocabulary)?;
    let model = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .continuing_subword_prefix(String::new())
        .end_of_word_suffix(String::new())
        .build()
        .map_err(|error| error.to_string())?;
    let prefix_space = rules.add_prefix_space.unwrap_or(false);
    let bytes = |cuts: bool| json!({"type": "ByteLevel", "add_prefix_space": prefix_space, "trim_offsets": false, "use_regex": cuts});
    let mut tokenizer = Tokenizer::new(model);
    if !matches!(family, Family::Gpt2) {
        let normalizer: NormalizerWrapper = part(json!({"type": "NFC"}))?;
        tokenizer
            .with_normalizer(Some(normalizer))
            .map_err(|error| error.to_string())?;
    }
    let pre_tokenizer = match family {
        Family::Qwen2 => json!({"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": QWEN_PATTERN}, "behavior": "Isolated", "invert": false},
            bytes(false)]}),
        _ => bytes(true),
    };
    tokenizer.with_pre_tokenizer(Some(part::<PreTokenizerWrapper>(pre_tokenizer)?));
    tokenizer.with_post_processor(Some(part::<PostProcessorWrapper>(bytes(true))?));
    tokenizer.with_decoder(Some(part::<DecoderWrapper>(bytes(true))?));
    finish(tokenizer, &rules, &defaults(&family))
}

fn defaults(family: &Family) -> Defaults {
    let names: &[&'static str] = match family {
        Family::Gpt2 | Family::GptNeoX => &["bos_token", "eos_token", "unk_token"],
        Family::Qwen2 => &["eos_token", "unk_token", "pad_token"],
    };
    let mut special: Vec<_> = names
        .iter()
        .map(|name| (*name, END_OF_TEXT.to_string()))
        .collect();
    if matches!(family, Family::GptNeoX) {
        special.push(("pad_token", "<|padding|>".into()));
    }
    Defaults {
        special,
        add_bos: false,
    }
}

fn read_vocabulary(text: &str) -> Result<AHashMap<String, u32>, String> {
    let json: serde_json::Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("vocab.json: {error}"))?;
    let mut taken = HashSet::with_capacity(json.len());
    let mut vocabulary = AHashMap::with_capacity(json.len());
    for (token, id) in json {
        let number = id
            .as_u64()
            .and_then(|id| u32::try_from(id).ok())
            .ok_or_else(|| format!("vocab.json: the id of {token:?} is {id}, not a token id"))?;
        if !taken.insert(number) {
            return Err(format!("vocab.json: two tokens have the id {number}"));
        }
        vocabulary.insert(token, number);
    }
    match vocabulary.is_empty() {
        true => Err("vocab.json holds no token".into()),
        false => Ok(vocabulary),
    }
}

fn read_merges(
    text: &str,
    vocabulary: &AHashMap<String, u32>,
) -> Result<Vec<(String, String)>, String> {
    let mut merges = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with("#version") {
            continue;
        }
        let (left, right) = line
            .split_once(' ')
            .filter(|(left, right)| !left.is_empty() && !right.is_empty() && !right.contains(' '))
            .ok_or_else(|| format!("merges.txt, line {}: not two tokens", index + 1))?;
        checked_merges(left, right, vocabulary)
            .map_err(|error| format!("merges.txt, line {}: {error}", index + 1))?;
        merges.push((left.to_string(), right.to_string()));
    }
    Ok(merges)
}
