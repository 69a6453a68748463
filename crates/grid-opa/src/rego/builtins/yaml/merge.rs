//! OPA's changes to a YAML tree before it is decoded: times become texts, several merge keys of a mapping become one, and the last of
//! several values of a key wins.

use super::super::Failure;
use super::json;
use super::keys::key_of;
use super::resolve::Tag;
use super::tree::{Content, Id, Node, Tree};
use std::collections::BTreeMap;

pub(super) fn normalize(tree: &mut Tree) -> Result<(), Failure> {
    for id in 0..tree.nodes.len() {
        if let Some(Node {
            content: Content::Mapping(fields),
            ..
        }) = tree.nodes.get_mut(id)
        {
            let fields = std::mem::take(fields);
            let fields = with_one_merge(tree, fields)?;
            let fields = without_duplicates(tree, fields);
            if let Some(node) = tree.nodes.get_mut(id) {
                node.content = Content::Mapping(fields);
            }
        }
    }
    // The comparison of keys above needs the tags of times.
    for node in &mut tree.nodes {
        if node.tag == Tag::Timestamp && node.is_plain && !node.is_tagged {
            node.tag = Tag::Text;
        }
    }
    Ok(())
}

fn is_merge(tree: &Tree, id: Id) -> bool {
    let is_one = |node: &Node| node.tag == Tag::Merge && matches!(node.content, Content::Scalar(_));
    tree.nodes.get(id).is_some_and(is_one)
}

fn with_one_merge(tree: &mut Tree, fields: Vec<(Id, Id)>) -> Result<Vec<(Id, Id)>, Failure> {
    let mut merged = Vec::new();
    let mut first = None;
    for (key, value) in &fields {
        if is_merge(tree, *key) {
            first.get_or_insert(*key);
            match &tree.get(*value)?.content {
                Content::Sequence(items) => merged.extend_from_slice(items),
                _ => merged.push(*value),
            }
        }
    }
    let Some(first) = first.filter(|_| merged.len() >= 2) else {
        return Ok(fields);
    };
    tree.nodes.push(Node {
        content: Content::Sequence(merged),
        tag: Tag::Sequence,
        is_tagged: false,
        is_plain: false,
        line: 0,
    });
    let all = tree.nodes.len() - 1;
    let fields = fields.into_iter().filter_map(|(key, value)| match key {
        key if key == first => Some((key, all)),
        key if is_merge(tree, key) => None,
        key => Some((key, value)),
    });
    Ok(fields.collect())
}

fn without_duplicates(tree: &Tree, fields: Vec<(Id, Id)>) -> Vec<(Id, Id)> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<(Id, Id)> = Vec::with_capacity(fields.len());
    for (key, value) in fields {
        let name = match tree.nodes.get(key) {
            Some(node) if node.tag != Tag::Merge => name(node),
            _ => None,
        };
        let place = name.as_ref().and_then(|name| known.get(name));
        if let Some(field) = place.and_then(|place| kept.get_mut(*place)) {
            field.1 = value;
            continue;
        }
        if let Some(name) = name {
            known.insert(name, kept.len());
        }
        kept.push((key, value));
    }
    kept
}

// The name of a scalar as a key, if it can be a key.
fn name(node: &Node) -> Option<String> {
    match &node.content {
        Content::Scalar(text) => key_of(node, text)
            .ok()
            .and_then(|key| json::name_of(&key.into())),
        _ => None,
    }
}
