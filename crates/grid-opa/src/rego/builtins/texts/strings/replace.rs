//! `replace` and `strings.replace_n`.

use super::super::operands::{object, wrong};
use super::{Builtin, Context, Failure, Text, Value, builtin, same_or, string, string_of};
use memchr::memmem;

pub(super) const ALL: &[Builtin] = &[
    builtin("replace", 3, |operands, context| {
        let (text, old, new) = (
            string(operands, 1)?,
            string(operands, 2)?,
            string(operands, 3)?,
        );
        if old.is_empty() {
            let replaced = replaced(text, &[(old, new)], context)?;
            return Ok(replaced.map(Value::from));
        }
        let mut places = memmem::find_iter(text.as_bytes(), old).peekable();
        if places.peek().is_none() {
            return same_or(operands, text);
        }
        let mut output = Text::new(context);
        let mut copied = 0;
        for place in places {
            output.push(text.get(copied..place).unwrap_or_default())?;
            output.push(new)?;
            copied = place + old.len();
        }
        output.push(text.get(copied..).unwrap_or_default())?;
        Ok(Some(output.into_string().into()))
    }),
    builtin("strings.replace_n", 2, |operands, context| {
        let patterns = object(operands, 1)?;
        let text = string(operands, 2)?;
        let mut pairs = Vec::new();
        for (old, new) in patterns.iter() {
            let old = string_of(old, 1)
                .map_err(|_| wrong(1, "non-string key found in pattern object"))?;
            let new = string_of(new, 1)
                .map_err(|_| wrong(1, "non-string value found in pattern object"))?;
            pairs.push((old, new));
        }
        let replaced = replaced(text, &pairs, context)?;
        Ok(Some(replaced.map_or_else(|| text.into(), Value::from)))
    }),
];

/// The most bytes that are skipped between two looks at the clock.
const SKIP: usize = 64 << 10;

/// A node in the tree of the texts to replace. Each edge is a byte.
#[derive(Default)]
struct Node<'t> {
    /// The replacement of the text that ends here.
    new: Option<&'t str>,
    /// Sorted by byte.
    next: Vec<(u8, usize)>,
}

impl Node<'_> {
    // The node after a byte, or where its edge would be inserted.
    fn edge(&self, byte: u8) -> Result<usize, usize> {
        let place = self.next.binary_search_by_key(&byte, |(byte, _)| *byte)?;
        self.next.get(place).map(|(_, next)| *next).ok_or(place)
    }
}

// Replaces the first text that matches at each place. The texts are sorted, so that is the shortest match. `None` if nothing matches.
fn replaced(
    text: &str,
    pairs: &[(&str, &str)],
    context: &mut Context<'_>,
) -> Result<Option<String>, Failure> {
    let empty = pairs
        .iter()
        .find(|(old, _)| old.is_empty())
        .map(|(_, new)| *new);
    let nodes = tree(pairs, context)?;
    // Most bytes begin none of the texts.
    let mut begins = [false; 256];
    for (old, _) in pairs {
        let first = old.as_bytes().first();
        if let Some(begin) = first.and_then(|byte| begins.get_mut(usize::from(*byte))) {
            *begin = true;
        }
    }
    let begins = |byte: &u8| begins.get(usize::from(*byte)).copied().unwrap_or(false);
    let mut output = Text::new(context);
    let (mut at, mut copied, mut was_empty) = (0, 0, false);
    let mut steps = 0_usize;
    let mut found_any = false;
    while at <= text.len() {
        if empty.is_none() {
            // The look at the clock counts steps, so long gaps are divided.
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            let skipped = rest
                .iter()
                .take(SKIP)
                .take_while(|byte| !begins(byte))
                .count();
            at += skipped;
            if skipped == SKIP {
                output.context().in_time()?;
                continue;
            }
        }
        steps += 1;
        if steps.is_multiple_of(1024) {
            output.context().in_time()?;
        }
        // The empty text comes first, unless it was just replaced.
        let found = match empty.filter(|_| !was_empty) {
            Some(new) => Some((0, new)),
            None => shortest(&nodes, text.as_bytes().get(at..).unwrap_or_default()),
        };
        was_empty = matches!(found, Some((0, _)));
        if was_empty && !text.is_char_boundary(at) {
            // OPA inserts the replacement between the bytes of a character, and the result is not UTF-8.
            return Err(Failure::unsure(
                "the empty text matches between the bytes of a character",
            ));
        }
        match found {
            Some((length, new)) => {
                found_any = true;
                output.push(text.get(copied..at).unwrap_or_default())?;
                output.push(new)?;
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    output.push(text.get(copied..).unwrap_or_default())?;
    Ok(found_any.then(|| output.into_string()))
}

fn tree<'t>(
    pairs: &[(&'t str, &'t str)],
    context: &mut Context<'_>,
) -> Result<Vec<Node<'t>>, Failure> {
    let mut nodes = vec![Node::default()];
    for (old, new) in pairs {
        context.in_time()?;
        context.charge(old.len().saturating_mul(4 * size_of::<Node<'_>>()))?;
        let mut at = 0;
        for byte in old.bytes() {
            let fresh = nodes.len();
            let Some(node) = nodes.get_mut(at) else { break };
            // A text never matches if another one is its prefix.
            if at > 0 && node.new.is_some() {
                break;
            }
            match node.edge(byte) {
                Ok(next) => at = next,
                Err(place) => {
                    node.next.insert(place, (byte, fresh));
                    nodes.push(Node::default());
                    at = fresh;
                }
            }
        }
        if let Some(node) = nodes
            .get_mut(at)
            .filter(|node| at > 0 && node.new.is_none())
        {
            node.new = Some(new);
        }
    }
    Ok(nodes)
}

// The length and the replacement of the shortest text at the start of `rest`.
fn shortest<'t>(nodes: &[Node<'t>], rest: &[u8]) -> Option<(usize, &'t str)> {
    let mut node = nodes.first()?;
    for (length, byte) in rest.iter().enumerate() {
        node = nodes.get(node.edge(*byte).ok()?)?;
        if let Some(new) = node.new {
            return Some((length + 1, new));
        }
    }
    None
}
