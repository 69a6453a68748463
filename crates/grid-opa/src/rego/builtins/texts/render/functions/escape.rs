//! Escapes texts for HTML and JavaScript, as Go's text/template does.

use crate::rego::builtins::{Failure, Text};
use crate::rego::value::text::is_printed;

pub(super) fn html(output: &mut Text<'_, '_>, text: &str) -> Result<(), Failure> {
    for one in text.chars() {
        match one {
            '\0' => output.push("\u{fffd}"),
            '"' => output.push("&#34;"),
            '\'' => output.push("&#39;"),
            '&' => output.push("&amp;"),
            '<' => output.push("&lt;"),
            '>' => output.push("&gt;"),
            other => output.push_char(other),
        }?;
    }
    Ok(())
}

pub(super) fn js(output: &mut Text<'_, '_>, text: &str) -> Result<(), Failure> {
    for one in text.chars() {
        match one {
            '\\' => output.push("\\\\"),
            '\'' => output.push("\\'"),
            '"' => output.push("\\\""),
            // In Go DEL is not special.
            '\u{7f}' => output.push_char(one),
            _ if !is_printed(one) || "<>&=".contains(one) => {
                output.push(&format!("\\u{:04X}", u32::from(one)))
            }
            other => output.push_char(other),
        }?;
    }
    Ok(())
}
