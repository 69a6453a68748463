//! The events of a YAML text, from the Rust port of libyaml.
#![allow(unsafe_code)]

use super::super::Failure;
use super::wrong;
use libyaml_rs::{
    YAML_ALIAS_EVENT, YAML_DOCUMENT_END_EVENT, YAML_DOCUMENT_START_EVENT, YAML_FLOW_MAPPING_STYLE,
    YAML_FLOW_SEQUENCE_STYLE, YAML_MAPPING_END_EVENT, YAML_MAPPING_START_EVENT,
    YAML_PLAIN_SCALAR_STYLE, YAML_SCALAR_EVENT, YAML_SCANNER_ERROR, YAML_SEQUENCE_END_EVENT,
    YAML_SEQUENCE_START_EVENT, YAML_STREAM_END_EVENT, yaml_event_delete, yaml_event_t,
    yaml_parser_delete, yaml_parser_initialize, yaml_parser_parse, yaml_parser_set_input_string,
    yaml_parser_t,
};
use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// The anchor, the tag and the line of a node.
pub(super) struct Marks {
    pub(super) anchor: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) line: u64,
}

pub(super) enum Event {
    Begin,
    Alias(String),
    Scalar {
        marks: Marks,
        text: String,
        is_plain: bool,
    },
    Sequence(Marks),
    Mapping(Marks),
    /// The end of a sequence, a mapping or a document.
    End,
    /// The end of the text.
    Over,
}

/// The number of characters that are scanned after a document.
const AHEAD: usize = 4096;

/// Reads the events of a text.
pub(super) struct Events<'t> {
    // Owned, and used only through this pointer: the parser points to itself, so it must not be borrowed mutably.
    parser: NonNull<yaml_parser_t>,
    text: PhantomData<&'t str>,
    /// The number of characters and of lines before the last event.
    place: (u64, u64),
    /// The number of open brackets and braces.
    flow: usize,
}

impl<'t> Events<'t> {
    pub(super) fn of(text: &'t str) -> Result<Self, Failure> {
        let place = Box::leak(Box::new(MaybeUninit::<yaml_parser_t>::uninit()));
        let parser = NonNull::from(place).cast();
        // SAFETY: the memory has the layout of a parser, and this call initializes it.
        if unsafe { yaml_parser_initialize(parser.as_ptr()) }.fail {
            // SAFETY: the memory comes from a box, and is not initialized.
            drop(unsafe { Box::from_raw(parser.cast::<MaybeUninit<yaml_parser_t>>().as_ptr()) });
            return Err(Failure::unsure("the YAML parser could not be created"));
        }
        let events = Self {
            parser,
            text: PhantomData,
            place: (0, 0),
            flow: 0,
        };
        // SAFETY: the parser is initialized. The text has `length` bytes and lives as long as `Self`.
        unsafe {
            let length = text.len() as u64;
            yaml_parser_set_input_string(parser.as_ptr(), text.as_ptr(), length);
        }
        Ok(events)
    }

    pub(super) fn next(&mut self) -> Result<Event, Failure> {
        let mut event = MaybeUninit::<yaml_event_t>::uninit();
        // SAFETY: `of` initialized the parser. The call initializes the event unless it fails.
        if unsafe { yaml_parser_parse(self.parser.as_ptr(), event.as_mut_ptr()) }.fail {
            return Err(self.failure(0));
        }
        // SAFETY: the event is initialized. The data that it points to is valid until the event is deleted.
        unsafe {
            let begin = event.assume_init_ref().start_mark;
            self.place = (begin.index, begin.line);
            self.flow = flow(event.assume_init_ref(), self.flow);
            let read = read(event.assume_init_ref());
            yaml_event_delete(event.as_mut_ptr());
            match read {
                Ok(Event::Scalar {
                    text,
                    is_plain: true,
                    ..
                }) if self.flow > 0 && text.contains('?') => {
                    // yaml.v3 reads it as the start of a key.
                    Err(Failure::unsure(
                        "a YAML text has a question mark in a flow scalar",
                    ))
                }
                read => read,
            }
        }
    }

    /// Scans the text after the last document: yaml.v3 reads two tokens ahead, and reports their errors.
    pub(super) fn look_behind(&self, text: &str) -> Result<(), Failure> {
        let (characters, lines) = self.place;
        let rest: String = usize::try_from(characters).map_or_else(
            |_| String::new(),
            |characters| text.chars().skip(characters).take(AHEAD).collect(),
        );
        let rest = rest.strip_prefix("...").unwrap_or(&rest);
        let mut behind = Events::of(rest)?;
        let is_marked = rest.trim_start_matches(['\n', '\r']).starts_with("---");
        // The starts of the stream and of the document, then the two tokens.
        for number in 0..4 {
            match behind.next() {
                Ok(Event::Over) => break,
                Ok(Event::Scalar { .. }) => {}
                // `---` counts as a token.
                Ok(_) if is_marked && number == 2 => break,
                Ok(_) => {}
                Err(_) if behind.has_scanner_error() => return Err(behind.failure(lines)),
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn has_scanner_error(&self) -> bool {
        // SAFETY: `of` initialized the parser.
        unsafe { self.parser.as_ref() }.error == YAML_SCANNER_ERROR
    }

    /// The error of the parser, for a text that starts after `before` lines.
    fn failure(&self, before: u64) -> Failure {
        // SAFETY: `of` initialized the parser, and its texts are static.
        let (lines, problem) = unsafe {
            let parser = self.parser.as_ref();
            let problem = match parser.problem.is_null() {
                true => "unknown problem parsing YAML content".into(),
                false => CStr::from_ptr(parser.problem.cast()).to_string_lossy(),
            };
            (
                [parser.context_mark.line, parser.problem_mark.line],
                problem,
            )
        };
        // yaml.v3 reads it as the end of a key.
        if problem == "found unexpected ':'" {
            return Failure::unsure("a YAML text has a colon at the end of a flow key");
        }
        let lines = lines.map(|line| line + before);
        // The scanner counts lines from 0. yaml.v3 does not change the lines of other errors.
        let more = u64::from(self.has_scanner_error());
        match lines.into_iter().find(|line| *line > 0) {
            Some(line) => at(line + more, &problem),
            None => at(0, &problem),
        }
    }
}

fn at(line: u64, problem: &str) -> Failure {
    // yaml.v3 has this spelling.
    let problem = problem.replace("hexadecimal number", "hexdecimal number");
    if line == 0 {
        wrong(problem)
    } else {
        wrong(format_args!("line {line}: {problem}"))
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        // SAFETY: `of` initialized the parser in a box, and it is not used again.
        unsafe {
            yaml_parser_delete(self.parser.as_ptr());
            drop(Box::from_raw(
                self.parser.cast::<MaybeUninit<yaml_parser_t>>().as_ptr(),
            ));
        }
    }
}

// The number of open brackets and braces after an event.
// SAFETY: the event must come from libyaml without changes.
unsafe fn flow(event: &yaml_event_t, open: usize) -> usize {
    // SAFETY: each event has the data of its type.
    let begins = unsafe {
        match event.type_ {
            YAML_SEQUENCE_START_EVENT => {
                event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
            }
            YAML_MAPPING_START_EVENT => event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
            YAML_SEQUENCE_END_EVENT | YAML_MAPPING_END_EVENT => {
                return open.saturating_sub(1);
            }
            _ => false,
        }
    };
    open + usize::from(begins)
}

// SAFETY: the event must come from libyaml without changes.
unsafe fn read(event: &yaml_event_t) -> Result<Event, Failure> {
    let marks = |anchor: *const u8, tag: *const u8| Marks {
        // SAFETY: both are null or texts that end with a zero byte.
        anchor: unsafe { text(anchor) },
        tag: unsafe { text(tag) },
        line: event.start_mark.line + 1,
    };
    // SAFETY: each event has the data of its type.
    Ok(unsafe {
        match event.type_ {
            YAML_DOCUMENT_START_EVENT => {
                let version = event.data.document_start.version_directive.as_ref();
                // libyaml accepts version 1.2 too.
                if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                    return Err(at(
                        event.start_mark.line,
                        "found incompatible YAML document",
                    ));
                }
                Event::Begin
            }
            YAML_STREAM_END_EVENT => Event::Over,
            YAML_ALIAS_EVENT => Event::Alias(text(event.data.alias.anchor).unwrap_or_default()),
            YAML_SCALAR_EVENT => {
                let scalar = &event.data.scalar;
                let length = usize::try_from(scalar.length).unwrap_or_default();
                let bytes = match scalar.value.is_null() {
                    true => &[],
                    false => std::slice::from_raw_parts(scalar.value.cast_const(), length),
                };
                Event::Scalar {
                    marks: marks(scalar.anchor, scalar.tag),
                    text: String::from_utf8_lossy(bytes).into_owned(),
                    is_plain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                }
            }
            YAML_SEQUENCE_START_EVENT => {
                let sequence = &event.data.sequence_start;
                Event::Sequence(marks(sequence.anchor, sequence.tag))
            }
            YAML_MAPPING_START_EVENT => {
                let mapping = &event.data.mapping_start;
                Event::Mapping(marks(mapping.anchor, mapping.tag))
            }
            YAML_SEQUENCE_END_EVENT | YAML_MAPPING_END_EVENT | YAML_DOCUMENT_END_EVENT => {
                Event::End
            }
            // The start of the stream.
            _ => Event::End,
        }
    })
}

// SAFETY: `begin` must be null or a text that ends with a zero byte.
unsafe fn text(begin: *const u8) -> Option<String> {
    if begin.is_null() {
        return None;
    }
    // SAFETY: as above.
    let text = unsafe { CStr::from_ptr(begin.cast()) };
    Some(text.to_string_lossy().into_owned())
}
