//! Sources of policies.

use crate::options::RegoVersion;
use crate::rego::syntax::ast::{Module, Version};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::parser::{ParseOptions, parse_module};
use std::sync::Arc;

/// One loaded source.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) text: Arc<str>,
    pub(crate) version: Version,
    /// The path of its package, below `data`.
    pub(crate) package: Vec<String>,
}

impl Source {
    /// Reads a source in the requested version.
    ///
    /// # Errors
    /// All faults of the source. If two versions were tried, the faults of the parser that got further.
    pub(crate) fn read(
        text: &str,
        version: RegoVersion,
        options: &ParseOptions,
    ) -> Result<(Self, Module), Vec<Fault>> {
        let read = |version| {
            let module = parse_module(
                text,
                &ParseOptions {
                    version,
                    ..*options
                },
            )?;
            let package = module.package.path.iter().skip(1);
            let source = Self {
                text: text.into(),
                version,
                package: package
                    .filter_map(|term| term.as_string().map(|name| name.to_string()))
                    .collect(),
            };
            Ok((source, module))
        };
        match version {
            RegoVersion::V0 => read(Version::V0),
            RegoVersion::V1 => read(Version::V1),
            RegoVersion::Auto => read(Version::V1).or_else(|first| {
                // If only annotations are invalid, the other version is not tried.
                let plain = ParseOptions {
                    version: Version::V1,
                    annotations: None,
                    ..*options
                };
                if options.annotations.is_some() && parse_module(text, &plain).is_ok() {
                    return Err(first);
                }
                read(Version::V0).map_err(|second| {
                    if furthest(&second) > furthest(&first) {
                        second
                    } else {
                        first
                    }
                })
            }),
        }
    }

    /// Parses the source again.
    pub(crate) fn module(&self, options: &ParseOptions) -> Result<Module, Vec<Fault>> {
        parse_module(
            &self.text,
            &ParseOptions {
                version: self.version,
                ..*options
            },
        )
    }
}

fn furthest(faults: &[Fault]) -> u32 {
    faults
        .iter()
        .map(|fault| fault.span.start)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions, RegoVersion};

    #[test]
    fn an_invalid_annotation_is_reported_in_the_version_that_is_read() {
        let options = EngineOptions {
            rego_version: RegoVersion::Auto,
            ..EngineOptions::default()
        };
        let engine = Engine::new(options).unwrap();
        let text = "package p\n# METADATA\n# scope: every\nq if { true }";
        let result = engine.load_policy("p", text);
        if !cfg!(feature = "yaml") {
            // Without a YAML reader the annotation is a comment, and no policy may read it.
            assert_eq!(result, Ok(()));
            let result = engine.load_policy("p", "package p\nq := rego.metadata.rule()");
            let result = result.unwrap_err().to_string();
            assert!(
                result.contains("the builtin rego.metadata.rule"),
                "{result}"
            );
            return;
        }
        let result = result.unwrap_err();
        assert_eq!(result.line(), Some(2), "{result}");
        assert!(
            result.message().contains("invalid annotation scope"),
            "{result}"
        );
        let text = "package p\n# METADATA\n# title: V0\nq[x] { x := rego.metadata.rule().title }";
        engine.load_policy("p", text).unwrap();
        let answer = engine.evaluate_json("data.p.q", None);
        assert_eq!(answer, Ok(Some("[\"V0\"]".to_owned())));
    }
}
