//! Classes.

use std::rc::Rc;

use bytecode::code::{Code, Const};
use bytecode::opcode::op;
use syntax::ast::{ClassDef, Expr, ExprContext, ExprKind, Identifier, Range};

use super::Codegen;
use super::unit::ScopeKind;
use crate::error::Result;
use crate::flow::NO_LOCATION;
use crate::names::Name;
use crate::symtable::{Role, key};

const INTRINSIC_SUBSCRIPT_GENERIC: u32 = 10;

impl<'a> Codegen<'a, '_> {
    pub(super) fn class(&mut self, def: &'a ClassDef<'a>, range: Range) -> Result<()> {
        self.exprs(def.decorator_list)?;
        let first_line = def.decorator_list.first().map_or(range.lineno, |first| first.range.lineno);
        let name = self.names.intern(def.name);
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter_type_params(def.name, key(def, Role::TypeParams), first_line, Some(name), range)?;
            self.type_params(def.type_params)?;
            self.name(Name::DOT_TYPE_PARAMS, ExprContext::Store, range);
        }
        let code = self.class_body(def, name, first_line, range)?;
        self.op(op::LOAD_BUILD_CLASS, range);
        self.op(op::PUSH_NULL, range);
        self.make_closure(code, 0, range);
        self.load_text(name, range);
        if generic {
            self.name(Name::DOT_TYPE_PARAMS, ExprContext::Load, range);
            self.op_arg(op::CALL_INTRINSIC_1, INTRINSIC_SUBSCRIPT_GENERIC, range);
            self.name(Name::DOT_GENERIC_BASE, ExprContext::Store, range);
            self.call_arguments(2, def.bases, Some(Name::DOT_GENERIC_BASE), def.keywords, range)?;
            let code = self.finish_unit(false)?;
            self.make_closure(code, 0, range);
            self.op(op::PUSH_NULL, range);
            self.op_arg(op::CALL, 0, range);
        } else {
            self.call_arguments(2, def.bases, None, def.keywords, range)?;
        }
        self.apply_decorators(def.decorator_list);
        self.name(name, ExprContext::Store, range);
        Ok(())
    }

    fn class_body(&mut self, def: &'a ClassDef<'a>, name: Name, first_line: i32, range: Range) -> Result<Rc<Code>> {
        let Some(block) = self.table.find(key(def, Role::Body)) else {
            return self.error("class without a symbol table block", range);
        };
        self.enter_unit(name, ScopeKind::Class, block, first_line, Some(name))?;
        let start = Range::new(first_line, 0, first_line, 0);
        self.name(Name::NAME, ExprContext::Load, start);
        self.name(Name::MODULE, ExprContext::Store, start);
        if let Some(qualname) = self.unit.qualname.clone() {
            self.load_const(Const::Str(qualname), start);
        }
        self.name(Name::QUALNAME, ExprContext::Store, start);
        self.load_const(Const::Int(i64::from(first_line)), start);
        self.name(Name::FIRSTLINENO, ExprContext::Store, start);
        if !def.type_params.is_empty() {
            self.name(Name::DOT_TYPE_PARAMS, ExprContext::Load, start);
            self.name(Name::TYPE_PARAMS, ExprContext::Store, start);
        }
        let needs_classdict = self.block().needs_classdict;
        if needs_classdict {
            self.op(op::LOAD_LOCALS, start);
            let index = self.unit.cell_index(Name::CLASSDICT);
            self.op_arg(op::STORE_DEREF, index, start);
        }
        if self.block().has_conditional_annotations {
            self.op_arg(op::BUILD_SET, 0, start);
            let index = self.unit.cell_index(Name::CONDITIONAL_ANNOTATIONS);
            self.op_arg(op::STORE_DEREF, index, start);
        }
        self.body(start, def.body)?;
        let mut attributes: Vec<Name> = self.unit.static_attributes.iter().map(|(name, ())| name).collect();
        attributes.sort_by(|a, b| self.names.str(*a).cmp(self.names.str(*b)));
        let attributes = attributes.into_iter().map(|name| Const::Str(self.names.text(name))).collect();
        self.load_const(Const::Tuple(attributes), NO_LOCATION);
        self.name(Name::STATIC_ATTRIBUTES, ExprContext::Store, NO_LOCATION);
        if needs_classdict {
            let index = self.unit.cell_index(Name::CLASSDICT);
            self.op_arg(op::LOAD_CLOSURE, index, NO_LOCATION);
            self.name(Name::CLASSDICTCELL, ExprContext::Store, NO_LOCATION);
        }
        if self.block().needs_class_closure {
            // `type.__new__` puts the class into the cell.
            let index = self.unit.cell_index(Name::DUNDER_CLASS);
            self.op_arg(op::LOAD_CLOSURE, index, NO_LOCATION);
            self.op_arg(op::COPY, 1, NO_LOCATION);
            self.name(Name::CLASSCELL, ExprContext::Store, NO_LOCATION);
        } else {
            self.load_none(NO_LOCATION);
        }
        self.op(op::RETURN_VALUE, NO_LOCATION);
        self.finish_unit(true)
    }

    /// `self.name = ...` in a method is remembered for `__static_attributes__` of the class around.
    pub(super) fn note_static_attribute(&mut self, object: &Expr<'_>, attr: Identifier<'_>) {
        let ExprKind::Name { id: "self", .. } = object.kind else { return };
        let name = self.names.intern(attr);
        if let Some(class) = self.outer.iter_mut().rev().find(|unit| unit.kind == ScopeKind::Class) {
            class.static_attributes.insert(name, ());
        }
    }
}
