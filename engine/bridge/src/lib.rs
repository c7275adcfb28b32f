// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Everything the C++ files of engine/bridge can call. Texts come in as bytes and are checked here;
//! an error is one sentence that names the position.

mod chat_template;
mod convert;
mod guard;
mod jinja;
mod safetensors_header;
mod tokenizer;

use chat_template::{compile_template, ChatTemplate};
use safetensors_header::read_safetensors_header;
use tokenizer::{convert_byte_level, convert_sentencepiece, read_tokenizer, Tokenizer};

#[cxx::bridge(namespace = "engine::bridge::rust_side")]
mod ffi {
    /// One tensor; `begin` and `end` count from the start of the file.
    struct TensorInfo {
        name: String,
        dtype: String,
        shape: Vec<i64>,
        begin: u64,
        end: u64,
    }

    struct MetadataItem {
        key: String,
        value: String,
    }

    struct SafetensorsHeader {
        tensors: Vec<TensorInfo>,
        metadata: Vec<MetadataItem>,
    }

    /// Token ids with the bytes of the text each one covers.
    struct Encoding {
        ids: Vec<i64>,
        begins: Vec<usize>,
        ends: Vec<usize>,
    }

    struct SpecialToken {
        id: i64,
        text: String,
    }

    /// ("bos_token", "<s>")
    struct NamedToken {
        name: String,
        text: String,
    }

    /// A conversation as text, and the bytes of it that the template marks as the model's.
    struct RenderedChat {
        text: String,
        begins: Vec<usize>,
        ends: Vec<usize>,
    }

    extern "Rust" {
        fn read_safetensors_header(head: &[u8], file_size: u64) -> Result<SafetensorsHeader>;

        type Tokenizer;
        fn read_tokenizer(json: &[u8]) -> Result<Box<Tokenizer>>;
        fn convert_byte_level(
            vocabulary: &[u8],
            merges: &[u8],
            rules: &[u8],
        ) -> Result<Box<Tokenizer>>;
        fn convert_sentencepiece(model: &[u8], rules: &[u8]) -> Result<Box<Tokenizer>>;
        fn encode(
            self: &Tokenizer,
            text: &[u8],
            add_special: bool,
            special_text_is_plain: bool,
        ) -> Result<Vec<i64>>;
        fn encode_with_offsets(
            self: &Tokenizer,
            text: &[u8],
            add_special: bool,
            special_text_is_plain: bool,
        ) -> Result<Encoding>;
        fn decode(self: &Tokenizer, ids: &[i64], skip_special: bool) -> Result<String>;
        fn id_of(self: &Tokenizer, token: &[u8]) -> Result<i64>;
        fn token_of(self: &Tokenizer, id: i64) -> Result<String>;
        fn vocabulary_size(self: &Tokenizer) -> Result<i64>;
        fn kind(self: &Tokenizer) -> Result<String>;
        fn byte_fallback(self: &Tokenizer) -> Result<bool>;
        fn special_tokens(self: &Tokenizer) -> Result<Vec<SpecialToken>>;
        fn named_tokens(self: &Tokenizer) -> Vec<NamedToken>;
        fn json(self: &Tokenizer) -> Result<String>;

        type ChatTemplate;
        fn compile_template(source: &[u8]) -> Result<Box<ChatTemplate>>;
        fn render(
            self: &ChatTemplate,
            messages_json: &[u8],
            tools_json: &[u8],
            variables_json: &[u8],
            add_generation_prompt: bool,
            continue_final_message: bool,
        ) -> Result<RenderedChat>;
    }
}
