//! What only shows of all policies of a set together.

use super::Module;
use crate::bundles::Bundles;
use crate::chains;
use crate::compile;
use crate::conflicts;
use crate::custom;
use crate::error::{Error, ErrorKind};
use crate::options::EngineOptions;
use crate::outline::Call;
use crate::unsupported;
use crate::wholes::Wholes;
use std::collections::BTreeMap;

/// The levels of the longest chain of rules, or the first fault and the others.
pub(super) fn check(
    modules: &BTreeMap<String, Module>,
    bundles: &Bundles,
    options: &EngineOptions,
) -> Result<u32, (Error, Vec<Error>)> {
    let chain = chains::longest(modules);
    let mut faults: Vec<_> = bundles.check_policies(modules).err().into_iter().collect();
    faults.extend(unknown_names(modules));
    let data = bundles.data();
    let conflict = conflicts::between(modules).or_else(|| conflicts::with_data(modules, data));
    faults.extend(conflict.map(|message| Error::new(ErrorKind::Compile, message)));
    let reader = Wholes::of(modules).refused(modules);
    faults.extend(reader.map(|reader| compile::reads_whole(&reader).in_file(&reader.source)));
    let what = format!("with all that it uses, data.{} is", chain.from);
    faults.extend(compile::check_levels(chain.levels, options, &what).err());
    let mut faults = faults.into_iter();
    match faults.next() {
        Some(first) => Err((first, faults.collect())),
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
