//! `_ast`: the classes of syntax trees, and trees as objects.
//!
//! The classes are made from the one table of the grammar (`syntax::asdl`) when the module is first imported, one set for
//! each interpreter. `node.rs` is what they have in common, `write.rs` turns a tree into objects and `read.rs` objects
//! into a tree; `compile()` reaches both through the interpreter's hooks.

mod node;
mod read;
mod write;

use std::cell::OnceCell;
use std::rc::Rc;

use compiler::flag;
use macros::pymodule;
use runtime::compile::{AstHooks, Settings, with_compiler};
use runtime::objects::dict::Dict;
use runtime::objects::int::INT_TYPE;
use runtime::objects::list::LIST_TYPE;
use runtime::objects::object::OBJECT_TYPE;
use runtime::objects::str::STR_TYPE;
use runtime::protocol::numbers::BinaryOp;
use runtime::types::TYPE_TYPE;
use runtime::{Raised, Res, ThreadState, Type, Value};
use rustc_hash::FxHashMap;
use syntax::asdl::{Field, NODES, NodeClass, NodeId, SUMS};
use syntax::{Arena, Mode};

use self::node::{AST_TYPE, Ast};

/// An interpreter's classes, once they are made.
#[derive(Default)]
struct State(OnceCell<Rc<Classes>>);

/// The classes and what is asked of them again and again.
struct Classes {
    /// By [`NodeId`].
    nodes: Vec<Value>,
    /// By place in [`SUMS`].
    sums: Vec<Value>,
    /// The names of each node class's fields.
    fields: Vec<Box<[Value]>>,
    /// The one object of a class without fields, such as `Load()`; by [`NodeId`].
    singletons: Vec<Option<Value>>,
    /// Which class a type is.
    ids: FxHashMap<*const Type, NodeId>,
    /// `lineno`, `col_offset`, `end_lineno`, `end_col_offset`.
    positions: [Value; 4],
}

const POSITIONS: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// All node ids in order.
fn ids() -> impl Iterator<Item = NodeId> {
    syntax::asdl::NODE_IDS.iter().copied()
}

impl Classes {
    /// Those of the interpreter, made now if need be.
    fn of(th: &ThreadState) -> Res<Rc<Classes>> {
        let state = th.extension::<State>();
        if let Some(classes) = state.0.get() {
            return Ok(classes.clone());
        }
        let made = Rc::new(Classes::make(th)?);
        Ok(state.0.get_or_init(|| made).clone())
    }

    fn make(th: &ThreadState) -> Res<Classes> {
        let mut classes = Classes {
            nodes: Vec::with_capacity(NODES.len()),
            sums: Vec::with_capacity(SUMS.len()),
            fields: NODES.iter().map(|node| names(th, node.fields.iter().map(|field| field.name))).collect(),
            singletons: vec![None; NODES.len()],
            ids: FxHashMap::default(),
            positions: POSITIONS.map(|name| th.intern(name)),
        };
        for sum in SUMS {
            classes.sums.push(classes.class(th, sum)?);
        }
        for (id, node) in ids().zip(NODES) {
            let class = classes.class(th, node)?;
            if let Some(class) = class.as_type() {
                classes.ids.insert(std::ptr::from_ref(class), id);
                if node.is_choice {
                    classes.singletons[id as usize] = Some(th.new_instance(class, Ast));
                }
            }
            classes.nodes.push(class);
        }
        for (node, class) in NODES.iter().zip(&classes.nodes) {
            let types = Dict::new();
            for field in node.fields {
                drop(types.set_str(&th.intern(field.name), classes.field_type(th, field)?));
            }
            th.setattr_str(class, "_field_types", &th.dict(types.copy()))?;
            th.setattr_str(class, "__annotations__", &th.dict(types))?;
        }
        Ok(classes)
    }

    /// A class of the table, without the types of its fields (which may come later).
    fn class(&self, th: &ThreadState, node: &NodeClass) -> Res {
        let base = SUMS.iter().position(|sum| sum.name == node.base).and_then(|at| self.sums.get(at));
        let is_root = base.is_none();
        let base = base.unwrap_or(AST_TYPE.value_ref());
        let fields = th.tuple(&names(th, node.fields.iter().map(|field| field.name)));
        let namespace = Dict::new();
        let set = |name: &str, value: Value| drop(namespace.set_str(&th.intern(name), value));
        set("_fields", fields.clone());
        set("__match_args__", fields);
        set("__module__", th.intern("ast"));
        set("__doc__", th.str(&node.documentation()));
        let class = th.call(
            TYPE_TYPE.value_ref(),
            &[th.str(node.name), th.tuple(std::slice::from_ref(base)), th.dict(namespace)],
        )?;
        if is_root {
            let positions: &[Value] = if node.located { &self.positions } else { &[] };
            th.setattr_str(&class, "_attributes", &th.tuple(positions))?;
        }
        for field in node.fields.iter().filter(|field| field.optional && !field.list) {
            th.setattr_str(&class, field.name, &Value::NONE)?;
        }
        // Patterns and type parameters must say where they end.
        if is_root && node.located && !matches!(node.name, "pattern" | "type_param") {
            th.setattr_str(&class, "end_lineno", &Value::NONE)?;
            th.setattr_str(&class, "end_col_offset", &Value::NONE)?;
        }
        Ok(class)
    }

    /// A class or sum by its name.
    fn named(&self, name: &str) -> Option<&Value> {
        let node = NODES.iter().position(|node| node.name == name).and_then(|at| self.nodes.get(at));
        node.or_else(|| SUMS.iter().position(|sum| sum.name == name).and_then(|at| self.sums.get(at)))
    }

    /// What `_field_types` says of a field: `list[ast.expr]`, `str | None`, ...
    fn field_type(&self, th: &ThreadState, field: &Field) -> Res {
        let class = match field.kind {
            "identifier" | "string" => STR_TYPE.as_value(),
            "int" => INT_TYPE.as_value(),
            // What a record is called in Python is the class itself; a sum that has one record counts as the sum.
            name => self.named(name).cloned().unwrap_or_else(|| OBJECT_TYPE.as_value()),
        };
        match (field.list, field.optional) {
            (true, _) => crate::support::generic_alias(th, LIST_TYPE.value_ref(), &class),
            (false, true) => th.binary(BinaryOp::Or, &class, &Value::NONE),
            (false, false) => Ok(class),
        }
    }

    fn is_node(&self, id: NodeId, sum: &str) -> bool {
        id.class().base == sum
    }
}

fn names<'n>(th: &ThreadState, names: impl Iterator<Item = &'n str>) -> Box<[Value]> {
    names.map(|name| th.intern(name)).collect()
}

/// Source to objects: `compile(source, filename, mode, PyCF_ONLY_AST)`.
fn parse(th: &ThreadState, source: &[u8], filename: &Value, mode: Mode, settings: Settings) -> Res {
    let classes = Classes::of(th)?;
    let arena = Arena::for_source(source.len());
    let module = with_compiler(th, filename, settings, |name, options, warnings| {
        let module = compiler::parse(&arena, source, name, mode, options, warnings)?;
        if settings.flags & flag::OPTIMIZED_AST == flag::OPTIMIZED_AST {
            return compiler::optimize_tree(&arena, &module, options, warnings);
        }
        Ok(module)
    });
    write::Writer::new(th, &classes).module(&module?)
}

/// Objects to a code object, or with `PyCF_ONLY_AST` to objects again; `None` if `source` is no tree.
fn compile_tree(
    th: &ThreadState,
    source: &Value,
    filename: &Value,
    mode: Mode,
    settings: Settings,
) -> Res<Option<Value>> {
    if !th.is_instance(source, AST_TYPE.value_ref())? {
        return Ok(None);
    }
    let classes = Classes::of(th)?;
    let root = match mode {
        Mode::Exec => NodeId::Module,
        Mode::Eval => NodeId::Expression,
        Mode::Single => NodeId::Interactive,
        Mode::FuncType => NodeId::FunctionType,
    };
    if !th.is_instance(source, &classes.nodes[root as usize])? {
        let (expected, found) = (root.class().name, source.class().name());
        return Err(th.type_error(format_args!("expected {expected} node, got {found}")));
    }
    th.audit("compile", &[source.clone(), filename.clone()])?;
    let arena = Arena::new();
    let module = read::Reader::new(th, &classes, &arena).module(source, root)?;
    if settings.flags & flag::ONLY_AST != 0 {
        let module = with_compiler(th, filename, settings, |_, options, warnings| {
            compiler::validate(&module, options.stack_budget)?;
            if settings.flags & flag::OPTIMIZED_AST == flag::OPTIMIZED_AST {
                return compiler::optimize_tree(&arena, &module, options, warnings);
            }
            Ok(module)
        })?;
        return write::Writer::new(th, &classes).module(&module).map(Some);
    }
    let code = with_compiler(th, filename, settings, |name, options, warnings| {
        compiler::validate(&module, options.stack_budget)?;
        compiler::compile_tree(&arena, &module, name, options, warnings)
    })?;
    runtime::frame_api::code_object(th, &code).map(Some)
}

/// The instructions that a tree becomes: what `_testinternalcapi.compiler_codegen` shows.
pub(super) fn instructions(
    th: &ThreadState,
    source: &Value,
    filename: &Value,
    settings: Settings,
) -> Res<compiler::Generated> {
    let classes = Classes::of(th)?;
    let mut root = None;
    for id in [NodeId::Module, NodeId::Expression, NodeId::Interactive] {
        if root.is_none() && th.is_instance(source, &classes.nodes[id as usize])? {
            root = Some(id);
        }
    }
    let Some(root) = root else { return Err(th.type_error("expected an AST")) };
    let arena = Arena::new();
    let module = read::Reader::new(th, &classes, &arena).module(source, root)?;
    with_compiler(th, filename, settings, |name, options, warnings| {
        compiler::validate(&module, options.stack_budget)?;
        compiler::instructions(&arena, &module, name, options, warnings)
    })
}

/// RecursionError for a tree that is too deep.
fn check_depth(th: &ThreadState, doing: &str) -> Result<(), Raised> {
    th.check_native_stack(doing)
}

// The module `_ast`.
#[pymodule(name = "_ast", classes(super::node::AST_TYPE))]
pub mod ast_module {
    use super::*;

    #[pyattr(name = "PyCF_ALLOW_TOP_LEVEL_AWAIT")]
    const ALLOW_TOP_LEVEL_AWAIT: i64 = flag::ALLOW_TOP_LEVEL_AWAIT as i64;
    #[pyattr(name = "PyCF_ONLY_AST")]
    const ONLY_AST: i64 = flag::ONLY_AST as i64;
    #[pyattr(name = "PyCF_TYPE_COMMENTS")]
    const TYPE_COMMENTS: i64 = flag::TYPE_COMMENTS as i64;
    #[pyattr(name = "PyCF_OPTIMIZED_AST")]
    const OPTIMIZED_AST: i64 = flag::OPTIMIZED_AST as i64;

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let classes = Classes::of(th)?;
        for (class, value) in SUMS.iter().zip(&classes.sums).chain(NODES.iter().zip(&classes.nodes)) {
            th.setattr_str(module, class.name, value)?;
        }
        th.interp().ast_hooks.set(Some(AstHooks { compile_tree, parse }));
        Ok(())
    }
}
