//! Unpacks a gzipped tar into memory, under limits. Rejects archives that two readers could interpret differently.

use crate::error::Error;
use crate::options::EngineOptions;
use flate2::bufread::GzDecoder;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use tar::{Archive, Entry, EntryType};

/// Maximum length of the path of a file, in bytes.
const MAX_PATH_BYTES: usize = 1024;
/// Size of a tar block, in bytes.
const BLOCK_BYTES: usize = 512;
/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file of a bundle.
pub(super) struct File {
    /// Its path from the root of the bundle, such as `authz/http.rego`.
    pub(super) name: String,
    /// Its path as the archive spells it: OPA adds a leading slash.
    pub(super) spelled: String,
    pub(super) bytes: Vec<u8>,
}

impl File {
    /// The last part of its path.
    pub(super) fn base(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.bytes).map_err(|_| {
            Error::input("the file is not UTF-8; encode it as UTF-8").in_file(&self.name)
        })
    }
}

/// Unpacks all files of a bundle, sorted by name.
pub(super) fn unpack(bytes: &[u8], options: &EngineOptions) -> Result<Vec<File>, Error> {
    let most = options.max_bundle_bytes;
    if bytes.len() > most as usize {
        let what = format!("the bundle is {} bytes long", bytes.len());
        return Err(Error::limit_of(
            "max_bundle_bytes",
            &what,
            most.into(),
            "bytes",
        ));
    }
    if !bytes.starts_with(&GZIP) {
        return Err(broken("it does not start with a gzip header"));
    }
    let over = Cell::new(false);
    let mut archive = Archive::new(Metered {
        inner: GzDecoder::new(bytes),
        left: options.max_bundle_unpacked_bytes.into(),
        over: &over,
    });
    let files = archive
        .entries()
        .map_err(Problem::Io)
        .and_then(|entries| read(entries, options));
    let files = files.and_then(|files| {
        // Reads to the end, because the checksum is there, and because only some readers see a second archive after the first.
        end(archive.into_inner()).map(|()| files)
    });
    files.map_err(|problem| match problem {
        Problem::Io(_) if over.get() => too_large(options),
        Problem::Io(error) => broken(&error.to_string()),
        Problem::Grid(error) => error,
    })
}

enum Problem {
    Io(io::Error),
    Grid(Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Grid(error)
    }
}

fn read<R: Read>(
    entries: tar::Entries<'_, R>,
    options: &EngineOptions,
) -> Result<Vec<File>, Problem> {
    let mut files = BTreeMap::new();
    let mut count = 0;
    for entry in entries {
        let mut entry = entry?;
        count += 1;
        if count > options.max_bundle_entries {
            let what = "the bundle has too many files and folders";
            let most = options.max_bundle_entries.into();
            return Err(Error::limit_of("max_bundle_entries", what, most, "entries").into());
        }
        let kind = entry.header().entry_type();
        // `git archive` writes a comment first.
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        check_extensions(&mut entry)?;
        let spelled = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = normalized(&spelled, kind.is_dir()).ok_or_else(|| {
            Error::input(format!(
                "the bundle has an entry with the path {spelled:?}; a path must be UTF-8, at most {MAX_PATH_BYTES} bytes long, without \
                empty parts, `.` or `..`, backslashes and control characters"
            ))
        })?;
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            let text = format!(
                "the bundle has an entry {name} that is neither a file nor a folder, for example a link; replace it with the file itself"
            );
            return Err(Error::input(text).into());
        }
        if entry.size() > options.max_bundle_unpacked_bytes.into() {
            return Err(too_large(options).into());
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != entry.size() {
            return Err(broken(&format!("the file {name} is truncated")).into());
        }
        let path = name.clone();
        let file = File {
            name,
            spelled,
            bytes,
        };
        if files.insert(path.clone(), file).is_some() {
            let text = "the bundle has two files of this path; keep one of them";
            return Err(Error::input(text).in_file(&path).into());
        }
    }
    Ok(files.into_values().collect())
}

// tar readers differ in which of two records they use, and in their support for sparse files.
fn check_extensions<R: Read>(entry: &mut Entry<'_, R>) -> Result<(), Problem> {
    let Some(extensions) = entry.pax_extensions()? else {
        return Ok(());
    };
    let mut keys = BTreeSet::new();
    for extension in extensions {
        let key = extension?.key_bytes().to_vec();
        if key.starts_with(b"GNU.sparse") || !keys.insert(key) {
            let text = "the bundle has a sparse file or a file with two records; pack it as `opa build` does";
            return Err(Error::input(text).into());
        }
    }
    Ok(())
}

// The path from the root of the bundle; `None` for an invalid path. OPA writes `/data.json`, and tar of a folder writes `./data.json`: both
// mean the root of the bundle.
fn normalized(spelled: &str, folder: bool) -> Option<String> {
    let path = ["/", "./"]
        .iter()
        .find_map(|root| spelled.strip_prefix(root))
        .unwrap_or(spelled);
    let path = if folder {
        path.strip_suffix('/').unwrap_or(path)
    } else {
        path
    };
    if folder && matches!(path, "" | ".") {
        return Some(String::new());
    }
    let unusual = |one: char| one.is_control() || matches!(one, '\\' | char::REPLACEMENT_CHARACTER);
    let fits = path.len() <= MAX_PATH_BYTES
        && !path.contains(unusual)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    fits.then(|| path.to_owned())
}

// An archive ends with two blocks of zeros, and the tar reader has consumed one. Without the second block the archive is truncated.
fn end(mut rest: Metered<'_, GzDecoder<&[u8]>>) -> Result<(), Problem> {
    let (mut block, mut zeros) = ([0; 4096], 0);
    loop {
        match rest.read(&mut block)? {
            // Some readers continue with a second gzip member, and each member takes time to start.
            0 if !rest.inner.get_ref().is_empty() => {
                return Err(broken("there is data after the gzip stream").into());
            }
            0 if zeros >= BLOCK_BYTES => return Ok(()),
            0 => return Err(broken("its end is missing").into()),
            count if block.iter().take(count).all(|byte| *byte == 0) => zeros += count,
            _ => return Err(broken("there is data after the end of the archive").into()),
        }
    }
}

fn too_large(options: &EngineOptions) -> Error {
    let most = options.max_bundle_unpacked_bytes.into();
    let what = "the unpacked bundle is too large";
    Error::limit_of("max_bundle_unpacked_bytes", what, most, "bytes")
}

fn broken(reason: &str) -> Error {
    Error::input(format!(
        "the bundle is not a complete gzipped tar: {reason}; build it with `opa build`, and fetch it again if it is truncated"
    ))
}

/// Reads at most `left` bytes.
struct Metered<'c, R> {
    inner: R,
    left: u64,
    over: &'c Cell<bool>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                self.over.set(true);
                return Err(io::Error::other("the unpacked data is too large"));
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_below_the_root_or_none() {
        for (spelled, expected) in [
            ("/data.json", "data.json"),
            ("./a/b.rego", "a/b.rego"),
            ("a/b.rego", "a/b.rego"),
            (".manifest", ".manifest"),
            ("/...", "..."),
        ] {
            assert_eq!(normalized(spelled, false).as_deref(), Some(expected));
        }
        for spelled in [
            "",
            "/",
            "//a",
            ".//a",
            "././a",
            "/./a",
            "a//b",
            "a/",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "a/./b",
            "a\\b",
            "a\0b",
            "a\nb",
            "a\u{fffd}",
            ".",
        ] {
            assert_eq!(normalized(spelled, false), None, "{spelled:?}");
        }
        for spelled in ["/", "./", ".", "a/", "/a/b/"] {
            assert!(normalized(spelled, true).is_some(), "{spelled}");
        }
        for spelled in ["../", "a//", "/../", "a/../"] {
            assert!(normalized(spelled, true).is_none(), "{spelled}");
        }
        assert_eq!(normalized(&"a".repeat(1025), false), None);
    }
}
