//! Tells cargo that the texts are compiled in: `load_locales!` reads them unseen by it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/app/locales");
}
