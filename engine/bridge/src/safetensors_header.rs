// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The header of a safetensors file: judged by the `safetensors` crate, explained by us.

use crate::ffi::{MetadataItem, SafetensorsHeader, TensorInfo as Entry};
use crate::guard::{guarded, text_of};
use safetensors::tensor::{Metadata, SafeTensorError, TensorInfo};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::collections::{BTreeMap, HashSet};
use std::fmt;

const LENGTH_BYTES: u64 = 8;
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Checks `head`, the first bytes of a file of `file_size` bytes, and lists its tensors by offset.
pub fn read_safetensors_header(head: &[u8], file_size: u64) -> Result<SafetensorsHeader, String> {
    guarded(|| {
        let json = header_json(head, file_size)?;
        let mut header = parse(json)?;
        header.tensors.sort_by_key(|(_, info)| info.data_offsets);
        Metadata::new(None, header.tensors.clone())
            .map_err(|error| explain(error, &header.tensors))?;
        let data_start = LENGTH_BYTES + json.len() as u64;
        check_end(&header.tensors, file_size, data_start)?;
        Ok(SafetensorsHeader {
            tensors: header
                .tensors
                .into_iter()
                .map(|(name, info)| entry(name, info, data_start))
                .collect::<Result<_, _>>()?,
            metadata: header
                .metadata
                .into_iter()
                .map(|(key, value)| MetadataItem { key, value })
                .collect(),
        })
    })
}

#[derive(Default)]
struct Header {
    metadata: BTreeMap<String, String>,
    tensors: Vec<(String, TensorInfo)>,
}

fn header_json(head: &[u8], file_size: u64) -> Result<&str, String> {
    let length: [u8; 8] = head
        .get(..LENGTH_BYTES as usize)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| {
            format!("a safetensors file begins with 8 bytes of length, this one has {file_size} bytes in all")
        })?;
    let length = u64::from_le_bytes(length);
    if length == 0 {
        return Err("the header length is zero".to_string());
    }
    if length > MAX_HEADER_BYTES {
        return Err(format!(
            "the header claims {length} bytes, more than the {MAX_HEADER_BYTES} a header may have"
        ));
    }
    let end = LENGTH_BYTES + length;
    if end > file_size {
        return Err(format!(
            "the file is cut off: its header ends at byte {end}, the file has {file_size} bytes"
        ));
    }
    let bytes = head
        .get(LENGTH_BYTES as usize..end as usize)
        .ok_or_else(|| format!("only {} of the header's {end} bytes were read", head.len()))?;
    text_of(bytes, "the header")
}

fn parse(json: &str) -> Result<Header, String> {
    let mut reader = serde_json::Deserializer::from_str(json);
    (&mut reader)
        .deserialize_map(HeaderVisitor)
        .and_then(|header| reader.end().map(|()| header))
        .map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                format!("the header is not as it must be: {error}")
            }
            _ => format!("the header is not valid JSON: {error}"),
        })
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object with one member per tensor")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom(format!("the name {name:?} stands twice")));
            }
            if name == "__metadata__" {
                header.metadata = map.next_value()?;
            } else {
                header.tensors.push((name, map.next_value()?));
            }
        }
        Ok(header)
    }
}

/// The crate's verdict with the tensors and numbers it is about. `tensors` is sorted by offsets.
fn explain(error: SafeTensorError, tensors: &[(String, TensorInfo)]) -> String {
    let mut start = 0;
    let mut before = "the header";
    for (name, info) in tensors {
        let (begin, end) = info.data_offsets;
        if end < begin {
            return format!("tensor {name:?} ends at byte {end}, before it begins at {begin}");
        }
        if begin < start {
            return format!(
                "tensors {before:?} and {name:?} share bytes: one ends at {start}, the other begins at {begin}"
            );
        }
        if begin > start {
            return format!("bytes {start} to {begin} before tensor {name:?} belong to no tensor");
        }
        let shape = &info.shape;
        let Some(bits) = shape
            .iter()
            .try_fold(1usize, |product, &size| product.checked_mul(size))
            .and_then(|count| count.checked_mul(info.dtype.bitsize()))
        else {
            return format!("the shape {shape:?} of tensor {name:?} overflows 64 bits");
        };
        if bits != (end - begin).saturating_mul(8) {
            return format!(
                "tensor {name:?}: shape {shape:?} of {} needs {} bytes, its offsets give {}",
                info.dtype,
                bits.div_ceil(8),
                end - begin
            );
        }
        start = end;
        before = name;
    }
    error.to_string()
}

fn check_end(
    tensors: &[(String, TensorInfo)],
    file_size: u64,
    data_start: u64,
) -> Result<(), String> {
    let data_bytes = tensors.last().map_or(0, |(_, info)| info.data_offsets.1) as u64;
    let held = file_size - data_start;
    if data_bytes > held {
        let first_lost = tensors
            .iter()
            .find(|(_, info)| info.data_offsets.1 as u64 > held)
            .map_or("", |(name, _)| name);
        return Err(format!(
            "the file is cut off: its header promises {data_bytes} bytes of tensors, {held} are there; \
             {first_lost:?} is the first that is not whole"
        ));
    }
    if data_bytes < held {
        return Err(format!(
            "{} bytes follow the last tensor",
            held - data_bytes
        ));
    }
    Ok(())
}

fn entry(name: String, info: TensorInfo, data_start: u64) -> Result<Entry, String> {
    let shape = info
        .shape
        .iter()
        .map(|&size| i64::try_from(size))
        .collect::<Result<_, _>>()
        .map_err(|_| {
            format!(
                "the shape {:?} of tensor {name:?} overflows 64 bits",
                info.shape
            )
        })?;
    Ok(Entry {
        name,
        dtype: info.dtype.to_string(),
        shape,
        begin: data_start + info.data_offsets.0 as u64,
        end: data_start + info.data_offsets.1 as u64,
    })
}
