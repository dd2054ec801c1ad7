//! Runs a `.pyc` file with the builtins that are there: the shortest way into the loop.

use runtime::objects::dict::Dict;
use runtime::{ThreadState, Value, frame_api};

/// `print` without `sys.stdout`.
#[macros::pyfunction("(*args)")]
fn print(th: &ThreadState, args: &[Value]) -> runtime::Res<()> {
    let mut words = Vec::new();
    for value in args {
        words.push(th.str_string(value)?);
    }
    println!("{}", words.join(" "));
    Ok(())
}

/// Seconds since some moment.
#[macros::pyfunction("()")]
fn perf_counter() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}

fn main() {
    let Some(path) = std::env::args().nth(1) else { return eprintln!("usage: run_pyc FILE") };
    let bytes = std::fs::read(&path).expect("the file can be read");
    let (th, _entered) = ThreadState::start(runtime::config::Config::default());
    let builtins = th.create_native_module(&runtime::modules::builtins::builtins::MODULE).expect("builtins");
    let dict = runtime::instance::dict(th, &builtins).expect("a namespace");
    th.interp().builtins.set(Some(dict.clone()));
    let init = runtime::modules::builtins::builtins::MODULE.init.expect("builtins has an init function");
    assert!(init(th, &builtins).is_ok());
    for (name, def) in [("print", &__def_print), ("perf_counter", &__def_perf_counter)] {
        let function = runtime::objects::native_function::module_function(th, def, &builtins, &th.intern("builtins"));
        dict.downcast::<Dict>().expect("a dict").set_str(&th.intern(name), function);
    }
    let bytecode::code::Const::Code(code) = bytecode::marshal::load(&bytes[16..]).expect("a code object") else {
        return eprintln!("no code object");
    };
    let code = th.code(&code).expect("constants");
    let globals = th.dict(Dict::new());
    let namespace = globals.downcast::<Dict>().expect("a dict");
    namespace.set_str(&th.intern("__name__"), th.intern("__main__"));
    namespace.set_str(&th.intern("__builtins__"), dict);
    match frame_api::run_module_code(th, &code, &globals) {
        Ok(_) => {}
        Err(raised) => {
            let exception: Value = th.take_raised(raised);
            for (file, line, name) in frame_api::traceback_places(th, &exception) {
                eprintln!("  File \"{file}\", line {line}, in {name}");
            }
            let text = th.str_string(&exception).unwrap_or_else(|raised| {
                drop(th.take_raised(raised));
                String::new()
            });
            eprintln!("{}: {text}", exception.class().name());
            std::process::exit(1);
        }
    }
}
