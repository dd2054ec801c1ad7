//! `_taipan_compiler`: the compiler's steps one by one (code generation, optimiser, assembler), over sequences of instructions
//! that programs can make. `_testinternalcapi` of the embedded library gives them the names that CPython's own tests use.

use std::cell::RefCell;

use bytecode::code::{Code, Const};
use bytecode::marshal;
use bytecode::opcode::{self, op};
use compiler::flow::{AssembleError, Assembler, CodeUnit, ConstTable, InstrSequence};
use macros::{pyclass, pymethods, pymodule};
use runtime::compile::Settings;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::list::List;
use runtime::types::ready::ready;
use runtime::{Payload, Raised, Res, ThreadState, Value};
use syntax::ast::Range;
use syntax::text::Text;

use self::compiler_module::InstructionSequence;

/// Arguments and labels are below this.
const LIMIT: i32 = 1 << 20;
/// Sequences are at most this long: what they become must be small enough for 32 bits.
const LONGEST: usize = 1 << 22;

/// An instruction; the argument of one that jumps is a label, or a place if there are no labels (any more).
#[derive(Clone, Copy)]
struct Item {
    opcode: u16,
    arg: u32,
    range: Range,
}

fn jumps(opcode: u16) -> bool {
    opcode::has_jump(opcode) || opcode::has_exc(opcode)
}

/// What a sequence object holds.
#[derive(Default)]
pub(super) struct Items {
    items: Vec<Item>,
    /// By label the place that it stands before.
    labels: Vec<Option<u32>>,
    next_label: u32,
}

impl Items {
    /// Replaces labels by the places where they stand.
    fn resolve(&mut self, th: &ThreadState) -> Res<()> {
        if self.labels.is_empty() {
            return Ok(());
        }
        for item in self.items.iter_mut().filter(|item| jumps(item.opcode)) {
            let place = self.labels.get(item.arg as usize).copied().flatten();
            item.arg = place.ok_or_else(|| th.value_error("a label that stands nowhere"))?;
        }
        self.labels.clear();
        Ok(())
    }

    /// As the compiler has it. Labels must be resolved.
    fn to_sequence(&self) -> InstrSequence {
        let mut sequence = InstrSequence::new();
        for item in &self.items {
            if jumps(item.opcode) {
                let label = sequence.label_at(item.arg);
                sequence.emit_jump(item.opcode, label, item.range);
            } else {
                sequence.emit(item.opcode, item.arg, item.range);
            }
        }
        sequence
    }
}

/// A sequence of the compiler's as an object.
fn sequence_object(th: &ThreadState, sequence: &InstrSequence) -> Res {
    th.check_native_stack(" while showing nested code")?;
    let items = sequence.instructions().iter().map(|instr| {
        let place = sequence.place(instr.target).map(|place| place as u32);
        Item { opcode: instr.opcode, arg: place.unwrap_or(instr.arg), range: instr.range }
    });
    let items = Items { items: items.collect(), ..Items::default() };
    let nested = sequence.nested.iter().map(|nested| sequence_object(th, nested)).collect::<Res<Vec<Value>>>()?;
    Ok(th.new_object(InstructionSequence { items: RefCell::new(items), nested: th.list(nested) }))
}

fn sequence_of(th: &ThreadState, object: &Value) -> Res<InstrSequence> {
    let Some(sequence) = object.downcast::<InstructionSequence>() else {
        return Err(th.value_error("expected an instruction sequence"));
    };
    let mut items = sequence.items.borrow_mut();
    items.resolve(th)?;
    Ok(items.to_sequence())
}

/// Values as the compiler holds constants, by way of the format that both know.
fn constants(th: &ThreadState, values: &[Value]) -> Res<Vec<Const>> {
    let bytes = runtime::modules::marshal::dump(th, &th.tuple(values), marshal::VERSION, true)?;
    match marshal::load(&bytes) {
        Ok(Const::Tuple(items)) => Ok(items.to_vec()),
        _ => Err(th.value_error("not a constant")),
    }
}

fn value_of(th: &ThreadState, constant: &Const) -> Res {
    let bytes = marshal::dump(constant).map_err(|error| th.value_error(error.message))?;
    runtime::modules::marshal::load_bytes(th, &bytes)
}

fn values(th: &ThreadState, constants: Vec<Const>) -> Res<Vec<Value>> {
    th.collect(&value_of(th, &Const::Tuple(constants.into()))?)
}

fn refused(th: &ThreadState, error: AssembleError) -> Raised {
    match error {
        AssembleError::TooLarge => th.memory_error(),
        AssembleError::Malformed(message) => th.value_error(message),
    }
}

fn text(value: &Value) -> Text {
    Text::from_wtf8(&value.as_str().map(|text| text.to_wtf8()).unwrap_or_default())
}

/// What `assemble_code_object` is told besides instructions.
struct Metadata<'a> {
    th: &'a ThreadState,
    dict: &'a Dict,
}

impl Metadata<'_> {
    fn get(&self, key: &str) -> Res {
        let found = self.dict.get(self.th, &self.th.intern(key))?;
        found.ok_or_else(|| self.th.error_args(&exc::KEY_ERROR, &[self.th.str(key)]))
    }

    fn text(&self, key: &str) -> Res<Text> {
        let value = self.get(key)?;
        if value.as_str().is_none() {
            return Err(self.th.type_error(format_args!("{key} must be a str")));
        }
        Ok(text(&value))
    }

    fn number(&self, key: &str) -> Res<u32> {
        let number = self.th.index_or(&self.get(key)?, &exc::OVERFLOW_ERROR)?;
        let number = u32::try_from(number).ok().filter(|&number| number < LIMIT as u32);
        number.ok_or_else(|| self.th.value_error(format_args!("{key} is out of range")))
    }

    /// The keys of a dict of keys and places, in the order of the places.
    fn keys(&self, key: &str) -> Res<Vec<Value>> {
        let value = self.get(key)?;
        if value.downcast::<List>().is_some_and(List::is_empty) {
            return Ok(Vec::new());
        }
        let Some(dict) = value.downcast::<Dict>() else {
            return Err(self.th.type_error(format_args!("{key} must be a dict")));
        };
        let mut entries = Vec::new();
        for (key, place) in dict.to_vec() {
            entries.push((self.th.index_or(&place, &exc::OVERFLOW_ERROR)?, key));
        }
        entries.sort_by_key(|(place, _)| *place);
        Ok(entries.into_iter().map(|(_, key)| key).collect())
    }

    fn names(&self, key: &str) -> Res<Vec<Text>> {
        let keys = self.keys(key)?;
        if keys.iter().any(|key| key.as_str().is_none()) {
            return Err(self.th.type_error(format_args!("{key} must hold strings")));
        }
        Ok(keys.iter().map(text).collect())
    }

    fn unit(&self, filename: &Value) -> Res<CodeUnit> {
        let unit = CodeUnit {
            consts: ConstTable::from_items(constants(self.th, &self.keys("consts")?)?),
            names: self.names("names")?,
            varnames: self.names("varnames")?,
            cellvars: self.names("cellvars")?,
            freevars: self.names("freevars")?,
            fast_hidden: Vec::new(),
            flags: 0,
            argcount: self.number("argcount")?,
            posonlyargcount: self.number("posonlyargcount")?,
            kwonlyargcount: self.number("kwonlyargcount")?,
            name: self.text("name")?,
            qualname: self.text("qualname")?,
            filename: text(filename),
            firstlineno: self.number("firstlineno")? as i32,
        };
        if unit.posonlyargcount > unit.argcount || (unit.argcount + unit.kwonlyargcount) as usize > unit.varnames.len()
        {
            return Err(self.th.value_error("more arguments than variables"));
        }
        Ok(unit)
    }
}

/// A code object that a program has put together: it is checked like one that was unmarshalled.
fn checked_code(th: &ThreadState, code: Code) -> Res {
    value_of(th, &Const::Code(std::rc::Rc::new(code)))
}

// The module `_taipan_compiler`.
#[pymodule(name = "_taipan_compiler")]
pub mod compiler_module {
    use super::*;

    #[pyinit]
    fn init(th: &ThreadState, _module: &Value) -> Res<()> {
        ready(th, &INSTRUCTION_SEQUENCE_TYPE);
        Ok(())
    }

    /// Return a new InstructionSequence.
    #[pyfunction("()")]
    fn new_instruction_sequence(th: &ThreadState) -> Value {
        th.new_object(InstructionSequence { items: RefCell::default(), nested: th.list(Vec::new()) })
    }

    /// Apply compiler code generation to an AST.
    #[pyfunction("(ast, filename, optimize, compile_mode=0)")]
    fn compiler_codegen(th: &ThreadState, ast: &Value, filename: &Value, optimize: i32, compile_mode: i32) -> Res {
        let _ = compile_mode;
        let optimize = optimize.clamp(0, 2) as u8;
        let settings = Settings { optimize, ..Settings::new(th, 0) };
        let generated = crate::language::ast::instructions(th, ast, filename, settings)?;
        let metadata = Dict::new();
        for name in ["argcount", "posonlyargcount", "kwonlyargcount"] {
            drop(metadata.set_str(&th.intern(name), Value::int32(0)));
        }
        drop(metadata.set_str(&th.intern("consts"), th.list(values(th, generated.consts)?)));
        Ok(th.tuple(&[sequence_object(th, &generated.sequence)?, th.dict(metadata)]))
    }

    /// Apply compiler optimizations to an instruction list.
    #[pyfunction("(instructions, consts, nlocals)")]
    fn optimize_cfg(th: &ThreadState, instructions: &Value, consts: &Value, nlocals: i32) -> Res {
        let Some(list) = consts.downcast::<List>() else {
            return Err(th.type_error("consts must be a list"));
        };
        let sequence = sequence_of(th, instructions)?;
        let given = list.to_vec();
        let outside = |arg: u32| arg as usize >= given.len();
        let bad = sequence.instructions().iter().find(|instr| instr.opcode == op::LOAD_CONST && outside(instr.arg));
        if let Some(instr) = bad {
            let (arg, count) = (instr.arg, given.len());
            return Err(th.value_error(format_args!("LOAD_CONST index {arg} is out of range for consts (len={count})")));
        }
        let table = ConstTable::from_items(constants(th, &given)?);
        let nlocals = nlocals.clamp(0, LIMIT) as u32;
        let optimized = Assembler::new().optimize(&sequence, table, nlocals).map_err(|error| refused(th, error))?;
        let (sequence, consts) = optimized;
        let consts = values(th, consts)?;
        drop(list.with_mut(|items| std::mem::replace(items, consts)));
        sequence_object(th, &sequence)
    }

    /// Create a code object for the given instructions.
    #[pyfunction("(filename, instructions, metadata)")]
    fn assemble_code_object(th: &ThreadState, filename: &Value, instructions: &Value, metadata: &Value) -> Res {
        let Some(dict) = metadata.downcast::<Dict>() else {
            return Err(th.type_error("metadata must be a dict"));
        };
        if filename.as_str().is_none() {
            return Err(th.type_error("filename must be a str"));
        }
        let unit = Metadata { th, dict }.unit(filename)?;
        let sequence = sequence_of(th, instructions)?;
        let code = Assembler::new().assemble_as_is(&sequence, unit).map_err(|error| refused(th, error))?;
        checked_code(th, code)
    }

    #[pyclass(name = "InstructionSequence", module = "builtins", hidden, flags(disallow_new))]
    pub struct InstructionSequence {
        #[notrace]
        pub(super) items: RefCell<Items>,
        pub(super) nested: Value,
    }

    #[pymethods]
    impl InstructionSequence {
        /// Append an instruction.
        #[pymethod("(opcode, oparg, lineno, col_offset, end_lineno, end_col_offset)")]
        #[expect(clippy::too_many_arguments, reason = "the arguments that the tests give")]
        fn addop(
            &self,
            th: &ThreadState,
            opcode: i32,
            oparg: i32,
            lineno: i32,
            col_offset: i32,
            end_lineno: i32,
            end_col_offset: i32,
        ) -> Res<()> {
            let known = u16::try_from(opcode).ok().filter(|&number| usize::from(number) < opcode::COUNT);
            let known = known.filter(|&number| {
                !matches!(opcode::info(number).class, opcode::Class::Unused | opcode::Class::Specialised)
            });
            let Some(opcode) = known else { return Err(th.value_error("invalid opcode")) };
            if !(0..LIMIT).contains(&oparg) {
                return Err(th.value_error("invalid oparg"));
            }
            let range = Range::new(lineno, col_offset, end_lineno, end_col_offset);
            let mut items = self.items.borrow_mut();
            if items.items.len() >= LONGEST {
                return Err(th.memory_error());
            }
            items.items.push(Item { opcode, arg: oparg as u32, range });
            Ok(())
        }

        /// Place label at current location.
        #[pymethod("(label)")]
        fn use_label(&self, th: &ThreadState, label: i32) -> Res<()> {
            if !(0..LIMIT).contains(&label) {
                return Err(th.value_error("invalid label"));
            }
            let mut items = self.items.borrow_mut();
            let (label, place) = (label as usize, items.items.len() as u32);
            if items.labels.len() <= label {
                items.labels.resize(label + 1, None);
            }
            items.labels[label] = Some(place);
            Ok(())
        }

        /// Return a new label.
        #[pymethod("()")]
        fn new_label(&self) -> i64 {
            let mut items = self.items.borrow_mut();
            items.next_label = items.next_label.saturating_add(1);
            i64::from(items.next_label)
        }

        /// Add a nested sequence.
        #[pymethod("(nested)")]
        fn add_nested(&self, th: &ThreadState, nested: &Value) -> Res<()> {
            if nested.downcast::<InstructionSequence>().is_none() {
                let class = nested.class().value_ref().class().name();
                return Err(th.type_error(format_args!("expected an instruction sequence, not {class}")));
            }
            List::of(&self.nested).push(nested.clone());
            Ok(())
        }

        /// Add a nested sequence.
        #[pymethod("()")]
        fn get_nested(&self) -> Value {
            self.nested.clone()
        }

        /// Return the instructions as a list of tuples or labels.
        #[pymethod("()")]
        fn get_instructions(&self, th: &ThreadState) -> Res {
            let mut items = self.items.borrow_mut();
            items.resolve(th)?;
            let shown = items.items.iter().map(|item| {
                let Range { lineno, col_offset, end_lineno, end_col_offset } = item.range;
                let has_arg = opcode::has_arg(item.opcode) || jumps(item.opcode);
                let arg = if has_arg { th.int(i64::from(item.arg)) } else { Value::NONE };
                let place = [lineno, col_offset, end_lineno, end_col_offset].map(Value::int32);
                th.tuple(&[&[Value::int32(i32::from(item.opcode)), arg], &place[..]].concat())
            });
            Ok(th.list(shown.collect()))
        }
    }
}
