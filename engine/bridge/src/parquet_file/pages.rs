// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The pages of one column, unpacked within what the whole file may grow to. The library decodes their values; what
//! those would take is reckoned here, before it does.

use super::codecs::unpack;
use super::footer::read;
use super::levels::{take_varint, Records};
use super::thrift::{kind, Broken, Field, Thrift};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

const FIRST_HEAD: usize = 4 << 10; // a page's header, without large statistics
const MAX_HEAD: usize = 16 << 20;
const MAX_LIST: u64 = 4 << 20; // values of one row in one column
const MAX_LENGTHS_PER_BYTE: u64 = 64; // of texts that are all empty
const MAX_LIST_BYTES: u64 = 512 << 20; // the same texts again and again

/// What all columns may still unpack.
pub struct Budget {
    most: u64,
    used: AtomicU64,
}

impl Budget {
    pub fn new(most: u64) -> Self {
        Budget {
            most,
            used: AtomicU64::new(0),
        }
    }

    fn spend(&self, bytes: u64) -> Result<(), String> {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed);
        if used.saturating_add(bytes) > self.most {
            return Err(format!(
                "unpacked it has more than {} bytes, too many for its size",
                self.most
            ));
        }
        Ok(())
    }
}

pub struct Pages {
    file: Arc<File>,
    budget: Arc<Budget>,
    codec: Compression,
    at: u64,
    left: u64,
    next: Option<Head>,
    // Of the values:
    value_type: Type,
    least_bytes: u64, // of one in a dictionary
    value_bytes: u64, // the longest that a code of one stands for
    level_bits: u32,  // of the repetition levels; 0: no lists
    has_definitions: bool,
    has_prefixes: bool,
    records: Records,
}

impl Pages {
    pub fn new(
        file: Arc<File>,
        file_bytes: u64,
        budget: Arc<Budget>,
        column: &ColumnChunkMetaData,
    ) -> Result<Self, String> {
        let first = column
            .dictionary_page_offset()
            .unwrap_or(column.data_page_offset());
        let begin = u64::try_from(first).ok().filter(|at| *at <= file_bytes);
        let length = u64::try_from(column.compressed_size()).ok();
        let (Some(at), Some(length)) = (begin, length) else {
            return Err("a column lies outside the file".to_string());
        };
        let levels = column.column_descr().max_rep_level().max(0) as u32;
        let fixed = column.column_descr().type_length().max(1) as u64;
        let (least_bytes, value_bytes) = match column.column_type() {
            Type::FIXED_LEN_BYTE_ARRAY => (fixed, fixed),
            Type::BOOLEAN => (1, 1),
            _ => (4, 12),
        };
        Ok(Pages {
            file,
            budget,
            codec: column.compression(),
            at,
            left: length.min(file_bytes - at),
            next: None,
            value_type: column.column_type(),
            least_bytes,
            value_bytes,
            level_bits: u32::BITS - levels.leading_zeros(),
            has_definitions: column.column_descr().max_def_level() > 0,
            has_prefixes: announces_prefixes(column),
            records: Records::default(),
        })
    }

    /// The next page that holds values or a dictionary; its header is taken, its bytes are not.
    fn head(&mut self) -> Result<Option<Head>, String> {
        if let Some(head) = self.next.take() {
            return Ok(Some(head));
        }
        while self.left > 0 {
            let head = self.read_head()?;
            if head.packed as u64 > self.left {
                return Err("a page is cut off".to_string());
            }
            if head.kind != Kind::Index {
                return Ok(Some(head));
            }
            self.pass(head.packed);
        }
        Ok(None)
    }

    fn read_head(&mut self) -> Result<Head, String> {
        let mut room = FIRST_HEAD;
        loop {
            let size = (room as u64).min(self.left) as usize;
            let mut bytes = vec![0; size];
            read(&self.file, &mut bytes, self.at)?;
            let mut thrift = Thrift::new(&bytes);
            match Head::read(&mut thrift) {
                Ok(head) => {
                    self.pass(thrift.position());
                    return Ok(head);
                }
                Err(Broken::Cut) if size == room && room < MAX_HEAD => room *= 4,
                Err(_) => return Err("the header of a page is damaged".to_string()),
            }
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.at += bytes as u64;
        self.left -= bytes as u64;
    }

    fn next_page(&mut self) -> Result<Option<Page>, String> {
        let Some(head) = self.head()? else {
            return Ok(None);
        };
        self.budget.spend(head.unpacked as u64)?;
        let mut packed = vec![0; head.packed];
        read(&self.file, &mut packed, self.at)?;
        self.pass(head.packed);
        let bytes = self.unpacked(&head, packed)?;
        if head.kind == Kind::Dictionary {
            self.take_dictionary(&head, &bytes)?;
        } else {
            self.require_counted(&head, &bytes)?;
            self.require_short_lists(&head, &bytes)?;
        }
        Ok(Some(head.page(bytes)))
    }

    /// The library makes room for as many values as a dictionary says it has.
    fn take_dictionary(&mut self, head: &Head, bytes: &[u8]) -> Result<(), String> {
        if u64::from(head.values) * self.least_bytes > bytes.len() as u64 {
            return Err(format!(
                "a dictionary does not hold the {} values that it says",
                head.values
            ));
        }
        if self.value_type == Type::BYTE_ARRAY {
            self.value_bytes = longest_text(bytes);
        }
        Ok(())
    }

    /// The library makes room for as many lengths as such a page says it has.
    fn require_counted(&self, head: &Head, bytes: &[u8]) -> Result<(), String> {
        let has_lengths = matches!(
            head.encoding,
            Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY
        );
        if !has_lengths {
            return Ok(());
        }
        let damaged = || "the lengths of a page are damaged".to_string();
        let mut values = head
            .values_in(bytes, self.level_bits > 0, self.has_definitions)
            .ok_or_else(damaged)?;
        // Size of a block, parts of a block, and how many there are.
        let mut count = 0;
        for _ in 0..3 {
            count = take_varint(&mut values).ok_or_else(damaged)?;
        }
        if count > u64::from(head.values) {
            return Err(damaged());
        }
        let room = (bytes.len() as u64).saturating_mul(MAX_LENGTHS_PER_BYTE);
        if count > room.max(MAX_LIST) {
            return Err(format!(
                "a page says that it has {count} texts, too many for its size"
            ));
        }
        Ok(())
    }

    /// Of the second form levels stand in front, never packed.
    fn unpacked(&self, head: &Head, packed: Vec<u8>) -> Result<Vec<u8>, String> {
        if self.codec == Compression::UNCOMPRESSED || !head.is_packed {
            return Ok(packed);
        }
        let in_front = head.level_bytes();
        let (Some((levels, rest)), Some(size)) = (
            packed.split_at_checked(in_front),
            head.unpacked.checked_sub(in_front),
        ) else {
            return Err("the levels of a page are longer than the page".to_string());
        };
        // A page without a value may have no bytes at all.
        let values = if size == 0 {
            Vec::new()
        } else {
            unpack(self.codec, rest, size)?
        };
        Ok(if levels.is_empty() {
            values
        } else {
            [levels, &values].concat()
        })
    }

    /// A list of a million copies of one long text is a few bytes here, and all of memory as a row.
    fn require_short_lists(&mut self, head: &Head, bytes: &[u8]) -> Result<(), String> {
        let is_prefixed = head.encoding == Encoding::DELTA_BYTE_ARRAY;
        if is_prefixed && !self.has_prefixes {
            return Err("a page is encoded as its column does not say".to_string());
        }
        if self.level_bits == 0 {
            return Ok(());
        }
        let count = u64::from(head.values);
        match head.repetition_levels(bytes) {
            Some(levels) => self.records.add(levels, self.level_bits, count),
            None => self.records.add_unknown(count),
        }
        let longest = self.records.longest;
        let each = match is_prefixed {
            true => bytes.len() as u64,
            false => self.value_bytes,
        };
        if longest > MAX_LIST || longest.saturating_mul(each) > MAX_LIST_BYTES {
            return Err(format!(
                "a list in it has {longest} elements, too many for a row"
            ));
        }
        Ok(())
    }
}

impl Iterator for Pages {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        self.next_page().map_err(ParquetError::General)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        let head = self.head().map_err(ParquetError::General)?;
        let metadata = head.as_ref().map(|head| PageMetadata {
            num_rows: (head.kind == Kind::Second).then_some(head.rows as usize),
            num_levels: (head.kind != Kind::Dictionary).then_some(head.values as usize),
            is_dict: head.kind == Kind::Dictionary,
        });
        self.next = head;
        Ok(metadata)
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        if let Some(head) = self.head().map_err(ParquetError::General)? {
            self.pass(head.packed);
        }
        Ok(())
    }
}

/// Whether texts may be written as the front of the one before and what follows: each is then made anew.
pub fn announces_prefixes(column: &ColumnChunkMetaData) -> bool {
    column
        .encodings()
        .any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY)
}

/// Of a dictionary: a length in four bytes before every text.
fn longest_text(mut bytes: &[u8]) -> u64 {
    let mut longest = 0;
    while let Some((head, rest)) = bytes.split_at_checked(4) {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(rest) = rest.get(length..) else {
            break;
        };
        longest = longest.max(length as u64);
        bytes = rest;
    }
    longest
}

#[derive(PartialEq)]
enum Kind {
    First,  // DATA_PAGE
    Second, // DATA_PAGE_V2
    Index,
    Dictionary,
}

/// PageHeader of parquet.thrift.
struct Head {
    kind: Kind,
    packed: usize,
    unpacked: usize,
    values: u32,
    encoding: Encoding,
    definition_encoding: Encoding,
    repetition_encoding: Encoding,
    nulls: u32,
    rows: u32,
    definition_bytes: u32,
    repetition_bytes: u32,
    is_packed: bool,
}

/// The integers of a struct by their ids below 8; what else it holds is passed over. A truth value is 0 or 1.
fn numbers(thrift: &mut Thrift) -> Result<[Option<i64>; 8], Broken> {
    let mut found = [None; 8];
    let mut last = 0;
    while let Some(Field { id, kind }) = thrift.field(&mut last)? {
        let place = usize::try_from(id).ok().and_then(|id| found.get_mut(id));
        match (place, kind) {
            (Some(place), kind::I32) => *place = Some(thrift.integer()?),
            (Some(place), kind::TRUE | kind::FALSE) => *place = Some(i64::from(kind == kind::TRUE)),
            (_, kind) => thrift.skip(kind)?,
        }
    }
    Ok(found)
}

fn count(number: Option<i64>) -> Result<u32, Broken> {
    number
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| *number <= i32::MAX as u32)
        .ok_or(Broken::Damaged)
}

#[allow(deprecated)] // old files have packed levels
fn encoding(number: Option<i64>) -> Result<Encoding, Broken> {
    Ok(match number.ok_or(Broken::Damaged)? {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        4 => Encoding::BIT_PACKED,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(Broken::Damaged),
    })
}

impl Head {
    fn read(thrift: &mut Thrift) -> Result<Self, Broken> {
        let mut kind = None;
        let mut head = Head {
            kind: Kind::Index,
            packed: 0,
            unpacked: 0,
            values: 0,
            encoding: Encoding::PLAIN,
            definition_encoding: Encoding::RLE,
            repetition_encoding: Encoding::RLE,
            nulls: 0,
            rows: 0,
            definition_bytes: 0,
            repetition_bytes: 0,
            is_packed: true,
        };
        let mut body = None;
        let mut last = 0;
        while let Some(field) = thrift.field(&mut last)? {
            match (field.id, field.kind) {
                (1, kind::I32) => kind = Some(thrift.integer()?),
                (2, kind::I32) => head.unpacked = count(Some(thrift.integer()?))? as usize,
                (3, kind::I32) => head.packed = count(Some(thrift.integer()?))? as usize,
                (5 | 7 | 8, kind::STRUCT) => body = Some((field.id, numbers(thrift)?)),
                (_, kind) => thrift.skip(kind)?,
            }
        }
        match (kind, body) {
            (Some(0), Some((5, fields))) => {
                head.kind = Kind::First;
                head.values = count(fields[1])?;
                head.encoding = encoding(fields[2])?;
                head.definition_encoding = encoding(fields[3])?;
                head.repetition_encoding = encoding(fields[4])?;
            }
            (Some(1), _) => {}
            (Some(2), Some((7, fields))) => {
                head.kind = Kind::Dictionary;
                head.values = count(fields[1])?;
                head.encoding = encoding(fields[2])?;
            }
            (Some(3), Some((8, fields))) => {
                head.kind = Kind::Second;
                head.values = count(fields[1])?;
                head.nulls = count(fields[2])?;
                head.rows = count(fields[3])?;
                head.encoding = encoding(fields[4])?;
                head.definition_bytes = count(fields[5])?;
                head.repetition_bytes = count(fields[6])?;
                head.is_packed = fields[7] != Some(0);
            }
            _ => return Err(Broken::Damaged),
        }
        Ok(head)
    }

    fn level_bytes(&self) -> usize {
        self.definition_bytes as usize + self.repetition_bytes as usize
    }

    /// In their hybrid form; none where they have another.
    fn repetition_levels<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        if self.kind == Kind::Second {
            return bytes.get(..self.repetition_bytes as usize);
        }
        if self.repetition_encoding != Encoding::RLE {
            return None;
        }
        let (head, rest) = bytes.split_at_checked(4)?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        rest.get(..length)
    }

    /// What stands behind the levels.
    fn values_in<'a>(
        &self,
        bytes: &'a [u8],
        has_repetitions: bool,
        has_definitions: bool,
    ) -> Option<&'a [u8]> {
        if self.kind == Kind::Second {
            return bytes.get(self.level_bytes()..);
        }
        let mut rest = bytes;
        for (is_there, encoding) in [
            (has_repetitions, self.repetition_encoding),
            (has_definitions, self.definition_encoding),
        ] {
            if is_there {
                let (head, behind) = rest.split_at_checked(4)?;
                let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
                rest = behind.get(length..).filter(|_| encoding == Encoding::RLE)?;
            }
        }
        Some(rest)
    }

    fn page(self, bytes: Vec<u8>) -> Page {
        let buf = Bytes::from(bytes);
        match self.kind {
            Kind::Dictionary => Page::DictionaryPage {
                buf,
                num_values: self.values,
                encoding: self.encoding,
                is_sorted: false,
            },
            Kind::Second => Page::DataPageV2 {
                buf,
                num_values: self.values,
                encoding: self.encoding,
                num_nulls: self.nulls,
                num_rows: self.rows,
                def_levels_byte_len: self.definition_bytes,
                rep_levels_byte_len: self.repetition_bytes,
                is_compressed: self.is_packed,
                statistics: None,
            },
            Kind::First | Kind::Index => Page::DataPage {
                buf,
                num_values: self.values,
                encoding: self.encoding,
                def_level_encoding: self.definition_encoding,
                rep_level_encoding: self.repetition_encoding,
                statistics: None,
            },
        }
    }
}
