//! Choosing forms of `LOAD_ATTR` and `STORE_ATTR`.
#![expect(unsafe_code, reason = "records of inline caches are reached by address")]

use bytecode::opcode::op;

use super::{MISSES, become_form, fuse};
use crate::frame::attribute_cache::{Entry, kind};
use crate::frame::private;
use crate::frame::registers::{Fp, Pc, Sp};
use crate::function::GetSetDef;
use crate::instance;
use crate::objects::code::Code;
use crate::objects::function::FUNCTION_TYPE;
use crate::objects::module::MODULE_TYPE;
use crate::objects::native_function::{GetSetDescriptor, MethodDescriptor, SlotDescriptor};
use crate::objects::property::Property;
use crate::objects::slot_wrapper::SlotWrapper;
use crate::protocol::attributes::generic_setattr;
use crate::thread::ThreadState;
use crate::types::{Type, type_flags};
use crate::value::Value;

/// What `STORE_ATTR_ADD` needs, in a record of the code object's.
#[repr(C)]
pub(in crate::frame) struct AddRecord {
    pub version: u32,
    pub before: u32,
    pub after: u32,
    pub offset: u32,
}

impl AddRecord {
    #[inline(always)]
    pub(in crate::frame) fn at<'a>(address: u64) -> &'a AddRecord {
        // SAFETY: the specialised instruction's cache holds the address of a record that lives as long as the code object.
        unsafe { &*(address as *const AddRecord) }
    }

    fn store(self, code: &Code) -> Option<u64> {
        let mut records = code.records.borrow_mut();
        // An instruction that keeps changing its mind must not fill memory.
        if records.len() > code.code_bytes().len() {
            return None;
        }
        let words = [
            u64::from(self.version) | u64::from(self.before) << 32,
            u64::from(self.after) | u64::from(self.offset) << 32,
        ];
        let record: Box<[u64]> = Box::new(words);
        let address = record.as_ptr() as u64;
        records.push(record);
        Some(address)
    }
}

#[cold]
#[inline(never)]
pub(in crate::frame) fn load_attr(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) {
    let owner = sp.peek(1);
    let name = fp.code().name_at(arg >> 1);
    if owner.is_exactly(&MODULE_TYPE) {
        return of_module(th, pc, owner, name);
    }
    if let Some(class) = owner.as_type() {
        return of_class(th, pc, class, name);
    }
    let class = owner.class();
    if !class.has_flag(type_flags::GENERIC_GETATTR)
        && !crate::types::slot_table::dispatch::asks_generic_first(th, class)
    {
        return;
    }
    let version = class.ensure_version(th);
    if version == 0 {
        return;
    }
    let on_class = class.lookup(th, name);
    if let Some(attribute) = &on_class
        && attribute.class().slots().descr_set.get().is_some()
    {
        // Where a getter fails, a `__getattr__` would have to be asked.
        if class.has_flag(type_flags::GENERIC_GETATTR) || is_slot(attribute) {
            of_data_descriptor(pc, class, version, attribute, arg);
        }
        return;
    }
    let has_attrs = owner.is_object() && class.has_attrs();
    let mut shape = 0;
    if has_attrs && let Some(header) = owner.header() {
        shape = header.shape_id();
        if shape == 0 {
            // Dict mode: the dict remembers where its keys are.
            if let Some(dict) = instance::mode_dict(owner) {
                match dict.entry_number(name) {
                    Some(number) if number <= usize::from(u16::MAX) => {
                        pc.set_cache32(1, version);
                        pc.set_cache16(5, number as u16);
                        become_form(pc, op::LOAD_ATTR_WITH_HINT);
                    }
                    _ => {}
                }
            }
            return;
        }
        if let Some(offset) = inline_offset(th, class, shape, name) {
            pc.set_cache32(1, version);
            pc.set_cache32(3, shape);
            pc.set_cache16(5, offset);
            become_form(pc, op::LOAD_ATTR_INSTANCE_VALUE);
            return fuse::with_load(fp.code(), pc);
        }
        if instance::get_attribute(th, owner, name).is_some() {
            // A value past the inline ones, which the forms for one class do not know.
            if enter_load_of(th, owner, name) {
                pc.set_cache64(5, name.bits());
                become_form(pc, private::op::LOAD_ATTR_POLY);
            }
            return;
        }
    }
    let Some(attribute) = on_class else { return };
    let is_method = arg & 1 != 0 && attribute.class().has_flag(type_flags::METHOD_DESCRIPTOR);
    let is_plain = attribute.class().slots().descr_get.get().is_none();
    let form = match (is_method, is_plain, has_attrs) {
        (true, _, true) => op::LOAD_ATTR_METHOD_WITH_VALUES,
        (true, _, false) => op::LOAD_ATTR_METHOD_NO_DICT,
        (_, true, true) => op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES,
        (_, true, false) => op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT,
        _ => return,
    };
    pc.set_cache32(1, version);
    pc.set_cache32(3, shape);
    pc.set_cache64(5, attribute.bits());
    become_form(pc, form);
    fuse::with_load(fp.code(), pc);
}

/// Failed guards after which a `LOAD_ATTR` is one for several classes.
const POLY_AFTER: u16 = 6;
/// Executions of the plain `STORE_ATTR` between two tries, once a guard has failed.
const STORE_COOLDOWN: u16 = 6;

/// Counts a failed guard of a `LOAD_ATTR` form; the last one makes the site one for several classes, if it can be.
#[inline(never)]
pub(in crate::frame) fn load_attr_missed(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) {
    let counter = pc.cache16(0);
    if counter > MISSES - POLY_AFTER {
        return pc.set_cache16(0, counter - 1);
    }
    let name = fp.code().name_at(arg >> 1);
    if !enter_load_of(th, sp.peek(1), name) {
        return super::missed(pc, op::LOAD_ATTR);
    }
    pc.set_cache64(5, name.bits());
    become_form(pc, private::op::LOAD_ATTR_POLY);
    fuse::with_load(fp.code(), pc);
}

/// Tells the interpreter's table of an attribute that a site for several classes has not found there.
#[inline(never)]
pub(in crate::frame) fn enter_load(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) {
    if !enter_load_of(th, sp.peek(1), fp.code().name_at(arg >> 1)) {
        super::missed(pc, op::LOAD_ATTR);
    }
}

fn enter_load_of(th: &ThreadState, owner: &Value, name: &Value) -> bool {
    match load_entry(th, owner, name) {
        Some(entry) => {
            th.interp().attribute_cache.enter_load(entry);
            true
        }
        None => false,
    }
}

/// What holds for attribute `name` of all instances of the owner's class in its shape.
fn load_entry(th: &ThreadState, owner: &Value, name: &Value) -> Option<Entry> {
    let header = owner.header()?;
    let class = header.class();
    let plain = class.has_flag(type_flags::GENERIC_GETATTR)
        || crate::types::slot_table::dispatch::asks_generic_first(th, class);
    if !plain || owner.as_type().is_some() || owner.is_exactly(&MODULE_TYPE) || !name.header()?.is_immortal() {
        return None;
    }
    let (version, shape) = (class.ensure_version(th), header.shape_id());
    if version == 0 || class.has_attrs() && shape == 0 {
        return None;
    }
    let entry = |kind, offset, value| Some(Entry { name: name.bits(), version, shape, kind, offset, value });
    let on_class = class.lookup(th, name);
    if let Some(attribute) = &on_class
        && attribute.class().slots().descr_set.get().is_some()
    {
        if attribute.downcast_exact::<Property>().is_some() {
            if !class.has_flag(type_flags::GENERIC_GETATTR) {
                return None;
            }
            return entry(kind::PROPERTY, 0, attribute.bits());
        }
        if class.has_flag(type_flags::GENERIC_GETATTR)
            && let Some(field) = native_field(class, attribute)
        {
            return entry(kind::NATIVE, 0, std::ptr::from_ref(field) as u64);
        }
        let slot = attribute.downcast_exact::<SlotDescriptor>()?;
        return entry(kind::SLOT, slot_offset(class, slot)?.into(), 0);
    }
    if class.has_attrs() {
        if let Some(offset) = inline_offset(th, class, shape, name) {
            return entry(kind::VALUE, offset.into(), 0);
        }
        if let Some(place) = overflow_place(th, shape, name) {
            return entry(kind::OVERFLOW, place, 0);
        }
        if instance::get_attribute(th, owner, name).is_some() {
            return None;
        }
    }
    let attribute = on_class?;
    // The class keeps the attribute for as long as it has this version.
    if attribute.class().has_flag(type_flags::METHOD_DESCRIPTOR) {
        return entry(kind::METHOD, 0, attribute.bits());
    }
    if attribute.class().slots().descr_get.get().is_none() { entry(kind::CONSTANT, 0, attribute.bits()) } else { None }
}

/// A guard of a `STORE_ATTR` form has failed: plain for a while, then a form for several classes.
#[inline(never)]
pub(in crate::frame) fn store_attr_missed(pc: Pc) {
    super::undo(pc, op::STORE_ATTR);
    pc.set_cache16(0, STORE_COOLDOWN);
    pc.set_cache16(3, STORE_MISSED);
}

/// In the last cache unit of a plain `STORE_ATTR`: it has been specialised before, in vain.
const STORE_MISSED: u16 = 0xFFFF;

/// As `enter_load`.
#[inline(never)]
pub(in crate::frame) fn enter_store(th: &ThreadState, sp: Sp, fp: Fp, arg: usize) -> bool {
    match store_entry(th, sp.peek(1), fp.code().name_at(arg)) {
        Some(entry) => {
            th.interp().attribute_cache.enter_store(entry);
            true
        }
        None => false,
    }
}

fn store_entry(th: &ThreadState, owner: &Value, name: &Value) -> Option<Entry> {
    let header = owner.header()?;
    let class = header.class();
    let (version, shape) = (class.ensure_version(th), header.shape_id());
    if !has_generic_setattr(class)
        || version == 0
        || class.has_attrs() && shape == 0
        || owner.as_type().is_some()
        || !name.header()?.is_immortal()
    {
        return None;
    }
    let entry = |kind, offset, value| Some(Entry { name: name.bits(), version, shape, kind, offset, value });
    if let Some(attribute) = class.lookup(th, name)
        && attribute.class().slots().descr_set.get().is_some()
    {
        let slot = attribute.downcast_exact::<SlotDescriptor>()?;
        return entry(kind::SLOT, slot_offset(class, slot)?.into(), 0);
    }
    if !class.has_attrs() {
        return None;
    }
    if let Some(offset) = inline_offset(th, class, shape, name) {
        return entry(kind::VALUE, offset.into(), 0);
    }
    let after = shape_after(th, class, shape, name)?;
    entry(kind::ADD, inline_offset(th, class, after, name)?.into(), after.into())
}

fn has_generic_setattr(class: &Type) -> bool {
    let generic = generic_setattr as crate::types::slots::SetAttrFn;
    class.slots().setattro.get().is_some_and(|set| std::ptr::fn_addr_eq(set, generic))
}

/// The shape that storing a new attribute leads to.
fn shape_after(th: &ThreadState, class: &Type, shape: u32, name: &Value) -> Option<u32> {
    let shapes = &th.interp().shapes;
    if class.is_variable_sized() || shapes.with(shape, |shape| shape.place(name).is_some()) != Some(false) {
        return None;
    }
    shapes.with_attribute(shape, name)
}

/// Byte offset of an inline attribute of instances with this shape.
fn inline_offset(th: &ThreadState, class: &Type, shape: u32, name: &Value) -> Option<u16> {
    if class.is_variable_sized() {
        return None;
    }
    let (place, capacity) =
        th.interp().shapes.with(shape, |shape| Some((shape.place(name)?, shape.inline_capacity as usize)))??;
    if place < capacity { u16::try_from(class.attrs_offset() + 8 + 8 * place).ok() } else { None }
}

/// The place, past the inline values, of an attribute of instances with this shape.
fn overflow_place(th: &ThreadState, shape: u32, name: &Value) -> Option<u32> {
    let shapes = &th.interp().shapes;
    let (place, capacity) =
        shapes.with(shape, |shape| Some((shape.place(name)?, shape.inline_capacity as usize)))??;
    u32::try_from(place.checked_sub(capacity)?).ok()
}

fn slot_offset(class: &Type, slot: &SlotDescriptor) -> Option<u16> {
    if class.is_variable_sized() || slot.index >= class.slot_count() {
        return None;
    }
    u16::try_from(class.extra_offset() + 8 * slot.index).ok()
}

fn of_data_descriptor(pc: Pc, class: &Type, version: u32, attribute: &Value, arg: usize) {
    if let Some(field) = native_field(class, attribute) {
        pc.set_cache32(1, version);
        pc.set_cache64(5, std::ptr::from_ref(field) as u64);
        return become_form(pc, LOAD_ATTR_NATIVE);
    }
    if let Some(slot) = attribute.downcast_exact::<SlotDescriptor>() {
        if let Some(offset) = slot_offset(class, slot) {
            pc.set_cache32(1, version);
            pc.set_cache16(5, offset);
            become_form(pc, op::LOAD_ATTR_SLOT);
        }
        return;
    }
    if arg & 1 == 0
        && let Some(property) = attribute.downcast_exact::<Property>()
        && property.getter.with(|getter| getter.is_some_and(|getter| getter.is_exactly(&FUNCTION_TYPE)))
    {
        pc.set_cache32(1, version);
        pc.set_cache64(5, attribute.bits());
        become_form(pc, op::LOAD_ATTR_PROPERTY);
    }
}

/// CPython's number for what it does not specialise further is free for getters and fields of native classes.
const LOAD_ATTR_NATIVE: u16 = op::LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN;

/// Whether an attribute of a class is one of its `__slots__`.
fn is_slot(attribute: &Value) -> bool {
    attribute.downcast_exact::<SlotDescriptor>().is_some_and(|slot| slot.native.is_none())
}

/// The accessors of a native field or computed attribute that instances of `class` may be asked for.
fn native_field(class: &Type, attribute: &Value) -> Option<&'static GetSetDef> {
    let (field, owner) =
        match (attribute.downcast_exact::<GetSetDescriptor>(), attribute.downcast_exact::<SlotDescriptor>()) {
            (Some(getset), _) => (getset.def, &getset.owner),
            (_, Some(slot)) => (slot.native?, &slot.owner),
            _ => return None,
        };
    (field.get.is_some() && owner.as_type().is_some_and(|owner| class.is_subtype(owner))).then_some(field)
}

fn of_module(th: &ThreadState, pc: Pc, owner: &Value, name: &Value) {
    if MODULE_TYPE.lookup(th, name).is_some() {
        return;
    }
    let Some(dict) = instance::mode_dict(owner) else { return };
    let version = dict.keys_version(th);
    if version != 0
        && let Some(number) = dict.entry_number(name)
        && number <= usize::from(u16::MAX)
    {
        pc.set_cache32(1, version);
        pc.set_cache16(5, number as u16);
        become_form(pc, op::LOAD_ATTR_MODULE);
    }
}

fn of_class(th: &ThreadState, pc: Pc, class: &Type, name: &Value) {
    let meta = class.header().class();
    let type_getattr = crate::types::TYPE_TYPE.slots().getattro.get();
    let same = match (meta.slots().getattro.get(), type_getattr) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    if !same {
        return;
    }
    // What the metaclass has under the name goes before the class's own only if it is a data descriptor, which an instance
    // of a Python class may yet become.
    if let Some(attribute) = meta.lookup(th, name)
        && (attribute.class().is_heap_type() || attribute.class().slots().descr_set.get().is_some())
    {
        let version = meta.ensure_version(th);
        if version != 0 && native_field(meta, &attribute).is_some() {
            of_data_descriptor(pc, meta, version, &attribute, 1);
        }
        return;
    }
    let Some(attribute) = class.lookup(th, name) else { return };
    // Functions, methods of native classes and plain values are what `class.name` gives; other descriptors make something
    // new.
    let is_function = attribute.is_exactly(&FUNCTION_TYPE)
        || attribute.downcast_exact::<MethodDescriptor>().is_some()
        || attribute.downcast_exact::<SlotWrapper>().is_some();
    if !is_function && attribute.class().slots().descr_get.get().is_some() {
        return;
    }
    let (version, meta_version) = (class.ensure_version(th), meta.ensure_version(th));
    if version == 0 || meta_version == 0 {
        return;
    }
    pc.set_cache32(1, version);
    pc.set_cache32(3, meta_version);
    pc.set_cache64(5, attribute.bits());
    let may_change = !meta.has_flag(type_flags::IMMUTABLE);
    become_form(pc, if may_change { op::LOAD_ATTR_CLASS_WITH_METACLASS_CHECK } else { op::LOAD_ATTR_CLASS });
}

#[cold]
#[inline(never)]
pub(in crate::frame) fn store_attr(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) {
    let owner = sp.peek(1);
    let name = fp.code().name_at(arg);
    let Some(header) = owner.header() else { return };
    let class = header.class();
    let version = class.ensure_version(th);
    if pc.cache16(3) == STORE_MISSED && enter_store(th, sp, fp, arg) {
        pc.set_cache64(0, name.bits());
        return pc.set_opcode(private::op::STORE_ATTR_POLY);
    }
    if !has_generic_setattr(class) || version == 0 || owner.as_type().is_some() {
        return;
    }
    if let Some(attribute) = class.lookup(th, name)
        && attribute.class().slots().descr_set.get().is_some()
    {
        if let Some(slot) = attribute.downcast_exact::<SlotDescriptor>()
            && let Some(offset) = slot_offset(class, slot)
        {
            pc.set_cache32(1, version);
            pc.set_cache16(3, offset);
            pc.set_opcode(op::STORE_ATTR_SLOT);
        }
        return;
    }
    if !class.has_attrs() {
        return;
    }
    let shape = header.shape_id();
    if shape == 0 {
        if let Some(number) = instance::mode_dict(owner).and_then(|dict| dict.entry_number(name))
            && number <= usize::from(u16::MAX)
        {
            pc.set_cache32(1, version);
            pc.set_cache16(3, number as u16);
            pc.set_opcode(op::STORE_ATTR_WITH_HINT);
        }
        return;
    }
    if let Some(offset) = inline_offset(th, class, shape, name) {
        if offset / 8 <= 0xFF {
            pc.set_cache32(0, version);
            pc.set_cache32(2, shape << 8 | u32::from(offset / 8));
            pc.set_opcode(op::STORE_ATTR_INSTANCE_VALUE);
            fuse::with_load(fp.code(), pc);
        }
        return;
    }
    if let Some(after) = shape_after(th, class, shape, name)
        && let Some(offset) = inline_offset(th, class, after, name)
        && let Some(address) = (AddRecord { version, before: shape, after, offset: u32::from(offset) }).store(fp.code())
    {
        pc.set_cache64(0, address);
        pc.set_opcode(private::op::STORE_ATTR_ADD);
        fuse::with_load(fp.code(), pc);
    }
}
