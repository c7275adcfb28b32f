// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! What a SentencePiece model file says (sentencepiece_model.proto): pieces, and how texts are prepared for them.

use super::protobuf::{Field, Fields, Value};
use std::collections::HashSet;

/// SentencePiece itself trains none above 512 characters.
const MAX_PIECE_BYTES: usize = 2048;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

pub struct Piece {
    pub text: String,
    pub score: f32,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Algorithm {
    Unigram,
    Bpe,
}

pub struct Model {
    pub pieces: Vec<Piece>,
    pub algorithm: Algorithm,
    pub byte_fallback: bool,
    /// The place of the piece for what is unknown.
    pub unknown: usize,
    /// The ids of bos, eos and pad; none below 0.
    pub bos: Option<usize>,
    pub eos: Option<usize>,
    pub pad: Option<usize>,
    pub charsmap: Vec<u8>,
    pub add_dummy_prefix: bool,
    pub remove_extra_whitespaces: bool,
    pub escape_whitespaces: bool,
}

/// The fields of TrainerSpec and NormalizerSpec as they stand, with the defaults of the format.
struct Specs {
    model_type: u64,
    whitespace_as_suffix: bool,
    byte_fallback: bool,
    bos: i64,
    eos: i64,
    pad: i64,
    charsmap: Vec<u8>,
    add_dummy_prefix: bool,
    remove_extra_whitespaces: bool,
    escape_whitespaces: bool,
}

impl Model {
    pub fn read(bytes: &[u8]) -> Result<Model, String> {
        if is_tiktoken(bytes) {
            return Err("it is a list of tiktoken, not a SentencePiece model".into());
        }
        let mut pieces = Vec::new();
        let mut specs = Specs {
            model_type: 1,
            whitespace_as_suffix: false,
            byte_fallback: false,
            bos: 1,
            eos: 2,
            pad: -1,
            charsmap: Vec::new(),
            add_dummy_prefix: true,
            remove_extra_whitespaces: true,
            escape_whitespaces: true,
        };
        for field in Fields::new(bytes, 0) {
            let field = field?;
            match (field.number, &field.value) {
                (1, Value::Bytes(piece)) => pieces.push(read_piece(piece, field.at, pieces.len())?),
                (2, Value::Bytes(spec)) => specs.read_trainer(spec, field.at)?,
                (3, Value::Bytes(spec)) => specs.read_normalizer(spec, field.at)?,
                (1..=3, _) => return Err(format!("byte {}: not a message", field.at)),
                _ => {}
            }
        }
        specs.model(pieces)
    }
}

/// Lines of a token in base64 and its rank, as Llama 3 was first published.
fn is_tiktoken(bytes: &[u8]) -> bool {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let space = line.iter().position(|byte| *byte == b' ');
    space.is_some_and(|at| {
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        at > 0 && line[..at].iter().all(is_base64) && line[at + 1..].iter().all(u8::is_ascii_digit)
    })
}

fn read_piece(bytes: &[u8], start: usize, index: usize) -> Result<Piece, String> {
    let mut piece = Piece {
        text: String::new(),
        score: 0.0,
        kind: Kind::Normal,
    };
    let wrong = |what: &str| format!("piece {index}: {what}");
    for field in Fields::new(bytes, start) {
        let field = field?;
        match (field.number, field.value) {
            (1, Value::Bytes(text)) => {
                if text.len() > MAX_PIECE_BYTES {
                    return Err(wrong(&format!(
                        "{} bytes, at most {MAX_PIECE_BYTES} are read",
                        text.len()
                    )));
                }
                let text = std::str::from_utf8(text).map_err(|_| wrong("not valid UTF-8"))?;
                piece.text = text.to_string();
            }
            (2, Value::Fixed32(bits)) => piece.score = f32::from_bits(bits),
            (3, Value::Varint(kind)) => {
                piece.kind = match kind {
                    1 => Kind::Normal,
                    2 => Kind::Unknown,
                    3 => Kind::Control,
                    4 => Kind::UserDefined,
                    5 => Kind::Unused,
                    6 => Kind::Byte,
                    _ => return Err(wrong(&format!("unknown kind {kind}"))),
                }
            }
            (1..=3, _) => return Err(wrong("a field of the wrong kind")),
            _ => {}
        }
    }
    if piece.text.is_empty() {
        return Err(wrong("empty"));
    }
    if !piece.score.is_finite() {
        return Err(wrong("its score is not a number"));
    }
    Ok(piece)
}

impl Specs {
    fn read_trainer(&mut self, bytes: &[u8], start: usize) -> Result<(), String> {
        for field in Fields::new(bytes, start) {
            let field = field?;
            match field.number {
                3 => self.model_type = number(&field)?,
                24 => self.whitespace_as_suffix = number(&field)? != 0,
                35 => self.byte_fallback = number(&field)? != 0,
                41 => self.bos = number(&field)? as i64,
                42 => self.eos = number(&field)? as i64,
                43 => self.pad = number(&field)? as i64,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_normalizer(&mut self, bytes: &[u8], start: usize) -> Result<(), String> {
        for field in Fields::new(bytes, start) {
            let field = field?;
            match (field.number, &field.value) {
                (2, Value::Bytes(charsmap)) => self.charsmap = charsmap.to_vec(),
                (3, _) => self.add_dummy_prefix = number(&field)? != 0,
                (4, _) => self.remove_extra_whitespaces = number(&field)? != 0,
                (5, _) => self.escape_whitespaces = number(&field)? != 0,
                _ => {}
            }
        }
        Ok(())
    }

    fn model(self, pieces: Vec<Piece>) -> Result<Model, String> {
        if pieces.is_empty() {
            return Err("it holds no pieces".into());
        }
        let mut seen = HashSet::with_capacity(pieces.len());
        for (index, piece) in pieces.iter().enumerate() {
            if !seen.insert(piece.text.as_str()) {
                return Err(format!("piece {index}: {:?} is there twice", piece.text));
            }
        }
        let algorithm = match self.model_type {
            1 => Algorithm::Unigram,
            2 => Algorithm::Bpe,
            3 => return Err("it splits into whole words; only BPE and unigram are read".into()),
            4 => return Err("it splits into characters; only BPE and unigram are read".into()),
            other => return Err(format!("its kind {other} is unknown")),
        };
        if self.whitespace_as_suffix {
            return Err("it marks words at their end, which is not supported".into());
        }
        let mut unknown = pieces
            .iter()
            .enumerate()
            .filter(|(_, piece)| piece.kind == Kind::Unknown)
            .map(|(index, _)| index);
        let (Some(unknown), None) = (unknown.next(), unknown.next()) else {
            return Err("it does not have exactly one piece for what is unknown".into());
        };
        let id = |id: i64| usize::try_from(id).ok().filter(|&id| id < pieces.len());
        Ok(Model {
            algorithm,
            byte_fallback: self.byte_fallback,
            unknown,
            bos: id(self.bos),
            eos: id(self.eos),
            pad: id(self.pad),
            charsmap: self.charsmap,
            add_dummy_prefix: self.add_dummy_prefix,
            remove_extra_whitespaces: self.remove_extra_whitespaces,
            escape_whitespaces: self.escape_whitespaces,
            pieces,
        })
    }
}

fn number(field: &Field) -> Result<u64, String> {
    match field.value {
        Value::Varint(value) => Ok(value),
        _ => Err(format!("byte {}: not a number", field.at)),
    }
}
