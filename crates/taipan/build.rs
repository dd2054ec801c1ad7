//! Links the program at a fixed address: nothing is relocated when it starts, and what is read-only stays shared. What a start
//! executes is put side by side (`start.ld`), so that a small part of the program becomes resident.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=start.ld");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        let folder = std::env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{folder}/start.ld");
        link_unwinder_statically();
    }
}

/// The unwinder comes from the compiler's static library: one shared library less to find and map at every start. Rust
/// asks for `gcc_s`; a linker script of that name says what is meant.
fn link_unwinder_statically() {
    let folder = std::env::var("OUT_DIR").expect("set by cargo");
    let script = std::path::Path::new(&folder).join("libgcc_s.so");
    std::fs::write(script, "INPUT(-l:libgcc_eh.a -l:libgcc.a)\n").expect("the build's folder can be written");
    println!("cargo:rustc-link-search=native={folder}");
}
