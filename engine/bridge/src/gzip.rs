// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! gzip, piece by piece; a file may be several streams one after the other.

use crate::guard::guarded;
use flate2::write::MultiGzDecoder;
use std::io::Write;

pub struct GzipDecoder(MultiGzDecoder<Vec<u8>>);

pub fn new_gzip_decoder() -> Box<GzipDecoder> {
    Box::new(GzipDecoder(MultiGzDecoder::new(Vec::new())))
}

impl GzipDecoder {
    /// What `input` adds to the unpacked bytes: at most about a thousand times its size.
    pub fn feed(&mut self, input: &[u8]) -> Result<Vec<u8>, String> {
        guarded(|| {
            self.0.write_all(input).map_err(|error| error.to_string())?;
            Ok(std::mem::take(self.0.get_mut()))
        })
    }

    /// What is left; an error when the last stream is cut off or its checksum is another.
    pub fn finish(&mut self) -> Result<Vec<u8>, String> {
        guarded(|| {
            self.0.try_finish().map_err(|error| error.to_string())?;
            Ok(std::mem::take(self.0.get_mut()))
        })
    }
}
