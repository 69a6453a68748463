//! What only shows of all policies of a set together.

use super::{Module, placed};
use crate::bundles::Bundles;
use crate::chains;
use crate::compile;
use crate::conflicts;
use crate::custom;
use crate::error::{Error, ErrorKind};
use crate::options::EngineOptions;
use crate::outline::Call;
use crate::recursion;
use crate::stack;
use crate::unsupported;
use crate::wholes::Wholes;
use std::collections::BTreeMap;
use std::iter;

/// What is wrong with policies. As an error that stands alone it is the first of them.
#[derive(Debug)]
pub(crate) struct Faults {
    // In a box, as a result is as large as its error.
    first: Box<Error>,
    others: Vec<Error>,
}

impl Faults {
    /// All of them, the first one first.
    pub(crate) fn all(self) -> impl Iterator<Item = Error> {
        iter::once(*self.first).chain(self.others)
    }

    /// Each of them changed by `change`.
    pub(super) fn map(self, change: impl Fn(Error) -> Error) -> Self {
        Self {
            first: Box::new(change(*self.first)),
            others: self.others.into_iter().map(change).collect(),
        }
    }
}

impl From<Error> for Faults {
    fn from(error: Error) -> Self {
        Self {
            first: Box::new(error),
            others: Vec::new(),
        }
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        *faults.first
    }
}

/// The levels of the longest chain of rules, or all that is wrong.
pub(super) fn check(
    parsed: &mut regorus::Engine,
    modules: &BTreeMap<String, Module>,
    bundles: &Bundles,
    options: &EngineOptions,
) -> Result<u32, Faults> {
    let chain = chains::longest(modules);
    let mut faults: Vec<_> = bundles.check_policies(modules).err().into_iter().collect();
    faults.extend(unknown_names(modules));
    let recursive = stack::enough(chain.levels, || recursion::check(parsed.get_modules()));
    faults.extend(recursive.map(|error| placed(modules, error)));
    let data = bundles.data();
    let conflict = conflicts::between(modules).or_else(|| conflicts::with_data(modules, data));
    faults.extend(conflict.map(|message| Error::new(ErrorKind::Compile, message)));
    let reader = Wholes::of(modules).refused(modules);
    faults.extend(reader.map(|reader| compile::reads_whole(&reader).in_file(&reader.source)));
    let what = format!("with all that it uses, data.{} is", chain.from);
    faults.extend(compile::check_levels(chain.levels, options, &what).err());
    let mut faults = faults.into_iter();
    match faults.next() {
        Some(first) => Err(Faults {
            first: Box::new(first),
            others: faults.collect(),
        }),
        None => Ok(chain.levels),
    }
}

// Calls and variables that nothing defines, in the package of their module.
fn unknown_names(modules: &BTreeMap<String, Module>) -> Vec<Error> {
    let mut faults = Vec::new();
    for (name, module) in modules {
        let unknown = |call: &&Call| {
            !modules
                .values()
                .any(|other| other.package == module.package && other.roots.contains(call.root()))
        };
        let lacking = module.lacking.iter().filter(unknown).map(compile::lacking);
        let known = |call: &&Call| !unknown(call);
        let ambiguous = module.custom.iter().filter(known).map(custom::ambiguous);
        let unbound = module.unbound.iter().filter(unknown);
        let unbound = unbound.map(compile::unsafe_variable);
        let all = lacking.chain(ambiguous).chain(unbound);
        faults.extend(all.map(|error| error.in_file(name)));
    }
    faults.extend(
        unsupported::check(modules.iter().flat_map(|(name, module)| {
            let calls = module.unsupported.iter();
            calls.map(|call| (Some(name.as_str()), call))
        }))
        .err(),
    );
    faults
}
