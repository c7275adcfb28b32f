// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The rows of a Parquet file, each as the text of a JSON object.

use crate::guard::guarded;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use serde_json::{Map, Number, Value};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;

const MAX_DEPTH: usize = 32;

pub struct ParquetRows {
    rows: RowIter<'static>,
    columns: Vec<String>,
    count: i64,
    unpacked_bytes: u64,
    is_broken: bool,
}

pub fn open_parquet(path: &[u8]) -> Result<Box<ParquetRows>, String> {
    guarded(|| {
        let file = File::open(OsStr::from_bytes(path)).map_err(|error| error.to_string())?;
        let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
        let metadata = reader.metadata();
        let schema = metadata.file_metadata().schema_descr().root_schema();
        let columns = schema
            .get_fields()
            .iter()
            .map(|field| field.name().to_string())
            .collect();
        let unpacked_bytes = metadata
            .row_groups()
            .iter()
            .fold(0u64, |sum, group| {
                sum.saturating_add(group.total_byte_size().max(0) as u64)
            });
        let count = metadata.file_metadata().num_rows();
        Ok(Box::new(ParquetRows {
            rows: reader.into_iter(),
            columns,
            count,
            unpacked_bytes,
            is_broken: false,
        }))
    })
}

impl ParquetRows {
    pub fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    pub fn count(&self) -> i64 {
        self.count
    }

    /// As the file states it.
    pub fn unpacked_bytes(&self) -> u64 {
        self.unpacked_bytes
    }

    /// The next row, empty behind the last one. Nothing is read after an error.
    pub fn next(&mut self) -> Result<Vec<u8>, String> {
        if self.is_broken {
            return Ok(Vec::new());
        }
        let row = guarded(|| match self.rows.next() {
            None => Ok(Vec::new()),
            Some(Ok(row)) => {
                serde_json::to_vec(&object(&row, 0)?).map_err(|error| error.to_string())
            }
            Some(Err(error)) => Err(error.to_string()),
        });
        self.is_broken = row.is_err();
        row
    }
}

fn object(row: &Row, depth: usize) -> Result<Value, String> {
    row.get_column_iter()
        .map(|(name, field)| Ok((name.clone(), value(field, depth + 1)?)))
        .collect::<Result<Map<_, _>, String>>()
        .map(Value::Object)
}

fn value(field: &Field, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err(format!("nested too deeply: more than {MAX_DEPTH} levels"));
    }
    Ok(match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => Value::Bool(*flag),
        Field::Byte(number) => Value::from(*number),
        Field::Short(number) => Value::from(*number),
        Field::Int(number) => Value::from(*number),
        Field::Long(number) => Value::from(*number),
        Field::UByte(number) => Value::from(*number),
        Field::UShort(number) => Value::from(*number),
        Field::UInt(number) => Value::from(*number),
        Field::ULong(number) => Value::from(*number),
        Field::Float16(number) => real(f64::from(*number)),
        Field::Float(number) => real(shortest(*number)),
        Field::Double(number) => real(*number),
        Field::Str(text) => Value::String(text.clone()),
        Field::Group(row) => object(row, depth)?,
        Field::ListInternal(list) => list
            .elements()
            .iter()
            .map(|element| value(element, depth + 1))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Array)?,
        // pandas writes texts without saying that they are.
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => Value::String(text.to_string()),
            Err(_) => Value::Null,
        },
        // Dates, times, decimals and maps as the library prints them.
        other => Value::String(other.to_string()),
    })
}

fn real(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// 0.1 stays 0.1, not 0.10000000149011612.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}
