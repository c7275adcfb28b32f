// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The tables at the end of a Parquet file, walked through before the library reads them: it allocates what lists say
//! they hold and descends as deep as the schema does.

use super::thrift::{kind, Broken, Thrift};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use std::fs::File;
use std::os::unix::fs::FileExt;

const TAIL: usize = 8; // length of the tables, and the mark
const MAX_BYTES: u64 = 64 << 20;
const MAX_DEPTH: usize = 100;
const MAX_ELEMENTS: usize = 1 << 16; // of the schema
const MAX_COLUMNS: usize = 4096; // as many as members of a row
const MAX_GROUPS: usize = i16::MAX as usize; // the library counts them so

pub fn read_footer(file: &File, file_bytes: u64) -> Result<ParquetMetaData, String> {
    let cut = || "it is cut off".to_string();
    let tail_at = file_bytes.checked_sub(TAIL as u64).ok_or_else(cut)?;
    let mut tail = [0; TAIL];
    read(file, &mut tail, tail_at)?;
    match &tail[4..] {
        b"PAR1" => {}
        b"PARE" => return Err("it is encrypted".to_string()),
        _ => return Err(cut()),
    }
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if length > MAX_BYTES {
        return Err(format!(
            "its tables are {length} bytes long; {MAX_BYTES} are read"
        ));
    }
    let begin = tail_at.checked_sub(length).ok_or_else(cut)?;
    let mut tables = vec![0; length as usize];
    read(file, &mut tables, begin)?;
    check(&tables)?;
    ParquetMetaDataReader::decode_metadata(&tables).map_err(|error| error.to_string())
}

pub fn read(file: &File, into: &mut [u8], at: u64) -> Result<(), String> {
    file.read_exact_at(into, at)
        .map_err(|error| error.to_string())
}

/// FileMetaData of parquet.thrift: 2 schema, 4 row groups.
fn check(tables: &[u8]) -> Result<(), String> {
    let mut thrift = Thrift::new(tables);
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        match (field.id, field.kind) {
            (2, kind::LIST) => check_schema(&mut thrift)?,
            (4, kind::LIST) => {
                let (count, kind) = thrift.list()?;
                if count > MAX_GROUPS {
                    return Err(format!(
                        "it says that it has {count} row groups; {MAX_GROUPS} are read"
                    ));
                }
                for _ in 0..count {
                    thrift.skip(kind)?;
                }
            }
            (_, kind) => thrift.skip(kind)?,
        }
    }
    Ok(())
}

/// The schema's elements in the order of a tree, each with its number of children.
fn check_schema(thrift: &mut Thrift) -> Result<(), String> {
    let (count, element_kind) = thrift.list()?;
    if element_kind != kind::STRUCT {
        return Err(Broken::Damaged.into());
    }
    if count > MAX_ELEMENTS {
        return Err(format!(
            "its schema has {count} parts; {MAX_ELEMENTS} are read"
        ));
    }
    let mut open: Vec<usize> = Vec::new(); // children that are still to come, from the root on
    let mut columns = 0;
    for _ in 0..count {
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        let children = children_of(thrift)?;
        if children > count {
            return Err(Broken::Damaged.into());
        }
        columns += usize::from(children == 0);
        if children > 0 {
            open.push(children);
        }
        if open.len() > MAX_DEPTH {
            return Err(format!("nested too deeply: more than {MAX_DEPTH} levels"));
        }
    }
    if columns > MAX_COLUMNS {
        return Err(format!("it has {columns} columns; {MAX_COLUMNS} are read"));
    }
    Ok(())
}

/// SchemaElement of parquet.thrift: 5 num_children.
fn children_of(thrift: &mut Thrift) -> Result<usize, Broken> {
    let mut children = 0;
    let mut last = 0;
    while let Some(field) = thrift.field(&mut last)? {
        if field.id == 5 && field.kind == kind::I32 {
            children = usize::try_from(thrift.integer()?).map_err(|_| Broken::Damaged)?;
        } else {
            thrift.skip(field.kind)?;
        }
    }
    Ok(children)
}
