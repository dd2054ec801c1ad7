//! `code`: a code object as Python sees it, and what the loop runs.
//!
//! The bytes of `co_code` are kept as they were; the loop runs a private copy of the units, whose instructions are
//! quickened and whose inline caches it fills. Constants and names are tuples whose items the loop reads in place.
#![expect(unsafe_code, reason = "hands out pointers into the private units and the tuples")]

use std::cell::{Cell, OnceCell};

use bytecode::code::{Const, flags, local};
use bytecode::marshal::Outline;
use bytecode::{exception_table, location, opcode};
use macros::{pyclass, pymethods};

use crate::args::KwArgs;
use crate::error::{Res, name_text};
use crate::frame::registers::Pc;
use crate::gc::ValueCell;
use crate::objects::code_body::{Body, CodeOutline, LazyBody};
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Create a code object.  Not for mere mortals.
#[pyclass(name = "code", flags(has_weakrefs))]
pub struct Code {
    /// The first unit: of the body, or `LOAD_BODY`.
    #[notrace]
    start: Cell<Pc>,
    body: LazyBody,
    /// Words of a frame behind its header: locals, cells, free variables, value stack.
    pub(crate) frame_size: usize,
    nlocalsplus: u32,
    pub(crate) flags: u32,
    /// Positional parameters, positional-only ones included.
    pub(crate) argcount: u32,
    pub(crate) posonlyargcount: u32,
    pub(crate) kwonlyargcount: u32,
    /// Free variables, which stand last among the locals.
    pub(crate) free_count: u32,
    /// All parameters are plain positional ones: a call with as many arguments needs no binding.
    pub(crate) is_simple: bool,
    /// Some instruction enters an exception handler: a generator then needs a place of its own for what it handles.
    pub(crate) handles_exceptions: bool,
    /// Changes with every code object; functions take it as their version. 0: versions ran out.
    pub(crate) version: u32,
    pub(crate) stacksize: u32,
    firstlineno: i32,
    filename: ValueCell,
    name: Value,
    qualname: Value,
    /// Byte offset and line of each run of instructions with one line, made when first asked for.
    #[notrace]
    lines: OnceCell<Box<[(u32, i32)]>>,
    /// Records of inline caches that are too large for the units; they live as long as the code object.
    #[notrace]
    pub(crate) records: std::cell::RefCell<Vec<Box<[u64]>>>,
    /// What `sys.monitoring` and tracing keep with the code.
    #[notrace]
    pub(crate) monitor: OnceCell<Box<crate::frame::monitoring::CodeMonitor>>,
}

/// The objects and numbers that a code object is made of.
pub struct Parts {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    pub code: Box<[u8]>,
    /// Tuple.
    pub consts: Value,
    /// Tuple of interned, immortal strings.
    pub names: Value,
    /// Tuple of interned strings.
    pub localsplusnames: Value,
    pub localspluskinds: Box<[u8]>,
    pub filename: Value,
    pub name: Value,
    pub qualname: Value,
    pub firstlineno: i32,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

fn makes_generator(code_flags: u32) -> bool {
    code_flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
}

/// What the loop's counters of adaptive instructions start from: the second execution specialises.
const WARMUP: u16 = 1;

/// The private copy: caches empty, counters set, returns of generators told apart.
fn private_units(code: &[u8], is_generator: bool) -> Box<[Cell<u16>]> {
    let mut units: Vec<Cell<u16>> =
        code.chunks_exact(2).map(|pair| Cell::new(u16::from_le_bytes([pair[0], pair[1]]))).collect();
    let mut index = 0;
    while index < units.len() {
        let unit = units[index].get();
        let opcode = opcode::base(unit & 0xFF);
        let mut present = opcode;
        if is_generator && opcode == opcode::op::RETURN_VALUE {
            present = crate::frame::private::op::RETURN_GENERATOR_VALUE;
        }
        units[index].set(unit & 0xFF00 | present);
        let caches = usize::from(opcode::caches(opcode));
        for cache in 1..=caches {
            if let Some(unit) = units.get(index + cache) {
                unit.set(if cache == 1 { WARMUP } else { 0 });
            }
        }
        index += 1 + caches;
    }
    // Code that may not be run has this unit only: no instruction.
    units.push(Cell::new(opcode::op::RESERVED));
    units.into()
}

impl Code {
    /// Makes the payload. `sound` says that the parts have been checked, or come from our own compiler: other code raises
    /// SystemError when it is run.
    pub(crate) fn make(th: &ThreadState, parts: Parts, sound: bool) -> Code {
        let nlocalsplus = parts.localspluskinds.len();
        let free = parts.localspluskinds.iter().filter(|&&kind| kind & local::FREE != 0).count();
        let outline = Outline {
            argcount: parts.argcount as i32,
            posonlyargcount: parts.posonlyargcount as i32,
            kwonlyargcount: parts.kwonlyargcount as i32,
            stacksize: parts.stacksize as i32,
            flags: parts.flags as i32,
            firstlineno: parts.firstlineno,
            nlocalsplus: nlocalsplus as i32,
            free_count: free as i32,
            handles_exceptions: parts.code.chunks_exact(2).any(|unit| u16::from(unit[0]) == opcode::op::PUSH_EXC_INFO),
            filename: parts.filename,
            name: parts.name,
            qualname: parts.qualname,
        };
        let body = Body {
            units: private_units(if sound { &parts.code } else { &[] }, makes_generator(parts.flags)),
            handlers: if sound { exception_table::entries(&parts.exceptiontable).collect() } else { Box::default() },
            consts: parts.consts,
            names: parts.names,
            localsplusnames: parts.localsplusnames,
            localspluskinds: parts.localspluskinds,
            code: parts.code,
            linetable: parts.linetable,
            exceptiontable: parts.exceptiontable,
        };
        Code::from_outline(th, outline, LazyBody::new(body))
    }

    /// Makes the payload of sound code whose body is there or can be read.
    pub(crate) fn from_outline(th: &ThreadState, outline: CodeOutline, body: LazyBody) -> Code {
        let version = th.interp().next_code_version.get().saturating_add(1);
        th.interp().next_code_version.set(version);
        let flags = outline.flags as u32;
        Code {
            start: Cell::new(match body.is_read() {
                true => Pc(body.get().units.as_ptr().cast::<u16>().cast_mut()),
                false => crate::frame::private::load_body(),
            }),
            body,
            frame_size: outline.nlocalsplus as usize + outline.stacksize as usize + 1,
            nlocalsplus: outline.nlocalsplus as u32,
            flags,
            argcount: outline.argcount as u32,
            posonlyargcount: outline.posonlyargcount as u32,
            kwonlyargcount: outline.kwonlyargcount as u32,
            free_count: outline.free_count as u32,
            is_simple: outline.kwonlyargcount == 0 && flags & (flags::VARARGS | flags::VARKEYWORDS) == 0,
            handles_exceptions: outline.handles_exceptions,
            version: if version == u32::MAX { 0 } else { version },
            stacksize: outline.stacksize as u32,
            firstlineno: outline.firstlineno,
            lines: OnceCell::new(),
            records: Default::default(),
            filename: ValueCell::new(outline.filename),
            name: outline.name,
            qualname: outline.qualname,
            monitor: OnceCell::new(),
        }
    }

    /// What runs, read first if it has not been.
    #[inline]
    pub(crate) fn body(&self) -> &Body {
        if !self.body.is_read() {
            self.read_body();
        }
        self.body.get()
    }

    #[cold]
    fn read_body(&self) {
        let (Some(th), Some(bytes)) = (crate::thread::current(), self.body.bytes()) else { return };
        // The embedded library is what our own build wrote; what cannot be read there is no instruction.
        let body = crate::modules::marshal::read_body(th, bytes).unwrap_or_default();
        let units = private_units(&body.code, self.is_generator());
        let handlers = exception_table::entries(&body.exceptiontable).collect();
        self.body.fill(Body { units, handlers, ..body });
        self.start.set(Pc(self.body.get().units.as_ptr().cast::<u16>().cast_mut()));
    }

    /// Handlers of exceptions, sorted by start.
    pub(crate) fn handlers(&self) -> &[exception_table::Entry] {
        &self.body().handlers
    }

    /// The docstring, or None.
    pub(crate) fn docstring(&self) -> Value {
        if !self.has_flag(flags::HAS_DOCSTRING) {
            return Value::NONE;
        }
        self.consts().first().cloned().unwrap_or_default()
    }

    /// Whether the units are the code's: see `make`.
    pub(crate) fn can_run(&self) -> bool {
        self.body().units.len() > self.body().code.len() / 2
    }

    /// Makes the unit of an instruction `INSTRUMENTED`, or the plain instruction again.
    pub(crate) fn rewrite(&self, unit: usize, opcode: u16, instrumented: bool) {
        let instrumented_form = crate::frame::private::op::INSTRUMENTED;
        let Some(cell) = self.body().units.get(unit) else { return };
        let present = cell.get();
        let plain = match opcode {
            opcode::op::RETURN_VALUE if self.is_generator() => crate::frame::private::op::RETURN_GENERATOR_VALUE,
            opcode => opcode,
        };
        let form = if instrumented { instrumented_form } else { plain };
        if present & 0xFF == form {
            return;
        }
        cell.set(present & 0xFF00 | form);
        if opcode::caches(opcode) > 0
            && let Some(counter) = self.body().units.get(unit + 1)
        {
            counter.set(WARMUP);
        }
    }

    /// The first instruction.
    #[inline(always)]
    pub(crate) fn start(&self) -> Pc {
        self.start.get()
    }

    #[inline(always)]
    pub(crate) fn nlocalsplus(&self) -> usize {
        self.nlocalsplus as usize
    }

    /// Byte offset in `co_code` of the instruction whose unit lies before `pc`; -1 before the first.
    pub(crate) fn offset_of(&self, pc: Pc) -> i32 {
        ((pc.0 as isize - self.start().0 as isize) - 2) as i32
    }

    /// Whether `pc` points at a unit of this code.
    #[cfg(debug_assertions)]
    pub(crate) fn has_unit(&self, pc: Pc) -> bool {
        self.body.get().units.as_ptr_range().contains(&pc.0.cast_const().cast())
    }

    /// The instruction at a byte offset.
    pub(crate) fn at(&self, offset: u32) -> Pc {
        self.start().add(offset as usize / 2)
    }

    #[inline(always)]
    pub(crate) fn constant<'a>(&self, index: usize) -> &'a Value {
        // SAFETY: only running code asks, so the body is there; arguments that index constants are checked; the code
        // object owns the tuple, and frames the code.
        unsafe { &*tuple_items(&self.body.get().consts).add(index) }
    }

    #[inline(always)]
    pub(crate) fn name_at<'a>(&self, index: usize) -> &'a Value {
        // SAFETY: as for `constant`.
        unsafe { &*tuple_items(&self.body.get().names).add(index) }
    }

    /// Name of a local, cell or free variable.
    pub(crate) fn local_name(&self, index: usize) -> Value {
        self.body()
            .localsplusnames
            .as_tuple()
            .and_then(|names| names.as_slice().get(index).cloned())
            .unwrap_or(Value::NONE)
    }

    pub(crate) fn local_names(&self) -> &[Value] {
        self.body().localsplusnames.as_tuple().map_or(&[], |names| names.as_slice())
    }

    pub(crate) fn local_kinds(&self) -> &[u8] {
        &self.body().localspluskinds
    }

    pub(crate) fn consts(&self) -> &[Value] {
        self.body().consts.as_tuple().map_or(&[], |consts| consts.as_slice())
    }

    #[inline(always)]
    pub(crate) fn has_flag(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Whether calls make a generator, coroutine or asynchronous generator.
    #[inline(always)]
    pub(crate) fn is_generator(&self) -> bool {
        self.has_flag(flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR)
    }

    pub fn name(&self) -> &Value {
        &self.name
    }

    pub fn qualname(&self) -> &Value {
        &self.qualname
    }

    pub fn filename(&self) -> Value {
        self.filename.get_or_none()
    }

    /// Gives this code object, and those among its constants that came from the same file, another file name.
    pub(crate) fn set_filename(&self, path: &Value) {
        let Some(old) = self.filename.replace(Some(path.clone())) else { return };
        for inner in self.consts().iter().filter_map(|constant| constant.downcast_exact::<Code>()) {
            let same = match (inner.filename().as_str(), old.as_str()) {
                (Some(inner), Some(old)) => inner.equals(old),
                _ => false,
            };
            if same {
                inner.set_filename(path);
            }
        }
    }

    pub fn first_line(&self) -> i32 {
        self.firstlineno
    }

    pub(crate) fn code_bytes(&self) -> &[u8] {
        &self.body().code
    }

    /// As [`line_at`](Code::line_at), without making the table: for signal handlers.
    pub(crate) fn line_without_memory(&self, offset: i32) -> Option<i32> {
        if offset < 0 {
            return Some(self.firstlineno);
        }
        let line = location::lines(&self.body().linetable, self.firstlineno)
            .take_while(|&(start, ..)| start <= offset as u32)
            .last()
            .map(|(.., line)| line);
        line.filter(|&line| line >= 0)
    }

    /// Where the file's name stands, to be looked at while another thread may run.
    pub(crate) fn filename_ptr(&self) -> *const Option<Value> {
        self.filename.as_ptr()
    }

    /// The line of the instruction at a byte offset; `None` if it has none.
    pub fn line_at(&self, offset: i32) -> Option<i32> {
        if offset < 0 {
            return Some(self.firstlineno);
        }
        let lines = self.lines.get_or_init(|| {
            location::lines(&self.body().linetable, self.firstlineno).map(|(start, _, line)| (start, line)).collect()
        });
        let after = lines.partition_point(|&(start, _)| start <= offset as u32);
        let &(_, line) = lines.get(after.checked_sub(1)?)?;
        if line < 0 { None } else { Some(line) }
    }

    /// The source position of the instruction at a byte offset.
    pub fn position_at(&self, offset: i32) -> location::Position {
        location::position_at(&self.body().linetable, self.firstlineno, offset.max(0) as u32)
    }

    fn names_of_kind(&self, th: &ThreadState, bits: u8) -> Value {
        let names = self.local_names().iter().zip(&self.body().localspluskinds);
        th.tuple_from_vec(names.filter(|(_, kind)| **kind & bits != 0).map(|(name, _)| name.clone()).collect())
    }

    /// The parts again, for `replace`.
    pub(crate) fn parts(&self) -> Parts {
        Parts {
            argcount: self.argcount,
            posonlyargcount: self.posonlyargcount,
            kwonlyargcount: self.kwonlyargcount,
            stacksize: self.stacksize,
            flags: self.flags,
            code: self.body().code.clone(),
            consts: self.body().consts.clone(),
            names: self.body().names.clone(),
            localsplusnames: self.body().localsplusnames.clone(),
            localspluskinds: self.body().localspluskinds.clone(),
            filename: self.filename(),
            name: self.name.clone(),
            qualname: self.qualname.clone(),
            firstlineno: self.firstlineno,
            linetable: self.body().linetable.clone(),
            exceptiontable: self.body().exceptiontable.clone(),
        }
    }

    pub fn linetable(&self) -> &[u8] {
        &self.body().linetable
    }

    pub fn exceptiontable(&self) -> &[u8] {
        &self.body().exceptiontable
    }
}

/// The address of a tuple's first item: behind the object header and the length.
#[inline(always)]
fn tuple_items(tuple: &Value) -> *const Value {
    (tuple.bits() as usize + super::tuple::ITEMS) as *const Value
}

/// A code object from the compiler's or a `.pyc` file's data.
pub fn from_data(th: &ThreadState, data: &bytecode::code::Code) -> Res {
    let name_tuple = |names: &[syntax::text::Text]| {
        let names = names.iter().map(|name| crate::intern::intern_immortal(th, th.str_from_text(name))).collect();
        th.tuple_from_vec(names)
    };
    let mut consts = Vec::with_capacity(data.consts.len());
    for constant in &data.consts {
        consts.push(constant_value(th, constant)?);
    }
    let parts = Parts {
        argcount: data.argcount,
        posonlyargcount: data.posonlyargcount,
        kwonlyargcount: data.kwonlyargcount,
        stacksize: data.stacksize,
        flags: data.flags,
        code: data.code.clone(),
        consts: th.tuple_from_vec(consts),
        names: name_tuple(&data.names),
        localsplusnames: name_tuple(&data.localsplusnames),
        localspluskinds: data.localspluskinds.clone(),
        filename: crate::intern::intern(th, th.str_from_text(&data.filename)),
        name: crate::intern::intern_immortal(th, th.str_from_text(&data.name)),
        qualname: crate::intern::intern(th, th.str_from_text(&data.qualname)),
        firstlineno: data.firstlineno,
        linetable: match th.interp().config.borrow().no_debug_ranges {
            true => location::without_columns(&data.linetable, data.firstlineno),
            false => data.linetable.clone(),
        },
        exceptiontable: data.exceptiontable.clone(),
    };
    Ok(th.new_object(Code::make(th, parts, true)))
}

/// A constant as a value. Strings that look like names are interned.
pub fn constant_value(th: &ThreadState, constant: &Const) -> Res {
    let all = |items: &[Const]| items.iter().map(|item| constant_value(th, item)).collect::<Res<Vec<Value>>>();
    Ok(match constant {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(number) => th.int(*number),
        Const::BigInt(number) => th.int_from_big((**number).clone()),
        Const::Float(number) => th.float(*number),
        Const::Complex(real, imaginary) => crate::frame::consts::complex(th, *real, *imaginary)?,
        Const::Str(text) => {
            let value = th.str_from_text(text);
            let is_name = value
                .as_str()
                .and_then(|text| text.as_ascii())
                .is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            if is_name { crate::intern::intern(th, value) } else { value }
        }
        Const::Bytes(bytes) => th.bytes(bytes),
        Const::Tuple(items) => th.tuple_from_vec(all(items)?),
        Const::FrozenSet(items) => crate::frame::consts::frozenset(th, &all(items)?)?,
        Const::Slice(parts) => {
            let [start, stop, step] = &**parts;
            th.slice(constant_value(th, start)?, constant_value(th, stop)?, constant_value(th, step)?)
        }
        Const::Code(code) => from_data(th, code)?,
    })
}

fn line_value(line: i32) -> Value {
    if line < 0 { Value::NONE } else { Value::int32(line) }
}

#[pymethods]
impl Code {
    #[pyslot(
        "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        th: &ThreadState,
        _cls: &Type,
        argcount: &Value,
        posonlyargcount: &Value,
        kwonlyargcount: &Value,
        nlocals: &Value,
        stacksize: &Value,
        flags: &Value,
        codestring: &Value,
        constants: &Value,
        names: &Value,
        varnames: &Value,
        filename: &Value,
        name: &Value,
        qualname: &Value,
        firstlineno: &Value,
        linetable: &Value,
        exceptiontable: &Value,
        freevars: Option<&Value>,
        cellvars: Option<&Value>,
    ) -> Res {
        let numbers = [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno];
        let bytes = [codestring, linetable, exceptiontable];
        let tuples = [Some(constants), Some(names), Some(varnames), freevars, cellvars];
        crate::frame::check::build(th, numbers, bytes, tuples, [filename, name, qualname])
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        use crate::object::Payload;
        let code = Code::of(slf);
        Ok(th.str(&format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            name_text(&code.name),
            slf.id(),
            name_text(&code.filename()),
            if code.firstlineno == 0 { -1 } else { code.firstlineno }
        )))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let mut hash = th.hash(&self.name)? as u64;
        let numbers = [self.argcount, self.posonlyargcount, self.kwonlyargcount, self.flags, self.firstlineno as u32];
        for number in numbers.into_iter().chain(self.body().code.iter().map(|&byte| u32::from(byte))) {
            hash = (hash ^ u64::from(number)).wrapping_mul(0x100_0000_01B3);
        }
        Ok(if hash as i64 == -1 { -2 } else { hash as i64 })
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast_exact::<Code>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let mut equal = self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.body().code == other.body().code
            && self.body().linetable == other.body().linetable
            && self.body().exceptiontable == other.body().exceptiontable
            && self.body().localspluskinds == other.body().localspluskinds;
        for (mine, others) in [
            (&self.name, &other.name),
            (&self.body().names, &other.body().names),
            (&self.body().localsplusnames, &other.body().localsplusnames),
        ] {
            equal = equal && th.is_equal(mine, others)?;
        }
        equal = equal && same_constant(th, &self.body().consts, &other.body().consts)?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pygetter(member)]
    fn co_argcount(&self) -> u32 {
        self.argcount
    }

    #[pygetter(member)]
    fn co_posonlyargcount(&self) -> u32 {
        self.posonlyargcount
    }

    #[pygetter(member)]
    fn co_kwonlyargcount(&self) -> u32 {
        self.kwonlyargcount
    }

    #[pygetter]
    fn co_nlocals(&self) -> usize {
        self.body().localspluskinds.iter().filter(|&&kind| kind & local::LOCAL != 0).count()
    }

    #[pygetter(member)]
    fn co_stacksize(&self) -> u32 {
        self.stacksize
    }

    #[pygetter(member)]
    fn co_flags(&self) -> u32 {
        self.flags
    }

    #[pygetter]
    fn co_code(&self, th: &ThreadState) -> Res {
        Ok(th.bytes(&self.body().code))
    }

    #[pygetter]
    fn _co_code_adaptive(&self, th: &ThreadState) -> Res {
        let units = &self.body().units[..self.body().units.len() - 1];
        Ok(th.bytes(&units.iter().flat_map(|unit| unit.get().to_le_bytes()).collect::<Vec<u8>>()))
    }

    #[pygetter(member)]
    fn co_consts(&self) -> Value {
        self.body().consts.clone()
    }

    #[pygetter(member)]
    fn co_names(&self) -> Value {
        self.body().names.clone()
    }

    #[pygetter]
    fn co_varnames(&self, th: &ThreadState) -> Value {
        self.names_of_kind(th, local::LOCAL)
    }

    #[pygetter]
    fn co_cellvars(&self, th: &ThreadState) -> Value {
        self.names_of_kind(th, local::CELL)
    }

    #[pygetter]
    fn co_freevars(&self, th: &ThreadState) -> Value {
        self.names_of_kind(th, local::FREE)
    }

    #[pygetter(member)]
    fn co_filename(&self) -> Value {
        self.filename()
    }

    #[pygetter(member)]
    fn co_name(&self) -> Value {
        self.name.clone()
    }

    #[pygetter(member)]
    fn co_qualname(&self) -> Value {
        self.qualname.clone()
    }

    #[pygetter(member)]
    fn co_firstlineno(&self) -> i32 {
        self.firstlineno
    }

    #[pygetter(member)]
    fn co_linetable(&self, th: &ThreadState) -> Value {
        th.bytes(&self.body().linetable)
    }

    #[pygetter(member)]
    fn co_exceptiontable(&self, th: &ThreadState) -> Value {
        th.bytes(&self.body().exceptiontable)
    }

    #[pygetter]
    fn co_lnotab(&self, th: &ThreadState) -> Res {
        let class = &crate::objects::exceptions::DEPRECATION_WARNING;
        crate::warnings::warn(th, class, "co_lnotab is deprecated, use co_lines instead.")?;
        let mut bytes = Vec::new();
        let (mut offset, mut line) = (0u32, self.firstlineno);
        for (start, _, next) in location::lines(&self.body().linetable, self.firstlineno) {
            if next < 0 || next == line {
                continue;
            }
            let (mut forward, mut delta) = (start - offset, next - line);
            while forward > 255 {
                bytes.extend([255, 0]);
                forward -= 255;
            }
            while !(-128..=127).contains(&delta) {
                let step = if delta < 0 { -128 } else { 127 };
                bytes.extend([forward as u8, step as i8 as u8]);
                (forward, delta) = (0, delta - step);
            }
            bytes.extend([forward as u8, delta as i8 as u8]);
            (offset, line) = (start, next);
        }
        Ok(th.bytes(&bytes))
    }

    /// Return an iterator over (start, end, line) of each run of instructions with one line.
    #[pymethod]
    fn co_lines(&self, th: &ThreadState) -> Res {
        let lines = location::lines(&self.body().linetable, self.firstlineno).map(|(start, end, line)| {
            th.tuple(&[Value::index(start as usize), Value::index(end as usize), line_value(line)])
        });
        th.iter(&th.list(lines.collect()))
    }

    /// Return an iterator over the source position of each code unit.
    #[pymethod]
    fn co_positions(&self, th: &ThreadState) -> Res {
        let positions = location::positions(&self.body().linetable, self.firstlineno).map(|position| {
            let location::Position { line, end_line, column, end_column } = position;
            th.tuple(&[line_value(line), line_value(end_line), line_value(column), line_value(end_column)])
        });
        th.iter(&th.list(positions.collect()))
    }

    /// Return an iterator over the branches: (from, not taken, taken) byte offsets.
    #[pymethod]
    fn co_branches(&self, th: &ThreadState) -> Res {
        let branches = crate::frame::check::branches(&self.body().code)
            .into_iter()
            .map(|(from, next, to)| th.tuple(&[Value::index(from), Value::index(next), Value::index(to)]));
        th.iter(&th.list(branches.collect()))
    }

    #[pymethod("(oparg)")]
    fn _varname_from_oparg(&self, th: &ThreadState, oparg: isize) -> Res {
        match usize::try_from(oparg).ok().and_then(|index| self.local_names().get(index)) {
            Some(name) => Ok(name.clone()),
            None => Err(th.index_error("tuple index out of range")),
        }
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[pymethod("(**changes)")]
    fn replace(slf: &Value, th: &ThreadState, changes: KwArgs<'_>) -> Res {
        replace(th, slf, changes)
    }

    /// The same as replace().
    #[pymethod("(**changes)")]
    fn __replace__(slf: &Value, th: &ThreadState, changes: KwArgs<'_>) -> Res {
        replace(th, slf, changes)
    }
}

/// `code.replace(**changes)`: the constructor's arguments again, some of them changed.
fn replace(th: &ThreadState, slf: &Value, changes: KwArgs<'_>) -> Res {
    const FIELDS: [&str; 18] = [
        "co_argcount",
        "co_posonlyargcount",
        "co_kwonlyargcount",
        "co_nlocals",
        "co_stacksize",
        "co_flags",
        "co_firstlineno",
        "co_code",
        "co_linetable",
        "co_exceptiontable",
        "co_consts",
        "co_names",
        "co_varnames",
        "co_freevars",
        "co_cellvars",
        "co_filename",
        "co_name",
        "co_qualname",
    ];
    let mut fields = Vec::with_capacity(FIELDS.len());
    for field in FIELDS {
        fields.push(th.getattr_str(slf, field)?);
    }
    for (name, value) in changes.iter() {
        let text = name_text(name);
        let Some(index) = FIELDS.iter().position(|field| *field == text) else {
            return Err(th.type_error(format_args!("replace() got an unexpected keyword argument '{text}'")));
        };
        fields[index] = value.clone();
    }
    let [a, b, c, d, e, f, g, code, lines, table, consts, names, vars, free, cells, filename, name, qualname] =
        &fields[..]
    else {
        return Err(th.system_error("code.replace() lost a field"));
    };
    crate::frame::check::build(
        th,
        [a, b, c, d, e, f, g],
        [code, lines, table],
        [Some(consts), Some(names), Some(vars), Some(free), Some(cells)],
        [filename, name, qualname],
    )
}

/// Equality of constants: of one type, recursively in tuples.
fn same_constant(th: &ThreadState, a: &Value, b: &Value) -> Res<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if !std::ptr::eq(a.class(), b.class()) {
        return Ok(false);
    }
    if let (Some(a), Some(b)) = (a.as_tuple(), b.as_tuple()) {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.as_slice().iter().zip(b.as_slice()) {
            if !same_constant(th, a, b)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let (Some(a), Some(b)) = (a.as_float(), b.as_float()) {
        return Ok(a == b && a.is_sign_negative() == b.is_sign_negative());
    }
    th.is_equal(a, b)
}

impl ThreadState {
    /// A code object from data.
    pub fn code(&self, data: &bytecode::code::Code) -> Res {
        from_data(self, data)
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&CODE_TYPE];
