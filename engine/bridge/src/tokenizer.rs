// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! A tokenizer.json, or what was converted to one, behind the `tokenizers` crate. Safe to read from several threads.

use crate::convert::{byte_level, check_json, sentencepiece, Converted};
use crate::ffi::{Encoding, NamedToken, SpecialToken};
use crate::guard::{guarded, text_of};
use std::sync::OnceLock;
use tokenizers::{DecoderWrapper, ModelWrapper};

pub struct Tokenizer {
    normal: tokenizers::Tokenizer,
    /// The twin that reads the text of special tokens as plain text; made when first asked for.
    literal: OnceLock<tokenizers::Tokenizer>,
    /// What a conversion calls its special tokens; nothing of a tokenizer.json.
    named: Vec<(String, String)>,
}

pub fn read_tokenizer(json: &[u8]) -> Result<Box<Tokenizer>, String> {
    guarded(|| {
        text_of(json, "the file")?;
        check_json(json)?;
        let mut normal =
            tokenizers::Tokenizer::from_bytes(json).map_err(|error| error.to_string())?;
        // Length limits and padding belong to the caller, as in the reference library.
        normal
            .with_truncation(None)
            .map_err(|error| error.to_string())?;
        normal.with_padding(None);
        Ok(Box::new(Tokenizer {
            normal,
            literal: OnceLock::new(),
            named: Vec::new(),
        }))
    })
}

pub fn convert_byte_level(
    vocabulary: &[u8],
    merges: &[u8],
    rules: &[u8],
) -> Result<Box<Tokenizer>, String> {
    guarded(|| byte_level(vocabulary, merges, rules).map(boxed))
}

pub fn convert_sentencepiece(model: &[u8], rules: &[u8]) -> Result<Box<Tokenizer>, String> {
    guarded(|| sentencepiece(model, rules).map(boxed))
}

fn boxed(converted: Converted) -> Box<Tokenizer> {
    Box::new(Tokenizer {
        normal: converted.tokenizer,
        literal: OnceLock::new(),
        named: converted.named,
    })
}

impl Tokenizer {
    pub fn encode(
        &self,
        text: &[u8],
        add_special: bool,
        special_text_is_plain: bool,
    ) -> Result<Vec<i64>, String> {
        guarded(|| {
            let encoding = self
                .reader(special_text_is_plain)
                .encode_fast(text_of(text, "the text")?, add_special)
                .map_err(|error| error.to_string())?;
            Ok(widened(encoding.get_ids()))
        })
    }

    pub fn encode_with_offsets(
        &self,
        text: &[u8],
        add_special: bool,
        special_text_is_plain: bool,
    ) -> Result<Encoding, String> {
        guarded(|| {
            let encoding = self
                .reader(special_text_is_plain)
                .encode(text_of(text, "the text")?, add_special)
                .map_err(|error| error.to_string())?;
            let (begins, ends) = encoding.get_offsets().iter().copied().unzip();
            Ok(Encoding {
                ids: widened(encoding.get_ids()),
                begins,
                ends,
            })
        })
    }

    pub fn decode(&self, ids: &[i64], skip_special: bool) -> Result<String, String> {
        guarded(|| {
            let ids = ids
                .iter()
                .map(|&id| narrowed(id))
                .collect::<Result<Vec<_>, _>>()?;
            self.normal
                .decode(&ids, skip_special)
                .map_err(|error| error.to_string())
        })
    }

    /// −1 when the vocabulary has no such token.
    pub fn id_of(&self, token: &[u8]) -> Result<i64, String> {
        guarded(|| {
            let id = self.normal.token_to_id(text_of(token, "the token")?);
            Ok(id.map_or(-1, i64::from))
        })
    }

    pub fn token_of(&self, id: i64) -> Result<String, String> {
        guarded(|| {
            self.normal
                .id_to_token(narrowed(id)?)
                .ok_or_else(|| format!("the vocabulary has no token {id}"))
        })
    }

    pub fn vocabulary_size(&self) -> Result<i64, String> {
        guarded(|| Ok(self.normal.get_vocab_size(true) as i64))
    }

    pub fn kind(&self) -> Result<String, String> {
        let kind = match self.normal.get_model() {
            ModelWrapper::BPE(_) => "BPE",
            ModelWrapper::WordPiece(_) => "WordPiece",
            ModelWrapper::WordLevel(_) => "WordLevel",
            ModelWrapper::Unigram(_) => "Unigram",
        };
        Ok(kind.to_string())
    }

    /// Whether tokens like <0xE2> decode to bytes.
    pub fn byte_fallback(&self) -> Result<bool, String> {
        fn has(decoder: &DecoderWrapper) -> bool {
            match decoder {
                DecoderWrapper::ByteFallback(_) => true,
                DecoderWrapper::Sequence(parts) => parts.get_decoders().iter().any(has),
                _ => false,
            }
        }
        Ok(self.normal.get_decoder().is_some_and(has))
    }

    pub fn special_tokens(&self) -> Result<Vec<SpecialToken>, String> {
        guarded(|| {
            let mut tokens: Vec<_> = self
                .normal
                .get_added_tokens_decoder()
                .into_iter()
                .filter(|(_, token)| token.special)
                .map(|(id, token)| SpecialToken {
                    id: id.into(),
                    text: token.content,
                })
                .collect();
            tokens.sort_by_key(|token| token.id);
            Ok(tokens)
        })
    }

    pub fn named_tokens(&self) -> Vec<NamedToken> {
        self.named
            .iter()
            .map(|(name, text)| NamedToken {
                name: name.clone(),
                text: text.clone(),
            })
            .collect()
    }

    /// As a tokenizer.json.
    pub fn json(&self) -> Result<String, String> {
        guarded(|| {
            self.normal
                .to_string(false)
                .map_err(|error| error.to_string())
        })
    }

    fn reader(&self, special_text_is_plain: bool) -> &tokenizers::Tokenizer {
        if !special_text_is_plain {
            return &self.normal;
        }
        self.literal.get_or_init(|| {
            let mut literal = self.normal.clone();
            literal.set_encode_special_tokens(true);
            literal
        })
    }
}

fn widened(ids: &[u32]) -> Vec<i64> {
    ids.iter().copied().map(i64::from).collect()
}

fn narrowed(id: i64) -> Result<u32, String> {
    u32::try_from(id).map_err(|_| format!("{id} is not a token id"))
}
