//! Preparing native types: namespace, bases, method resolution order, slots.

use crate::function::{NativeDef, NativeKind};
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::native_function::{
    ClassMethodDescriptor, GetSetDescriptor, MethodDescriptor, NativeFunction, SlotDescriptor,
};
use crate::objects::object::OBJECT_TYPE;
use crate::protocol::attributes::{generic_getattr, generic_setattr};
use crate::thread::ThreadState;
use crate::types::{Type, type_flags};
use crate::value::Value;

/// Prepares a static type (and its bases first). Does nothing the second time.
pub fn ready(th: &ThreadState, class: &'static Type) {
    if class.has_flag(type_flags::READY) {
        return;
    }
    let def = class.def();
    let base = def.base;
    if let Some(base) = base {
        ready(th, base);
        class.set_flag(base.flags() & type_flags::INHERITED);
        class.base_cell().set(Some(base.as_value()));
    }
    class.set_flag(type_flags::READY);
    if def.payload.traverse.is_some() {
        class.set_flag(type_flags::HAVE_GC);
    }
    let name = crate::intern::intern_immortal_text(th, def.name);
    class.name_cell().set(Some(name.clone()));
    class.qualname_cell().set(Some(name));
    class.bases_cell().set(Some(immortal(th.tuple(&base.map(Type::as_value).into_iter().collect::<Vec<_>>()))));
    let mut mro = vec![class.as_value()];
    if let Some(base) = base {
        base.with_mro(|bases| mro.extend_from_slice(bases));
        base.subclasses.borrow_mut().push(class);
    }
    class.set_mro(immortal(th.tuple_from_vec(mro)));
    class.set_layout(0, 0);
    if class.has_attrs() {
        class.set_root_shape(th.interp().shapes.new_root(class.inline_capacity()));
    }
    fill_slots(class, base);
}

/// What a static type holds is shared by all interpreters, so its counts must not change.
pub fn immortal(value: Value) -> Value {
    if let Some(header) = value.header() {
        header.make_immortal();
    }
    value
}

fn fill_slots(class: &'static Type, base: Option<&'static Type>) {
    let slots = class.slots();
    (class.def().fill_slots)(slots);
    if std::ptr::eq(class, &OBJECT_TYPE) {
        // These very functions, not wrappers: their addresses tell that attributes are looked up the plain way.
        slots.getattro.set(Some(generic_getattr));
        slots.setattro.set(Some(generic_setattr));
    }
    if let Some(base) = base {
        // A type that defines its own comparison is not hashable unless it says how.
        let own_comparison = slots.richcompare.get().is_some() && slots.hash.get().is_none();
        // Only a type with the base's very payload can be made by the base.
        let (own, other) = (&class.def().payload, &base.def().payload);
        let same_payload = own.same_as(other) && !std::ptr::eq(base, &OBJECT_TYPE);
        let new = slots.new.get().or(base.slots().new.get().filter(|_| same_payload));
        slots.inherit(base.slots());
        slots.new.set(new);
        // Instances of `Generic` are plain: `object.__new__` makes them, and tells so.
        if std::ptr::eq(class, &crate::objects::typing::generic::GENERIC_TYPE) {
            slots.new.set(base.slots().new.get());
        }
        if own_comparison {
            slots.hash.set(Some(crate::protocol::compare::hash_not_implemented));
        }
    }
    if class.has_flag(type_flags::DISALLOW_INSTANTIATION) {
        slots.new.set(None);
    }
    class.note_getattr();
}

/// Makes the namespace of a native type, which is in place while it is filled.
pub(super) fn fill_namespace(th: &ThreadState, class: &'static Type) {
    let def = class.def();
    class.set_dict(immortal(th.dict(Dict::new())));
    let Some(namespace) = class.dict() else { return };
    let Some(dict) = namespace.downcast::<Dict>() else { return };
    let name = |name: &str| crate::intern::intern_immortal_text(th, name);
    for native in def.methods.iter().flat_map(|block| block.iter()) {
        dict.set_str(&name(native.signature.name), immortal(method_object(th, class, native)));
    }
    for getset in def.getset.iter().flat_map(|block| block.iter()) {
        let name = name(getset.name);
        let owner = class.as_value();
        let descriptor = if getset.member {
            th.new_object(SlotDescriptor { owner, name: name.clone(), index: usize::MAX, native: Some(getset) })
        } else {
            th.new_object(GetSetDescriptor { def: getset, owner })
        };
        dict.set_str(&name, immortal(descriptor));
    }
    if class.has_attrs() && def.base.is_none_or(|base| !base.has_attrs()) {
        let getset = &crate::objects::object::DICT_GETSET;
        let name = name(getset.name);
        if dict.get_str(&name).is_none() {
            let descriptor = th.new_object(GetSetDescriptor { def: getset, owner: class.as_value() });
            dict.set_str(&name, immortal(descriptor));
        }
    }
    crate::types::slot_table::add_wrappers(th, class, dict);
    for attr in def.attrs.iter().flat_map(|block| block.iter()) {
        if let Ok(value) = (attr.get)(th) {
            dict.set_str(&name(attr.name), immortal(value));
        }
    }
    // A `__doc__` of instances (functions, properties) hides the class's own, which `type.__doc__` then finds in the definition.
    if dict.get_str(&th.names().__doc__).is_none() {
        let doc = def.doc.map_or(Value::NONE, |doc| immortal(th.str(doc)));
        dict.set_str(&th.names().__doc__, doc);
    }
    // Nor does the class's module hide a `__module__` of instances.
    if def.module != "builtins" && dict.get_str(&th.names().__module__).is_none() {
        dict.set_str(&th.names().__module__, name(def.module));
    }
    if class.slots().hash.get().is_some_and(|hash| {
        std::ptr::fn_addr_eq(hash, crate::protocol::compare::hash_not_implemented as crate::types::slots::HashFn)
    }) {
        dict.set_str(&th.names().__hash__, Value::NONE);
    }
}

/// What stands in the namespace for a native method.
fn method_object(th: &ThreadState, class: &'static Type, def: &'static NativeDef) -> Value {
    match def.kind {
        NativeKind::ClassMethod => th.new_object(ClassMethodDescriptor { def, owner: class.as_value() }),
        NativeKind::StaticMethod => {
            let function = th.new_object(NativeFunction {
                def,
                bound: ValueCell::new(class.as_value()),
                passes_self: false,
                module: ValueCell::empty(),
            });
            crate::objects::function::static_method(th, function)
        }
        _ => th.new_object(MethodDescriptor { def, owner: class.as_value() }),
    }
}

impl Type {
    /// Recomputes the flags that tell how attributes are read; after any change of the `getattro` slot.
    pub(crate) fn note_getattr(&self) {
        let generic =
            self.slots().getattro.get().is_some_and(|getattro| {
                std::ptr::fn_addr_eq(getattro, generic_getattr as crate::types::slots::GetAttrFn)
            });
        if generic { self.set_flag(type_flags::GENERIC_GETATTR) } else { self.clear_flag(type_flags::GENERIC_GETATTR) }
    }
}

/// The types of the runtime itself, prepared when the first interpreter starts.
pub fn ready_builtin_types(th: &ThreadState) {
    use crate::objects::*;
    let types: &[&'static Type] = &[
        &object::OBJECT_TYPE,
        <Type as Payload>::class(),
        &str::STR_TYPE,
        &bytes::BYTES_TYPE,
        &memoryview::MEMORYVIEW_TYPE,
        &memoryview_methods::MEMORY_ITERATOR_TYPE,
        &crate::codecs::charmap::ENCODING_MAP_TYPE,
        &bytearray::BYTEARRAY_TYPE,
        &bytes_iterator::BYTES_ITERATOR_TYPE,
        &bytes_iterator::BYTE_ARRAY_ITERATOR_TYPE,
        &tuple::TUPLE_TYPE,
        &dict::DICT_TYPE,
        &set::SET_TYPE,
        &set::FROZENSET_TYPE,
        &set::methods::SET_ITERATOR_TYPE,
        &list::LIST_TYPE,
        &int::INT_TYPE,
        &int::BOOL_TYPE,
        &float::FLOAT_TYPE,
        &complex::COMPLEX_TYPE,
        &str::iterator::STR_ASCII_ITERATOR_TYPE,
        &str::iterator::STR_ITERATOR_TYPE,
        &slice::SLICE_TYPE,
        &singletons::NONE_TYPE,
        &singletons::NOT_IMPLEMENTED_TYPE,
        &singletons::ELLIPSIS_TYPE,
        &native_function::NATIVE_FUNCTION_TYPE,
        &native_function::METHOD_DESCRIPTOR_TYPE,
        &native_function::CLASS_METHOD_DESCRIPTOR_TYPE,
        &native_function::GET_SET_DESCRIPTOR_TYPE,
        &native_function::SLOT_DESCRIPTOR_TYPE,
        &slot_wrapper::SLOT_WRAPPER_TYPE,
        &mappingproxy::MAPPING_PROXY_TYPE,
        &generic_alias::GENERIC_ALIAS_TYPE,
        &generic_alias::GENERIC_ALIAS_ITERATOR_TYPE,
        &union::UNION_TYPE,
        &class_method::STATIC_METHOD_TYPE,
        &class_method::CLASS_METHOD_TYPE,
        &slot_wrapper::METHOD_WRAPPER_TYPE,
        &crate::types::slot_table::dispatch::BUFFER_WRAPPER_TYPE,
        &iterators::SEQUENCE_ITERATOR_TYPE,
        &iterators::CALLABLE_ITERATOR_TYPE,
        &iterators::LIST_ITERATOR_TYPE,
        &iterators::LIST_REVERSE_ITERATOR_TYPE,
        &iterators::TUPLE_ITERATOR_TYPE,
        &module::MODULE_TYPE,
        &capsule::CAPSULE_TYPE,
        &crate::modules::sys::printer::STDERR_PRINTER_TYPE,
    ];
    let lists = [
        types,
        function::TYPES,
        dict::views::TYPES,
        dict::ordered::TYPES,
        range::TYPES,
        property::TYPES,
        super_object::TYPES,
        namespace::TYPES,
        builtin_iterators::TYPES,
        typing::TYPES,
    ];
    let others = lists.into_iter().flatten();
    let all = others.chain(crate::frame::TYPES.iter().copied().flatten()).copied().chain(exceptions::types());
    for class in all {
        ready(th, class);
    }
    exceptions::finish_types(th);
}

/// The types that `builtins` binds under their own names.
pub fn builtin_names() -> Vec<&'static Type> {
    use crate::objects::*;
    let mut types: Vec<&'static Type> = vec![
        &object::OBJECT_TYPE,
        <Type as Payload>::class(),
        &str::STR_TYPE,
        &bytes::BYTES_TYPE,
        &memoryview::MEMORYVIEW_TYPE,
        &tuple::TUPLE_TYPE,
        &dict::DICT_TYPE,
        &set::SET_TYPE,
        &set::FROZENSET_TYPE,
        &list::LIST_TYPE,
        &int::INT_TYPE,
        &int::BOOL_TYPE,
        &float::FLOAT_TYPE,
        &slice::SLICE_TYPE,
        &function::STATIC_METHOD_TYPE,
        &function::CLASS_METHOD_TYPE,
        &property::PROPERTY_TYPE,
        &super_object::SUPER_TYPE,
        &range::RANGE_TYPE,
        &complex::COMPLEX_TYPE,
        &bytearray::BYTEARRAY_TYPE,
    ];
    types.extend(builtin_iterators::TYPES);
    types.extend(exceptions::types());
    types
}
