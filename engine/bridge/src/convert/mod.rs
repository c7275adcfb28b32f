// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Vocabularies that are no tokenizer.json: what transformers' converters make of them, made on load.

mod byte_level;
mod charsmap;
mod finish;
mod merges;
mod protobuf;
mod rules;
mod sentencepiece;
mod sentencepiece_model;

pub use byte_level::byte_level;
pub use charsmap::check_json;
pub use sentencepiece::sentencepiece;

/// A tokenizer and what its special tokens are called: ("bos_token", "<s>").
pub struct Converted {
    pub tokenizer: tokenizers::Tokenizer,
    pub named: Vec<(String, String)>,
}
