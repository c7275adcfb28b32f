// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Text in other encodings than UTF-8, as the WHATWG defines them, piece by piece.

use crate::ffi::DecodedText;
use crate::guard::{guarded, text_of};
use chardetng::EncodingDetector;
use encoding_rs::{Decoder, DecoderResult, Encoding};

pub struct TextDecoder(Decoder);

const REPLACEMENT: &str = "\u{FFFD}";

/// `label`: a name of the encoding, in any spelling that web pages use.
pub fn new_text_decoder(label: &[u8]) -> Result<Box<TextDecoder>, String> {
    guarded(|| {
        let label = text_of(label, "the encoding's name")?;
        let encoding = Encoding::for_label(label.as_bytes())
            .ok_or_else(|| format!("unknown encoding {label}"))?;
        Ok(Box::new(TextDecoder(encoding.new_decoder_without_bom_handling())))
    })
}

/// What the bytes of `sample` look like, by their statistics; a name that `new_text_decoder` takes.
pub fn guess_encoding(sample: &[u8]) -> String {
    let mut detector = EncodingDetector::new();
    detector.feed(sample, false);
    detector.guess(None, false).name().to_string()
}

impl TextDecoder {
    /// `input` as UTF-8. Bytes that mean nothing become U+FFFD, whose places in the text are listed.
    pub fn decode(&mut self, input: &[u8], is_last: bool) -> Result<DecodedText, String> {
        guarded(|| {
            let room = self
                .0
                .max_utf8_buffer_length_without_replacement(input.len())
                .ok_or("too much text at once")?;
            let mut text = Vec::with_capacity(room);
            let mut bad = Vec::new();
            let mut read = 0;
            loop {
                let filled = text.len();
                text.resize(filled + room.max(16), 0);
                let (result, taken, written) = self.0.decode_to_utf8_without_replacement(
                    &input[read..],
                    &mut text[filled..],
                    is_last,
                );
                read += taken;
                text.truncate(filled + written);
                match result {
                    DecoderResult::InputEmpty => return Ok(DecodedText { text, bad }),
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(_, _) => {
                        bad.push(text.len());
                        text.extend_from_slice(REPLACEMENT.as_bytes());
                    }
                }
            }
        })
    }
}
