//! Ties special methods to slots: one row for each pair of a special method and a slot it stands for.
//!
//! A row says which wrapper Python sees on native types (`int.__add__`; `wrap.rs`), and which dispatcher a class of a
//! program puts into the slot when it defines the method (`dispatch.rs`). `update_name` keeps slots true to what lookup
//! finds: after an assignment to a class attribute it also walks the subclasses that do not override it.
#![expect(unsafe_code, reason = "subclass lists hold plain pointers")]

pub(crate) mod dispatch;
mod wrap;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::error::Res;
use crate::function::{NativeDef, NativeKind};
use crate::gc::ValueCell;
use crate::intern::{intern, intern_immortal_text};
use crate::object::{Header, flags};
use crate::objects::dict::Dict;
use crate::objects::native_function::{MethodDescriptor, NativeFunction};
use crate::objects::slot_wrapper::SlotWrapper;
use crate::thread::ThreadState;
use crate::types::ready::immortal;
use crate::types::slots::{HashFn, Slots};
use crate::types::{Type, type_flags};
use crate::value::Value;

/// What can be done with a slot without knowing its type.
pub struct SlotOps {
    pub slot: &'static str,
    /// Address of the function; 0 for an empty slot.
    address: fn(&Slots) -> usize,
    copy: fn(from: &Slots, to: &Slots),
    clear: fn(&Slots),
}

/// Calls the slot of the owner's `Slots` with Python arguments, `self` first.
type Wrapper = fn(&ThreadState, &Row, &Slots, &[Value], &[Value]) -> Res;

/// One special method standing for one slot.
pub struct Row {
    pub name: &'static str,
    pub text_signature: &'static str,
    pub doc: &'static str,
    ops: SlotOps,
    /// What Python sees of a native type's slot; rows without it have no wrapper.
    wrapper: Option<Wrapper>,
    /// Puts the dispatcher into the slot; without it the slot is emptied when a class defines the method.
    install: Option<fn(&Slots)>,
}

impl Row {
    pub fn call(&self, th: &ThreadState, owner: &Slots, args: &[Value], kwnames: &[Value]) -> Res {
        match self.wrapper {
            Some(wrapper) => wrapper(th, self, owner, args, kwnames),
            None => Err(th.system_error(format_args!("{} has no wrapper", self.name))),
        }
    }
}

macro_rules! ops {
    ($slot:ident) => {
        SlotOps {
            slot: stringify!($slot),
            address: |slots| slots.$slot.get().map_or(0, |function| function as usize),
            copy: |from, to| to.$slot.set(from.$slot.get()),
            clear: |slots| slots.$slot.set(None),
        }
    };
}

macro_rules! rows {
    (@wrapper none, $slot:ident) => { None };
    (@wrapper $wrapper:ident, $slot:ident) => {
        Some(|th, row, slots, args, kwnames| match slots.$slot.get() {
            Some(function) => wrap::$wrapper(th, row, function, args, kwnames),
            None => Err(th.type_error(format_args!("slot of {} is empty", row.name))),
        })
    };
    (@wrapper $wrapper:ident $op:ident, $slot:ident) => {
        Some(|th, row, slots, args, kwnames| match slots.$slot.get() {
            Some(function) => {
                wrap::$wrapper(th, row, function, args, kwnames, crate::types::CompareOp::$op)
            }
            None => Err(th.type_error(format_args!("slot of {} is empty", row.name))),
        })
    };
    (@install none, $slot:ident) => { None };
    (@install $dispatch:ident, $slot:ident) => { Some(|slots| slots.$slot.set(Some(dispatch::$dispatch))) };
    ($($name:literal $slot:ident $dispatch:ident ($($wrapper:ident)+) $text:literal $doc:literal;)*) => {
        static ROWS: &[Row] = &[$(Row {
            name: $name,
            text_signature: $text,
            doc: $doc,
            ops: ops!($slot),
            wrapper: rows!(@wrapper $($wrapper)+, $slot),
            install: rows!(@install $dispatch, $slot),
        },)*];
    };
}

// Name, slot, dispatcher, wrapper, text signature, documentation.
rows! {
    "__getattribute__" getattro getattribute (getattribute) "($self, name, /)" "Return getattr(self, name).";
    "__getattr__" getattro getattribute (none) "" "";
    "__setattr__" setattro setattr (setattr) "($self, name, value, /)" "Implement setattr(self, name, value).";
    "__delattr__" setattro setattr (delattr) "($self, name, /)" "Implement delattr(self, name).";
    "__repr__" repr repr (unary) "($self, /)" "Return repr(self).";
    "__hash__" hash hash (hash) "($self, /)" "Return hash(self).";
    "__call__" call call (call) "($self, /, *args, **kwargs)" "Call self as a function.";
    "__str__" str str (unary) "($self, /)" "Return str(self).";
    "__lt__" richcompare richcompare (richcompare Lt) "($self, value, /)" "Return self<value.";
    "__le__" richcompare richcompare (richcompare Le) "($self, value, /)" "Return self<=value.";
    "__eq__" richcompare richcompare (richcompare Eq) "($self, value, /)" "Return self==value.";
    "__ne__" richcompare richcompare (richcompare Ne) "($self, value, /)" "Return self!=value.";
    "__gt__" richcompare richcompare (richcompare Gt) "($self, value, /)" "Return self>value.";
    "__ge__" richcompare richcompare (richcompare Ge) "($self, value, /)" "Return self>=value.";
    "__iter__" iter iter (unary) "($self, /)" "Implement iter(self).";
    "__next__" iternext next (next) "($self, /)" "Implement next(self).";
    "__get__" descr_get descr_get (descr_get) "($self, instance, owner=None, /)" "Return an attribute of instance, which is of type owner.";
    "__set__" descr_set descr_set (descr_set) "($self, instance, value, /)" "Set an attribute of instance to value.";
    "__delete__" descr_set descr_set (descr_delete) "($self, instance, /)" "Delete an attribute of instance.";
    "__init__" init init (init) "($self, /, *args, **kwargs)" "Initialize self.  See help(type(self)) for accurate signature.";
    "__new__" new new (none) "" "";
    "__del__" finalize finalize (finalize) "($self, /)" "Called when the instance is about to be destroyed.";
    "__buffer__" get_buffer get_buffer (get_buffer) "($self, flags, /)" "Return a buffer object that exposes the underlying memory of the object.";
    "__release_buffer__" release_buffer release_buffer (release_buffer) "($self, buffer, /)" "Release the buffer object that exposes the underlying memory of the object.";
    "__await__" am_await am_await (unary) "($self, /)" "Return an iterator to be used in await expression.";
    "__aiter__" am_aiter am_aiter (unary) "($self, /)" "Return an awaitable, that resolves in asynchronous iterator.";
    "__anext__" am_anext am_anext (unary) "($self, /)" "Return a value or raise StopAsyncIteration.";
    "__add__" nb_add nb_add (binary) "($self, value, /)" "Return self+value.";
    "__radd__" nb_add nb_add (binary_reflected) "($self, value, /)" "Return value+self.";
    "__sub__" nb_subtract nb_subtract (binary) "($self, value, /)" "Return self-value.";
    "__rsub__" nb_subtract nb_subtract (binary_reflected) "($self, value, /)" "Return value-self.";
    "__mul__" nb_multiply nb_multiply (binary) "($self, value, /)" "Return self*value.";
    "__rmul__" nb_multiply nb_multiply (binary_reflected) "($self, value, /)" "Return value*self.";
    "__mod__" nb_remainder nb_remainder (binary) "($self, value, /)" "Return self%value.";
    "__rmod__" nb_remainder nb_remainder (binary_reflected) "($self, value, /)" "Return value%self.";
    "__divmod__" nb_divmod nb_divmod (binary) "($self, value, /)" "Return divmod(self, value).";
    "__rdivmod__" nb_divmod nb_divmod (binary_reflected) "($self, value, /)" "Return divmod(value, self).";
    "__pow__" nb_power nb_power (ternary) "($self, value, mod=None, /)" "Return pow(self, value, mod).";
    "__rpow__" nb_power nb_power (ternary_reflected) "($self, value, mod=None, /)" "Return pow(value, self, mod).";
    "__neg__" nb_negative nb_negative (unary) "($self, /)" "-self";
    "__pos__" nb_positive nb_positive (unary) "($self, /)" "+self";
    "__abs__" nb_absolute nb_absolute (unary) "($self, /)" "abs(self)";
    "__bool__" nb_bool nb_bool (predicate) "($self, /)" "True if self else False";
    "__invert__" nb_invert nb_invert (unary) "($self, /)" "~self";
    "__lshift__" nb_lshift nb_lshift (binary) "($self, value, /)" "Return self<<value.";
    "__rlshift__" nb_lshift nb_lshift (binary_reflected) "($self, value, /)" "Return value<<self.";
    "__rshift__" nb_rshift nb_rshift (binary) "($self, value, /)" "Return self>>value.";
    "__rrshift__" nb_rshift nb_rshift (binary_reflected) "($self, value, /)" "Return value>>self.";
    "__and__" nb_and nb_and (binary) "($self, value, /)" "Return self&value.";
    "__rand__" nb_and nb_and (binary_reflected) "($self, value, /)" "Return value&self.";
    "__xor__" nb_xor nb_xor (binary) "($self, value, /)" "Return self^value.";
    "__rxor__" nb_xor nb_xor (binary_reflected) "($self, value, /)" "Return value^self.";
    "__or__" nb_or nb_or (binary) "($self, value, /)" "Return self|value.";
    "__ror__" nb_or nb_or (binary_reflected) "($self, value, /)" "Return value|self.";
    "__int__" nb_int nb_int (unary) "($self, /)" "int(self)";
    "__float__" nb_float nb_float (unary) "($self, /)" "float(self)";
    "__iadd__" nb_inplace_add nb_inplace_add (binary) "($self, value, /)" "Return self+=value.";
    "__isub__" nb_inplace_subtract nb_inplace_subtract (binary) "($self, value, /)" "Return self-=value.";
    "__imul__" nb_inplace_multiply nb_inplace_multiply (binary) "($self, value, /)" "Return self*=value.";
    "__imod__" nb_inplace_remainder nb_inplace_remainder (binary) "($self, value, /)" "Return self%=value.";
    "__ipow__" nb_inplace_power nb_inplace_power (ternary) "($self, value, /)" "Return self**=value.";
    "__ilshift__" nb_inplace_lshift nb_inplace_lshift (binary) "($self, value, /)" "Return self<<=value.";
    "__irshift__" nb_inplace_rshift nb_inplace_rshift (binary) "($self, value, /)" "Return self>>=value.";
    "__iand__" nb_inplace_and nb_inplace_and (binary) "($self, value, /)" "Return self&=value.";
    "__ixor__" nb_inplace_xor nb_inplace_xor (binary) "($self, value, /)" "Return self^=value.";
    "__ior__" nb_inplace_or nb_inplace_or (binary) "($self, value, /)" "Return self|=value.";
    "__floordiv__" nb_floor_divide nb_floor_divide (binary) "($self, value, /)" "Return self//value.";
    "__rfloordiv__" nb_floor_divide nb_floor_divide (binary_reflected) "($self, value, /)" "Return value//self.";
    "__truediv__" nb_true_divide nb_true_divide (binary) "($self, value, /)" "Return self/value.";
    "__rtruediv__" nb_true_divide nb_true_divide (binary_reflected) "($self, value, /)" "Return value/self.";
    "__ifloordiv__" nb_inplace_floor_divide nb_inplace_floor_divide (binary) "($self, value, /)" "Return self//=value.";
    "__itruediv__" nb_inplace_true_divide nb_inplace_true_divide (binary) "($self, value, /)" "Return self/=value.";
    "__index__" nb_index nb_index (unary) "($self, /)" "Return self converted to an integer, if self is suitable for use as an index into a list.";
    "__matmul__" nb_matrix_multiply nb_matrix_multiply (binary) "($self, value, /)" "Return self@value.";
    "__rmatmul__" nb_matrix_multiply nb_matrix_multiply (binary_reflected) "($self, value, /)" "Return value@self.";
    "__imatmul__" nb_inplace_matrix_multiply nb_inplace_matrix_multiply (binary) "($self, value, /)" "Return self@=value.";
    "__len__" mp_length length (length) "($self, /)" "Return len(self).";
    "__getitem__" mp_subscript mp_subscript (binary) "($self, key, /)" "Return self[key].";
    "__setitem__" mp_ass_subscript mp_ass_subscript (set_key) "($self, key, value, /)" "Set self[key] to value.";
    "__delitem__" mp_ass_subscript mp_ass_subscript (delete_key) "($self, key, /)" "Delete self[key].";
    "__len__" sq_length length (length) "($self, /)" "Return len(self).";
    "__add__" sq_concat none (binary) "($self, value, /)" "Return self+value.";
    "__mul__" sq_repeat none (repeat) "($self, value, /)" "Return self*value.";
    "__rmul__" sq_repeat none (repeat) "($self, value, /)" "Return value*self.";
    "__getitem__" sq_item sq_item (item) "($self, key, /)" "Return self[key].";
    "__setitem__" sq_ass_item sq_ass_item (set_item) "($self, key, value, /)" "Set self[key] to value.";
    "__delitem__" sq_ass_item sq_ass_item (delete_item) "($self, key, /)" "Delete self[key].";
    "__contains__" sq_contains contains (contains) "($self, key, /)" "Return bool(key in self).";
    "__iadd__" sq_inplace_concat none (binary) "($self, value, /)" "Implement self+=value.";
    "__imul__" sq_inplace_repeat none (repeat) "($self, value, /)" "Implement self*=value.";
}

/// Rows of one slot, as numbers of rows.
struct Group(Vec<usize>);

impl Group {
    fn ops(&self) -> &'static SlotOps {
        &ROWS[self.0[0]].ops
    }
}

fn groups() -> &'static [Group] {
    static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut groups: Vec<Group> = Vec::with_capacity(ROWS.len());
        for (index, row) in ROWS.iter().enumerate() {
            match groups.iter_mut().find(|group| group.ops().slot == row.ops.slot) {
                Some(group) => group.0.push(index),
                None => groups.push(Group(vec![index])),
            }
        }
        groups
    })
}

/// The names of special methods as one interpreter's interned strings.
pub struct SpecialNames {
    /// By row.
    names: Vec<Value>,
    /// The groups that have a row of a name, by the string's address.
    groups: FxHashMap<*const Header, Vec<usize>>,
}

impl SpecialNames {
    fn new(th: &ThreadState) -> SpecialNames {
        let names: Vec<Value> = ROWS.iter().map(|row| intern_immortal_text(th, row.name)).collect();
        let mut by_address = FxHashMap::<*const Header, Vec<usize>>::default();
        for (number, group) in groups().iter().enumerate() {
            for &row in &group.0 {
                let numbers = by_address.entry(names[row].header_ptr().cast_const()).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
        SpecialNames { names, groups: by_address }
    }

    fn of(th: &ThreadState) -> &SpecialNames {
        th.interp().special_names.get_or_init(|| SpecialNames::new(th))
    }

    /// Numbers of the groups that a name belongs to; none if it is no special method's.
    fn groups_of(&self, th: &ThreadState, name: &Value) -> &[usize] {
        if !name.as_str().and_then(|name| name.as_ascii()).is_some_and(is_special) {
            return &[];
        }
        let name = intern(th, name.clone());
        self.groups.get(&name.header_ptr().cast_const()).map_or(&[], Vec::as_slice)
    }
}

static NEW_WRAPPER: NativeDef = NativeDef {
    signature: &crate::args::Signature {
        name: "__new__",
        owner: "",
        text: Some("($type, *args, **kwargs)"),
        doc: Some("Create and return a new object.  See help(type) for accurate signature."),
        params: &[],
        constructor: true,
    },
    call: wrap::new,
    kind: NativeKind::Function,
};

/// Puts a wrapper for every filled slot of a native type into its namespace: `int.__add__` and so on. Slots that were
/// taken over from the base are left to the base's wrappers.
pub(crate) fn add_wrappers(th: &ThreadState, class: &'static Type, namespace: &Dict) {
    let slots = class.slots();
    let inherited = class.def().base.map(Type::slots);
    for (row, name) in ROWS.iter().zip(&SpecialNames::of(th).names) {
        let address = (row.ops.address)(slots);
        if address == 0
            || row.wrapper.is_none()
            || inherited.is_some_and(|inherited| (row.ops.address)(inherited) == address)
        {
            continue;
        }
        if row.ops.slot == "hash" && is_unhashable(slots.hash.get()) {
            continue;
        }
        if namespace.get_str(name).is_none() {
            let wrapper = th.new_object(SlotWrapper { row, owner: class.as_value() });
            namespace.set_str(name, immortal(wrapper));
        }
    }
    let own_new = slots.new.get().is_some_and(|new| {
        inherited.and_then(|inherited| inherited.new.get()).is_none_or(|base| !std::ptr::fn_addr_eq(base, new))
    });
    let name = &th.names().__new__;
    if own_new && !class.has_flag(type_flags::OBJECT_NEW) && namespace.get_str(name).is_none() {
        let wrapper = th.new_object(NativeFunction {
            def: &NEW_WRAPPER,
            bound: ValueCell::new(class.as_value()),
            passes_self: true,
            module: ValueCell::empty(),
        });
        namespace.set_str(name, immortal(wrapper));
    }
}

fn is_unhashable(hash: Option<HashFn>) -> bool {
    hash.is_some_and(|hash| std::ptr::fn_addr_eq(hash, crate::protocol::compare::hash_not_implemented as HashFn))
}

/// The native type whose slot an attribute found for `row` shows, if it is that type's own wrapper or method.
fn native_owner(row: &Row, found: &Value) -> Option<&'static Type> {
    let owner = if let Some(wrapper) = found.downcast_exact::<SlotWrapper>() {
        (wrapper.row.name == row.name).then(|| wrapper.owner.as_type())??
    } else if let Some(method) = found.downcast_exact::<MethodDescriptor>() {
        (method.def.signature.name == row.name).then(|| method.owner.as_type())??
    } else {
        return None;
    };
    // A static type is its own native type; this also turns the borrow into a static one.
    (!owner.is_heap_type()).then(|| owner.native())
}

/// Makes one slot of a heap type what lookup of its special methods says.
fn update_group(th: &ThreadState, class: &Type, group: &Group) {
    let slots = class.slots();
    let ops = group.ops();
    let names = &SpecialNames::of(th).names;
    let mut specific: Option<&'static Type> = None;
    let mut generic = None;
    let mut use_generic = false;
    for &row in &group.0 {
        let Some(found) = class.lookup(th, &names[row]) else { continue };
        let row = &ROWS[row];
        if ops.slot == "hash" && found.is_none() {
            slots.hash.set(Some(crate::protocol::compare::hash_not_implemented));
            return;
        }
        if ops.slot == "new" {
            if is_new_wrapper(&found) {
                // Instances are laid out as the base's are: so is their making.
                let base = class.base();
                slots.new.set(base.as_ref().and_then(Value::as_type).and_then(|base| base.slots().new.get()));
            } else {
                slots.new.set(Some(dispatch::new));
            }
            return;
        }
        generic = row.install;
        match native_owner(row, &found) {
            Some(owner)
                if specific.is_none_or(|other| (ops.address)(other.slots()) == (ops.address)(owner.slots())) =>
            {
                specific = Some(owner);
            }
            _ => use_generic = true,
        }
    }
    match (specific, generic) {
        (Some(owner), _) if !use_generic => (ops.copy)(owner.slots(), slots),
        (_, Some(install)) => install(slots),
        _ => (ops.clear)(slots),
    }
}

fn is_new_wrapper(value: &Value) -> bool {
    value.downcast_exact::<NativeFunction>().is_some_and(|function| std::ptr::eq(function.def, &NEW_WRAPPER))
}

/// Could `name` be a special method's?
fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// Fills the slots of a new class from its bases, its own namespace and its MRO.
pub(crate) fn fill_heap_slots(th: &ThreadState, class: &Type) {
    let slots = class.slots();
    class.with_mro(|mro| {
        for base in mro.iter().skip(1).filter_map(Value::as_type) {
            slots.inherit(base.slots());
        }
    });
    let single = class.bases().as_ref().and_then(Value::as_tuple).is_none_or(|bases| bases.len() == 1)
        && class.with_mro(|mro| mro.len()).unwrap_or(0)
            == class
                .base()
                .as_ref()
                .and_then(Value::as_type)
                .and_then(|base| base.with_mro(|mro| mro.len() + 1))
                .unwrap_or(0);
    if single {
        // The base's slots are right for everything that the class does not define itself.
        for number in own_groups(th, class) {
            update_group(th, class, &groups()[number]);
        }
    } else {
        let own = own_groups(th, class);
        for (number, group) in groups().iter().enumerate() {
            // A slot that no base fills is filled only by what the class itself defines.
            if (group.ops().address)(slots) != 0 || own.contains(&number) {
                update_group(th, class, group);
            }
        }
    }
    class.note_getattr();
    note_python_getattr(th, class);
}

/// Numbers of the groups that names in the class's own namespace belong to.
fn own_groups(th: &ThreadState, class: &Type) -> Vec<usize> {
    let special = SpecialNames::of(th);
    let names: Vec<Value> =
        class.with_dict(|dict| dict.to_vec().into_iter().map(|(name, _)| name).collect()).unwrap_or_default();
    let mut numbers: Vec<usize> = names.iter().flat_map(|name| special.groups_of(th, name)).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Recomputes all slots of a class and its subclasses, after its bases changed.
pub(crate) fn refill_slots(th: &ThreadState, class: &Type) {
    if class.is_heap_type() {
        for group in groups() {
            update_group(th, class, group);
        }
        class.note_getattr();
        note_python_getattr(th, class);
    }
    for subclass in live_subclasses(class) {
        if let Some(subclass) = subclass.as_type() {
            refill_slots(th, subclass);
        }
    }
}

/// To be called when attribute `name` of a heap type was set or deleted: its slots, and those of the subclasses that
/// take the attribute from it, follow.
pub(crate) fn update_name(th: &ThreadState, class: &Type, name: &Value) {
    let affected = SpecialNames::of(th).groups_of(th, name);
    if !affected.is_empty() {
        update_tree(th, class, name, affected);
    }
}

fn update_tree(th: &ThreadState, class: &Type, name: &Value, affected: &[usize]) {
    for &number in affected {
        update_group(th, class, &groups()[number]);
    }
    class.note_getattr();
    note_python_getattr(th, class);
    for subclass in live_subclasses(class) {
        if let Some(subclass) = subclass.as_type()
            && subclass.own_attribute(name).is_none()
        {
            update_tree(th, subclass, name, affected);
        }
    }
}

/// The direct subclasses, each with a count of its own.
pub(crate) fn live_subclasses(class: &Type) -> Vec<Value> {
    let list = class.subclasses.borrow();
    // SAFETY: dying classes take themselves out of the list.
    let classes = list.iter().map(|&subclass| unsafe { &*subclass });
    classes.filter(|class| !class.header().has_flag(flags::DYING)).map(Type::as_value).collect()
}

fn note_python_getattr(th: &ThreadState, class: &Type) {
    let defines = class.lookup(th, &th.names().__getattr__).is_some()
        || class
            .lookup(th, &th.names().__getattribute__)
            .is_some_and(|found| found.downcast_exact::<SlotWrapper>().is_none());
    if defines { class.set_flag(type_flags::PYTHON_GETATTR) } else { class.clear_flag(type_flags::PYTHON_GETATTR) }
}
