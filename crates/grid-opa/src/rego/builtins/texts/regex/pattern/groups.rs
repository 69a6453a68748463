//! Groups and flags.

use super::{Failure, Group, Translation, wrong};

/// The maximum nesting depth of groups, which is the limit of the regex crate.
const MAX_NESTED: usize = 200;

impl<'p> Translation<'p> {
    // Reads the start of a group after its opening bracket.
    pub(super) fn open(&mut self, before: &'p str) -> Result<(), Failure> {
        if self.groups.len() >= MAX_NESTED {
            return Err(Failure::unsure("the groups of a pattern nest too deep"));
        }
        let named = |prefix: &str| before.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        if let Some(rest) = named("(?P<").or_else(|| named("(?<")) {
            let Some((name, after)) = rest.split_once('>') else {
                return Err(wrong("invalid named capture", before));
            };
            self.rest = after;
            let word = |one: char| one == '_' || one.is_ascii_alphanumeric();
            if name.is_empty() || !name.chars().all(word) {
                return Err(wrong("invalid named capture", self.read(before)));
            }
            self.names.push(name.to_owned());
            self.output.push('(');
            self.groups.push(Group::default());
            return Ok(());
        }
        if !before.starts_with("(?") {
            self.names.push(String::new());
            self.output.push('(');
            self.groups.push(Group::default());
            return Ok(());
        }
        self.take("?");
        self.flags(before)
    }

    // Reads flags up to the colon or the bracket after them.
    fn flags(&mut self, before: &'p str) -> Result<(), Failure> {
        let mut flags = String::new();
        let (mut negative, mut any) = (false, false);
        while let Some(flag) = self.next() {
            match flag {
                'i' | 'm' | 's' | 'U' => {
                    flags.push(flag);
                    any = true;
                }
                '-' if !negative => {
                    flags.push(flag);
                    (negative, any) = (true, false);
                }
                ':' | ')' if any || !negative => {
                    let flags = without_doubles(&flags);
                    if flag == ':' {
                        self.output.push_str(&format!("(?{flags}:"));
                        self.groups.push(Group::default());
                    } else if !flags.is_empty() {
                        self.output.push_str(&format!("(?{flags})"));
                        if let Some(group) = self.groups.last_mut() {
                            group.flags_after = true;
                        }
                    }
                    return Ok(());
                }
                _ => break,
            }
        }
        Err(wrong(
            "invalid or unsupported Perl syntax",
            self.read(before),
        ))
    }

    pub(super) fn close(&mut self) -> Result<(), Failure> {
        let unexpected = || wrong("unexpected )", self.pattern);
        let group = self.groups.pop().ok_or_else(unexpected)?;
        if self.groups.is_empty() {
            return Err(unexpected());
        }
        self.output.push(')');
        self.element(group.product.max(1), group.size.saturating_add(2));
        Ok(())
    }
}

// The regex crate does not allow duplicate flags.
fn without_doubles(flags: &str) -> String {
    let (on, off) = flags.split_once('-').unwrap_or((flags, ""));
    let mut kept = String::new();
    for flag in ['i', 'm', 's', 'U'] {
        if on.contains(flag) && !off.contains(flag) {
            kept.push(flag);
        }
    }
    if !off.is_empty() {
        kept.push('-');
        kept.extend(
            ['i', 'm', 's', 'U']
                .into_iter()
                .filter(|flag| off.contains(*flag)),
        );
    }
    kept
}
