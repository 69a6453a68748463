//! The limits of bindings/profiles are options of an engine.

use grid_opa::EngineOptions;
use serde_json::{Map, Value};
use std::path::Path;

/// The limits of a profile, with names in snake_case.
fn limits_of(profile: &str) -> Vec<(String, f64)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/profiles");
    let text = std::fs::read_to_string(folder.join(format!("{profile}.json"))).unwrap();
    let profile: Value = serde_json::from_str(&text).unwrap();
    let limits: &Map<String, Value> = profile["engine"].as_object().unwrap();
    let snake = |name: &str| {
        name.chars().fold(String::new(), |mut snake, letter| {
            if letter.is_ascii_uppercase() {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
            snake
        })
    };
    limits
        .iter()
        .map(|(name, limit)| (snake(name), limit.as_f64().unwrap()))
        .collect()
}

#[test]
fn the_standard_profile_is_the_default() {
    for (name, limit) in limits_of("standard") {
        let mut options = EngineOptions::default();
        options.set(&name, limit).unwrap();
        assert_eq!(options, EngineOptions::default(), "{name}");
    }
}

#[test]
fn all_profiles_are_valid_options() {
    for profile in ["tiny", "small", "medium"] {
        let mut options = EngineOptions::default();
        for (name, limit) in limits_of(profile) {
            options.set(&name, limit).unwrap();
        }
        assert!(grid_opa::Engine::new(options).is_ok(), "{profile}");
    }
}
