//! Checks of code objects that do not come from our own compiler: the loop trusts arguments, jumps and stack depths.
//!
//! A code object that fails can be made and looked at, as in the reference; running it raises SystemError.

use bytecode::code::{flags, local};
use bytecode::exception_table;
use bytecode::marshal::CodeParts;
use bytecode::opcode::{self, ArgKind, Class, op};

use crate::error::{Raised, Res};
use crate::objects::code::{Code, Parts};
use crate::objects::str::STR_TYPE;
use crate::thread::ThreadState;
use crate::value::Value;

/// One instruction, with its prefixes.
struct Instruction {
    /// Unit of the first prefix, or of the opcode.
    start: usize,
    opcode: u16,
    arg: usize,
    /// Unit behind the inline caches.
    next: usize,
}

fn instructions(code: &[u8]) -> Vec<Instruction> {
    let units: Vec<(u16, usize)> =
        code.chunks_exact(2).map(|unit| (u16::from(unit[0]), usize::from(unit[1]))).collect();
    let mut found = Vec::new();
    let (mut index, mut start, mut arg) = (0, 0, 0usize);
    while let Some(&(number, low)) = units.get(index) {
        let opcode = opcode::base(number);
        arg = arg << 8 | low;
        index += 1;
        if opcode == op::EXTENDED_ARG {
            arg &= 0xFF_FFFF;
            continue;
        }
        index += usize::from(opcode::caches(opcode));
        found.push(Instruction { start, opcode, arg, next: index });
        (start, arg) = (index, 0);
    }
    found
}

/// Where a jump goes, in units; `None` for instructions that do not jump.
fn target(instruction: &Instruction) -> Option<Option<usize>> {
    if instruction.opcode == op::END_ASYNC_FOR {
        return None;
    }
    match opcode::info(instruction.opcode).kind {
        ArgKind::JumpForward => Some(instruction.next.checked_add(instruction.arg)),
        ArgKind::JumpBackward => Some(instruction.next.checked_sub(instruction.arg)),
        _ => None,
    }
}

/// Byte offsets (from, next, target) of the branches: `co_branches`.
pub(crate) fn branches(code: &[u8]) -> Vec<(usize, usize, usize)> {
    let conditional = |opcode| {
        matches!(
            opcode,
            op::FOR_ITER
                | op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE
                | op::END_ASYNC_FOR
        )
    };
    instructions(code)
        .iter()
        .filter(|instruction| conditional(instruction.opcode))
        .filter_map(|instruction| {
            let next = instruction.next;
            let unit = next - 1 - usize::from(opcode::caches(instruction.opcode));
            // The way on is past the NOT_TAKEN that follows.
            let is_marked = |unit: usize| code.get(2 * unit).is_some_and(|&code| u16::from(code) == op::NOT_TAKEN);
            let (from, next, to) = match instruction.opcode {
                // The loop's branch is where the value that was waited for arrives.
                op::END_ASYNC_FOR => {
                    let from = next.checked_sub(instruction.arg)?;
                    (from, from + 2, next)
                }
                op::FOR_ITER => (unit, next, next + instruction.arg + 2),
                _ => (unit, next + usize::from(is_marked(next)), target(instruction)??),
            };
            Some((2 * from, 2 * next, 2 * to))
        })
        .collect()
}

/// Whether it is a `RESUME` that does not look at the eval breaker, in the midst of a `yield from` or `await`. It is met after
/// a `YIELD_VALUE` only: a loop around it would never be interrupted.
fn is_inside_await(instruction: &Instruction) -> bool {
    let place = instruction.arg as u32 & opcode::resume::LOCATION_MASK;
    instruction.opcode == op::RESUME && place > opcode::resume::AFTER_YIELD
}

/// Whether the loop can run this code.
pub(crate) fn is_sound(parts: &Parts) -> bool {
    sound(parts).is_some()
}

fn sound(parts: &Parts) -> Option<()> {
    let require = |holds: bool| if holds { Some(()) } else { None };
    let nlocals = parts.localspluskinds.len();
    let free = parts.localspluskinds.iter().filter(|&&kind| kind & local::FREE != 0).count();
    let consts = parts.consts.as_tuple()?.len();
    let names = parts.names.as_tuple()?.len();
    require(parts.code.len().is_multiple_of(2) && !parts.code.is_empty() && parts.stacksize < 1 << 24)?;
    let code = instructions(&parts.code);
    let units = parts.code.len() / 2;
    require(code.last()?.next == units)?;
    let mut at = vec![usize::MAX; units];
    for (index, instruction) in code.iter().enumerate() {
        at[instruction.start] = index;
    }
    let is_generator = parts.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
    let mut prologue = true;
    let mut generators = 0;
    for (index, instruction) in code.iter().enumerate() {
        let &Instruction { opcode, arg, .. } = instruction;
        let info = opcode::info(opcode);
        require(info.class == Class::Real)?;
        require(!matches!(
            opcode,
            op::CACHE
                | op::RESERVED
                | op::INTERPRETER_EXIT
                | op::EXIT_INIT_CHECK
                | op::INSTRUMENTED_INSTRUCTION
                | op::INSTRUMENTED_LINE
                | op::ENTER_EXECUTOR
        ))?;
        require(match info.kind {
            ArgKind::Const => arg < consts,
            ArgKind::Name => arg < names,
            ArgKind::NameShift1 => arg >> 1 < names,
            ArgKind::NameShift2 => arg >> 2 < names,
            ArgKind::Local | ArgKind::Free | ArgKind::Deref => arg < nlocals,
            ArgKind::LocalPair => arg >> 4 < nlocals && arg & 15 < nlocals,
            ArgKind::BinaryOp => arg < opcode::BINARY_OPS.len(),
            ArgKind::Compare => arg >> 5 < opcode::COMPARE_OPS.len(),
            ArgKind::JumpForward | ArgKind::JumpBackward => match target(instruction) {
                Some(target) => {
                    let to = code.get(*at.get(target?)?)?;
                    !is_inside_await(to) && (opcode != op::FOR_ITER || to.opcode == op::END_FOR)
                }
                None => true,
            },
            _ => match opcode {
                op::COPY | op::SWAP => arg >= 1,
                op::BUILD_SLICE => arg == 2 || arg == 3,
                op::RAISE_VARARGS => arg <= 2,
                op::COPY_FREE_VARS => arg == free,
                _ => true,
            },
        })?;
        match opcode {
            op::RETURN_GENERATOR => {
                require(is_generator && prologue)?;
                generators += 1;
                prologue = false;
            }
            op::YIELD_VALUE => require(is_generator)?,
            op::RESUME if is_inside_await(instruction) => {
                require(code.get(index.wrapping_sub(1))?.opcode == op::YIELD_VALUE)?;
            }
            op::MAKE_CELL | op::COPY_FREE_VARS | op::NOP => {}
            _ => prologue = false,
        }
    }
    require(generators == usize::from(is_generator))?;
    depths(parts, &code, &at)
}

/// Follows every path and checks that the stack stays between what instructions need and `co_stacksize`.
fn depths(parts: &Parts, code: &[Instruction], at: &[usize]) -> Option<()> {
    let require = |holds: bool| if holds { Some(()) } else { None };
    let limit = parts.stacksize as i64;
    let handlers: Vec<exception_table::Entry> = exception_table::entries(&parts.exceptiontable).collect();
    let mut depth = vec![-1i64; code.len()];
    let mut work = vec![(0usize, 0i64)];
    let unit_at = |offset: u32| at.get(offset as usize / 2).copied().filter(|&index| index != usize::MAX);
    let mut last = 0;
    for entry in &handlers {
        require(entry.start >= last && entry.end > entry.start && entry.end as usize <= parts.code.len())?;
        last = entry.start;
        let index = unit_at(entry.target)?;
        require(!is_inside_await(&code[index]))?;
        work.push((index, i64::from(entry.depth) + i64::from(entry.lasti) + 1));
    }
    while let Some((index, before)) = work.pop() {
        require(before >= 0 && before <= limit)?;
        if depth[index] >= 0 {
            require(depth[index] == before)?;
            continue;
        }
        depth[index] = before;
        let instruction = &code[index];
        let arg = u32::try_from(instruction.arg).ok()?;
        let popped = i64::from(opcode::popped(instruction.opcode, arg));
        let pushed = i64::from(opcode::pushed(instruction.opcode, arg));
        require(popped >= 0 && pushed >= 0 && popped <= before)?;
        let after = before - popped + pushed;
        require(after <= limit)?;
        if let Some(target) = target(instruction) {
            work.push((*at.get(target?)?, after));
        }
        if !opcode::is_terminator(instruction.opcode) {
            require(index + 1 < code.len())?;
            work.push((index + 1, after));
        }
    }
    Some(())
}

fn wrong_type(th: &ThreadState, value: &Value, index: usize, wanted: &str) -> Raised {
    th.type_error(format_args!("code() argument {index} must be {wanted}, not {}", value.class().full_name()))
}

fn number(th: &ThreadState, value: &Value, what: &str) -> Res<u32> {
    let number = th.index_or(value, &crate::objects::exceptions::OVERFLOW_ERROR)?;
    if number < 0 {
        return Err(th.value_error(format_args!("code: {what} must not be negative")));
    }
    u32::try_from(number).map_err(|_| th.overflow_error("Python int too large to convert to C int"))
}

fn bytes_of(th: &ThreadState, value: &Value, index: usize) -> Res<Box<[u8]>> {
    match value.as_bytes() {
        Some(bytes) => Ok(bytes.as_slice().into()),
        None => Err(wrong_type(th, value, index, "bytes")),
    }
}

/// A tuple of interned, immortal strings.
fn name_tuple(th: &ThreadState, value: &Value, index: usize) -> Res<Vec<Value>> {
    let Some(names) = value.as_tuple() else { return Err(wrong_type(th, value, index, "tuple")) };
    let mut interned = Vec::with_capacity(names.len());
    for name in names.as_slice() {
        let Some(text) = name.as_str() else {
            return Err(th.type_error(format_args!(
                "name tuples must contain only strings, not '{}'",
                name.class().full_name()
            )));
        };
        let exact = if name.is_exactly(&STR_TYPE) { name.clone() } else { th.str_of_class(&STR_TYPE, text) };
        interned.push(crate::intern::intern_immortal(th, exact));
    }
    Ok(interned)
}

/// `code(...)` and `code.replace()`. Numbers: argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags,
/// firstlineno. Bytes: code, linetable, exceptiontable. Tuples: constants, names, varnames, freevars, cellvars. Strings:
/// filename, name, qualname.
pub(crate) fn build(
    th: &ThreadState,
    numbers: [&Value; 7],
    bytes: [&Value; 3],
    tuples: [Option<&Value>; 5],
    strings: [&Value; 3],
) -> Res {
    let [argcount, posonly, kwonly, nlocals, stacksize, co_flags, _] = numbers;
    let argcount = number(th, argcount, "argcount")?;
    let posonlyargcount = number(th, posonly, "posonlyargcount")?;
    let kwonlyargcount = number(th, kwonly, "kwonlyargcount")?;
    let nlocals = number(th, nlocals, "nlocals")?;
    let stacksize = number(th, stacksize, "stacksize")?;
    let co_flags = number(th, co_flags, "flags")?;
    let firstlineno = th.index_clamped(numbers[6])? as i32;
    let tuple = |index: usize, position: usize| match tuples[index] {
        Some(value) => name_tuple(th, value, position),
        None => Ok(Vec::new()),
    };
    let (names, varnames, free, cells) = (tuple(1, 9)?, tuple(2, 10)?, tuple(3, 17)?, tuple(4, 18)?);
    let Some(consts) = tuples[0].filter(|consts| consts.as_tuple().is_some()) else {
        return Err(wrong_type(th, tuples[0].unwrap_or(&Value::NONE), 8, "tuple"));
    };
    for (value, index) in strings.iter().zip([11, 12, 13]) {
        if value.as_str().is_none() {
            return Err(wrong_type(th, value, index, "str"));
        }
    }
    if nlocals as usize != varnames.len() {
        return Err(th.value_error("code: co_nlocals != len(co_varnames)"));
    }
    if posonlyargcount > argcount {
        return Err(th.value_error("code: co_posonlyargcount > co_argcount"));
    }
    let mut locals = varnames;
    let arguments = (argcount as usize, kwonlyargcount as usize);
    let mut kinds: Vec<u8> = (0..locals.len())
        .map(|index| {
            let first_star = arguments.0 + arguments.1;
            let stars = usize::from(co_flags & flags::VARARGS != 0);
            let kind = if index < posonlyargcount as usize {
                local::ARG_POS
            } else if index < arguments.0 {
                local::ARG_POS | local::ARG_KW
            } else if index < first_star {
                local::ARG_KW
            } else if stars == 1 && index == first_star {
                local::ARG_VAR | local::ARG_POS
            } else if co_flags & flags::VARKEYWORDS != 0 && index == first_star + stars {
                local::ARG_VAR | local::ARG_KW
            } else {
                0
            };
            local::LOCAL | kind
        })
        .collect();
    for cell in cells {
        match locals.iter().position(|name| name.is(&cell)) {
            Some(index) => kinds[index] |= local::CELL,
            None => {
                locals.push(cell);
                kinds.push(local::CELL);
            }
        }
    }
    for name in free {
        locals.push(name);
        kinds.push(local::FREE);
    }
    finish(
        th,
        Parts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags: co_flags,
            code: bytes_of(th, bytes[0], 7)?,
            consts: consts.clone(),
            names: th.tuple_from_vec(names),
            localsplusnames: th.tuple_from_vec(locals),
            localspluskinds: kinds.into(),
            filename: strings[0].clone(),
            name: crate::intern::intern(th, strings[1].clone()),
            qualname: crate::intern::intern(th, strings[2].clone()),
            firstlineno,
            linetable: bytes_of(th, bytes[1], 15)?,
            exceptiontable: bytes_of(th, bytes[2], 16)?,
        },
    )
}

/// The checks that refuse to make the object; then the object.
fn finish(th: &ThreadState, mut parts: Parts) -> Res {
    let stars = u32::from(parts.flags & flags::VARARGS != 0) + u32::from(parts.flags & flags::VARKEYWORDS != 0);
    let locals = parts.localspluskinds.iter().filter(|&&kind| kind & local::LOCAL != 0).count();
    let needed = u64::from(parts.argcount) + u64::from(parts.kwonlyargcount) + u64::from(stars);
    if needed > locals as u64 {
        return Err(th.value_error("code: varnames is too small"));
    }
    if !parts.code.len().is_multiple_of(2) {
        return Err(th.value_error("code: co_code is malformed"));
    }
    if th.interp().config.borrow().no_debug_ranges {
        parts.linetable = bytecode::location::without_columns(&parts.linetable, parts.firstlineno);
    }
    let sound = th.trusts_code.get() || is_sound(&parts);
    Ok(th.new_object(Code::make(th, parts, sound)))
}

/// A code object from marshalled parts, of any origin.
pub(crate) fn from_marshal(th: &ThreadState, parts: CodeParts<Value>) -> Res {
    let bad = |th: &ThreadState| th.value_error("bad marshal data (invalid code object)");
    let unsigned = |number: i32| u32::try_from(number).map_err(|_| bad(th));
    let names = name_tuple(th, &parts.names, 9)?;
    let locals = name_tuple(th, &parts.localsplusnames, 10)?;
    let kinds = bytes_of(th, &parts.localspluskinds, 10)?;
    if locals.len() != kinds.len() || parts.consts.as_tuple().is_none() {
        return Err(bad(th));
    }
    // Free variables stand last: `LOAD_DEREF` and closures count on it.
    let first_free = kinds.iter().position(|kind| kind & local::FREE != 0).unwrap_or(kinds.len());
    if kinds[first_free..].iter().any(|kind| kind & local::FREE == 0)
        || [&parts.filename, &parts.name, &parts.qualname].iter().any(|text| text.as_str().is_none())
    {
        return Err(bad(th));
    }
    finish(
        th,
        Parts {
            argcount: unsigned(parts.argcount)?,
            posonlyargcount: unsigned(parts.posonlyargcount)?.min(unsigned(parts.argcount)?),
            kwonlyargcount: unsigned(parts.kwonlyargcount)?,
            stacksize: unsigned(parts.stacksize)?,
            flags: parts.flags as u32,
            code: bytes_of(th, &parts.code, 7)?,
            consts: parts.consts,
            names: th.tuple_from_vec(names),
            localsplusnames: th.tuple_from_vec(locals),
            localspluskinds: kinds,
            filename: parts.filename,
            name: crate::intern::intern(th, parts.name),
            qualname: crate::intern::intern(th, parts.qualname),
            firstlineno: parts.firstlineno,
            linetable: bytes_of(th, &parts.linetable, 15)?,
            exceptiontable: bytes_of(th, &parts.exceptiontable, 16)?,
        },
    )
}

/// The parts of a code object, for marshalling.
pub(crate) fn to_marshal(th: &ThreadState, code: &Code) -> CodeParts<Value> {
    let parts = code.parts();
    CodeParts {
        argcount: parts.argcount as i32,
        posonlyargcount: parts.posonlyargcount as i32,
        kwonlyargcount: parts.kwonlyargcount as i32,
        stacksize: parts.stacksize as i32,
        flags: parts.flags as i32,
        code: th.bytes(&parts.code),
        consts: parts.consts,
        names: parts.names,
        localsplusnames: parts.localsplusnames,
        localspluskinds: th.bytes(&parts.localspluskinds),
        filename: parts.filename,
        name: parts.name,
        qualname: parts.qualname,
        firstlineno: parts.firstlineno,
        linetable: th.bytes(&parts.linetable),
        exceptiontable: th.bytes(&parts.exceptiontable),
    }
}
