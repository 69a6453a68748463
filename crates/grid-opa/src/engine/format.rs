//! Formats sources.

use super::Engine;
use crate::error::Error;
use crate::faults::errors;
use crate::limits::guard::guarded;
use crate::limits::load_clock::LoadClock;
use crate::limits::stack;
use crate::rego::format::formatted;
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::parser::ParseOptions;
use crate::set::source::Source;
use crate::set::{MOST_FAULTS, check_text};

/// The name of a source without a name.
const UNNAMED: &str = "<source>";

impl Engine {
    /// The text of a policy as `opa fmt` writes it, with its comments. Nothing is loaded.
    ///
    /// The text is parsed again: if it would mean something else than the source, or lose a comment, that is an error.
    ///
    /// # Errors
    /// `GRID_COMPILE` with line and column for a source that does not parse in the version of the options, and for one that cannot be
    /// formatted. `GRID_LIMIT` for a source that is too long, nests too deep, or takes too much memory or time.
    pub fn format(&self, source: &str) -> Result<String, Error> {
        let options = self.options();
        let clock = LoadClock::start(options);
        let parse = ParseOptions {
            version: Version::V1,
            max_depth: options.max_nesting,
            file: 0,
            max_faults: MOST_FAULTS,
            annotations: None,
        };
        guarded(options.for_load(), || {
            check_text(source, options)?;
            let work = || -> Result<String, Vec<Fault>> {
                let (read, _) = Source::read(source, options.rego_version, &parse)?;
                let version = read.version;
                formatted(source, &ParseOptions { version, ..parse }, clock.end())
            };
            // The formatter needs more stack for a level than the parser.
            let levels = options.max_nesting.saturating_mul(2);
            let result = stack::enough(levels, work);
            clock.check()?;
            result.map_err(|faults| {
                let name = |_| UNNAMED.to_owned();
                Error::all_of(errors(faults, options, name))
            })
        })
    }
}
