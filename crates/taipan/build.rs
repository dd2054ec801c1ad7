//! Links the program at a fixed address: nothing is relocated when it starts, and what is read-only stays shared. What a start
//! executes is put side by side (`start.ld`), so that a small part of the program becomes resident.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=start.ld");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        let folder = std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{folder}/start.ld");
    }
}
