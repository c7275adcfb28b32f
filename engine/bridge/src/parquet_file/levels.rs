// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
//! How long the lists of a page are, told by its repetition levels before any value is made: a run of a thousand
//! million values takes six bytes.

/// Longest record so far, and the values of the one that may go on in the next page.
#[derive(Default)]
pub struct Records {
    pub longest: u64,
    current: u64,
}

impl Records {
    /// `count` levels, each of `bits`, in Parquet's hybrid of runs and packed bits. Level 0 begins a record.
    pub fn add(&mut self, levels: &[u8], bits: u32, count: u64) {
        let mut bytes = levels;
        let mut left = count;
        while left > 0 {
            let Some(head) = take_varint(&mut bytes) else {
                break;
            };
            if head & 1 == 0 {
                let length = (head >> 1).min(left);
                let width = bits.div_ceil(8) as usize;
                let level = bytes.iter().take(width).any(|byte| *byte != 0);
                bytes = bytes.get(width..).unwrap_or_default();
                self.pass(level, length);
                left -= length;
                if length == 0 {
                    break;
                }
            } else {
                let length = (head >> 1).saturating_mul(8).min(left);
                let size = ((head >> 1).saturating_mul(u64::from(bits)) as usize).min(bytes.len());
                let (packed, rest) = bytes.split_at(size);
                for i in 0..length.min(size as u64 * 8 / u64::from(bits)) {
                    let first = i * u64::from(bits);
                    let is_inside = (first..first + u64::from(bits))
                        .any(|bit| packed[(bit / 8) as usize] >> (bit % 8) & 1 == 1);
                    self.pass(is_inside, 1);
                }
                bytes = rest;
                left -= length;
                if length == 0 {
                    break;
                }
            }
        }
    }

    /// Where levels cannot be read, all of them may belong to one record.
    pub fn add_unknown(&mut self, count: u64) {
        self.pass(true, count);
    }

    fn pass(&mut self, is_inside: bool, count: u64) {
        self.current = if is_inside {
            self.current.saturating_add(count)
        } else {
            count.min(1)
        };
        self.longest = self.longest.max(self.current);
    }
}

pub fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
