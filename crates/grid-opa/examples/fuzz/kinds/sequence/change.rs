//! Changes of policies and data.

use super::answers::{answers, differ, held, limited};
use super::model::{Model, built, document, merge, patch};
use super::{NAMES, pick, source_of};
use crate::probe::Probe;
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};
use serde_json::Value;

pub(super) fn change(
    probe: &mut Probe,
    random: &mut Rng,
    engine: &Engine,
    model: &mut Model,
    options: &EngineOptions,
    slow: bool,
) {
    let before = answers(engine, model, random.bool());
    let mut next = model.clone();
    let document = document(random);
    let text = Value::Object(document.clone()).to_string();
    let name = pick(random, &NAMES);
    let source = source_of(random, slow);
    // `meant` is false if the engine must refuse the change.
    let (what, meant, outcome) = match random.u32(0..10) {
        0..4 => {
            next.policies.insert(name, source);
            let outcome = probe.change(|| engine.load_policy(name, source));
            (format!("load {name} {source}"), true, outcome)
        }
        4 => {
            let (other, another) = (pick(random, &NAMES), source_of(random, slow));
            next.policies.insert(name, source);
            next.policies.insert(other, another);
            let outcome =
                probe.change(|| engine.load_policies(&[(name, source), (other, another)]));
            (
                format!("load {name} {source} and {other} {another}"),
                name != other,
                outcome,
            )
        }
        5 => {
            let there = next.policies.remove(name).is_some();
            let outcome = probe.change(|| engine.remove_policy(name));
            if let Ok(removed) = outcome
                && removed != there
            {
                probe.finding("remove_policy returns the wrong value", name.to_owned());
            }
            if outcome == Ok(false) {
                next.revision = next.revision.wrapping_sub(1);
            }
            (format!("remove {name}"), true, outcome.map(drop))
        }
        6 if random.u32(0..4) == 0 => {
            next.policies.clear();
            (
                "clear".to_owned(),
                true,
                probe.change(|| engine.clear_policies()),
            )
        }
        6 | 7 => {
            next.data = document;
            (
                format!("set {text}"),
                true,
                probe.change(|| engine.set_data_json(&text)),
            )
        }
        8 => {
            let merges = merge(&mut next.data, &document);
            (
                format!("merge {text}"),
                merges,
                probe.change(|| engine.merge_data_json(&text)),
            )
        }
        _ => {
            let (patch, works) = patch(&mut next.data, document, random);
            let text = patch.to_string();
            (
                format!("patch {text}"),
                works,
                probe.change(|| engine.patch_data_json(&text)),
            )
        }
    };
    probe.note("change", &what);
    next.revision = next.revision.wrapping_add(1);
    let fresh = if meant { built(&next, options) } else { None };
    match (&outcome, fresh) {
        (Ok(()), Some(fresh)) => {
            *model = next;
            held(probe, engine, model);
            probe.note("model", &format!("{:?} {:?}", model.policies, model.data));
            let (found, expected) = (answers(engine, model, true), answers(&fresh, model, true));
            differ(
                probe,
                "a changed engine and a new one answer differently",
                &found,
                &expected,
            );
        }
        (Err(_), _) => {
            held(probe, engine, model);
            let after = answers(engine, model, random.bool());
            differ(
                probe,
                "a change that failed changed the answers",
                &after,
                &before,
            );
            if meant && built(&next, options).is_some() && !limited(&outcome) {
                probe.finding(
                    "a change fails, but a new engine accepts it",
                    format!("{what}: {outcome:?}"),
                );
            }
        }
        (Ok(()), None) => {
            probe.finding("a change succeeds, but a new engine refuses it", what);
            *model = next;
        }
    }
}
