//! Verifies chains of certificates, as Go's crypto/x509 does. Name constraints and required policies end the evaluation.

use super::certificate::Certificate;
use super::hosts::is_for_host;
use super::options::Options;
use super::signatures::verifies;
use super::{Context, Failure};

/// The number of signatures that Go checks for one leaf.
const MAX_CHECKS: u32 = 100;

const ANY: u8 = 0;
const SERVER: u8 = 1;
const CERT_SIGN: u16 = 1 << 5;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Leaf,
    Intermediate,
    Root,
}

type Chain<'v, 'd> = Vec<&'v Certificate<'d>>;

/// The chain from the last certificate to the first one, the root; `None` if it does not verify.
pub(super) fn verified<'v, 'd>(
    certificates: &'v [Certificate<'d>],
    options: &Options,
    now: i64,
    context: &mut Context<'_>,
) -> Result<Option<Chain<'v, 'd>>, Failure> {
    let [root, intermediates @ .., leaf] = certificates else {
        return Ok(None);
    };
    let mut search = Search {
        root,
        intermediates,
        now,
        checks: 0,
        context,
        chains: Vec::new(),
    };
    if !search.is_valid(leaf, Role::Leaf, &[])
        || !(options.dns_name.is_empty() || is_for_host(leaf, &options.dns_name))
    {
        return Ok(None);
    }
    if root.raw == leaf.raw {
        search.chains.push(vec![leaf]);
    } else {
        search.extend(&vec![leaf])?;
    }
    let default = [SERVER];
    let usages = match &*options.usages {
        [] => &default[..],
        usages => usages,
    };
    for chain in search.chains {
        if chain.len() > 1 && chain.iter().any(|one| has_policies(one)) {
            let text = "this build cannot check the policies that a certificate requires";
            return Err(Failure::unsure(text));
        }
        if !usages.contains(&ANY) && !has_usage(&chain, usages) {
            continue;
        }
        if chain.iter().any(|one| one.known.constraints.is_some()) {
            let text = "this build cannot check the name constraints of a certificate";
            return Err(Failure::unsure(text));
        }
        return Ok(Some(chain));
    }
    Ok(None)
}

struct Search<'v, 'd, 'c, 'b> {
    root: &'v Certificate<'d>,
    intermediates: &'v [Certificate<'d>],
    /// In nanoseconds since 1970.
    now: i64,
    checks: u32,
    context: &'c mut Context<'b>,
    chains: Vec<Chain<'v, 'd>>,
}

impl<'v, 'd> Search<'v, 'd, '_, '_> {
    fn is_valid(&self, one: &Certificate<'d>, role: Role, chain: &[&Certificate<'d>]) -> bool {
        if !one.known.unhandled.is_empty() {
            return false;
        }
        if chain
            .last()
            .is_some_and(|child| child.raw_issuer != one.raw_subject)
        {
            return false;
        }
        let at = |seconds: i64| i128::from(seconds) * 1_000_000_000;
        let now = i128::from(self.now);
        if now < at(one.not_before) || now > at(one.not_after) {
            return false;
        }
        let basic = one.known.basic.as_ref();
        if role == Role::Intermediate && !basic.is_some_and(|basic| basic.is_ca) {
            return false;
        }
        let limit = basic.map_or(-1, |basic| basic.max_path);
        // The leaf does not count.
        let between = i64::try_from(chain.len()).unwrap_or(i64::MAX) - 1;
        limit < 0 || between <= limit
    }

    // Finds the chains that begin with a chain, in Go's order.
    fn extend(&mut self, chain: &Chain<'v, 'd>) -> Result<(), Failure> {
        let Some(child) = chain.last() else {
            return Ok(());
        };
        self.context.in_time()?;
        if self.root.raw_subject == child.raw_issuer {
            self.consider(self.root, Role::Root, chain)?;
        }
        let rank = |parent: &Certificate<'_>| {
            let own = parent.known.subject_key.unwrap_or(&[]);
            let wanted = child.known.authority_key.unwrap_or(&[]);
            match own == wanted {
                true => 0,
                false if own.is_empty() || wanted.is_empty() => 1,
                false => 2,
            }
        };
        let parents = self.intermediates.iter().enumerate();
        // A pool has each certificate once.
        let parents = parents.filter(|(index, parent)| {
            let mut before = self.intermediates.iter().take(*index);
            parent.raw_subject == child.raw_issuer && before.all(|other| other.raw != parent.raw)
        });
        let mut parents: Vec<_> = parents.map(|(_, parent)| parent).collect();
        parents.sort_by_key(|parent| rank(parent));
        for parent in parents {
            if self.checks > MAX_CHECKS {
                break;
            }
            self.consider(parent, Role::Intermediate, chain)?;
        }
        Ok(())
    }

    fn consider(
        &mut self,
        parent: &'v Certificate<'d>,
        role: Role,
        chain: &Chain<'v, 'd>,
    ) -> Result<(), Failure> {
        self.checks += 1;
        let Some(child) = chain.last().filter(|_| self.checks <= MAX_CHECKS) else {
            return Ok(());
        };
        let is_usable = !is_in(parent, chain) && may_sign(parent);
        if !is_usable
            || !verifies(
                child.signature_kind,
                &parent.key,
                child.signed,
                child.signature,
            )?
            || !self.is_valid(parent, role, chain)
        {
            return Ok(());
        }
        let mut longer = chain.clone();
        longer.push(parent);
        self.context.charge(longer.len().saturating_mul(16))?;
        match role {
            Role::Root => self.chains.push(longer),
            _ => self.extend(&longer)?,
        }
        Ok(())
    }
}

// Whether a chain has a certificate of the same subject, key and names.
fn is_in(one: &Certificate<'_>, chain: &[&Certificate<'_>]) -> bool {
    let names = |of: &Certificate<'_>| {
        let mut extensions = of.extensions.iter();
        let found = extensions.find(|extension| *extension.id == [2, 5, 29, 17]);
        found.map(|extension| extension.value.to_vec())
    };
    for other in chain {
        if one.raw_subject != other.raw_subject || one.raw_key != other.raw_key {
            continue;
        }
        match (names(one), names(other)) {
            (None, None) => return true,
            (Some(own), Some(others)) if own == others => return true,
            (Some(_), Some(_)) => {}
            // As in Go, the rest of the chain is not compared.
            _ => return false,
        }
    }
    false
}

fn may_sign(parent: &Certificate<'_>) -> bool {
    let may_by_basic = match &parent.known.basic {
        Some(basic) => basic.is_ca,
        None => parent.version != 3,
    };
    let usage = parent.known.key_usage;
    may_by_basic && (usage == 0 || usage & CERT_SIGN != 0)
}

fn has_policies(one: &Certificate<'_>) -> bool {
    let required = one.known.require_explicit_policy;
    required.is_some_and(|number| number >= 0) || !one.known.mappings.is_empty()
}

// Whether a usage is allowed by all certificates.
fn has_usage(chain: &[&Certificate<'_>], usages: &[u8]) -> bool {
    let allows = |one: &Certificate<'_>, usage: &u8| {
        let known = &one.known;
        let any = known.usages.is_empty() && known.unknown_usages.is_empty();
        any || known.usages.contains(&ANY) || known.usages.contains(usage)
    };
    let mut usages = usages.iter();
    usages.any(|usage| chain.iter().all(|one| allows(one, usage)))
}
