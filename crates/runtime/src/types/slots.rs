//! The slots of a type: function pointers by protocol.
//!
//! Names are CPython's without the `tp_`, `nb_`-less ones only where they are unique. A slot is `None` when neither the
//! type nor its bases implement the operation. `types/slot_table.rs` ties slots to special methods.

use std::cell::Cell;

use crate::error::Res;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// The six rich comparisons, numbered as CPython numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    pub const ALL: [CompareOp; 6] =
        [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];

    /// The comparison with its operands exchanged.
    pub fn reflected(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
        }
    }

    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    pub fn method_name(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }

    /// What the comparison says of an ordering.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }
}

pub type UnaryFn = fn(&ThreadState, &Value) -> Res;
pub type BinaryFn = fn(&ThreadState, &Value, &Value) -> Res;
pub type TernaryFn = fn(&ThreadState, &Value, &Value, &Value) -> Res;
pub type BoolFn = fn(&ThreadState, &Value) -> Res<bool>;
pub type LengthFn = fn(&ThreadState, &Value) -> Res<usize>;
pub type HashFn = fn(&ThreadState, &Value) -> Res<i64>;
/// Positional arguments followed by keyword values, and the keyword names (see `function::NativeFn`).
pub type CallFn = fn(&ThreadState, &Value, &[Value], &[Value]) -> Res;
pub type NewFn = fn(&ThreadState, &Type, &[Value], &[Value]) -> Res;
pub type InitFn = fn(&ThreadState, &Value, &[Value], &[Value]) -> Res<()>;
pub type RichCompareFn = fn(&ThreadState, &Value, &Value, CompareOp) -> Res;
/// Object and attribute name (always a `str`).
pub type GetAttrFn = fn(&ThreadState, &Value, &Value) -> Res;
/// `None` deletes.
pub type SetAttrFn = fn(&ThreadState, &Value, &Value, Option<&Value>) -> Res<()>;
/// Descriptor, instance (`None` when looked up on the class), owner.
pub type DescrGetFn = fn(&ThreadState, &Value, Option<&Value>, &Value) -> Res;
/// Descriptor, instance, value (`None` deletes).
pub type DescrSetFn = fn(&ThreadState, &Value, &Value, Option<&Value>) -> Res<()>;
pub type IndexFn = fn(&ThreadState, &Value, isize) -> Res;
pub type AssignIndexFn = fn(&ThreadState, &Value, isize, Option<&Value>) -> Res<()>;
pub type AssignKeyFn = fn(&ThreadState, &Value, &Value, Option<&Value>) -> Res<()>;
pub type ContainsFn = fn(&ThreadState, &Value, &Value) -> Res<bool>;
/// Must not raise: what goes wrong is reported through `sys.unraisablehook`.
pub type FinalizeFn = fn(&ThreadState, &Value);
/// Fills a view of the object's bytes; flags are `buffer::*`.
pub type GetBufferFn = fn(&ThreadState, &Value, crate::buffer::Flags) -> Res<crate::buffer::BufferInfo>;
pub type ReleaseBufferFn = fn(&ThreadState, &Value);
/// `am_send`: generator, sent value. `Ok(Sent::Yield)`/`Ok(Sent::Return)`.
pub type SendFn = fn(&ThreadState, &Value, &Value) -> Res<Sent>;

pub enum Sent {
    Yield(Value),
    Return(Value),
}

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// Function pointers of one type.
        #[derive(Clone)]
        pub struct Slots { $($(#[$doc])* pub $name: Cell<Option<$type>>,)* }

        impl Slots {
            pub const fn empty() -> Slots {
                Slots { $($name: Cell::new(None),)* }
            }

            /// Takes from `base` every slot that is empty here.
            pub fn inherit(&self, base: &Slots) {
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
            }

            /// Makes every slot the one that `other` has.
            pub fn copy_from(&self, other: &Slots) {
                $(self.$name.set(other.$name.get());)*
            }
        }
    };
}

slots! {
    new: NewFn,
    init: InitFn,
    call: CallFn,
    repr: UnaryFn,
    str: UnaryFn,
    hash: HashFn,
    richcompare: RichCompareFn,
    getattro: GetAttrFn,
    setattro: SetAttrFn,
    iter: UnaryFn,
    /// Returns `Value::EXHAUSTED` at the end.
    iternext: UnaryFn,
    descr_get: DescrGetFn,
    descr_set: DescrSetFn,
    finalize: FinalizeFn,
    nb_add: BinaryFn,
    nb_subtract: BinaryFn,
    nb_multiply: BinaryFn,
    nb_remainder: BinaryFn,
    nb_divmod: BinaryFn,
    nb_power: TernaryFn,
    nb_negative: UnaryFn,
    nb_positive: UnaryFn,
    nb_absolute: UnaryFn,
    nb_bool: BoolFn,
    nb_invert: UnaryFn,
    nb_lshift: BinaryFn,
    nb_rshift: BinaryFn,
    nb_and: BinaryFn,
    nb_xor: BinaryFn,
    nb_or: BinaryFn,
    nb_int: UnaryFn,
    nb_float: UnaryFn,
    nb_inplace_add: BinaryFn,
    nb_inplace_subtract: BinaryFn,
    nb_inplace_multiply: BinaryFn,
    nb_inplace_remainder: BinaryFn,
    nb_inplace_power: TernaryFn,
    nb_inplace_lshift: BinaryFn,
    nb_inplace_rshift: BinaryFn,
    nb_inplace_and: BinaryFn,
    nb_inplace_xor: BinaryFn,
    nb_inplace_or: BinaryFn,
    nb_floor_divide: BinaryFn,
    nb_true_divide: BinaryFn,
    nb_inplace_floor_divide: BinaryFn,
    nb_inplace_true_divide: BinaryFn,
    nb_index: UnaryFn,
    nb_matrix_multiply: BinaryFn,
    nb_inplace_matrix_multiply: BinaryFn,
    sq_length: LengthFn,
    sq_concat: BinaryFn,
    sq_repeat: IndexFn,
    sq_item: IndexFn,
    sq_ass_item: AssignIndexFn,
    sq_contains: ContainsFn,
    sq_inplace_concat: BinaryFn,
    sq_inplace_repeat: IndexFn,
    mp_length: LengthFn,
    mp_subscript: BinaryFn,
    mp_ass_subscript: AssignKeyFn,
    am_await: UnaryFn,
    am_aiter: UnaryFn,
    am_anext: UnaryFn,
    am_send: SendFn,
    get_buffer: GetBufferFn,
    release_buffer: ReleaseBufferFn,
}
