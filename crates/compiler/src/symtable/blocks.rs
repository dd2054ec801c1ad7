//! Entering and leaving blocks, and noting names in them: what the visitors of statements and expressions share.

use rustc_hash::FxHashMap;
use syntax::ast::{Expr, ExprContext, Identifier, Range, TypeParam, TypeParamKind};

use super::flag::*;
use super::{Block, BlockId, BlockKind, ComprehensionKind, Flags, Role, SymbolTable, TableOptions, key};
use crate::error::{CompileError, Result};
use crate::limits::StackGuard;
use crate::names::{Name, NameMap, Names};

/// The table while it is being built.
pub(super) struct Builder<'n> {
    pub(super) table: SymbolTable,
    pub(super) names: &'n mut Names,
    pub(super) options: TableOptions,
    /// The blocks around the current one, which is the last.
    pub(super) stack: Vec<BlockId>,
    pub(super) current: BlockId,
    /// The class whose private names are being read.
    pub(super) private: Option<Name>,
    pub(super) guard: StackGuard,
}

impl<'n> Builder<'n> {
    pub(super) fn new(names: &'n mut Names, options: TableOptions, guard: StackGuard) -> Builder<'n> {
        Builder {
            table: SymbolTable { blocks: Vec::new(), by_node: FxHashMap::default(), mangled_sets: Vec::new() },
            names,
            options,
            stack: Vec::new(),
            current: SymbolTable::TOP,
            private: None,
            guard,
        }
    }

    #[inline]
    pub(super) fn cur(&self) -> &Block {
        self.table.block(self.current)
    }

    #[inline]
    pub(super) fn cur_mut(&mut self) -> &mut Block {
        self.table.block_mut(self.current)
    }

    /// Makes a block without entering it.
    pub(super) fn new_block(&mut self, name: Name, kind: BlockKind, key: usize, range: Range) -> BlockId {
        let id = BlockId(self.table.blocks.len() as u32);
        let mut nested = false;
        let mut method = false;
        let mut mangled_names = None;
        let mut comp_iter_expr = 0;
        if !self.stack.is_empty() {
            let parent = self.cur();
            nested = parent.nested || parent.is_function_like();
            method = kind == BlockKind::Function && parent.kind == BlockKind::Class;
            comp_iter_expr = parent.comp_iter_expr;
            if kind != BlockKind::Class {
                mangled_names = parent.mangled_names;
            }
        }
        self.table.blocks.push(Block {
            name,
            kind,
            range,
            symbols: NameMap::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            nested,
            generator: false,
            coroutine: false,
            comprehension: ComprehensionKind::None,
            varargs: false,
            varkeywords: false,
            method,
            has_docstring: false,
            needs_class_closure: false,
            needs_classdict: false,
            comp_inlined: false,
            can_see_class_scope: false,
            annotations_used: false,
            has_conditional_annotations: false,
            annotation_block: None,
            function_name: None,
            mangled_names,
            scope_info: None,
            directives: Vec::new(),
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            comp_iter_target: false,
            comp_iter_expr,
        });
        if key != 0 {
            self.table.by_node.insert(key, id);
        }
        id
    }

    /// Enters a block that exists; it becomes a child of the current one.
    pub(super) fn enter_existing(&mut self, id: BlockId, is_new: bool) -> Result<()> {
        let kind = self.table.block(id).kind;
        // Annotations that stay text have no scope that anyone should see.
        let hidden = kind == BlockKind::Annotation && self.options.future_annotations;
        if is_new && !hidden && !self.stack.is_empty() {
            self.cur_mut().children.push(id);
        }
        self.stack.push(id);
        self.current = id;
        if is_new && matches!(kind, BlockKind::Annotation | BlockKind::TypeAlias | BlockKind::TypeVariable) {
            let range = self.table.block(id).range;
            self.define(Name::DOT_FORMAT, DEF_PARAM, range)?;
            self.define(Name::DOT_FORMAT, USE, range)?;
        }
        Ok(())
    }

    pub(super) fn enter(&mut self, name: Name, kind: BlockKind, key: usize, range: Range) -> Result<()> {
        let id = self.new_block(name, kind, key, range);
        self.enter_existing(id, true)
    }

    pub(super) fn exit(&mut self) {
        self.stack.pop();
        if let Some(&outer) = self.stack.last() {
            self.current = outer;
        }
    }

    /// `name` as the current class calls it.
    pub(super) fn mangle(&mut self, name: Name) -> Name {
        if self.private.is_none() {
            return name;
        }
        if !self.table.may_mangle(self.current, name) {
            return name;
        }
        self.names.mangle(self.private, name)
    }

    /// What is known of a name in the current block.
    pub(super) fn lookup(&mut self, name: Name) -> Flags {
        let mangled = self.mangle(name);
        self.cur().flags(mangled)
    }

    /// Notes a name that the source spells.
    pub(super) fn define_identifier(&mut self, text: Identifier<'_>, flags: Flags, range: Range) -> Result<()> {
        let name = self.names.intern(text);
        self.define(name, flags, range)
    }

    /// Notes a name that is bound or used.
    #[inline]
    pub(super) fn define(&mut self, name: Name, flags: Flags, range: Range) -> Result<()> {
        let context =
            if flags & (DEF_PARAM | DEF_LOCAL | DEF_IMPORT) != 0 { ExprContext::Store } else { ExprContext::Load };
        self.define_in_context(name, flags, range, context)
    }

    #[inline]
    pub(super) fn define_in_context(
        &mut self,
        name: Name,
        flags: Flags,
        range: Range,
        context: ExprContext,
    ) -> Result<()> {
        if context != ExprContext::Load {
            check_name(name, range, context)?;
        }
        if flags & DEF_TYPE_PARAM != 0
            && let Some(set) = self.cur().mangled_names
        {
            self.table.mangled_sets[set as usize].insert(name, ());
        }
        self.define_in_block(name, flags, self.current, range)
    }

    /// Notes a name in a block that need not be the current one.
    pub(super) fn define_in_block(&mut self, name: Name, flags: Flags, id: BlockId, range: Range) -> Result<()> {
        // Names are private by the rules of the block in which they are written.
        let mangled = self.mangle(name);
        let block = &mut self.table.blocks[id.0 as usize];
        let known = block.symbols.position(mangled);
        let mut value = flags;
        if let Some(position) = known {
            let old = block.symbols.at(position).1;
            if flags & DEF_PARAM != 0 && old & DEF_PARAM != 0 {
                let text = self.names.str(name);
                return Err(CompileError::syntax(format!("duplicate argument '{text}' in function definition"), range));
            }
            if flags & DEF_TYPE_PARAM != 0 && old & DEF_TYPE_PARAM != 0 {
                let text = self.names.str(name);
                return Err(CompileError::syntax(format!("duplicate type parameter '{text}'"), range));
            }
            value |= old;
        }
        if block.comp_iter_target {
            if value & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                let text = self.names.str(name);
                return Err(CompileError::syntax(
                    format!("comprehension inner loop cannot rebind assignment expression target '{text}'"),
                    range,
                ));
            }
            value |= DEF_COMP_ITER;
        }
        match known {
            Some(position) => *block.symbols.value_mut(position) = value,
            None => {
                block.symbols.insert(mangled, value);
            }
        }
        if flags & DEF_PARAM != 0 {
            block.varnames.push(mangled);
        } else if flags & DEF_GLOBAL != 0 {
            let top = &mut self.table.blocks[0].symbols;
            match top.position(mangled) {
                Some(position) => *top.value_mut(position) |= flags,
                None => {
                    top.insert(mangled, flags);
                }
            }
        }
        Ok(())
    }

    /// Remembers where `global` or `nonlocal` was said.
    pub(super) fn record_directive(&mut self, name: Name, range: Range) {
        let mangled = self.mangle(name);
        self.cur_mut().directives.push((mangled, range));
    }

    /// Is the current block the body of an `async def`?
    pub(super) fn in_async_function(&self) -> bool {
        let block = self.cur();
        block.kind == BlockKind::Function && block.coroutine
    }

    /// May `await` stand in the current block because the caller allows it at the top level?
    pub(super) fn allows_top_level_await(&self) -> bool {
        self.options.top_level_await && self.cur().kind == BlockKind::Module
    }

    /// Annotations, type aliases and type parameters may not contain everything.
    pub(super) fn refuse_in_annotation(&self, what: &str, range: Range) -> Result<()> {
        let block = self.cur();
        let place = match block.kind {
            BlockKind::Annotation => "within an annotation".to_string(),
            BlockKind::TypeVariable => format!("within {}", block.scope_info.unwrap_or("a TypeVar bound")),
            BlockKind::TypeAlias => "within a type alias".to_string(),
            BlockKind::TypeParameters => "within the definition of a generic".to_string(),
            BlockKind::Function | BlockKind::Class | BlockKind::Module => return Ok(()),
        };
        Err(CompileError::syntax(format!("{what} cannot be used {place}"), range))
    }

    /// Enters the scope of type parameters. Those of functions take the defaults as arguments.
    pub(super) fn enter_type_params(
        &mut self,
        name: Name,
        key: usize,
        range: Range,
        owner: TypeParamsOwner,
    ) -> Result<()> {
        let in_class = self.cur().kind == BlockKind::Class;
        self.enter(name, BlockKind::TypeParameters, key, range)?;
        if in_class {
            self.cur_mut().can_see_class_scope = true;
            self.define(Name::CLASSDICT, USE, range)?;
        }
        match owner {
            TypeParamsOwner::Class => {
                // Set when the tuple of parameters is made, used for the bases.
                self.define(Name::DOT_TYPE_PARAMS, DEF_LOCAL, range)?;
                self.define(Name::DOT_TYPE_PARAMS, USE, range)?;
                self.define(Name::DOT_GENERIC_BASE, DEF_LOCAL, range)?;
                self.define(Name::DOT_GENERIC_BASE, USE, range)?;
            }
            TypeParamsOwner::Function { keyword_defaults } => {
                self.define(Name::DOT_DEFAULTS, DEF_PARAM, range)?;
                if keyword_defaults {
                    self.define(Name::DOT_KWDEFAULTS, DEF_PARAM, range)?;
                }
            }
            TypeParamsOwner::Alias => {}
        }
        Ok(())
    }

    pub(super) fn type_params(&mut self, params: &[TypeParam<'_>]) -> Result<()> {
        for param in params {
            let (text, bound, default, default_info) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    (name, bound, default_value, "a TypeVar default")
                }
                TypeParamKind::ParamSpec { name, default_value } => (name, None, default_value, "a ParamSpec default"),
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    (name, None, default_value, "a TypeVarTuple default")
                }
            };
            let name = self.names.intern(text);
            if name == Name::CLASSDICT || name == Name::CONDITIONAL_ANNOTATIONS {
                return Err(CompileError::syntax(
                    format!("reserved name '{text}' cannot be used for type parameter"),
                    param.range,
                ));
            }
            self.define(name, DEF_TYPE_PARAM | DEF_LOCAL, param.range)?;
            if let Some(bound) = bound {
                let is_tuple = matches!(bound.kind, syntax::ast::ExprKind::Tuple { .. });
                let info = if is_tuple { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.bound_or_default(bound, name, key(param, Role::Body), info)?;
            }
            if let Some(default) = default {
                self.bound_or_default(default, name, key(param, Role::TypeParams), default_info)?;
            }
        }
        Ok(())
    }

    fn bound_or_default(&mut self, value: &Expr<'_>, name: Name, key: usize, info: &'static str) -> Result<()> {
        let in_class = self.cur().can_see_class_scope;
        self.enter(name, BlockKind::TypeVariable, key, value.range)?;
        self.cur_mut().can_see_class_scope = in_class;
        if in_class {
            self.define(Name::CLASSDICT, USE, value.range)?;
        }
        self.cur_mut().scope_info = Some(info);
        self.expr(value)?;
        self.exit();
        Ok(())
    }

    /// The annotation of a variable: evaluated in a scope that all annotations of the block share.
    pub(super) fn variable_annotation(&mut self, annotation: &Expr<'_>) -> Result<()> {
        let parent = self.current;
        let kind = self.cur().kind;
        // A module may be executed in part, so all of its annotations count as conditional.
        let conditional = kind == BlockKind::Module || kind == BlockKind::Class && self.cur().in_conditional_block;
        if conditional && !self.cur().has_conditional_annotations {
            self.cur_mut().has_conditional_annotations = true;
            self.define(Name::CONDITIONAL_ANNOTATIONS, USE, annotation.range)?;
        }
        match self.cur().annotation_block {
            Some(id) => self.enter_existing(id, false)?,
            None => {
                self.enter(Name::ANNOTATE, BlockKind::Annotation, 0, annotation.range)?;
                let id = self.current;
                self.table.block_mut(parent).annotation_block = Some(id);
                if kind == BlockKind::Class && !self.options.future_annotations {
                    self.cur_mut().can_see_class_scope = true;
                    self.define(Name::CLASSDICT, USE, annotation.range)?;
                }
            }
        }
        // Those of a function's variables are never executed.
        let was = self.cur().in_unevaluated_annotation;
        self.cur_mut().in_unevaluated_annotation = kind == BlockKind::Function;
        self.expr(annotation)?;
        self.cur_mut().in_unevaluated_annotation = was;
        self.exit();
        Ok(())
    }

    /// Finds the block in which `:=` inside a comprehension binds its target.
    pub(super) fn bind_outside_comprehension(&mut self, text: Identifier<'_>, range: Range) -> Result<()> {
        let name = self.names.intern(text);
        for at in (0..self.stack.len()).rev() {
            let id = self.stack[at];
            let mangled = self.mangle(name);
            let block = self.table.block(id);
            let known = block.flags(mangled);
            if block.comprehension != ComprehensionKind::None {
                if known & DEF_COMP_ITER != 0 && known & DEF_LOCAL != 0 {
                    return Err(CompileError::syntax(
                        format!("assignment expression cannot rebind comprehension iteration variable '{text}'"),
                        range,
                    ));
                }
                continue;
            }
            match block.kind {
                BlockKind::Function => {
                    let how = if known & DEF_GLOBAL != 0 { DEF_GLOBAL } else { DEF_NONLOCAL };
                    self.define(name, how, range)?;
                    self.record_directive(name, range);
                    return self.define_in_block(name, DEF_LOCAL, id, range);
                }
                BlockKind::Module => {
                    self.define(name, DEF_GLOBAL, range)?;
                    self.record_directive(name, range);
                    return self.define_in_block(name, DEF_GLOBAL, id, range);
                }
                BlockKind::Annotation => {
                    // The reference has no rule for these: the name stays where it is.
                    continue;
                }
                BlockKind::Class | BlockKind::TypeVariable | BlockKind::TypeAlias | BlockKind::TypeParameters => {
                    let place = match block.kind {
                        BlockKind::Class => "in a class body",
                        BlockKind::TypeVariable => "in a TypeVar bound",
                        BlockKind::TypeAlias => "in a type alias",
                        _ => "within the definition of a generic",
                    };
                    return Err(CompileError::syntax(
                        format!("assignment expression within a comprehension cannot be used {place}"),
                        range,
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whose type parameters a scope holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeParamsOwner {
    Function { keyword_defaults: bool },
    Class,
    Alias,
}

/// `__debug__` is nobody's to bind.
pub(super) fn check_name(name: Name, range: Range, context: ExprContext) -> Result<()> {
    if name != Name::DEBUG {
        return Ok(());
    }
    match context {
        ExprContext::Store => Err(CompileError::syntax("cannot assign to __debug__", range)),
        ExprContext::Del => Err(CompileError::syntax("cannot delete __debug__", range)),
        ExprContext::Load => Ok(()),
    }
}
