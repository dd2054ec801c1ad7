//! Methods of `bytes`.

use macros::pymethods;

use super::bytes::{BYTES_PAYLOAD, Bytes};
use crate::Value;
use crate::buffer::{BufferInfo, Flags};
use crate::error::Res;
use crate::thread::ThreadState;

#[pymethods(class(name = "bytes", payload = BYTES_PAYLOAD, flags(basetype, bytes_subclass, match_self, sequence)))]
impl Bytes {
    #[pyslot]
    fn get_buffer(th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let bytes = slf.as_bytes().map(Bytes::as_slice).unwrap_or_default();
        BufferInfo::of_bytes(th, slf, bytes.as_ptr().cast_mut(), bytes.len(), true, flags)
    }
}
