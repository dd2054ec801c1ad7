//! `frame`: a frame as Python sees it, made when someone looks; and the view of its variables (PEP 667).
//!
//! While the frame is alive the object points to it, on the stack or in its generator; when the frame ends, an object that
//! someone still holds takes its variables over.
#![expect(unsafe_code, reason = "frame objects point into the value stack")]

use std::cell::{Cell, RefCell};

use bytecode::code::local;
use macros::{pyclass, pymethods};

use crate::error::{Res, name_text};
use crate::frame::registers::{Fp, Sp};
use crate::gc::{Traverse, ValueCell, Visitor};
use crate::object::Payload;
use crate::objects::cell::CellObject;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::generator::{Generator, State};
use crate::objects::str::STR_TYPE;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

#[pyclass(name = "frame", flags(disallow_new), manual_traverse)]
pub struct Frame {
    /// The live frame; null when it has ended.
    fp: Cell<Fp>,
    code: Value,
    function: Value,
    /// The namespace of code that is not optimised.
    namespace: ValueCell,
    /// Variables of an ended frame, in the order of `co_localsplusnames`, then its stack.
    variables: RefCell<Vec<Value>>,
    /// Variables that debuggers added through `f_locals`.
    added: ValueCell,
    /// `f_back` of an ended frame.
    back: ValueCell,
    lasti: Cell<i32>,
    pub(crate) trace: ValueCell,
    trace_lines: Cell<bool>,
    trace_opcodes: Cell<bool>,
    /// `f_lineno` while a trace function sets it; 0 otherwise.
    pub(crate) line: Cell<i32>,
}

impl Traverse for Frame {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.value(&self.code);
        visit.value(&self.function);
        for cell in [&self.namespace, &self.added, &self.back, &self.trace] {
            cell.traverse(visit);
        }
        self.variables.traverse(visit);
    }

    fn clear(&self) {
        self.namespace.clear();
        self.added.clear();
        self.trace.clear();
        self.variables.clear();
    }
}

#[inline(always)]
pub(crate) fn is_frame(value: &Value) -> bool {
    value.is_exactly(&FRAME_TYPE)
}

/// The code object of a frame object.
pub(crate) fn code_of(frame: &Value) -> &Code {
    Code::of(&Frame::of(frame).code)
}

/// The object of a live frame.
pub(crate) fn object(th: &ThreadState, fp: Fp) -> Value {
    if is_frame(fp.extra()) {
        return fp.extra().clone();
    }
    let function = fp.function_value().clone();
    let made = th.new_object(Frame {
        fp: Cell::new(fp),
        code: fp.function().code_object(),
        function,
        namespace: ValueCell::empty(),
        variables: RefCell::default(),
        added: ValueCell::empty(),
        back: ValueCell::empty(),
        lasti: Cell::new(-1),
        trace: ValueCell::empty(),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        line: Cell::new(0),
    });
    let namespace = fp.set_extra(made.clone());
    let namespace = if namespace.is_unbound() { plain_namespace(fp) } else { Some(namespace) };
    Frame::of(&made).namespace.set(namespace);
    made
}

/// The frame has moved between the stack and its generator.
pub(crate) fn moved(fp: Fp) {
    if let Some(frame) = fp.extra().downcast_exact::<Frame>() {
        frame.fp.set(fp);
    }
}

/// The frame ends: its object takes the words up to `sp` over.
pub(crate) fn detach(th: &ThreadState, object: &Value, fp: Fp, sp: Sp) {
    let frame = Frame::of(object);
    frame.lasti.set(fp.last_instruction());
    let count = (sp.0 as usize - fp.0 as usize) / 8;
    let mut words = Vec::with_capacity(count);
    for index in 0..count {
        words.push(fp.take_local(index));
    }
    frame.fp.set(Fp::NULL);
    // Only this function and the frame's own word hold the object: nobody will look.
    let is_last = object.header().is_some_and(|header| header.refcount() == 1);
    if is_last {
        drop(words);
        return;
    }
    // A generator's frame has nobody behind it once it has finished.
    if let Some(previous) = fp.previous().filter(|_| !fp.code().is_generator()) {
        frame.back.set(Some(self::object(th, previous)));
    }
    let old = frame.variables.replace(words);
    drop(old);
}

impl Fp {
    /// Takes a local out of a frame that ends.
    fn take_local(self, index: usize) -> Value {
        // SAFETY: the caller owns the frame's words and takes each once.
        unsafe { self.0.add(index).read() }
    }
}

/// A function of code that is not optimised, called as any other, has its globals as namespace.
fn plain_namespace(fp: Fp) -> Option<Value> {
    if fp.code().has_flag(bytecode::code::flags::OPTIMIZED) { None } else { Some(fp.function().globals().clone()) }
}

/// The namespace that `LOAD_NAME` looks in first; `None` in optimised code.
pub(crate) fn namespace(fp: Fp) -> Option<Value> {
    let extra = fp.extra();
    if extra.is_unbound() {
        return plain_namespace(fp);
    }
    match extra.downcast_exact::<Frame>() {
        Some(frame) => frame.namespace.get(),
        None => Some(extra.clone()),
    }
}

/// `locals()` in a live frame.
pub(crate) fn locals(th: &ThreadState, fp: Fp) -> Res {
    if let Some(namespace) = namespace(fp)
        && !has_hidden_values(fp)
    {
        return Ok(namespace);
    }
    let frame = object(th, fp);
    let proxy = th.new_object(FrameLocalsProxy { frame });
    let dict = Dict::new();
    for (name, value) in FrameLocalsProxy::of(&proxy).items(th) {
        drop(dict.set_str(&name, value));
    }
    Ok(th.dict(dict))
}

/// Whether an inlined comprehension has variables in a frame that has a namespace.
fn has_hidden_values(fp: Fp) -> bool {
    let kinds = fp.code().local_kinds();
    kinds.iter().enumerate().any(|(index, kind)| kind & local::HIDDEN != 0 && !fp.local(index).is_unbound())
}

/// The frame object of a running generator.
pub(crate) fn of_generator(th: &ThreadState, generator: &Generator) -> Option<Value> {
    let mut fp = th.frames.innermost()?;
    loop {
        if fp.code().is_generator() && fp.belongs_to(generator) {
            return Some(object(th, fp));
        }
        fp = fp.previous()?;
    }
}

/// `cr_origin` of a coroutine that is being made, if `sys.set_coroutine_origin_tracking_depth` asks for it.
pub(crate) fn coroutine_origin(th: &ThreadState, fp: Fp) -> Option<Value> {
    let depth = th.coroutine_origin_depth.get() as usize;
    if depth == 0 {
        return None;
    }
    let mut entries = Vec::new();
    let mut cursor = fp.previous();
    while let Some(frame) = cursor
        && entries.len() < depth
    {
        let code = frame.code();
        let line = code.line_at(frame.last_instruction()).map_or(Value::NONE, Value::int32);
        entries.push(th.tuple(&[code.filename(), line, code.name().clone()]));
        cursor = frame.previous();
    }
    Some(th.tuple_from_vec(entries))
}

impl Frame {
    pub(crate) fn live(&self) -> Option<Fp> {
        let fp = self.fp.get();
        if fp == Fp::NULL { None } else { Some(fp) }
    }

    fn code(&self) -> &Code {
        Code::of(&self.code)
    }

    pub(crate) fn last_instruction(&self) -> i32 {
        self.live().map_or(self.lasti.get(), Fp::last_instruction)
    }

    /// The word of a variable: a value, a cell, or unbound.
    fn variable(&self, index: usize) -> Value {
        match self.live() {
            Some(fp) => fp.local(index).clone(),
            None => self.variables.borrow().get(index).cloned().unwrap_or(Value::UNBOUND),
        }
    }

    /// The value of a variable, seen through its cell.
    fn variable_value(&self, index: usize) -> Option<Value> {
        let word = self.variable(index);
        let kind = self.code().local_kinds().get(index).copied().unwrap_or(0);
        if kind & (local::CELL | local::FREE) != 0
            && let Some(cell) = word.downcast_exact::<CellObject>()
        {
            return cell.contents.get();
        }
        if word.is_unbound() { None } else { Some(word) }
    }

    fn set_variable(&self, index: usize, value: Value) {
        let kind = self.code().local_kinds().get(index).copied().unwrap_or(0);
        if kind & (local::CELL | local::FREE) != 0
            && let Some(cell) = self.variable(index).downcast_exact::<CellObject>()
        {
            cell.contents.set(Some(value));
            return;
        }
        match self.live() {
            Some(fp) => drop(fp.swap_local(index, value)),
            None => {
                let mut variables = self.variables.borrow_mut();
                let old = variables.get_mut(index).map(|word| std::mem::replace(word, value));
                drop(variables);
                drop(old);
            }
        }
    }

    pub(crate) fn traces_lines(&self) -> bool {
        self.trace_lines.get()
    }

    pub(crate) fn traces_opcodes(&self) -> bool {
        self.trace_opcodes.get()
    }

    /// The line that runs, if it is known.
    pub fn current_line(&self) -> Option<i32> {
        if self.line.get() != 0 {
            return Some(self.line.get());
        }
        self.code().line_at(self.last_instruction())
    }

    fn generator(&self) -> Option<Value> {
        let fp = self.live()?;
        if !fp.code().is_generator() {
            return None;
        }
        Some(fp.owner_generator())
    }
}

#[pymethods]
impl Frame {
    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let frame = Frame::of(slf);
        let code = frame.code();
        Ok(th.str(&format!(
            "<frame at {:#x}, file {}, line {}, code {}>",
            slf.id(),
            th.repr_string(&code.filename())?,
            frame.current_line().map_or("None".to_string(), |line| line.to_string()),
            name_text(code.name())
        )))
    }

    #[pygetter]
    fn f_back(&self, th: &ThreadState) -> Value {
        match self.live() {
            Some(fp) => fp.previous().map_or(Value::NONE, |previous| object(th, previous)),
            None => self.back.get_or_none(),
        }
    }

    /// Return the code object being executed in this frame.
    #[pygetter]
    fn f_code(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "f_code")?;
        Ok(self.code.clone())
    }

    /// Return the built-in variables in the frame.
    #[pygetter]
    fn f_builtins(&self) -> Value {
        crate::objects::function::Function::of(&self.function).builtins().clone()
    }

    /// Return the global variables in the frame.
    #[pygetter]
    fn f_globals(&self) -> Value {
        crate::objects::function::Function::of(&self.function).globals().clone()
    }

    /// Return the mapping used by the frame to look up local variables.
    #[pygetter]
    fn f_locals(slf: &Value, th: &ThreadState) -> Res {
        let frame = Frame::of(slf);
        if let Some(namespace) = frame.namespace.get()
            && frame.live().is_none_or(|fp| !has_hidden_values(fp))
        {
            return Ok(namespace);
        }
        Ok(th.new_object(FrameLocalsProxy { frame: slf.clone() }))
    }

    /// Return the index of the last attempted instruction in the frame.
    #[pygetter]
    fn f_lasti(&self) -> i32 {
        self.last_instruction()
    }

    /// Return the current line number in the frame.
    #[pygetter]
    fn f_lineno(&self) -> Value {
        self.current_line().map_or(Value::NONE, Value::int32)
    }

    #[pysetter]
    fn set_f_lineno(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        crate::frame::jumps::set_line(th, self.live(), value)
    }

    /// Return the trace function for this frame, or None if no trace function is set.
    #[pygetter]
    fn f_trace(&self) -> Value {
        self.trace.get_or_none()
    }

    #[pysetter]
    fn set_f_trace(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.trace.set(value.filter(|value| !value.is_none()).cloned());
        if self.trace.is_some() && self.trace_opcodes.get() {
            crate::frame::tracing::trace_opcodes(th, self.code());
        }
        Ok(())
    }

    #[pygetter(member)]
    fn f_trace_lines(&self) -> bool {
        self.trace_lines.get()
    }

    #[pysetter]
    fn set_f_trace_lines(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        if value.is_none() {
            return Err(th.type_error("can't delete numeric/char attribute"));
        }
        match value.and_then(Value::as_bool) {
            Some(flag) => {
                self.trace_lines.set(flag);
                Ok(())
            }
            None => Err(th.type_error("attribute value type must be bool")),
        }
    }

    /// Return True if opcode tracing is enabled, False otherwise.
    #[pygetter]
    fn f_trace_opcodes(&self) -> bool {
        self.trace_opcodes.get()
    }

    #[pysetter]
    fn set_f_trace_opcodes(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        if value.is_none() {
            return Err(th.error(&exc::ATTRIBUTE_ERROR, "f_trace_opcodes cannot be deleted"));
        }
        match value.and_then(Value::as_bool) {
            Some(flag) => {
                self.trace_opcodes.set(flag);
                if flag && self.trace.is_some() {
                    crate::frame::tracing::trace_opcodes(th, self.code());
                }
                Ok(())
            }
            None => Err(th.type_error("attribute value type must be bool")),
        }
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[pygetter]
    fn f_generator(&self) -> Value {
        self.generator().unwrap_or(Value::NONE)
    }

    /// Clear all references held by the frame.
    #[pymethod(name = "clear")]
    fn py_clear(&self, th: &ThreadState) -> Res {
        if let Some(fp) = self.live() {
            match self.generator() {
                Some(owner) if fp.rests() => {
                    let generator = crate::objects::generator::any(&owner);
                    if let Some(generator) = generator {
                        if generator.state.get() == State::Created {
                            Generator::finalize_any(th, &owner);
                        } else {
                            if generator.is_suspended() {
                                return Err(th.runtime_error("cannot clear a suspended frame"));
                            }
                            generator.clear_frame();
                        }
                    }
                }
                _ => return Err(th.runtime_error("cannot clear an executing frame")),
            }
        }
        let old = self.variables.take();
        drop(old);
        self.added.set(None);
        Ok(Value::NONE)
    }

    /// Return the size of the frame in memory, in bytes.
    #[pymethod]
    fn __sizeof__(&self) -> usize {
        size_of::<Frame>() + 16 + 8 * self.code().frame_size
    }
}

/// A view of a frame's variables: reads and writes go through to the frame.
#[pyclass(name = "FrameLocalsProxy", flags(mapping))]
pub struct FrameLocalsProxy {
    frame: Value,
}

impl FrameLocalsProxy {
    fn payload(&self) -> &Frame {
        Frame::of(&self.frame)
    }

    /// Index of a variable by name. With `bound`, only of one that has a value.
    fn find(&self, th: &ThreadState, key: &Value, bound: bool) -> Res<Option<usize>> {
        let frame = self.payload();
        let code = frame.code();
        let Some(text) = key.as_str().filter(|_| key.is_exactly(&STR_TYPE)) else {
            return self.find_equal(th, key, bound);
        };
        for (index, name) in code.local_names().iter().enumerate() {
            let same = name.is(key) || name.as_str().is_some_and(|name| name.equals(text));
            let hidden = code.local_kinds().get(index).is_some_and(|kind| kind & local::HIDDEN != 0);
            if same
                && (!bound || frame.variable_value(index).is_some())
                && (!hidden || frame.variable_value(index).is_some())
            {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// `find` with a key that only may equal a name.
    fn find_equal(&self, th: &ThreadState, key: &Value, bound: bool) -> Res<Option<usize>> {
        let frame = self.payload();
        let hash = th.hash(key)?;
        for (index, name) in frame.code().local_names().iter().enumerate() {
            let hidden = frame.code().local_kinds().get(index).is_some_and(|kind| kind & local::HIDDEN != 0);
            if (bound || hidden) && frame.variable_value(index).is_none() {
                continue;
            }
            if th.hash(name)? == hash && th.is_equal(name, key)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Names and values of all bound variables, then of added ones.
    fn items(&self, _th: &ThreadState) -> Vec<(Value, Value)> {
        let frame = self.payload();
        let names = frame.code().local_names().iter().enumerate();
        let mut items: Vec<(Value, Value)> =
            names.filter_map(|(index, name)| Some((name.clone(), frame.variable_value(index)?))).collect();
        if let Some(added) = frame.added.get() {
            items.extend(Dict::of(&added).to_vec());
        }
        items
    }

    fn get_value(&self, th: &ThreadState, key: &Value) -> Res<Option<Value>> {
        if let Some(index) = self.find(th, key, true)? {
            return Ok(self.payload().variable_value(index));
        }
        match self.payload().added.get() {
            Some(added) => Dict::of(&added).get(th, key),
            None => {
                th.hash(key)?;
                Ok(None)
            }
        }
    }

    fn assign(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        let found = self.find(th, key, false)?;
        match (found, value) {
            (Some(index), Some(value)) => {
                self.payload().set_variable(index, value.clone());
                Ok(())
            }
            (Some(_), None) => Err(th.value_error("cannot remove local variables from FrameLocalsProxy")),
            (None, Some(value)) => {
                let frame = self.payload();
                let added = match frame.added.get() {
                    Some(added) => added,
                    None => {
                        let added = th.dict(Dict::new());
                        frame.added.set(Some(added.clone()));
                        added
                    }
                };
                Dict::of(&added).set(th, key, value.clone())
            }
            (None, None) => {
                if let Some(added) = self.payload().added.get()
                    && Dict::of(&added).remove(th, key)?.is_some()
                {
                    return Ok(());
                }
                Err(th.key_error(key))
            }
        }
    }

    fn to_dict(&self, th: &ThreadState) -> Res {
        let dict = Dict::new();
        for (name, value) in self.items(th) {
            dict.set(th, &name, value)?;
        }
        Ok(th.dict(dict))
    }
}

#[pymethods]
impl FrameLocalsProxy {
    #[pyslot("(frame, /)")]
    fn new(th: &ThreadState, _cls: &Type, frame: &Value) -> Res {
        if !is_frame(frame) {
            return Err(th.type_error(format_args!("expect frame, not {}", frame.class().full_name())));
        }
        Ok(th.new_object(FrameLocalsProxy { frame: frame.clone() }))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("{...}")) };
        let dict = FrameLocalsProxy::of(slf).to_dict(th)?;
        th.repr(&dict)
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        if let Some(other) = other.downcast_exact::<FrameLocalsProxy>() {
            return Ok(Value::bool(self.frame.is(&other.frame) == (op == CompareOp::Eq)));
        }
        if other.downcast::<Dict>().is_some() {
            return th.compare(&self.to_dict(th)?, other, op);
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    #[pyslot]
    fn mp_length(&self, th: &ThreadState) -> Res<usize> {
        Ok(self.items(th).len())
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        match self.get_value(th, key)? {
            Some(value) => Ok(value),
            None => Err(th.error(&exc::KEY_ERROR, format_args!("local variable '{}' is not defined", name_text(key)))),
        }
    }

    #[pyslot]
    fn mp_ass_subscript(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        self.assign(th, key, value)
    }

    #[pyslot]
    fn sq_contains(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        Ok(self.get_value(th, key)?.is_some())
    }

    #[pyslot]
    fn iter(&self, th: &ThreadState) -> Res {
        th.iter(&th.list(self.items(th).into_iter().map(|(name, _)| name).collect()))
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let as_dict = |value: &Value| match value.downcast_exact::<FrameLocalsProxy>() {
            Some(proxy) => proxy.to_dict(th).map(Some),
            None => Ok(value.downcast::<Dict>().map(|_| value.clone())),
        };
        match (as_dict(a)?, as_dict(b)?) {
            (Some(a), Some(b)) => th.binary(crate::protocol::numbers::BinaryOp::Or, &a, &b),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_inplace_or(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        if !is_mergeable(other) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        FrameLocalsProxy::of(slf).merge(th, other)?;
        Ok(slf.clone())
    }

    #[pymethod("(key, default=None, /)")]
    fn get(&self, th: &ThreadState, key: &Value, default: &Value) -> Res {
        Ok(self.get_value(th, key)?.unwrap_or_else(|| default.clone()))
    }

    #[pymethod]
    fn keys(&self, th: &ThreadState) -> Res {
        Ok(th.list(self.items(th).into_iter().map(|(name, _)| name).collect()))
    }

    #[pymethod]
    fn values(&self, th: &ThreadState) -> Res {
        Ok(th.list(self.items(th).into_iter().map(|(_, value)| value).collect()))
    }

    #[pymethod(name = "items")]
    fn py_items(&self, th: &ThreadState) -> Res {
        Ok(th.list(self.items(th).into_iter().map(|(name, value)| th.tuple(&[name, value])).collect()))
    }

    #[pymethod]
    fn copy(&self, th: &ThreadState) -> Res {
        self.to_dict(th)
    }

    #[pymethod]
    fn __reversed__(&self, th: &ThreadState) -> Res {
        Ok(th.list(self.items(th).into_iter().rev().map(|(name, _)| name).collect()))
    }

    #[pymethod("(other, /)")]
    fn update(&self, th: &ThreadState, other: &Value) -> Res {
        if !is_mergeable(other) {
            return Err(th.type_error("update() argument must be dict or another FrameLocalsProxy"));
        }
        self.merge(th, other)?;
        Ok(Value::NONE)
    }

    #[pymethod("(key, default=None, /)")]
    fn setdefault(&self, th: &ThreadState, key: &Value, default: &Value) -> Res {
        if let Some(value) = self.get_value(th, key)? {
            return Ok(value);
        }
        self.assign(th, key, Some(default))?;
        Ok(default.clone())
    }

    #[pymethod("(key, default=<unrepresentable>, /)", text = none)]
    fn pop(&self, th: &ThreadState, key: &Value, #[default(None)] default: Option<&Value>) -> Res {
        if self.find(th, key, false)?.is_some() {
            return Err(th.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        if let Some(value) = self.get_value(th, key)? {
            self.assign(th, key, None)?;
            return Ok(value);
        }
        default.cloned().ok_or_else(|| th.key_error(key))
    }
}

/// Whether a value can be merged into a frame's variables.
fn is_mergeable(value: &Value) -> bool {
    value.downcast::<Dict>().is_some() || value.downcast_exact::<FrameLocalsProxy>().is_some()
}

impl FrameLocalsProxy {
    fn merge(&self, th: &ThreadState, other: &Value) -> Res<()> {
        let keys = if let Some(dict) = other.downcast::<Dict>() {
            dict.to_vec().into_iter().map(|(key, _)| key).collect()
        } else if let Some(proxy) = other.downcast_exact::<FrameLocalsProxy>() {
            proxy.items(th).into_iter().map(|(key, _)| key).collect()
        } else {
            Vec::new()
        };
        for key in keys {
            let value = th.get_item(other, &key)?;
            self.assign(th, &key, Some(&value))?;
        }
        Ok(())
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&FRAME_TYPE, &FRAME_LOCALS_PROXY_TYPE];
