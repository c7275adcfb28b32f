// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Pages of Parquet unpacked to the size that their headers state, and not a byte further. The library's own
//! decoders of zstd and gzip go on as long as the stream does.

use parquet::basic::Compression;
use std::io::Read;

const HADOOP_HEAD: usize = 8; // sizes of a block unpacked and packed, highest byte first

/// `size` bytes; an error where the page holds less or more.
pub fn unpack(codec: Compression, packed: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let unpacked = match codec {
        Compression::UNCOMPRESSED => packed.to_vec(),
        Compression::SNAPPY => {
            let mut into = vec![0; size];
            let count = snap::raw::Decoder::new()
                .decompress(packed, &mut into)
                .map_err(|error| error.to_string())?;
            into.truncate(count);
            into
        }
        Compression::GZIP(_) => read_to(flate2::read::MultiGzDecoder::new(packed), size)?,
        Compression::ZSTD(_) => {
            let decoder = zstd::stream::read::Decoder::with_buffer(packed)
                .map_err(|error| error.to_string())?;
            read_to(decoder, size)?
        }
        Compression::LZ4_RAW => lz4_block(packed, size)?,
        Compression::LZ4 => hadoop_blocks(packed, size)
            .or_else(|_| read_to(lz4_flex::frame::FrameDecoder::new(packed), size))
            .or_else(|_| lz4_block(packed, size))?,
        other => return Err(format!("pages compressed with {other:?} are not read")),
    };
    if unpacked.len() != size {
        return Err(format!(
            "a page does not hold the {size} bytes that it says"
        ));
    }
    Ok(unpacked)
}

/// One byte more than `size` where the stream has it.
fn read_to(stream: impl Read, size: usize) -> Result<Vec<u8>, String> {
    let mut into = Vec::new();
    stream
        .take(size as u64 + 1)
        .read_to_end(&mut into)
        .map_err(|error| error.to_string())?;
    Ok(into)
}

fn lz4_block(packed: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut into = vec![0; size];
    let count =
        lz4_flex::block::decompress_into(packed, &mut into).map_err(|error| error.to_string())?;
    into.truncate(count);
    Ok(into)
}

/// Blocks one after the other as Hadoop's Lz4Codec frames them.
fn hadoop_blocks(mut packed: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let broken = || "a block of LZ4 is damaged".to_string();
    let mut into = vec![0; size];
    let mut filled = 0;
    while !packed.is_empty() {
        let (head, rest) = packed.split_at_checked(HADOOP_HEAD).ok_or_else(broken)?;
        let number = |at: usize| {
            u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize
        };
        let (block, rest) = rest.split_at_checked(number(4)).ok_or_else(broken)?;
        let end = filled + number(0);
        let place = into.get_mut(filled..end).ok_or_else(broken)?;
        let count =
            lz4_flex::block::decompress_into(block, place).map_err(|error| error.to_string())?;
        if count != number(0) {
            return Err(broken());
        }
        filled = end;
        packed = rest;
    }
    into.truncate(filled);
    Ok(into)
}
