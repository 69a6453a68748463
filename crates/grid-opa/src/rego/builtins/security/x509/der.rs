//! Reads DER as Go's cryptobyte does, which decides what Go takes as a certificate.

use num_bigint::BigInt;

pub(super) const BOOLEAN: u8 = 1;
pub(super) const INTEGER: u8 = 2;
pub(super) const BIT_STRING: u8 = 3;
pub(super) const OCTET_STRING: u8 = 4;
pub(super) const OBJECT_IDENTIFIER: u8 = 6;
pub(super) const UTC_TIME: u8 = 23;
pub(super) const GENERALIZED_TIME: u8 = 24;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag of a part by its number.
pub(super) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// The same for a part that consists of others.
pub(super) const fn constructed(number: u8) -> u8 {
    0xa0 | number
}

/// The numbers of an object identifier.
pub(super) type Oid = Vec<u32>;

/// The rest of a text in DER. A failed read leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Der<'d>(pub(super) &'d [u8]);

/// An element: its tag, all of its bytes, and its contents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'d> {
    pub(super) tag: u8,
    pub(super) whole: &'d [u8],
    pub(super) contents: &'d [u8],
}

impl<'d> Der<'d> {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the next element has a tag.
    pub(super) fn is_next(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    pub(super) fn any(&mut self) -> Option<Element<'d>> {
        let [tag, first, rest @ ..] = self.0 else {
            return None;
        };
        // Tags of several bytes.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (header, length) = if first & 0x80 == 0 {
            (2, usize::from(*first))
        } else {
            let count = usize::from(first & 0x7f);
            let bytes = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
            let length = bytes
                .iter()
                .fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
            // The length must be as short as possible.
            if length < 128 || bytes.first() == Some(&0) {
                return None;
            }
            (2 + count, usize::try_from(length).ok()?)
        };
        let whole = self.0.get(..header.checked_add(length)?)?;
        self.0 = self.0.get(whole.len()..)?;
        Some(Element {
            tag: *tag,
            whole,
            contents: whole.get(header..)?,
        })
    }

    pub(super) fn element(&mut self, tag: u8) -> Option<Element<'d>> {
        if !self.is_next(tag) {
            return None;
        }
        self.any()
    }

    /// The contents of an element.
    pub(super) fn read(&mut self, tag: u8) -> Option<Der<'d>> {
        self.element(tag).map(|element| Der(element.contents))
    }

    /// The contents of an element, if it is next. `None` if it is not valid.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Option<Der<'d>>> {
        if !self.is_next(tag) {
            return Some(None);
        }
        self.read(tag).map(Some)
    }

    pub(super) fn integer(&mut self, tag: u8) -> Option<BigInt> {
        let mut ahead = *self;
        let bytes = ahead.read(tag)?.0;
        let is_shortest = match bytes {
            [] => false,
            [0, next, ..] => next & 0x80 != 0,
            [0xff, next, ..] => next & 0x80 == 0,
            _ => true,
        };
        if !is_shortest {
            return None;
        }
        *self = ahead;
        Some(BigInt::from_signed_bytes_be(bytes))
    }

    pub(super) fn small(&mut self, tag: u8) -> Option<i64> {
        let mut ahead = *self;
        let small = i64::try_from(ahead.integer(tag)?).ok()?;
        *self = ahead;
        Some(small)
    }

    pub(super) fn boolean(&mut self) -> Option<bool> {
        let mut ahead = *self;
        let value = match ahead.read(BOOLEAN)?.0 {
            [0] => false,
            [0xff] => true,
            _ => return None,
        };
        *self = ahead;
        Some(value)
    }

    /// The bytes of a bit string, and the number of unused bits in the last one.
    pub(super) fn bits(&mut self) -> Option<(&'d [u8], u8)> {
        let mut ahead = *self;
        let (unused, bytes) = ahead.read(BIT_STRING)?.0.split_first()?;
        let last = bytes.last().copied().unwrap_or(0);
        let mask = 1_u8.checked_shl(u32::from(*unused))?.wrapping_sub(1);
        if (bytes.is_empty() && *unused != 0) || last & mask != 0 {
            return None;
        }
        *self = ahead;
        Some((bytes, *unused))
    }

    pub(super) fn oid(&mut self) -> Option<Oid> {
        let mut ahead = *self;
        let oid = oid(ahead.read(OBJECT_IDENTIFIER)?.0)?;
        *self = ahead;
        Some(oid)
    }
}

/// The numbers of an object identifier from its contents. Numbers of more than 31 bits are not read.
pub(super) fn oid(bytes: &[u8]) -> Option<Oid> {
    let mut numbers = Vec::new();
    let mut open: Option<(u32, u8)> = None;
    for byte in bytes {
        let (number, count) = match open {
            // A number does not begin with zeros.
            None if *byte == 0x80 => return None,
            None => (0, 0),
            Some(open) => open,
        };
        if count == 5 || number >= 1 << 24 {
            return None;
        }
        let number = number << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            open = Some((number, count + 1));
            continue;
        }
        open = None;
        if numbers.is_empty() {
            let first = (number / 40).min(2);
            numbers.extend([first, number - 40 * first]);
        } else {
            numbers.push(number);
        }
    }
    (open.is_none() && !numbers.is_empty()).then_some(numbers)
}

/// The text of an object identifier.
pub(super) fn oid_text(oid: &[u32]) -> String {
    let numbers: Vec<String> = oid.iter().map(u32::to_string).collect();
    numbers.join(".")
}
