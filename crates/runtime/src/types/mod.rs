//! Type objects: what can be done with an object, and how its instances are laid out.
//!
//! Native types are statics (`pub static LIST_TYPE: Type`), shared by all interpreters and immortal; classes made by
//! programs live on the heap. Both are `Type`. `ready.rs` prepares native types, `create.rs` makes new classes,
//! `lookup.rs` finds attributes through the method resolution order and a cache, `slot_table.rs` ties special methods to
//! slots.
#![expect(unsafe_code, reason = "type objects are shared statics with interior mutability")]

pub mod create;
pub(crate) mod layout;
pub mod lookup;
pub(crate) mod mro;
pub mod ready;
pub(crate) mod reassign;
pub mod slot_table;
pub mod slots;
pub(crate) mod type_methods;

use std::cell::{Cell, RefCell};

use crate::function::{AttrDef, GetSetDef, NativeDef};
use crate::gc::{Traverse, ValueCell, Visitor};
use crate::object::{Header, Payload, PayloadFns};
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::value::Value;
pub use slots::{CompareOp, Slots};

/// Bits of `__flags__`, with CPython's values.
pub mod type_flags {
    pub const SEQUENCE: u64 = 1 << 5;
    pub const MAPPING: u64 = 1 << 6;
    pub const DISALLOW_INSTANTIATION: u64 = 1 << 7;
    pub const IMMUTABLE: u64 = 1 << 8;
    pub const HEAP_TYPE: u64 = 1 << 9;
    pub const BASE_TYPE: u64 = 1 << 10;
    pub const HAVE_VECTORCALL: u64 = 1 << 11;
    pub const READY: u64 = 1 << 12;
    pub const HAVE_GC: u64 = 1 << 14;
    pub const METHOD_DESCRIPTOR: u64 = 1 << 17;
    pub const ABSTRACT: u64 = 1 << 20;
    pub const MATCH_SELF: u64 = 1 << 22;
    pub const INT_SUBCLASS: u64 = 1 << 24;
    pub const LIST_SUBCLASS: u64 = 1 << 25;
    pub const TUPLE_SUBCLASS: u64 = 1 << 26;
    pub const BYTES_SUBCLASS: u64 = 1 << 27;
    pub const STR_SUBCLASS: u64 = 1 << 28;
    pub const DICT_SUBCLASS: u64 = 1 << 29;
    pub const EXCEPTION_SUBCLASS: u64 = 1 << 30;
    pub const TYPE_SUBCLASS: u64 = 1 << 31;
    /// Not CPython's: instances have an attributes region (`__dict__`).
    pub const HAS_ATTRS: u64 = 1 << 40;
    /// Not CPython's: instances may be weakly referenced.
    pub const HAS_WEAKREFS: u64 = 1 << 41;
    /// Not CPython's: attribute reads need no call (`getattro` is the generic one).
    pub const GENERIC_GETATTR: u64 = 1 << 42;
    /// Not CPython's: some class in the MRO defines `__getattr__` or `__getattribute__` in Python.
    pub const PYTHON_GETATTR: u64 = 1 << 43;
    /// Not CPython's: the MRO has classes that no base leads to, whose changes are not announced: nothing is cached.
    pub const FOREIGN_MRO: u64 = 1 << 44;
    /// Not CPython's: there the class has no `__new__` of its own, `object.__new__` makes its instances.
    pub const OBJECT_NEW: u64 = 1 << 45;
    /// Flags that every subclass takes over.
    pub const INHERITED: u64 = HAVE_GC
        | INT_SUBCLASS
        | LIST_SUBCLASS
        | TUPLE_SUBCLASS
        | BYTES_SUBCLASS
        | STR_SUBCLASS
        | DICT_SUBCLASS
        | EXCEPTION_SUBCLASS
        | TYPE_SUBCLASS
        | MATCH_SELF
        | SEQUENCE
        | MAPPING
        | HAS_ATTRS
        | HAS_WEAKREFS;
}

/// Instances get at most this many inline attribute values.
pub(crate) const MAX_INLINE: usize = 32;

/// A native class as its source declares it; made by `#[pyclass]`.
pub struct TypeDef {
    pub name: &'static str,
    /// "builtins" or the module's name: `__module__`.
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// Of the constructor: "(iterable=(), /)"; `None` if `inspect.signature` should refuse.
    pub text_signature: Option<&'static str>,
    /// `None` for `object` alone means "no base"; for others the macro fills in `OBJECT_TYPE`.
    pub base: Option<&'static Type>,
    /// `type_flags::*`.
    pub flags: u64,
    pub methods: &'static [&'static [NativeDef]],
    pub getset: &'static [&'static [GetSetDef]],
    pub attrs: &'static [&'static [AttrDef]],
    pub fill_slots: fn(&Slots),
    pub payload: PayloadFns,
}

/// A type object. It starts with the object header: a `&Type` is also the address of a Python object.
#[repr(C)]
pub struct Type {
    header: Header,
    /// The address of this type: what a `&Value` of it can point to. Zero until first asked for.
    self_word: Cell<u64>,
    slots: Slots,
    /// The native class whose payload the instances have.
    def: &'static TypeDef,
    /// The static type that `def` belongs to; null in a static type itself (it is its own).
    native: Cell<*const Type>,
    flags: Cell<u64>,
    /// Changes whenever the type or one of its bases does; 0: not cacheable yet.
    version: Cell<u32>,
    /// Bytes of an instance without variable items.
    instance_size: Cell<u32>,
    /// Where what classes add begins (`__slots__`), from the object's start; for variable-sized objects from the end of
    /// the items.
    extra_offset: Cell<u32>,
    /// Number of `__slots__` words at `extra_offset`.
    slot_count: Cell<u32>,
    /// Inline attribute values that new instances get, if `HAS_ATTRS`.
    inline_capacity: Cell<u32>,
    /// The most attributes that an instance past its inline ones was seen with.
    most_attributes: Cell<u32>,
    /// Shape of an instance without attributes; 0 if there is no attributes region.
    root_shape: Cell<u32>,
    /// The `__init__` that calling the class enters, borrowed from its namespace or a base's; see `known_init`.
    init: Cell<u64>,
    name: ValueCell,
    qualname: ValueCell,
    base: ValueCell,
    bases: ValueCell,
    mro: ValueCell,
    dict: ValueCell,
    /// Direct subclasses, weakly: they take themselves out when they die.
    pub(crate) subclasses: RefCell<Vec<*const Type>>,
}

// SAFETY: static types are prepared before a second thread exists and immutable afterwards, but for caches and subclass
// lists, which are touched with the GIL held.
unsafe impl Sync for Type {}

impl Type {
    /// A native type; `ready` must run before instances exist.
    pub const fn new_static(def: &'static TypeDef) -> Type {
        Type {
            header: Header::immortal(&raw const TYPE_TYPE),
            self_word: Cell::new(0),
            slots: Slots::empty(),
            def,
            native: Cell::new(std::ptr::null()),
            flags: Cell::new(def.flags),
            version: Cell::new(0),
            instance_size: Cell::new((Header::SIZE + def.payload.size) as u32),
            extra_offset: Cell::new((Header::SIZE + def.payload.size) as u32),
            slot_count: Cell::new(0),
            inline_capacity: Cell::new(0),
            most_attributes: Cell::new(0),
            root_shape: Cell::new(0),
            init: Cell::new(0),
            name: ValueCell::empty(),
            qualname: ValueCell::empty(),
            base: ValueCell::empty(),
            bases: ValueCell::empty(),
            mro: ValueCell::empty(),
            dict: ValueCell::empty(),
            subclasses: RefCell::new(Vec::new()),
        }
    }

    /// The payload of a class that is about to live on the heap, with the native layout of `base`.
    pub(crate) fn new_heap(base: &Type) -> Type {
        let new = Type::new_static(base.def);
        new.native.set(base.native());
        new.flags.set(
            base.flags() & type_flags::INHERITED | type_flags::HEAP_TYPE | type_flags::BASE_TYPE | type_flags::HAVE_GC,
        );
        new
    }

    /// Puts a class made by [`Type::new_heap`] on the heap, as an instance of `metatype` (which derives from `type`).
    pub(crate) fn allocate(th: &crate::thread::ThreadState, metatype: &Type, class: Type) -> Value {
        debug_assert!(metatype.has_flag(type_flags::TYPE_SUBCLASS));
        let size = metatype.instance_size();
        debug_assert!(size >= size_of::<Type>());
        class.header.set_refcount(1);
        class.header.set_class_ptr(metatype);
        metatype.header.add_count();
        let object = th.heap().allocate(size);
        // SAFETY: the block has `size` bytes: a `Type`, and what the metatype adds (zeroed: empty).
        unsafe {
            object.cast::<u8>().write_bytes(0, size);
            object.cast::<Type>().write(class);
            Value::from_header(object)
        }
    }

    /// Takes over what every subclass does, from all bases; once the MRO is known.
    pub(crate) fn inherit_flags(&self) {
        const FROM_ALL: u64 = type_flags::SEQUENCE | type_flags::MAPPING | type_flags::MATCH_SELF;
        const FROM_LAYOUT: u64 = type_flags::INHERITED & !FROM_ALL & !type_flags::HAS_ATTRS & !type_flags::HAS_WEAKREFS;
        let flags = self.with_mro(|mro| {
            mro.iter().skip(1).filter_map(Value::as_type).fold(0, |flags, base| {
                // A class is a sequence or a mapping to patterns, as the first base that is either.
                let collection = type_flags::SEQUENCE | type_flags::MAPPING;
                let taken = if flags & collection != 0 { base.flags() & !collection } else { base.flags() };
                flags | taken
            })
        });
        let flags = flags.unwrap_or(0);
        if flags & (type_flags::SEQUENCE | type_flags::MAPPING) != 0 {
            self.clear_flag(type_flags::SEQUENCE | type_flags::MAPPING);
        }
        self.set_flag(flags & (FROM_ALL | FROM_LAYOUT));
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The type as a Python value, with a count of its own.
    #[inline(always)]
    pub fn as_value(&self) -> Value {
        self.value_ref().clone()
    }

    /// The type as a Python value, borrowed.
    #[inline(always)]
    pub fn value_ref(&self) -> &Value {
        if self.self_word.get() == 0 {
            self.self_word.set(self as *const Type as u64);
        }
        // SAFETY: the word is this object's address and never changes again; `&self` keeps the object alive.
        unsafe { &*self.self_word.as_ptr().cast::<Value>() }
    }

    #[inline(always)]
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    pub fn def(&self) -> &'static TypeDef {
        self.def
    }

    #[inline(always)]
    pub fn flags(&self) -> u64 {
        self.flags.get()
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u64) -> bool {
        self.flags.get() & flag != 0
    }

    pub(crate) fn set_flag(&self, flag: u64) {
        self.flags.set(self.flags.get() | flag);
    }

    /// From now on the class's attributes cannot be set: for classes of the library that are written in Python where
    /// CPython's are native.
    pub fn make_immutable(&self) {
        self.set_flag(type_flags::IMMUTABLE);
    }

    pub(crate) fn clear_flag(&self, flag: u64) {
        self.flags.set(self.flags.get() & !flag);
    }

    pub fn is_heap_type(&self) -> bool {
        self.has_flag(type_flags::HEAP_TYPE)
    }

    /// The static type whose payload the instances have.
    #[inline(always)]
    pub fn native(&self) -> &'static Type {
        let native = self.native.get();
        // SAFETY: a static type is its own native type, and `native` otherwise points to a static.
        unsafe { &*if native.is_null() { self as *const Type } else { native } }
    }

    /// Whether instances have `native`'s payload (first, if their own is larger).
    #[inline(always)]
    pub fn is_subtype_native(&self, native: &Type) -> bool {
        std::ptr::eq(self, native) || self.is_subtype_native_slow(native)
    }

    fn is_subtype_native_slow(&self, native: &Type) -> bool {
        let mut class = Some(self.native());
        while let Some(candidate) = class {
            if std::ptr::eq(candidate, native) {
                return true;
            }
            class = candidate.def.base;
        }
        false
    }

    /// Whether `self` is `class` or derives from it, by the method resolution order.
    #[inline]
    pub fn is_subtype(&self, class: &Type) -> bool {
        if std::ptr::eq(self, class) {
            return true;
        }
        match self.with_mro(|mro| mro.iter().any(|entry| entry.is(class.value_ref()))) {
            Some(found) => found,
            None => self.is_subtype_native(class),
        }
    }

    /// Looks at the method resolution order in place; `None` before the type is ready.
    #[inline]
    pub fn with_mro<R>(&self, look: impl FnOnce(&[Value]) -> R) -> Option<R> {
        self.mro.with(|mro| mro.and_then(|mro| mro.downcast::<Tuple>()).map(|mro| look(mro.as_slice())))
    }

    pub fn mro(&self) -> Option<Value> {
        self.mro.get()
    }

    pub(crate) fn set_mro(&self, mro: Value) -> Option<Value> {
        self.mro.replace(Some(mro))
    }

    /// `__name__` for messages.
    pub fn name(&self) -> String {
        self.name.with(|name| match name.and_then(|name| name.downcast::<crate::objects::str::Str>()) {
            Some(name) => name.to_string_lossy(),
            None => self.def.name.to_string(),
        })
    }

    /// `tp_name` as CPython's messages show it: the plain name of a heap type, "module.name" of a native type outside
    /// `builtins`.
    pub fn full_name(&self) -> String {
        if self.is_heap_type() || self.def.module == "builtins" {
            self.name()
        } else {
            format!("{}.{}", self.def.module, self.def.name)
        }
    }

    /// Whether CPython makes the class on the heap: those of modules, but for two modules. Pickling asks for that.
    pub(crate) fn is_heap_type_elsewhere(&self) -> bool {
        self.is_heap_type() || !matches!(self.def.module, "builtins" | "datetime" | "weakref")
    }

    /// Module and `__qualname__`, without "builtins" and "__main__": what newer messages say of a class.
    pub fn qualified_name(&self, th: &crate::thread::ThreadState) -> String {
        if !self.is_heap_type() {
            return self.full_name();
        }
        let module = self.own_attribute(&th.names().__module__);
        let module = module.as_ref().and_then(Value::as_str).map(|module| module.to_string_lossy());
        match module.as_deref() {
            None | Some("builtins" | "__main__") => self.name_of_qualname(),
            Some(module) => format!("{module}.{}", self.name_of_qualname()),
        }
    }

    /// `__qualname__` for messages.
    pub fn name_of_qualname(&self) -> String {
        self.qualname
            .with(|name| name.and_then(Value::as_str).map(|name| name.to_string_lossy()))
            .unwrap_or_else(|| self.name())
    }

    pub(crate) fn name_cell(&self) -> &ValueCell {
        &self.name
    }

    pub(crate) fn qualname_cell(&self) -> &ValueCell {
        &self.qualname
    }

    /// `__base__`.
    pub fn base(&self) -> Option<Value> {
        self.base.get()
    }

    pub(crate) fn base_cell(&self) -> &ValueCell {
        &self.base
    }

    /// `__bases__`.
    pub fn bases(&self) -> Option<Value> {
        self.bases.get()
    }

    pub(crate) fn bases_cell(&self) -> &ValueCell {
        &self.bases
    }

    /// The type's own namespace.
    pub fn dict(&self) -> Option<Value> {
        self.dict.get().or_else(|| {
            self.fill_native_namespace();
            self.dict.get()
        })
    }

    /// Gives the type its namespace. From then on the dict is nobody else's: see [`Type::is_namespace`].
    pub(crate) fn set_dict(&self, dict: Value) {
        if let Some(header) = dict.header() {
            header.set_flag(crate::object::flags::CLASS_BIT);
        }
        self.dict.set(Some(dict));
    }

    /// Whether a dict is the namespace of a class. Programs are never given such a dict itself: what is changed behind the
    /// class's back would leave caches of its attributes wrong.
    pub(crate) fn is_namespace(value: &Value) -> bool {
        value.is_exactly(&crate::objects::dict::DICT_TYPE)
            && value.header().is_some_and(|header| header.has_flag(crate::object::flags::CLASS_BIT))
    }

    /// Looks at the namespace in place.
    #[inline]
    pub fn with_dict<R>(&self, look: impl FnOnce(&Dict) -> R) -> Option<R> {
        if self.dict.with(|dict| dict.is_none()) {
            self.fill_native_namespace();
        }
        self.dict.with(|dict| dict.and_then(|dict| dict.downcast::<Dict>()).map(look))
    }

    /// Native types get their namespace when somebody looks: most programs never ask for most types' methods.
    #[cold]
    #[inline(never)]
    fn fill_native_namespace(&self) {
        if self.has_flag(type_flags::READY)
            && !self.is_heap_type()
            && let Some(th) = crate::thread::current()
        {
            ready::fill_namespace(th, self.native());
        }
    }

    #[inline(always)]
    pub fn instance_size(&self) -> usize {
        self.instance_size.get() as usize
    }

    /// Offset of what classes add to the payload (see `object.rs`).
    #[inline(always)]
    pub fn extra_offset(&self) -> usize {
        self.extra_offset.get() as usize
    }

    pub fn slot_count(&self) -> usize {
        self.slot_count.get() as usize
    }

    /// Bytes that classes add to the native object.
    #[inline(always)]
    pub fn extra_size(&self) -> usize {
        self.instance_size() - self.extra_offset()
    }

    #[inline(always)]
    pub fn has_extra(&self) -> bool {
        self.extra_size() != 0
    }

    #[inline(always)]
    pub fn has_attrs(&self) -> bool {
        self.has_flag(type_flags::HAS_ATTRS)
    }

    /// Offset of the attributes region: the attrs word, then the inline values. Meaningful if `has_attrs`.
    #[inline(always)]
    pub fn attrs_offset(&self) -> usize {
        self.extra_offset() + 8 * self.slot_count()
    }

    pub fn inline_capacity(&self) -> usize {
        self.inline_capacity.get() as usize
    }

    #[inline(always)]
    pub fn root_shape_id(&self) -> u32 {
        self.root_shape.get()
    }

    pub(crate) fn set_root_shape(&self, id: u32) {
        self.root_shape.set(id);
    }

    #[inline(always)]
    pub fn is_variable_sized(&self) -> bool {
        self.def.payload.var_size.is_some()
    }

    /// Whether instances hold nothing but the words of their class's slots and attributes, lie on a heap page, and die
    /// without `__del__`.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        let payload = self.payload_fns();
        payload.size == 0
            && payload.var_size.is_none()
            && payload.drop.is_none()
            && self.slots.finalize.get().is_none()
            && self.instance_size() <= crate::heap::MAX_SMALL
    }

    #[inline(always)]
    pub fn payload_fns(&self) -> &'static PayloadFns {
        &self.def.payload
    }

    /// Fixes where instances keep what classes add: `slot_count` words, and an attributes region with
    /// `inline_capacity` values if the type has one.
    pub(crate) fn set_layout(&self, slot_count: usize, inline_capacity: usize) {
        let payload_end = Header::SIZE + self.def.payload.size;
        let mut inline_capacity = inline_capacity;
        let mut size = payload_end + 8 * slot_count;
        if self.has_attrs() {
            size += 8 + 8 * inline_capacity;
            // An even number of words: the attribute that comes later often has room.
            if !size.is_multiple_of(16) && !self.is_variable_sized() {
                size += 8;
                inline_capacity += 1;
            }
        }
        self.extra_offset.set(payload_end as u32);
        self.slot_count.set(slot_count as u32);
        self.inline_capacity.set(inline_capacity as u32);
        self.instance_size.set(size as u32);
    }

    /// Inline values that this very instance has room for. Classes learn (`note_overflow`), so instances differ.
    pub(crate) fn inline_limit(&self, object: *mut Header) -> usize {
        if self.is_variable_sized() || self.instance_size() > crate::heap::MAX_SMALL {
            return self.inline_capacity();
        }
        // SAFETY: instances of at most `MAX_SMALL` bytes live on pages.
        let size = unsafe { crate::heap::block_size(object) };
        (size - self.attrs_offset() - 8) / 8
    }

    /// An instance came to have `count` attributes, more than its inline ones. When that happens to a second instance,
    /// new ones get more room.
    pub(crate) fn note_overflow(&self, th: &crate::thread::ThreadState, count: usize) {
        let (seen, capacity) = (self.most_attributes.get() as usize, self.inline_capacity());
        if count == capacity + 1
            && seen > capacity
            && seen <= MAX_INLINE
            && !self.is_variable_sized()
            && self.instance_size() + 8 * (seen - capacity + 1) <= crate::heap::MAX_SMALL
        {
            self.set_layout(self.slot_count(), seen);
            self.set_root_shape(th.interp().shapes.new_root(self.inline_capacity()));
        }
        self.most_attributes.set(seen.max(count) as u32);
    }

    /// The version tag for inline caches; 0 if the type can not be cached.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    pub(crate) fn set_version(&self, version: u32) {
        self.version.set(version);
    }

    /// The word of `__init__`, an exact function, that `set_known_init` was given. To be used only by who has checked that
    /// the class still has the version that it had then.
    #[inline(always)]
    pub(crate) fn known_init(&self) -> u64 {
        self.init.get()
    }

    pub(crate) fn set_known_init(&self, init: &Value) {
        self.init.set(init.bits());
    }

    /// Byte offset of `version` in the type object, for handlers that compare it.
    pub const VERSION_OFFSET: usize = std::mem::offset_of!(Type, version);
}

impl Payload for Type {
    const DEF: &'static TypeDef = &type_methods::TYPE_DEF;
    const OFFSET: usize = 0;

    fn class() -> &'static Type {
        &TYPE_TYPE
    }
}

/// `type`.
pub static TYPE_TYPE: Type = Type::new_static(<Type as Payload>::DEF);

impl Traverse for Type {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for cell in [&self.name, &self.qualname, &self.base, &self.bases, &self.mro, &self.dict] {
            cell.traverse(visit);
        }
    }

    fn clear(&self) {
        if let Some(dict) = self.dict.get().as_ref().and_then(|dict| dict.downcast::<Dict>()) {
            dict.clear();
        }
        self.mro.clear();
    }
}

impl Drop for Type {
    /// Only heap types are dropped: a dead class leaves its bases' lists.
    fn drop(&mut self) {
        if let Some(bases) = self.bases.get().as_ref().and_then(|bases| bases.downcast::<Tuple>()) {
            for base in bases.as_slice() {
                if let Some(base) = base.downcast::<Type>() {
                    base.subclasses.borrow_mut().retain(|&entry| !std::ptr::eq(entry, self));
                }
            }
        }
    }
}

impl Value {
    /// The type object, if the value is one.
    #[inline(always)]
    pub fn as_type(&self) -> Option<&Type> {
        let header = self.header()?;
        if header.class().has_flag(type_flags::TYPE_SUBCLASS) { Some(header.payload::<Type>()) } else { None }
    }
}
