// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Everything the C++ files of engine/bridge can call. Texts come in as bytes and are checked here;
//! an error is one sentence that names the position.

mod chat_template;
mod convert;
mod guard;
mod gzip;
mod jinja;
mod parquet_file;
mod safetensors_header;
mod text_decoder;
mod tokenizer;

use chat_template::{compile_template, ChatTemplate};
use gzip::{new_gzip_decoder, GzipDecoder};
use parquet_file::{open_parquet, ParquetRows};
use safetensors_header::read_safetensors_header;
use text_decoder::{guess_encoding, new_text_decoder, TextDecoder};
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

    /// UTF-8, and where in it stands U+FFFD for bytes that mean nothing.
    struct DecodedText {
        text: Vec<u8>,
        bad: Vec<usize>,
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

        type GzipDecoder;
        fn new_gzip_decoder() -> Box<GzipDecoder>;
        fn feed(self: &mut GzipDecoder, input: &[u8]) -> Result<Vec<u8>>;
        fn finish(self: &mut GzipDecoder) -> Result<Vec<u8>>;

        type TextDecoder;
        fn new_text_decoder(label: &[u8]) -> Result<Box<TextDecoder>>;
        fn guess_encoding(sample: &[u8]) -> String;
        fn decode(self: &mut TextDecoder, input: &[u8], is_last: bool) -> Result<DecodedText>;

        type ParquetRows;
        fn open_parquet(descriptor: i32, most_unpacked: u64) -> Result<Box<ParquetRows>>;
        fn columns(self: &ParquetRows) -> Vec<String>;
        fn count(self: &ParquetRows) -> i64;
        fn unpacked_bytes(self: &ParquetRows) -> u64;
        fn next(self: &mut ParquetRows) -> Result<Vec<u8>>;

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
