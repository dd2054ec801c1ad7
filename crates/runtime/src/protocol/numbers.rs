//! Arithmetic: binary and unary operators, indexes.

use crate::error::Res;
use crate::objects::int::IntView;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::types::slots::{BinaryFn, Slots, TernaryFn, UnaryFn};
use crate::value::Value;

/// Operators of `BINARY_OP`, numbered as its argument (in-place forms are 13 more).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinaryOp {
    Add = 0,
    And = 1,
    FloorDivide = 2,
    Lshift = 3,
    MatrixMultiply = 4,
    Multiply = 5,
    Remainder = 6,
    Or = 7,
    Power = 8,
    Rshift = 9,
    Subtract = 10,
    TrueDivide = 11,
    Xor = 12,
}

impl BinaryOp {
    pub const ALL: [BinaryOp; 13] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDivide,
        BinaryOp::Lshift,
        BinaryOp::MatrixMultiply,
        BinaryOp::Multiply,
        BinaryOp::Remainder,
        BinaryOp::Or,
        BinaryOp::Power,
        BinaryOp::Rshift,
        BinaryOp::Subtract,
        BinaryOp::TrueDivide,
        BinaryOp::Xor,
    ];

    pub fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^"][self as usize]
    }

    fn inplace_symbol(self) -> &'static str {
        ["+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="][self as usize]
    }

    #[inline]
    fn slot(self, slots: &Slots) -> Option<BinaryFn> {
        match self {
            BinaryOp::Add => slots.nb_add.get(),
            BinaryOp::And => slots.nb_and.get(),
            BinaryOp::FloorDivide => slots.nb_floor_divide.get(),
            BinaryOp::Lshift => slots.nb_lshift.get(),
            BinaryOp::MatrixMultiply => slots.nb_matrix_multiply.get(),
            BinaryOp::Multiply => slots.nb_multiply.get(),
            BinaryOp::Remainder => slots.nb_remainder.get(),
            BinaryOp::Or => slots.nb_or.get(),
            BinaryOp::Rshift => slots.nb_rshift.get(),
            BinaryOp::Subtract => slots.nb_subtract.get(),
            BinaryOp::TrueDivide => slots.nb_true_divide.get(),
            BinaryOp::Xor => slots.nb_xor.get(),
            BinaryOp::Power => None,
        }
    }

    fn inplace_slot(self, slots: &Slots) -> Option<BinaryFn> {
        match self {
            BinaryOp::Add => slots.nb_inplace_add.get(),
            BinaryOp::And => slots.nb_inplace_and.get(),
            BinaryOp::FloorDivide => slots.nb_inplace_floor_divide.get(),
            BinaryOp::Lshift => slots.nb_inplace_lshift.get(),
            BinaryOp::MatrixMultiply => slots.nb_inplace_matrix_multiply.get(),
            BinaryOp::Multiply => slots.nb_inplace_multiply.get(),
            BinaryOp::Remainder => slots.nb_inplace_remainder.get(),
            BinaryOp::Or => slots.nb_inplace_or.get(),
            BinaryOp::Rshift => slots.nb_inplace_rshift.get(),
            BinaryOp::Subtract => slots.nb_inplace_subtract.get(),
            BinaryOp::TrueDivide => slots.nb_inplace_true_divide.get(),
            BinaryOp::Xor => slots.nb_inplace_xor.get(),
            BinaryOp::Power => None,
        }
    }
}

/// The special methods of an operator.
pub(crate) struct MethodNames<'a> {
    pub(crate) plain: &'a Value,
    pub(crate) reflected: &'a Value,
    pub(crate) inplace: &'a Value,
}

impl BinaryOp {
    pub(crate) fn method_names(self, names: &crate::names::Names) -> MethodNames<'_> {
        match self {
            BinaryOp::Add => {
                MethodNames { plain: &names.__add__, reflected: &names.__radd__, inplace: &names.__iadd__ }
            }
            BinaryOp::And => {
                MethodNames { plain: &names.__and__, reflected: &names.__rand__, inplace: &names.__iand__ }
            }
            BinaryOp::FloorDivide => MethodNames {
                plain: &names.__floordiv__,
                reflected: &names.__rfloordiv__,
                inplace: &names.__ifloordiv__,
            },
            BinaryOp::Lshift => {
                MethodNames { plain: &names.__lshift__, reflected: &names.__rlshift__, inplace: &names.__ilshift__ }
            }
            BinaryOp::MatrixMultiply => {
                MethodNames { plain: &names.__matmul__, reflected: &names.__rmatmul__, inplace: &names.__imatmul__ }
            }
            BinaryOp::Multiply => {
                MethodNames { plain: &names.__mul__, reflected: &names.__rmul__, inplace: &names.__imul__ }
            }
            BinaryOp::Remainder => {
                MethodNames { plain: &names.__mod__, reflected: &names.__rmod__, inplace: &names.__imod__ }
            }
            BinaryOp::Or => MethodNames { plain: &names.__or__, reflected: &names.__ror__, inplace: &names.__ior__ },
            BinaryOp::Power => {
                MethodNames { plain: &names.__pow__, reflected: &names.__rpow__, inplace: &names.__ipow__ }
            }
            BinaryOp::Rshift => {
                MethodNames { plain: &names.__rshift__, reflected: &names.__rrshift__, inplace: &names.__irshift__ }
            }
            BinaryOp::Subtract => {
                MethodNames { plain: &names.__sub__, reflected: &names.__rsub__, inplace: &names.__isub__ }
            }
            BinaryOp::TrueDivide => {
                MethodNames { plain: &names.__truediv__, reflected: &names.__rtruediv__, inplace: &names.__itruediv__ }
            }
            BinaryOp::Xor => {
                MethodNames { plain: &names.__xor__, reflected: &names.__rxor__, inplace: &names.__ixor__ }
            }
        }
    }
}

impl ThreadState {
    /// `a op b` (or `a op= b`), when the left operand's own method has answered NotImplemented.
    pub(crate) fn binary_after_left(&self, op: BinaryOp, a: &Value, b: &Value, inplace: bool) -> Res {
        if !std::ptr::eq(a.class(), b.class())
            && let Some(result) =
                self.call_special(b, op.method_names(self.names()).reflected, std::slice::from_ref(a))?
            && !result.is_not_implemented()
        {
            return Ok(result);
        }
        if let Some(result) = self.sequence_operator(op, a, b, inplace)? {
            return Ok(result);
        }
        Err(self.unsupported(op, if inplace { op.inplace_symbol() } else { op.symbol() }, a, b))
    }

    /// `a op= b`, when the in-place method has answered NotImplemented.
    pub(crate) fn binary_after_inplace(&self, op: BinaryOp, a: &Value, b: &Value) -> Res {
        let result = match op {
            BinaryOp::Power => self.ternary_slots(a, b, &Value::NONE)?,
            _ => self.binary_slots(a, b, |slots| op.slot(slots))?,
        };
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if let Some(result) = self.sequence_operator(op, a, b, true)? {
            return Ok(result);
        }
        Err(self.unsupported(op, op.inplace_symbol(), a, b))
    }

    /// `a op b`.
    pub fn binary(&self, op: BinaryOp, a: &Value, b: &Value) -> Res {
        if op == BinaryOp::Power {
            return self.power(a, b, &Value::NONE);
        }
        let result = self.binary_slots(a, b, |slots| op.slot(slots))?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if let Some(result) = self.sequence_operator(op, a, b, false)? {
            return Ok(result);
        }
        Err(self.unsupported(op, op.symbol(), a, b))
    }

    /// `a op= b`; returns what to store.
    pub fn inplace(&self, op: BinaryOp, a: &Value, b: &Value) -> Res {
        if op == BinaryOp::Power {
            return self.inplace_power(a, b);
        }
        if let Some(function) = op.inplace_slot(a.class().slots()) {
            let result = function(self, a, b)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.binary_slots(a, b, |slots| op.slot(slots))?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if let Some(result) = self.sequence_operator(op, a, b, true)? {
            return Ok(result);
        }
        Err(self.unsupported(op, op.inplace_symbol(), a, b))
    }

    /// Left operand first, unless the right one's class derives from the left one's and overrides the slot.
    fn binary_slots(&self, a: &Value, b: &Value, slot: impl Fn(&Slots) -> Option<BinaryFn>) -> Res {
        let (class_a, class_b) = (a.class(), b.class());
        let left = slot(class_a.slots());
        let mut right = if std::ptr::eq(class_a, class_b) { None } else { slot(class_b.slots()) };
        if let (Some(l), Some(r)) = (left, right)
            && std::ptr::fn_addr_eq(l, r)
        {
            right = None;
        }
        if let Some(left) = left {
            if let Some(first) = right
                && class_b.is_subtype(class_a)
            {
                let result = first(self, a, b)?;
                if !result.is_not_implemented() {
                    return Ok(result);
                }
                right = None;
            }
            let result = left(self, a, b)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        match right {
            Some(right) => right(self, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// `+` and `*` of sequences, tried after the number slots.
    fn sequence_operator(&self, op: BinaryOp, a: &Value, b: &Value, inplace: bool) -> Res<Option<Value>> {
        let (slots_a, slots_b) = (a.class().slots(), b.class().slots());
        match op {
            BinaryOp::Add => {
                let concat = slots_a.sq_inplace_concat.get().filter(|_| inplace).or(slots_a.sq_concat.get());
                concat.map(|concat| concat(self, a, b)).transpose()
            }
            BinaryOp::Multiply => {
                if let Some(repeat) = slots_a.sq_inplace_repeat.get().filter(|_| inplace).or(slots_a.sq_repeat.get()) {
                    return self.repeat_count(b).and_then(|count| repeat(self, a, count)).map(Some);
                }
                if let Some(repeat) = slots_b.sq_repeat.get() {
                    return self.repeat_count(a).and_then(|count| repeat(self, b, count)).map(Some);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn repeat_count(&self, count: &Value) -> Res<isize> {
        if !self.is_index(count) {
            return Err(self.type_error(format_args!(
                "can't multiply sequence by non-int of type '{}'",
                count.class().full_name()
            )));
        }
        self.index_or(count, &crate::objects::exceptions::OVERFLOW_ERROR)
    }

    #[cold]
    fn unsupported(&self, op: BinaryOp, symbol: &str, a: &Value, b: &Value) -> crate::error::Raised {
        if op == BinaryOp::Rshift
            && symbol == ">>"
            && a.downcast::<crate::objects::native_function::NativeFunction>().is_some_and(|f| f.name() == "print")
        {
            return self.type_error(format_args!(
                "unsupported operand type(s) for {symbol}: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                a.class().full_name(),
                b.class().full_name()
            ));
        }
        self.type_error(format_args!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            a.class().full_name(),
            b.class().full_name()
        ))
    }

    /// `pow(a, b, modulus)`; `modulus` is `None` for two operands.
    pub fn power(&self, a: &Value, b: &Value, modulus: &Value) -> Res {
        let result = self.ternary_slots(a, b, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if modulus.is_none() {
            return Err(self.unsupported(BinaryOp::Power, "** or pow()", a, b));
        }
        Err(self.type_error(format_args!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            a.class().full_name(),
            b.class().full_name(),
            modulus.class().full_name()
        )))
    }

    fn ternary_slots(&self, a: &Value, b: &Value, c: &Value) -> Res {
        let slot = |class: &Type| class.slots().nb_power.get();
        let (class_a, class_b) = (a.class(), b.class());
        let same = |x: Option<TernaryFn>, y: Option<TernaryFn>| matches!((x, y), (Some(x), Some(y)) if std::ptr::fn_addr_eq(x, y));
        let left = slot(class_a);
        let mut right = slot(class_b).filter(|_| !std::ptr::eq(class_a, class_b) && !same(left, slot(class_b)));
        if let Some(left) = left {
            if let Some(first) = right
                && class_b.is_subtype(class_a)
            {
                let result = first(self, a, b, c)?;
                if !result.is_not_implemented() {
                    return Ok(result);
                }
                right = None;
            }
            let result = left(self, a, b, c)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(right) = right {
            let result = right(self, a, b, c)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(third) = slot(c.class())
            && !same(Some(third), left)
            && !same(Some(third), slot(class_b))
        {
            return third(self, a, b, c);
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    fn inplace_power(&self, a: &Value, b: &Value) -> Res {
        if let Some(function) = a.class().slots().nb_inplace_power.get() {
            let result = function(self, a, b, &Value::NONE)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.ternary_slots(a, b, &Value::NONE)?;
        if result.is_not_implemented() {
            return Err(self.unsupported(BinaryOp::Power, "**=", a, b));
        }
        Ok(result)
    }

    /// `divmod(a, b)`.
    pub fn divmod(&self, a: &Value, b: &Value) -> Res {
        let result = self.binary_slots(a, b, |slots| slots.nb_divmod.get())?;
        if result.is_not_implemented() {
            return Err(self.type_error(format_args!(
                "unsupported operand type(s) for divmod(): '{}' and '{}'",
                a.class().full_name(),
                b.class().full_name()
            )));
        }
        Ok(result)
    }

    fn unary(&self, value: &Value, slot: Option<UnaryFn>, symbol: &str) -> Res {
        match slot {
            Some(function) => function(self, value),
            None => {
                Err(self.type_error(format_args!("bad operand type for {symbol}: '{}'", value.class().full_name())))
            }
        }
    }

    pub fn negative(&self, value: &Value) -> Res {
        self.unary(value, value.class().slots().nb_negative.get(), "unary -")
    }

    pub fn positive(&self, value: &Value) -> Res {
        self.unary(value, value.class().slots().nb_positive.get(), "unary +")
    }

    pub fn invert(&self, value: &Value) -> Res {
        self.unary(value, value.class().slots().nb_invert.get(), "unary ~")
    }

    pub fn absolute(&self, value: &Value) -> Res {
        self.unary(value, value.class().slots().nb_absolute.get(), "abs()")
    }

    /// Whether `__index__` can be asked.
    #[inline]
    pub fn is_index(&self, value: &Value) -> bool {
        value.as_int().is_some() || value.class().slots().nb_index.get().is_some()
    }

    /// `operator.index(value)`: an int.
    pub fn index(&self, value: &Value) -> Res {
        if value.as_int().is_some() {
            return Ok(value.clone());
        }
        let Some(index) = value.class().slots().nb_index.get() else {
            return Err(self.type_error(format_args!(
                "'{}' object cannot be interpreted as an integer",
                value.class().full_name()
            )));
        };
        let result = index(self, value)?;
        if result.is_small_int() || result.is_exactly(&crate::objects::int::INT_TYPE) {
            return Ok(result);
        }
        if result.as_int().is_none() {
            let found = result.class().full_name();
            return Err(self.type_error(format_args!("__index__ returned non-int (type {found})")));
        }
        crate::objects::int::warn_strict_subclass(self, &result, "__index__")?;
        Ok(result)
    }

    /// An index that fits a machine word; `overflow` is raised otherwise.
    #[inline]
    pub fn index_or(&self, value: &Value, overflow: &Type) -> Res<isize> {
        if let Some(number) = value.as_small_int() {
            return Ok(number as isize);
        }
        let index = self.index(value)?;
        match index.as_int().and_then(|number| number.to_i64()) {
            Some(number) => Ok(number as isize),
            None => Err(self.error(
                overflow,
                format_args!("cannot fit '{}' into an index-sized integer", value.class().full_name()),
            )),
        }
    }

    /// An index, with numbers past a machine word clamped to its ends.
    pub fn index_clamped(&self, value: &Value) -> Res<isize> {
        if let Some(number) = value.as_small_int() {
            return Ok(number as isize);
        }
        let index = self.index(value)?;
        Ok(match index.as_int() {
            Some(IntView::Small(number)) => number as isize,
            Some(IntView::Big(number)) => match i64::try_from(number) {
                Ok(number) => number as isize,
                Err(_) if number.sign() == dashu_int::Sign::Negative => isize::MIN,
                Err(_) => isize::MAX,
            },
            None => 0,
        })
    }
}
