//! The house rules that a compiler does not see: who may know whom.

use std::fs;
use std::path::Path;

/// Every Rust file of a room: its front page and its folder.
fn room(name: &str) -> Vec<(String, String)> {
    let mut files = vec![Path::new("src").join(format!("{name}.rs"))];
    let mut folders = vec![Path::new("src").join(name)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let rust = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let files: Vec<_> = rust.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect();
    assert!(!files.is_empty(), "{name} is empty");
    files
}

/// Fails where a file of `name` says one of `words`.
fn never_says(name: &str, words: &[&str]) {
    for (path, text) in room(name) {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        for word in words {
            assert!(!code.contains(word), "{path} knows {word}");
        }
    }
}

#[test]
fn the_embedded_gateway_and_its_client_share_nothing() {
    never_says("embedded_gateway", &["crate::gateway", "crate::pipeline", "crate::look", "crate::guard"]);
    never_says("gateway", &["embedded_gateway", "EMBEDDED"]);
    never_says("pipeline", &["embedded_gateway", "EMBEDDED"]);
}

#[test]
fn dependencies_point_one_way() {
    never_says(
        "look",
        &[
            "crate::pipeline",
            "crate::gateway",
            "crate::guard",
            "crate::store",
            "crate::api",
            "crate::app",
            "axum",
            "reqwest",
        ],
    );
    never_says(
        "pipeline",
        &[
            "crate::gateway",
            "crate::guard",
            "crate::store",
            "crate::api",
            "crate::app",
            "axum",
            "leptos",
            "reqwest",
            "worker::",
        ],
    );
    never_says("gateway", &["crate::guard", "crate::store", "crate::api", "crate::app", "axum", "leptos"]);
    never_says("store", &["crate::guard", "crate::api", "crate::app", "crate::gateway", "axum", "leptos"]);
    never_says("guard", &["crate::gateway", "crate::api", "crate::app", "axum", "leptos", "reqwest"]);
    never_says("app", &["crate::gateway", "crate::pipeline", "reqwest"]);
}

#[test]
fn features_gate_and_targets_do_not() {
    for name in ["look", "pipeline", "gateway", "guard", "store", "api", "app", "config", "server", "edge"] {
        never_says(name, &["target_arch"]);
    }
}

#[test]
fn files_stay_small() {
    for name in
        ["look", "pipeline", "gateway", "guard", "store", "api", "app", "config", "server", "edge", "embedded_gateway"]
    {
        for (path, text) in room(name) {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            assert!(code.lines().count() <= 400 || path.contains("/tests"), "{path} is longer than 400 lines");
        }
    }
}
