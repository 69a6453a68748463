//! The immutable set of policies and data that an engine serves.

mod build;
#[cfg(feature = "bundle")]
mod bundled;
pub(crate) mod bundles;
mod changed;
mod conflicts;
mod queries;
pub(crate) mod source;

pub(crate) use build::{MOST_FAULTS, check_text};
pub(crate) use queries::{Expression, Form, Prepared, Queries};

use crate::custom::HostBuiltins;
use crate::document::input_parts::InputParts;
use crate::limits::load_clock::LoadClock;
use crate::permissions::Outside;
use crate::rego::compile::{Compiled, Settings};
use crate::rego::eval::Host;
use crate::rego::plan::ir::{Kind, Mark, Rule, RuleNo};
use crate::rego::plan::{Library, Path, Plans, Query};
use crate::rego::syntax::span::Span;
use crate::rego::value::Value;
use bundles::Bundles;
use source::Source;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The file name of query texts.
pub(crate) const QUERY: &str = "<query>";

/// Policies and data that belong together. A set never changes: every change builds another set.
#[derive(Debug, Clone)]
pub(crate) struct PolicySet {
    sources: BTreeMap<String, Source>,
    /// The data, and which bundle owns which data and sources.
    bundles: Bundles,
    policies: Arc<Policies>,
    /// The builtins of the host.
    host: Arc<HostBuiltins>,
    queries: Arc<Queries>,
}

/// The compiled policies.
struct Policies {
    /// Queries are compiled against this.
    compiled: Compiled,
    plans: Plans,
    /// The file names, indexed by the file number of places.
    names: Vec<String>,
    /// The parts of the input that each rule uses.
    input_parts: Vec<OnceLock<InputParts>>,
    /// The counted memory of all fields, in bytes; 0 without counting.
    bytes: usize,
}

impl PolicySet {
    /// The names of the policies, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.sources.contains_key(name)
    }

    /// The sources by name.
    pub(crate) const fn sources(&self) -> &BTreeMap<String, Source> {
        &self.sources
    }

    /// The data document.
    pub(crate) const fn data(&self) -> &Value {
        self.bundles.data()
    }

    /// The data that belongs to no bundle.
    pub(crate) const fn own_data(&self) -> &Value {
        self.bundles.own()
    }

    /// The memory of the compiled policies, in bytes; 0 without counting.
    pub(crate) fn policy_bytes(&self) -> usize {
        self.policies.bytes
    }

    pub(crate) fn plans(&self) -> &Plans {
        &self.policies.plans
    }

    /// The paths of the parts of the input that rules use.
    pub(crate) fn paths(&self) -> &[Path] {
        &self.policies.plans.parts
    }

    pub(crate) fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// What the host allows.
    pub(crate) fn outside(&self) -> &Outside {
        self.host.outside()
    }

    /// The rule at a path such as `data.authz.allow`.
    pub(crate) fn rule_at(&self, path: &str) -> Option<RuleNo> {
        let nodes = &self.policies.plans.nodes;
        let mut node = 0;
        let mut rest = path.strip_prefix("data")?;
        while !rest.is_empty() {
            // Other texts may be queries.
            let names = rest.strip_prefix('.')?;
            let end = names.bytes().position(|byte| !is_of_name(byte));
            let (name, behind) = names.split_at_checked(end.unwrap_or(names.len()))?;
            node = nodes.get(node)?.named(name)?;
            rest = behind;
        }
        // Functions are not documents; compiling the query reports that.
        let rule = nodes.get(node)?.rule?;
        let plan = self.policies.plans.rules.get(rule)?;
        (plan.kind != Kind::Function).then_some(rule)
    }

    /// The parts of the input that a rule and its dependencies use.
    pub(crate) fn input_parts(&self, rule: RuleNo) -> &InputParts {
        static NOTHING: OnceLock<InputParts> = OnceLock::new();
        let policies = &*self.policies;
        let (Some(place), Some(plan)) = (
            policies.input_parts.get(rule),
            policies.plans.rules.get(rule),
        ) else {
            return NOTHING.get_or_init(InputParts::default);
        };
        place.get_or_init(|| InputParts::of(&plan.parts, &policies.plans.parts))
    }

    /// The plan of the rule at a path.
    pub(crate) fn plan_at(&self, path: &str) -> Option<&Rule> {
        self.plans().rules.get(self.rule_at(path)?)
    }

    /// The cache of prepared queries.
    pub(crate) fn queries(&self) -> &Queries {
        &self.queries
    }

    /// Whether any rule calls builtins of the host.
    pub(crate) fn has_calls_of_host(&self) -> bool {
        self.plans().rules.iter().any(|rule| rule.calls_host)
    }

    /// Queries are compiled against this.
    pub(crate) fn compiled(&self) -> &Compiled {
        &self.policies.compiled
    }

    /// The settings for compiling queries.
    pub(crate) fn settings(&self, most_faults: usize, clock: &LoadClock) -> Settings<'_> {
        build::settings(&self.host, most_faults, clock)
    }

    pub(crate) fn library(&self) -> &dyn Library {
        &*self.host
    }

    /// The file and place of a mark.
    pub(crate) fn place_of(&self, query: Option<&Query>, mark: Mark) -> Option<(&str, Span)> {
        let mark = mark as usize;
        if mark == 0 {
            return None;
        }
        let marks = &self.policies.plans.marks;
        match marks.get(mark) {
            Some(span) => Some((self.file(span.file), *span)),
            None => {
                let span = query?.marks.get(mark - marks.len())?;
                Some((QUERY, *span))
            }
        }
    }

    /// The file name of a file number of places.
    pub(crate) fn file(&self, number: u32) -> &str {
        self.policies
            .names
            .get(number as usize)
            .map_or(QUERY, String::as_str)
    }
}

/// Whether a byte of a path such as `data.a.b` belongs to a name.
pub(crate) const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl fmt::Debug for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Policies")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
