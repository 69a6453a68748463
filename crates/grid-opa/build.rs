//! Sets `cfg(alloc_error_hook)` where the compiler lets this crate use the unstable feature of that name: on nightly, and where
//! `RUSTC_BOOTSTRAP` is 1 or names this crate, as Boardkit's own `.cargo/config.toml` does.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(alloc_error_hook)");
    println!("cargo::rerun-if-env-changed=RUSTC_BOOTSTRAP");
    let bootstrap = std::env::var("RUSTC_BOOTSTRAP").unwrap_or_default();
    if bootstrap == "1" || bootstrap.split(',').any(|name| name == "grid_opa") {
        println!("cargo::rustc-cfg=alloc_error_hook");
    }
}
