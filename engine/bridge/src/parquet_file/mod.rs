// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The rows of a Parquet file, each as the text of a JSON object.

mod codecs;
mod footer;
mod levels;
mod pages;
mod thrift;

use crate::guard::guarded;
use pages::{announces_prefixes, Budget, Pages};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::PageReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::RowGroupReader;
use parquet::record::reader::{ReaderIter, RowIter, TreeBuilder};
use parquet::record::{Field, Row};
use parquet::schema::types::Type as SchemaType;
use serde_json::{Map, Number, Value};
use std::fs::File;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

const MAX_DEPTH: usize = 32;
// Rows of a column that are decoded at once: of lists each may be long, and so may texts that are made anew.
const BATCH: usize = 1024;
const BATCH_OF_LISTS: usize = 4;

pub struct ParquetRows {
    file: Arc<File>,
    file_bytes: u64,
    metadata: ParquetMetaData,
    budget: Arc<Budget>,
    group: usize, // the one that is read next
    rows: Option<ReaderIter>,
    is_broken: bool,
}

/// `descriptor` stays with the caller. `most_unpacked`: bytes of all pages together.
pub fn open_parquet(descriptor: i32, most_unpacked: u64) -> Result<Box<ParquetRows>, String> {
    guarded(|| {
        // SAFETY: the caller keeps it open during the call, and what is kept is a copy.
        let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
        let file = File::from(
            borrowed
                .try_clone_to_owned()
                .map_err(|error| error.to_string())?,
        );
        let file_bytes = file.metadata().map_err(|error| error.to_string())?.len();
        let metadata = footer::read_footer(&file, file_bytes)?;
        if metadata.file_metadata().schema_descr().num_columns() == 0 {
            return Err("it has no columns".to_string());
        }
        Ok(Box::new(ParquetRows {
            file: Arc::new(file),
            file_bytes,
            metadata,
            budget: Arc::new(Budget::new(most_unpacked)),
            group: 0,
            rows: None,
            is_broken: false,
        }))
    })
}

impl ParquetRows {
    pub fn columns(&self) -> Vec<String> {
        let schema = self.metadata.file_metadata().schema_descr();
        schema
            .root_schema()
            .get_fields()
            .iter()
            .map(|field| field.name().to_string())
            .collect()
    }

    pub fn count(&self) -> i64 {
        self.metadata.file_metadata().num_rows()
    }

    /// As the file states it.
    pub fn unpacked_bytes(&self) -> u64 {
        self.metadata.row_groups().iter().fold(0u64, |sum, group| {
            sum.saturating_add(group.total_byte_size().max(0) as u64)
        })
    }

    /// The next row, empty behind the last one. Nothing is read after an error.
    pub fn next(&mut self) -> Result<Vec<u8>, String> {
        if self.is_broken {
            return Ok(Vec::new());
        }
        let row = guarded(|| match self.next_row() {
            None => Ok(Vec::new()),
            Some(Ok(row)) => {
                serde_json::to_vec(&object(&row, 0)?).map_err(|error| error.to_string())
            }
            Some(Err(error)) => Err(error.to_string()),
        });
        self.is_broken = row.is_err();
        row
    }

    fn next_row(&mut self) -> Option<Result<Row, ParquetError>> {
        loop {
            if let Some(row) = self.rows.as_mut().and_then(|rows| rows.next()) {
                return Some(row);
            }
            if self.group == self.metadata.num_row_groups() {
                return None;
            }
            let group = Group {
                file: &self.file,
                file_bytes: self.file_bytes,
                budget: &self.budget,
                metadata: self.metadata.row_group(self.group),
            };
            match group.open() {
                Ok(rows) => self.rows = Some(rows),
                Err(error) => return Some(Err(error)),
            }
            self.group += 1;
        }
    }
}

/// A row group whose pages are ours.
struct Group<'a> {
    file: &'a Arc<File>,
    file_bytes: u64,
    budget: &'a Arc<Budget>,
    metadata: &'a RowGroupMetaData,
}

impl Group<'_> {
    fn open(&self) -> Result<ReaderIter, ParquetError> {
        let schema = self.metadata.schema_descr_ptr();
        let columns = self.metadata.columns();
        let has_lists = columns
            .iter()
            .any(|column| column.column_descr().max_rep_level() > 0);
        let batch = match columns.iter().any(announces_prefixes) {
            true => 1,
            false if has_lists => BATCH_OF_LISTS,
            false => BATCH,
        };
        TreeBuilder::new()
            .with_batch_size(batch)
            .as_iter(schema, self)
    }
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, i: usize) -> Result<Box<dyn PageReader>, ParquetError> {
        let pages = Pages::new(
            self.file.clone(),
            self.file_bytes,
            self.budget.clone(),
            self.metadata.column(i),
        );
        Ok(Box::new(pages.map_err(ParquetError::General)?))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<SchemaType>) -> Result<RowIter<'_>, ParquetError> {
        RowIter::from_row_group(projection, self)
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
