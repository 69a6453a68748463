//! Fragments that use themselves.

use super::super::Failure;
use super::super::syntax::document::{Fragment, Selection, Spread};
use super::Check;
use std::collections::BTreeMap;

/// The way through fragments to the current one.
#[derive(Default)]
struct Path<'q> {
    spreads: Vec<&'q Spread>,
    /// The number of spreads before a fragment.
    starts: BTreeMap<&'q str, usize>,
}

impl<'q> Check<'q, '_, '_> {
    pub(super) fn fragment_cycles(&mut self, fragment: &'q Fragment) -> Result<(), Failure> {
        self.search_cycles(fragment, &mut Path::default())
    }

    fn search_cycles(
        &mut self,
        fragment: &'q Fragment,
        path: &mut Path<'q>,
    ) -> Result<(), Failure> {
        if !self.searched_fragments.insert(&fragment.name) {
            return Ok(());
        }
        let spreads = spreads(&fragment.selections);
        if spreads.is_empty() {
            return Ok(());
        }
        path.starts.insert(&fragment.name, path.spreads.len());
        for spread in spreads {
            let start = path.starts.get(&*spread.name).copied();
            path.spreads.push(spread);
            if let Some(start) = start {
                let cycle = path.spreads.get(start..path.spreads.len() - 1);
                let names = cycle.unwrap_or(&[]).iter();
                let names: Vec<String> = names.map(|one| format!("\"{}\"", one.name)).collect();
                let via = match &*names {
                    [] => String::new(),
                    names => format!(" via {}", names.join(", ")),
                };
                let name = &spread.name;
                let text = format!("Cannot spread fragment \"{name}\" within itself{via}.");
                self.error(spread.place, &text)?;
            } else {
                let mut fragments = self.query.fragments.iter();
                if let Some(next) = fragments.find(|fragment| fragment.name == spread.name) {
                    self.deeper(|check| check.search_cycles(next, path))?;
                }
            }
            path.spreads.pop();
        }
        path.starts.remove(&*fragment.name);
        Ok(())
    }
}

// The spreads in selections, in the order in which gqlparser finds them.
fn spreads(selections: &[Selection]) -> Vec<&Spread> {
    let mut found = Vec::new();
    let mut open = vec![selections];
    while let Some(selections) = open.pop() {
        for selection in selections {
            match selection {
                Selection::Spread(spread) => found.push(spread),
                Selection::Field(field) => open.push(&field.selections),
                Selection::Inline(inline) => open.push(&inline.selections),
            }
        }
    }
    found
}
