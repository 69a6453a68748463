//! Packs bundles for the tests.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use tar::{Builder, EntryType, Header};

/// A small policy with data, built by `opa build`.
pub(super) fn plain() -> &'static [u8] {
    include_bytes!("plain.tar.gz")
}

/// A bundle of these files: pairs of the path in the archive and the text.
pub(super) fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    zipped(&archived(files))
}

pub(super) fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn archived(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (path, text) in files {
        builder
            .append(
                &header(path, EntryType::Regular, text.len() as u64),
                text.as_bytes(),
            )
            .unwrap();
    }
    builder.into_inner().unwrap()
}

/// A header with any path; the crate itself would reject some.
pub(super) fn header(path: &str, kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    let name = &mut header.as_mut_bytes()[..100];
    name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o600);
    header.set_cksum();
    header
}
