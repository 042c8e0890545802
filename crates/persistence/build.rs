//! The migrations are part of the library: building it again when they change.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
