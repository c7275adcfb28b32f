// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! The wire format of protocol buffers, as far as a model file needs it: one message's fields, in order. No length is
//! believed before it is compared with what is there, and nothing is copied.

pub struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where `bytes` begins in the file.
    start: usize,
}

pub struct Field<'a> {
    pub number: u64,
    pub value: Value<'a>,
    /// Where the value begins in the file.
    pub at: usize,
}

pub enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
    Fixed64,
}

impl<'a> Fields<'a> {
    pub fn new(bytes: &'a [u8], start: usize) -> Self {
        Fields {
            bytes,
            at: 0,
            start,
        }
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first().expect("one byte was taken");
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.wrong("a number longer than 64 bits"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        if count > rest.len() {
            return Err(self.wrong(&format!(
                "{count} bytes are announced, {} are there",
                rest.len()
            )));
        }
        self.at += count;
        Ok(&rest[..count])
    }

    fn field(&mut self) -> Result<Field<'a>, String> {
        let key = self.varint()?;
        let at = self.start + self.at;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => {
                self.take(8)?;
                Value::Fixed64
            }
            2 => {
                let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                Value::Bytes(self.take(length)?)
            }
            5 => {
                let bytes = self.take(4)?;
                Value::Fixed32(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
            }
            kind => return Err(self.wrong(&format!("an unknown kind of field ({kind})"))),
        };
        let at = match value {
            Value::Bytes(bytes) => self.start + self.at - bytes.len(),
            _ => at,
        };
        Ok(Field {
            number: key >> 3,
            value,
            at,
        })
    }

    fn wrong(&self, what: &str) -> String {
        format!("byte {}: {what}", self.start + self.at)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.at < self.bytes.len()).then(|| {
            let field = self.field();
            if field.is_err() {
                self.at = self.bytes.len();
            }
            field
        })
    }
}
