//! Names that the machine uses itself, interned once per interpreter.

use crate::thread::ThreadState;
use crate::value::Value;

macro_rules! names {
    ($($name:ident)*) => {
        /// `th.names().__init__` is the interned, immortal string "__init__".
        #[allow(non_snake_case)]
        pub struct Names { $(pub $name: Value,)* }

        impl Names {
            pub(crate) fn new(th: &ThreadState) -> Names {
                Names { $($name: crate::intern::intern_immortal_text(th, stringify!($name)),)* }
            }
        }
    };
}

names! {
    _abc_impl __abstractmethods__ __aenter__ __aexit__ __aiter__ __all__ __anext__ __annotate__ __annotate_func__ __annotations__
    __annotations_cache__ __args__ __await__ __bases__ __bool__ __build_class__ __builtins__ __bytes__ __cached__ __call__
    __class__ __class_getitem__ __classcell__ __classdict__ __classdictcell__ __complex__ __contains__ __copy__ __ctypes_from_outparam__
    __debug__ __deepcopy__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __doc__ __enter__ __eq__ __exit__
    __file__ __firstlineno__ __float__ __floor__ __format__ __ceil__ __trunc__ __round__ __fspath__ __get__ __getattr__
    __getattribute__ __getinitargs__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __hash__ __import__ __index__
    __init__ __init_subclass__ __instancecheck__ __int__ __isabstractmethod__ __iter__ __len__ __length_hint__ __lltrace__
    __loader__ __main__ __match_args__ __missing__ __module__ __mro_entries__ __name__ __new__ __next__ __newobj__
    __newobj_ex__ __objclass__ __orig_bases__ __orig_class__ __origin__ __package__ __parameters__ __path__ __prepare__
    __qualname__ __reduce__ __reduce_ex__ __release_buffer__ __buffer__ __repr__ __reversed__ __self__ __set__ __set_name__
    __setattr__ __setitem__ __setstate__ __sizeof__ __slotnames__ __slots__ __spec__ __static_attributes__ __str__
    __subclasscheck__ __subclasshook__ __text_signature__ __type_params__ __typing_subst__ __typing_prepare_subst__
    __typing_unpacked_tuple_args__ __typing_is_unpacked_typevartuple__ __unpacked__ __weakref__ __wrapped__
    __divmod__ __rdivmod__ __pow__ __rpow__ __lt__ __le__ __ne__ __gt__ __ge__ __add__ __mul__
    append builtins call_soon clear context close copyreg default encoding end errors excepthook extend file flush get get_debug items keys
    last_exc last_type last_value last_traceback metaclass mode modules mro name obj path print_file_and_line read readline
    send sep sys throw value values write _initializing _uninitialized_submodules stdout stderr stdin
    __warningregistry__ _showwarnmsg warnings filters displayhook ps1 ps2 _lock_unlock_module _find_and_load
    _handle_fromlist importlib msg filename lineno offset text end_lineno end_offset args with_traceback
    __traceback__ __context__ __cause__ __suppress_context__ __notes__ exceptions message threading isatty fileno
    closed raw buffer newlines readinto readall seekable readable writable tell seek truncate peek read1 detach
    fset fget fdel __func__ getter setter deleter sort key reverse strict maxsplit
    __radd__ __iadd__ __sub__ __rsub__ __isub__ __rmul__ __imul__ __matmul__ __rmatmul__ __imatmul__ __truediv__
    __rtruediv__ __itruediv__ __floordiv__ __rfloordiv__ __ifloordiv__ __mod__ __rmod__ __imod__ __and__ __rand__
    __iand__ __or__ __ror__ __ior__ __xor__ __rxor__ __ixor__ __lshift__ __rlshift__ __ilshift__ __rshift__
    __rrshift__ __irshift__ __ipow__ __neg__ __pos__ __abs__ __invert__
}
