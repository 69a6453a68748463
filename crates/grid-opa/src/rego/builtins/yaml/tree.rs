//! The nodes of a YAML text.

use super::super::{Context, Failure};
use super::events::{Event, Events, Marks};
use super::resolve::{Tag, tag_of};
use super::wrong;
use crate::rego::value::MAX_DEPTH;
use std::collections::BTreeMap;

/// The most lines that begin like directives.
const MOST_DIRECTIVES: usize = 1000;

/// The index of a node.
pub(super) type Id = usize;

#[derive(Debug)]
pub(super) struct Node {
    pub(super) content: Content,
    pub(super) tag: Tag,
    /// Whether the tag is written.
    pub(super) is_tagged: bool,
    /// Whether it is a scalar without quotes.
    pub(super) is_plain: bool,
    pub(super) line: u64,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar(String),
    Sequence(Vec<Id>),
    Mapping(Vec<(Id, Id)>),
    Alias(String, Id),
}

#[derive(Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The node of the first document, if there is one.
    pub(super) root: Option<Id>,
}

impl Tree {
    pub(super) fn get(&self, id: Id) -> Result<&Node, Failure> {
        self.nodes.get(id).ok_or_else(|| wrong("a node is missing"))
    }
}

/// Reads all documents, or only the first one.
pub(super) fn read(
    text: &str,
    first_only: bool,
    context: &mut Context<'_>,
) -> Result<Tree, Failure> {
    // Readers differ: some skip such a mark, others treat it as a character.
    if text.chars().skip(1).any(|one| one == '\u{feff}') {
        return Err(Failure::unsure(
            "a YAML text has a byte order mark that is not at its start",
        ));
    }
    context.charge(text.len())?;
    // The parser compares each directive with all before it, and looks at no clock.
    let directives = text.lines().filter(|line| line.starts_with('%')).count();
    if directives > MOST_DIRECTIVES {
        return Err(Failure::unsure("a YAML text has too many directives"));
    }
    let text = if text.is_empty() { "\n" } else { text };
    let mut reader = Reader {
        events: Events::of(text)?,
        context,
        tree: Tree::default(),
        anchors: BTreeMap::new(),
    };
    loop {
        match reader.events.next()? {
            Event::Over => return Ok(reader.tree),
            Event::Begin => {
                let event = reader.events.next()?;
                let root = reader.node(event, 0)?;
                reader.tree.root.get_or_insert(root);
                if first_only {
                    // The end of the document.
                    reader.events.next()?;
                    reader.events.look_behind(text)?;
                    return Ok(reader.tree);
                }
            }
            _ => {}
        }
    }
}

struct Reader<'t, 'c, 'b> {
    events: Events<'t>,
    context: &'c mut Context<'b>,
    tree: Tree,
    anchors: BTreeMap<String, Id>,
}

impl Reader<'_, '_, '_> {
    fn add(&mut self, node: Node, anchor: Option<String>) -> Result<Id, Failure> {
        self.context.charge(size_of::<Node>().saturating_mul(2))?;
        self.tree.nodes.push(node);
        let id = self.tree.nodes.len() - 1;
        if id % 64 == 63 {
            self.context.in_time()?;
        }
        if let Some(anchor) = anchor {
            self.context.charge(anchor.len().saturating_add(64))?;
            self.anchors.insert(anchor, id);
        }
        Ok(id)
    }

    fn node(&mut self, event: Event, depth: usize) -> Result<Id, Failure> {
        if depth > MAX_DEPTH {
            return Err(Failure::unsure("a YAML text nests too deep"));
        }
        match event {
            Event::Alias(name) => {
                let Some(target) = self.anchors.get(&name).copied() else {
                    return Err(wrong(format_args!("unknown anchor '{name}' referenced")));
                };
                let content = Content::Alias(name, target);
                let node = Node {
                    content,
                    tag: Tag::None,
                    is_tagged: false,
                    is_plain: false,
                    line: 0,
                };
                self.add(node, None)
            }
            Event::Scalar {
                marks,
                text,
                is_plain,
            } => {
                self.context.charge(text.len())?;
                let Marks { anchor, tag, line } = marks;
                let written = Tag::written(tag.as_deref());
                let tag = match &written {
                    Some(tag) => *tag,
                    None if !is_plain => Tag::Text,
                    None if text == "<<" => Tag::Merge,
                    None => tag_of(&text),
                };
                let is_tagged = written.is_some();
                let content = Content::Scalar(text);
                self.add(
                    Node {
                        content,
                        tag,
                        is_tagged,
                        is_plain,
                        line,
                    },
                    anchor,
                )
            }
            Event::Sequence(marks) => {
                let id = self.begin(Content::Sequence(Vec::new()), Tag::Sequence, marks)?;
                loop {
                    let item = match self.events.next()? {
                        Event::End => return Ok(id),
                        event => self.node(event, depth + 1)?,
                    };
                    if let Some(Node {
                        content: Content::Sequence(items),
                        ..
                    }) = self.tree.nodes.get_mut(id)
                    {
                        items.push(item);
                    }
                }
            }
            Event::Mapping(marks) => {
                let id = self.begin(Content::Mapping(Vec::new()), Tag::Mapping, marks)?;
                loop {
                    let key = match self.events.next()? {
                        Event::End => return Ok(id),
                        event => self.node(event, depth + 1)?,
                    };
                    let event = self.events.next()?;
                    let value = self.node(event, depth + 1)?;
                    if let Some(Node {
                        content: Content::Mapping(fields),
                        ..
                    }) = self.tree.nodes.get_mut(id)
                    {
                        fields.push((key, value));
                    }
                }
            }
            Event::Begin | Event::End | Event::Over => Err(wrong("a node is missing")),
        }
    }

    fn begin(&mut self, content: Content, tag: Tag, marks: Marks) -> Result<Id, Failure> {
        let written = Tag::written(marks.tag.as_deref());
        let tag = written.unwrap_or(tag);
        let is_tagged = written.is_some();
        let node = Node {
            content,
            tag,
            is_tagged,
            is_plain: false,
            line: marks.line,
        };
        self.add(node, marks.anchor)
    }
}
