//! The engine's methods by their names in the cases.

use crate::cases::Outcome;
use crate::reports;
use grid_opa::{Engine, Error, ExplainMode};
use serde_json::Value;

// Bundles are bytes, which other arguments are not.
#[cfg(feature = "bundle")]
pub(crate) fn load_bundle(engine: &Engine, arguments: &Value) -> Result<Outcome, String> {
    let arguments = arguments.as_array().ok_or("arguments are a list")?;
    let (bytes, options) = match arguments.as_slice() {
        [bytes] => (bytes, "{}".to_owned()),
        [bytes, options] => (bytes, options.to_string()),
        _ => return Err("it takes bytes and options".to_owned()),
    };
    let bytes = crate::special::bytes(bytes).ok_or("the bundle is not a $base64 form")?;
    let loaded = grid_opa::BundleOptions::from_json(&options)
        .and_then(|options| engine.load_bundle(&bytes, &options));
    Ok(loaded.map(|()| None))
}

#[cfg(not(feature = "bundle"))]
pub(crate) fn load_bundle(_: &Engine, _: &Value) -> Result<Outcome, String> {
    Err("this build has no bundles".to_owned())
}

pub(crate) fn call(engine: &Engine, method: &str, arguments: &[Value]) -> Result<Outcome, String> {
    let nothing = |result: Result<(), Error>| result.map(|()| None);
    let text = |outcome: Result<Option<String>, Error>| outcome.map(|text| text.map(Value::from));
    Ok(match (method, arguments) {
        ("load_policy", [Value::String(name), Value::String(source)]) => {
            nothing(engine.load_policy(name, source))
        }
        ("remove_policy", [Value::String(name)]) => engine
            .remove_policy(name)
            .map(|existed| Some(existed.into())),
        ("has_policy", [Value::String(name)]) => Ok(Some(engine.has_policy(name).into())),
        ("loaded_policies", []) => Ok(Some(engine.loaded_policies().into())),
        #[cfg(feature = "bundle")]
        ("remove_bundle", [Value::String(name)]) => engine
            .remove_bundle(name)
            .map(|existed| Some(existed.into())),
        #[cfg(feature = "bundle")]
        ("loaded_bundles", []) => {
            let bundles = engine.loaded_bundles().into_iter();
            let bundles = bundles.map(|bundle| {
                serde_json::json!({ "name": bundle.name, "revision": bundle.revision, "roots": bundle.roots })
            });
            Ok(Some(bundles.collect()))
        }
        ("clear_policies", []) => nothing(engine.clear_policies()),
        ("set_data", [data]) => nothing(engine.set_data(data)),
        ("merge_data", [data]) => nothing(engine.merge_data(data)),
        ("load_policies", [Value::Object(policies)]) => {
            let policies: Vec<(&str, &str)> = policies
                .iter()
                .map(|(name, source)| {
                    Ok((name.as_str(), source.as_str().ok_or("a source is a text")?))
                })
                .collect::<Result<_, &str>>()?;
            nothing(engine.load_policies(&policies))
        }
        ("revision", []) => Ok(Some(engine.revision().into())),
        ("patch_data", [patch]) => nothing(engine.patch_data(patch)),
        ("get_data", [Value::String(pointer)]) => engine.get_data(pointer),
        ("check_query", [Value::String(query)]) => nothing(engine.check_query(query)),
        ("query", [Value::String(query), input @ ..]) => {
            let answers = engine.query(query, input.first());
            answers.map(|answers| Some(answers.into_iter().map(Value::Object).collect()))
        }
        ("test", [Value::String(query), input @ ..]) => {
            let text = input
                .first()
                .filter(|input| !input.is_null())
                .map(Value::to_string);
            let undefined = input.get(1).and_then(Value::as_bool);
            let answer = engine.test_json(query, text.as_deref(), undefined);
            answer.map(|answer| Some(answer.into()))
        }
        ("evaluate", [Value::String(query)]) => engine.evaluate(query, None),
        ("evaluate", [Value::String(query), input]) => engine.evaluate(query, Some(input)),
        ("evaluate_json", [Value::String(query)]) => text(engine.evaluate_json(query, None)),
        ("evaluate_json", [Value::String(query), Value::String(input)]) => {
            text(engine.evaluate_json(query, Some(input)))
        }
        ("trace_all_json", [Value::String(query)]) => {
            text(engine.trace_all_json(query, None).answer)
        }
        ("trace_all_json", [Value::String(query), Value::String(input)]) => {
            text(engine.trace_all_json(query, Some(input)).answer)
        }
        ("explain", [Value::String(query), Value::String(mode)]) => {
            let mode = if mode == "full" {
                ExplainMode::Full
            } else {
                ExplainMode::Notes
            };
            let explanation = engine.explain_json(query, None, mode);
            let events = explanation.events.iter().map(|event| {
                serde_json::json!([event.kind.name(), event.file, event.line, event.text])
            });
            let events: Value = events.collect();
            explanation.answer.map(|_| Some(events))
        }
        ("inspect", []) => engine.inspect().map(Some),
        #[cfg(feature = "format")]
        ("format", [Value::String(source)]) => engine.format(source).map(|text| Some(text.into())),
        _ if reports::METHODS.contains(&method) => reports::call(engine, method, arguments)?,
        _ => {
            return Err(format!(
                "no method {method} with {} such arguments",
                arguments.len()
            ));
        }
    })
}
