//! The bytes of a snapshot.
//!
//! All numbers are little-endian. Header: magic (8 bytes), version (u32), CRC-32 of all bytes after it (u32), length of the complete
//! snapshot (u64), number of entries (u64). Then the entries, in the order of eviction: kind (u8, 0 text, 1 bytes), length of the key
//! (u32) and of the value (u64), remaining microseconds and microseconds of the full TTL (u64 each, all bits set for an entry that does
//! not expire), key, value.

use crate::slab::NO_DEADLINE;
use crate::table::Life;
use crate::{Error, SnapshotFault, Ttl, Value, ValueRef};

const MAGIC: &[u8; 8] = b"GRIDSNAP";
const VERSION: u32 = 1;
const HEADER: usize = 32;
const ENTRY_HEADER: usize = 29;
/// The checksum covers the bytes after it.
const CHECKED_FROM: usize = 16;

const TEXT: u8 = 0;
const BYTES: u8 = 1;

/// An entry of a snapshot. Its deadline is its remaining time.
pub(crate) struct Entry<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: ValueRef<'a>,
    pub(crate) left: Life,
}

/// Writes a snapshot of entries; their deadlines are their remaining times.
pub(crate) fn encode(entries: &[(Value, Life)]) -> Result<Vec<u8>, Error> {
    let length: usize = entries
        .iter()
        .map(|(value, _)| ENTRY_HEADER + value.key().len() + value.as_bytes().len())
        .fold(HEADER, usize::saturating_add);
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .map_err(|_| Error::OutOfMemory { bytes: length })?;
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend((length as u64).to_le_bytes());
    bytes.extend((entries.len() as u64).to_le_bytes());
    for (value, left) in entries {
        bytes.push(match value.as_value_ref() {
            ValueRef::Text(_) => TEXT,
            ValueRef::Bytes(_) => BYTES,
        });
        let (key, value) = (value.key().as_bytes(), value.as_bytes());
        // A key's length fits: see `Value::new`.
        bytes.extend((key.len() as u32).to_le_bytes());
        bytes.extend((value.len() as u64).to_le_bytes());
        bytes.extend(bounded_ttl(left.deadline).to_le_bytes());
        bytes.extend(bounded_ttl(left.ttl).to_le_bytes());
        bytes.extend(key);
        bytes.extend(value);
    }
    let checksum = crc32fast::hash(&bytes[CHECKED_FROM..]);
    bytes[CHECKED_FROM - 4..CHECKED_FROM].copy_from_slice(&checksum.to_le_bytes());
    Ok(bytes)
}

/// A TTL of at most the longest: one that reads renew is stored in 24 bits, which may round it up.
fn bounded_ttl(micros: u64) -> u64 {
    match micros {
        NO_DEADLINE => NO_DEADLINE,
        micros => micros.min(Ttl::MAX.as_micros()),
    }
}

/// Reads a complete snapshot: it finds damage anywhere before an entry is used.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Error> {
    let fault = |fault| Err(Error::Snapshot(fault));
    let mut rest = Reader(bytes);
    if rest.array() != Some(*MAGIC) {
        return fault(SnapshotFault::NotASnapshot);
    }
    let header = (|| Some((rest.u32()?, rest.u32()?, rest.u64()?, rest.u64()?)))();
    let Some((version, checksum, length, count)) = header else {
        return fault(SnapshotFault::Length {
            found: bytes.len(),
            expected: HEADER as u64,
        });
    };
    if version != VERSION {
        return fault(SnapshotFault::Version {
            found: version,
            known: VERSION,
        });
    }
    if length != bytes.len() as u64 {
        return fault(SnapshotFault::Length {
            found: bytes.len(),
            expected: length,
        });
    }
    if crc32fast::hash(&bytes[CHECKED_FROM..]) != checksum {
        return fault(SnapshotFault::Damaged);
    }
    let mut entries = Vec::new();
    // The bytes limit the number of entries, whatever the count says.
    let room = (rest.0.len() / ENTRY_HEADER).min(usize::try_from(count).unwrap_or(usize::MAX));
    entries
        .try_reserve_exact(room)
        .map_err(|_| Error::OutOfMemory {
            bytes: room.saturating_mul(size_of::<Entry<'_>>()),
        })?;
    while !rest.0.is_empty() {
        match rest.entry() {
            Some(entry) if entries.len() < room => entries.push(entry),
            _ => return fault(SnapshotFault::Damaged),
        }
    }
    if entries.len() as u64 != count {
        return fault(SnapshotFault::Damaged);
    }
    Ok(entries)
}

/// The bytes that are not read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, back) = self.0.split_at_checked(count)?;
        self.0 = back;
        Some(front)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn entry(&mut self) -> Option<Entry<'a>> {
        let [kind] = self.array()?;
        let key_len = usize::try_from(self.u32()?).ok()?;
        let value_len = usize::try_from(self.u64()?).ok()?;
        let left = Life {
            deadline: Ttl::from_micros(self.u64()?)?.as_micros(),
            ttl: Ttl::from_micros(self.u64()?)?.as_micros(),
        };
        let key = std::str::from_utf8(self.bytes(key_len)?).ok()?;
        let value = self.bytes(value_len)?;
        let value = match kind {
            TEXT => ValueRef::Text(std::str::from_utf8(value).ok()?),
            BYTES => ValueRef::Bytes(value),
            _ => return None,
        };
        Some(Entry { key, value, left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Life = Life {
        deadline: 5,
        ttl: NO_DEADLINE,
    };

    fn sample() -> Vec<u8> {
        encode(&[
            (Value::new("key", "text".into()).unwrap(), LEFT),
            (Value::new("", (&[0xff]).into()).unwrap(), LEFT),
        ])
        .unwrap()
    }

    fn fault(bytes: &[u8]) -> SnapshotFault {
        match decode(bytes) {
            Err(Error::Snapshot(fault)) => fault,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("{bytes:?} passed"),
        }
    }

    /// The bytes after a change, with a matching checksum.
    fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = sample();
        change(&mut bytes);
        let checksum = crc32fast::hash(&bytes[16..]);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    #[test]
    fn comes_back_as_it_went() {
        let bytes = sample();
        let entries = decode(&bytes).unwrap();
        let seen: Vec<_> = entries.iter().map(|e| (e.key, e.value, e.left)).collect();
        let expected = [
            ("key", ValueRef::Text("text"), LEFT),
            ("", ValueRef::Bytes(&[0xff]), LEFT),
        ];
        assert_eq!(seen, expected);
        assert!(decode(&encode(&[]).unwrap()).unwrap().is_empty());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let bytes = sample();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let expected = match bit / 8 {
                0..8 => matches!(fault(&flipped), SnapshotFault::NotASnapshot),
                8..12 => matches!(fault(&flipped), SnapshotFault::Version { .. }),
                16..24 => matches!(fault(&flipped), SnapshotFault::Length { .. }),
                _ => fault(&flipped) == SnapshotFault::Damaged,
            };
            assert!(expected, "bit {bit}: {:?}", fault(&flipped));
        }
        for length in 0..bytes.len() {
            let expected = match length {
                0..8 => matches!(fault(&bytes[..length]), SnapshotFault::NotASnapshot),
                _ => matches!(fault(&bytes[..length]), SnapshotFault::Length { .. }),
            };
            assert!(expected, "{length} bytes: {:?}", fault(&bytes[..length]));
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(matches!(fault(&longer), SnapshotFault::Length { .. }));
    }

    #[test]
    fn a_right_checksum_does_not_make_entries_right() {
        type Change = fn(&mut Vec<u8>);
        let changes: [(&str, Change); 7] = [
            ("too few counted", |b| b[24] = 1),
            ("too many counted", |b| b[24..32].fill(0xff)),
            ("no such kind", |b| b[32] = 2),
            ("a key past the end", |b| b[33..37].fill(0xff)),
            ("a value past the end", |b| b[37..45].fill(0xff)),
            ("no time left", |b| b[45] = 0),
            ("a text that is none", |b| b[64] = 0xff),
        ];
        for (what, change) in changes {
            assert_eq!(fault(&forged(change)), SnapshotFault::Damaged, "{what}");
        }
    }
}
