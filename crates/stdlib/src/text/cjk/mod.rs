//! `_multibytecodec` and the modules of its codecs: the encodings of Chinese, Japanese and Korean.
//!
//! What a sequence of bytes means stands in tables that CPython's codecs were asked for (`make_tables.py`). `codec.rs` reads and
//! writes a character at a time, `iso2022.rs` the encodings that shift between sets, `classes.rs` is what Python sees.

pub mod classes;
pub mod codec;
pub mod iso2022;
pub mod tables;

use macros::pymodule;
use runtime::module::ModuleDef;
use runtime::{Res, ThreadState, Value};

use classes::MultibyteCodec;
use codec::Codec;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &multibyte_module::MODULE,
    &cn_module::MODULE,
    &hk_module::MODULE,
    &iso2022_module::MODULE,
    &jp_module::MODULE,
    &kr_module::MODULE,
    &tw_module::MODULE,
];

/// The module `_multibytecodec`.
#[pymodule(
    name = "_multibytecodec",
    classes(
        super::classes::MULTIBYTE_INCREMENTAL_ENCODER_TYPE,
        super::classes::MULTIBYTE_INCREMENTAL_DECODER_TYPE,
        super::classes::MULTIBYTE_STREAM_READER_TYPE,
        super::classes::MULTIBYTE_STREAM_WRITER_TYPE
    )
)]
pub mod multibyte_module {}

/// The codec of a name, if it is one of those that a module has.
fn find_codec(th: &ThreadState, encoding: &Value, codecs: &[&str]) -> Res {
    let Some(name) = encoding.as_str() else { return Err(th.type_error("encoding name must be a string.")) };
    let name = name.to_string_lossy();
    match Codec::named(&name).filter(|codec| codecs.contains(&codec.name())) {
        Some(codec) => Ok(MultibyteCodec::make(th, codec)),
        None => Err(th.lookup_error("no such codec is supported.")),
    }
}

/// The codecs of China.
#[pymodule(name = "_codecs_cn")]
pub mod cn_module {
    use runtime::{Res, ThreadState, Value};

    const CODECS: &[&str] = &["gb2312", "gbk", "gb18030", "hz"];

    #[pyfunction("(encoding, /)", text = none)]
    fn getcodec(th: &ThreadState, encoding: &Value) -> Res {
        super::find_codec(th, encoding, CODECS)
    }
}

/// The codecs of Hong Kong.
#[pymodule(name = "_codecs_hk")]
pub mod hk_module {
    use runtime::{Res, ThreadState, Value};

    const CODECS: &[&str] = &["big5hkscs"];

    #[pyfunction("(encoding, /)", text = none)]
    fn getcodec(th: &ThreadState, encoding: &Value) -> Res {
        super::find_codec(th, encoding, CODECS)
    }
}

/// The codecs of several regions: those that shift.
#[pymodule(name = "_codecs_iso2022")]
pub mod iso2022_module {
    use runtime::{Res, ThreadState, Value};

    const CODECS: &[&str] = &[
        "iso2022_kr",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_jp_2004",
        "iso2022_jp_3",
        "iso2022_jp_ext",
    ];

    #[pyfunction("(encoding, /)", text = none)]
    fn getcodec(th: &ThreadState, encoding: &Value) -> Res {
        super::find_codec(th, encoding, CODECS)
    }
}

/// The codecs of Japan.
#[pymodule(name = "_codecs_jp")]
pub mod jp_module {
    use runtime::{Res, ThreadState, Value};

    const CODECS: &[&str] =
        &["shift_jis", "cp932", "euc_jp", "shift_jis_2004", "euc_jis_2004", "euc_jisx0213", "shift_jisx0213"];

    #[pyfunction("(encoding, /)", text = none)]
    fn getcodec(th: &ThreadState, encoding: &Value) -> Res {
        super::find_codec(th, encoding, CODECS)
    }
}

/// The codecs of Korea.
#[pymodule(name = "_codecs_kr")]
pub mod kr_module {
    use runtime::{Res, ThreadState, Value};

    const CODECS: &[&str] = &["euc_kr", "cp949", "johab"];

    #[pyfunction("(encoding, /)", text = none)]
    fn getcodec(th: &ThreadState, encoding: &Value) -> Res {
        super::find_codec(th, encoding, CODECS)
    }
}

/// The codecs of Taiwan.
#[pymodule(name = "_codecs_tw")]
pub mod tw_module {
    use runtime::{Res, ThreadState, Value};

    const CODECS: &[&str] = &["big5", "cp950"];

    #[pyfunction("(encoding, /)", text = none)]
    fn getcodec(th: &ThreadState, encoding: &Value) -> Res {
        super::find_codec(th, encoding, CODECS)
    }
}
