// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! Thrift's compact protocol as far as Parquet needs it. Every count is held against the bytes that are left, so that
//! nothing is allocated for what a file merely says.

use std::fmt;

/// Types on the wire.
pub mod kind {
    pub const STOP: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const I32: u8 = 5;
    pub const LIST: u8 = 9;
    pub const STRUCT: u8 = 12;
}

const MAX_DEPTH: usize = 32;

#[derive(Debug, PartialEq)]
pub enum Broken {
    /// The bytes end too early.
    Cut,
    Damaged,
}

impl fmt::Display for Broken {
    fn fmt(&self, text: &mut fmt::Formatter) -> fmt::Result {
        text.write_str(match self {
            Broken::Cut => "its tables are cut off",
            Broken::Damaged => "its tables are damaged",
        })
    }
}

impl From<Broken> for String {
    fn from(broken: Broken) -> Self {
        broken.to_string()
    }
}

pub struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

pub struct Field {
    pub id: i64,
    pub kind: u8,
}

impl<'a> Thrift<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Thrift { bytes, at: 0 }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        let byte = *self.bytes.get(self.at).ok_or(Broken::Cut)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Broken::Damaged)
    }

    pub fn integer(&mut self) -> Result<i64, Broken> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// The next field of a struct, whose fields before it end with `last`; none at its end. A truth value is its kind.
    pub fn field(&mut self, last: &mut i64) -> Result<Option<Field>, Broken> {
        let head = self.byte()?;
        let kind = head & 0x0F;
        if kind == kind::STOP {
            return Ok(None);
        }
        let id = match head >> 4 {
            0 => self.integer()?,
            step => last.checked_add(i64::from(step)).ok_or(Broken::Damaged)?,
        };
        *last = id;
        Ok(Some(Field { id, kind }))
    }

    /// How many elements of which kind follow; each has a byte at least.
    pub fn list(&mut self) -> Result<(usize, u8), Broken> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            short => u64::from(short),
        };
        if count > self.left() as u64 {
            return Err(Broken::Cut);
        }
        Ok((count as usize, head & 0x0F))
    }

    pub fn skip(&mut self, kind: u8) -> Result<(), Broken> {
        self.skip_inside(kind, 0)
    }

    fn skip_inside(&mut self, kind: u8, depth: usize) -> Result<(), Broken> {
        if depth > MAX_DEPTH {
            return Err(Broken::Damaged);
        }
        match kind {
            1 | 2 => Ok(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    // In a list a truth value is a byte; a struct without a field stands nowhere in Parquet.
                    match kind {
                        1 | 2 => self.pass(1)?,
                        kind::STRUCT if self.bytes.get(self.at) == Some(&kind::STOP) => {
                            return Err(Broken::Damaged);
                        }
                        _ => self.skip_inside(kind, depth + 1)?,
                    }
                }
                Ok(())
            }
            kind::STRUCT => {
                let mut last = 0;
                while let Some(field) = self.field(&mut last)? {
                    self.skip_inside(field.kind, depth + 1)?;
                }
                Ok(())
            }
            _ => Err(Broken::Damaged),
        }
    }

    fn pass(&mut self, bytes: u64) -> Result<(), Broken> {
        if bytes > self.left() as u64 {
            return Err(Broken::Cut);
        }
        self.at += bytes as usize;
        Ok(())
    }
}
