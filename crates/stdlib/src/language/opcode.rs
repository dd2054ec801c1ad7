//! `_opcode`: what the one table of instructions (`bytecode::opcode`) says, for the library's `opcode` and `dis`.

use bytecode::opcode::{self, BINARY_OPS, COUNT, Class, INTRINSICS_1, INTRINSICS_2, SPECIAL_METHODS};
use macros::pymodule;
use runtime::objects::code::Code;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value};

/// The opcode, if some instruction has that number.
fn known(opcode: i32) -> Option<u16> {
    let number = u16::try_from(opcode).ok().filter(|&number| usize::from(number) < COUNT)?;
    (opcode::info(number).class != Class::Unused).then_some(number)
}

fn is(opcode: i32, test: fn(u16) -> bool) -> bool {
    known(opcode).is_some_and(test)
}

fn invalid(th: &ThreadState) -> Raised {
    th.value_error("invalid opcode or oparg")
}

fn names(th: &ThreadState, names: &[&str]) -> Value {
    th.list(names.iter().map(|name| th.str(name)).collect())
}

/// The module `_opcode`.
#[pymodule(name = "_opcode")]
pub mod opcode_module {
    //! Opcode support module.
    use super::*;

    #[pyattr(name = "ENABLE_SPECIALIZATION")]
    const ENABLE_SPECIALIZATION: i64 = 1;
    #[pyattr(name = "ENABLE_SPECIALIZATION_FT")]
    const ENABLE_SPECIALIZATION_FT: i64 = 1;

    /// Compute the stack effect of the opcode.
    #[pyfunction("(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(th: &ThreadState, opcode: i32, oparg: &Value, jump: &Value) -> Res<i64> {
        let argument = if oparg.is_none() { 0 } else { th.index_or(oparg, &exc::OVERFLOW_ERROR)? };
        let jumps: &[bool] = if jump.is_none() {
            &[false, true]
        } else if jump.is(&Value::TRUE) {
            &[true]
        } else if jump.is(&Value::FALSE) {
            &[false]
        } else {
            return Err(th.value_error("stack_effect: jump must be False, True or None"));
        };
        let number = known(opcode).ok_or_else(|| invalid(th))?;
        let class = opcode::info(number).class;
        // Far beyond what code can hold; the table's arithmetic is made for arguments that exist.
        let argument =
            u32::try_from(argument).ok().filter(|argument| *argument < 1 << 29).ok_or_else(|| invalid(th))?;
        if matches!(class, Class::Specialised) {
            return Err(invalid(th));
        }
        let effects = jumps.iter().map(|&jump| i64::from(opcode::stack_effect(number, argument, jump)));
        effects.max().ok_or_else(|| invalid(th))
    }

    /// Return True if opcode is valid, False otherwise.
    #[pyfunction("(opcode)")]
    fn is_valid(opcode: i32) -> bool {
        known(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_arg(opcode: i32) -> bool {
        is(opcode, opcode::has_arg)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_const(opcode: i32) -> bool {
        is(opcode, opcode::has_const)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_name(opcode: i32) -> bool {
        is(opcode, opcode::has_name)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_jump(opcode: i32) -> bool {
        is(opcode, opcode::has_jump)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[pyfunction("(opcode)")]
    fn has_free(opcode: i32) -> bool {
        is(opcode, opcode::has_free)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_local(opcode: i32) -> bool {
        is(opcode, opcode::has_local)
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_exc(opcode: i32) -> bool {
        is(opcode, opcode::has_exc)
    }

    /// Return the specialization stats
    #[pyfunction("()")]
    fn get_specialization_stats() {}

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[pyfunction("()")]
    fn get_nb_ops(th: &ThreadState) -> Value {
        th.list(BINARY_OPS.iter().map(|(name, symbol)| th.tuple(&[th.str(name), th.str(symbol)])).collect())
    }

    /// Return a list of names of the unary intrinsics.
    #[pyfunction("()")]
    fn get_intrinsic1_descs(th: &ThreadState) -> Value {
        names(th, &INTRINSICS_1)
    }

    /// Return a list of names of the binary intrinsics.
    #[pyfunction("()")]
    fn get_intrinsic2_descs(th: &ThreadState) -> Value {
        names(th, &INTRINSICS_2)
    }

    /// Return a list of special method names.
    #[pyfunction("()")]
    fn get_special_method_names(th: &ThreadState) -> Value {
        names(th, &SPECIAL_METHODS)
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[pyfunction("(code, offset)")]
    fn get_executor(th: &ThreadState, code: &Value, offset: i32) -> Res {
        if code.downcast::<Code>().is_none() {
            let class = code.class().full_name();
            return Err(th.type_error(format_args!("expected a code object, not '{class}'")));
        }
        // Executors belong to CPython's tracing optimiser; no code of this machine has one.
        let _ = offset;
        Err(th.value_error("no executor at given byte offset"))
    }
}
