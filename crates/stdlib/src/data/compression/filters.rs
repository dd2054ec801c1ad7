//! Filter chains of `_lzma`: what a program writes as dictionaries, and the properties that files hold of them.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use lzma_rust2::filter::StreamFilter;
use lzma_rust2::filter::bcj::BcjWriter;
use lzma_rust2::filter::delta::DeltaWriter;
use lzma_rust2::{EncodeMode, FilterConfig, FilterType, LzmaOptions, MfType};
use runtime::args::{ArgAt, FromArg, Signature};
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value};

use super::lzma::{OPTIONS, lzma_error};

pub const DELTA: u64 = 0x03;
pub const LZMA1: u64 = 0x4000_0000_0000_0001;
pub const LZMA2: u64 = 0x21;
const EXTREME: u32 = 1 << 31;
const MOST_FILTERS: usize = 4;
/// The filters that convert addresses of a processor's jumps.
const JUMPS: &[(u64, FilterType)] = &[
    (0x04, FilterType::BcjX86),
    (0x05, FilterType::BcjPpc),
    (0x06, FilterType::BcjIa64),
    (0x07, FilterType::BcjArm),
    (0x08, FilterType::BcjArmThumb),
    (0x09, FilterType::BcjSparc),
];

/// One filter of a chain.
#[derive(Clone, Debug)]
pub enum Filter {
    Lzma1(Box<LzmaOptions>),
    Lzma2(Box<LzmaOptions>),
    Before(FilterConfig),
}

static FILTER: Signature =
    Signature { name: "filter", owner: "_lzma", text: None, doc: None, params: &[], constructor: false };

pub fn uint32(th: &ThreadState, value: &Value) -> Res<u32> {
    u32::from_arg(th, value, ArgAt::new(&FILTER, 0))
}

/// The options of a preset level, with or without the bit that asks for more work.
pub fn preset_options(preset: u32) -> Option<LzmaOptions> {
    let level = preset & !EXTREME;
    if level > 9 {
        return None;
    }
    let mut options = LzmaOptions::with_preset(level);
    if preset & EXTREME != 0 {
        options.mode = EncodeMode::Normal;
        options.mf = MfType::Bt4;
        (options.nice_len, options.depth_limit) = if level == 3 || level == 5 { (192, 0) } else { (273, 512) };
    }
    Some(options)
}

pub fn options_of_preset(th: &ThreadState, preset: u32) -> Res<LzmaOptions> {
    preset_options(preset).ok_or_else(|| lzma_error(th, format_args!("Invalid compression preset: {preset}")))
}

/// A specifier's entries; `None` if one of them has a name that is not in `known`.
fn entries(th: &ThreadState, spec: &Value, known: &[&str]) -> Res<Option<Vec<Option<Value>>>> {
    let mut found = vec![None; known.len()];
    let mut strange = false;
    let keys = th.collect(&th.call_method_str(spec, "keys", &[])?)?;
    for key in keys {
        let place = key.as_str().and_then(|text| known.iter().position(|name| text.equals_ascii(name)));
        match place {
            Some(place) => found[place] = Some(th.get_item(spec, &key)?),
            None => strange |= !key.as_str().is_some_and(|text| text.equals_ascii("id")),
        }
    }
    Ok(if strange { None } else { Some(found) })
}

fn lzma_filter(th: &ThreadState, spec: &Value) -> Res<LzmaOptions> {
    let names = ["preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];
    let preset = match th.catch(th.get_item(spec, &th.str("preset")), &exc::KEY_ERROR)? {
        Some(value) => uint32(th, &value)?,
        None => 6,
    };
    let mut options = options_of_preset(th, preset)?;
    let Some(found) = entries(th, spec, &names)? else {
        return Err(th.value_error("Invalid filter specifier for LZMA filter"));
    };
    let mut numbers = [None; 9];
    for (number, value) in numbers.iter_mut().zip(&found) {
        *number = match value.as_ref().map(|value| uint32(th, value)).transpose() {
            Ok(number) => number,
            Err(raised) => {
                drop(th.take_raised(raised));
                return Err(th.value_error("Invalid filter specifier for LZMA filter"));
            }
        };
    }
    let [_, dict_size, lc, lp, pb, mode, nice_len, mf, depth] = numbers;
    options.dict_size = dict_size.unwrap_or(options.dict_size);
    options.lc = lc.unwrap_or(options.lc);
    options.lp = lp.unwrap_or(options.lp);
    options.pb = pb.unwrap_or(options.pb);
    options.depth_limit = depth.map_or(options.depth_limit, |depth| depth.min(i32::MAX as u32) as i32);
    options.mode = match mode {
        None => options.mode,
        Some(1) => EncodeMode::Fast,
        Some(2) => EncodeMode::Normal,
        Some(_) => return Err(lzma_error(th, OPTIONS)),
    };
    options.mf = match mf {
        None => options.mf,
        Some(3 | 4) => MfType::Hc4,
        Some(18..=20) => MfType::Bt4,
        Some(_) => return Err(lzma_error(th, OPTIONS)),
    };
    let nice_len = nice_len.unwrap_or(options.nice_len);
    let fits = options.lc <= 4 && options.lp <= 4 && options.lc + options.lp <= 4 && options.pb <= 4;
    if !fits || !(2..=273).contains(&nice_len) || !(4096..=1536 << 20).contains(&options.dict_size) {
        return Err(lzma_error(th, OPTIONS));
    }
    options.nice_len = nice_len.max(LzmaOptions::NICE_LEN_MIN);
    Ok(options)
}

fn filter_of(th: &ThreadState, spec: &Value) -> Res<Filter> {
    if !th.is_mapping(spec) || spec.as_str().is_some() || spec.as_bytes().is_some() {
        return Err(th.type_error("Filter specifier must be a dict or dict-like object"));
    }
    let Some(id) = th.catch(th.get_item(spec, &th.str("id")), &exc::KEY_ERROR)? else {
        return Err(th.value_error("Filter specifier must have an \"id\" entry"));
    };
    let id = u64::from_arg(th, &id, ArgAt::new(&FILTER, 0))?;
    match id {
        LZMA1 => Ok(Filter::Lzma1(Box::new(lzma_filter(th, spec)?))),
        LZMA2 => Ok(Filter::Lzma2(Box::new(lzma_filter(th, spec)?))),
        DELTA => {
            let Some(found) = entries(th, spec, &["dist"])? else {
                return Err(th.value_error("Invalid filter specifier for delta filter"));
            };
            let distance = found[0].as_ref().map_or(Ok(1), |value| uint32(th, value))?;
            if !(1..=256).contains(&distance) {
                return Err(lzma_error(th, OPTIONS));
            }
            Ok(Filter::Before(FilterConfig::new_delta(distance)))
        }
        _ => {
            let Some(&(_, filter_type)) = JUMPS.iter().find(|(number, _)| *number == id) else {
                return Err(th.value_error(format_args!("Invalid filter ID: {id}")));
            };
            let Some(found) = entries(th, spec, &["start_offset"])? else {
                return Err(th.value_error("Invalid filter specifier for BCJ filter"));
            };
            let property = found[0].as_ref().map_or(Ok(0), |value| uint32(th, value))?;
            Ok(Filter::Before(FilterConfig { filter_type, property }))
        }
    }
}

/// The filters of a chain, in order.
pub fn chain(th: &ThreadState, specs: &Value) -> Res<Vec<Filter>> {
    let count = th.len(specs)?;
    if specs.class().slots().sq_item.get().is_none() {
        return Err(th.type_error(format_args!("{} is not a sequence", specs.class().full_name())));
    }
    if count > MOST_FILTERS {
        return Err(th.value_error(format_args!("Too many filters - liblzma supports a maximum of {MOST_FILTERS}")));
    }
    let mut filters = Vec::with_capacity(count);
    for index in 0..count {
        filters.push(filter_of(th, &th.get_item(specs, &Value::index(index))?)?);
    }
    Ok(filters)
}

/// A chain as its last filter and those before it.
pub fn split(th: &ThreadState, chain: Vec<Filter>) -> Res<(Vec<FilterConfig>, Filter)> {
    if chain.is_empty() {
        return Err(lzma_error(th, "Internal error"));
    }
    let mut before = Vec::new();
    let mut last = None;
    for filter in chain {
        match filter {
            _ if last.is_some() => return Err(lzma_error(th, OPTIONS)),
            Filter::Before(config) => before.push(config),
            coder => last = Some(coder),
        }
    }
    last.map(|last| (before, last)).ok_or_else(|| lzma_error(th, OPTIONS))
}

/// The size of a dictionary as one byte: 2 or 3, shifted.
fn packed_size(size: u32) -> u8 {
    (0..40u8).find(|&bits| unpacked_size(bits) >= u64::from(size)).unwrap_or(40)
}

fn unpacked_size(bits: u8) -> u64 {
    if bits >= 40 { u64::from(u32::MAX) } else { u64::from(2 | (bits & 1)) << (bits / 2 + 11) }
}

/// What a file's header says of a filter.
pub fn encoded_properties(th: &ThreadState, spec: &Value) -> Res<Vec<u8>> {
    Ok(match filter_of(th, spec)? {
        Filter::Lzma1(options) => {
            let mut bytes = vec![options.get_props()];
            bytes.extend_from_slice(&options.dict_size.to_le_bytes());
            bytes
        }
        Filter::Lzma2(options) => vec![packed_size(options.dict_size)],
        Filter::Before(FilterConfig { filter_type: FilterType::Delta, property }) => vec![(property - 1) as u8],
        Filter::Before(FilterConfig { property: 0, .. }) => Vec::new(),
        Filter::Before(config) => config.property.to_le_bytes().to_vec(),
    })
}

/// The specifier of a filter from its id and what a file's header says of it.
pub fn decoded_properties(th: &ThreadState, id: u64, bytes: &[u8]) -> Res {
    let spec = Dict::new();
    let put = |name: &str, number: u64| drop(spec.set_str(&th.intern(name), th.int(number as i64)));
    let invalid = || lzma_error(th, OPTIONS);
    put("id", id);
    match (id, bytes) {
        (LZMA1, [properties, size @ ..]) if *properties < 225 => {
            let size = <[u8; 4]>::try_from(size).map_err(|_| invalid())?;
            let properties = u64::from(*properties);
            put("dict_size", u32::from_le_bytes(size).into());
            put("lc", properties % 9);
            put("lp", properties / 9 % 5);
            put("pb", properties / 45);
        }
        (LZMA2, [bits]) if *bits <= 40 => put("dict_size", unpacked_size(*bits)),
        (DELTA, [distance]) => put("dist", u64::from(*distance) + 1),
        (0x04..=0x09, []) => {}
        (0x04..=0x09, offset) => {
            let offset = <[u8; 4]>::try_from(offset).map_err(|_| invalid())?;
            put("start_offset", u32::from_le_bytes(offset).into());
        }
        _ => return Err(invalid()),
    }
    Ok(th.dict(spec))
}

/// Bytes on their way from one stage to the next.
#[derive(Clone, Default)]
pub struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A filter that data goes through before it is compressed.
#[expect(clippy::large_enum_variant, reason = "a stream has a handful of stages")]
pub enum Stage {
    Delta(DeltaWriter<Pipe>, Pipe),
    Jumps(BcjWriter<Pipe>, Pipe),
}

impl Stage {
    pub fn new(config: &FilterConfig) -> Stage {
        let pipe = Pipe::default();
        let (out, start) = (pipe.clone(), config.property as usize);
        let jumps = match config.filter_type {
            FilterType::BcjX86 => BcjWriter::new_x86(out, start),
            FilterType::BcjPpc => BcjWriter::new_ppc(out, start),
            FilterType::BcjIa64 => BcjWriter::new_ia64(out, start),
            FilterType::BcjArm => BcjWriter::new_arm(out, start),
            FilterType::BcjArmThumb => BcjWriter::new_arm_thumb(out, start),
            FilterType::BcjSparc => BcjWriter::new_sparc(out, start),
            _ => return Stage::Delta(DeltaWriter::new(out, start), pipe),
        };
        Stage::Jumps(jumps, pipe)
    }

    pub fn filter(&mut self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Stage::Delta(writer, pipe) => writer.write_all(bytes).map(|()| pipe.take()),
            Stage::Jumps(writer, pipe) => writer.write_all(bytes).map(|()| pipe.take()),
        }
    }

    /// The last bytes, which wait for more.
    pub fn finish(self) -> std::io::Result<Vec<u8>> {
        match self {
            Stage::Delta(mut writer, pipe) => writer.flush().map(|()| pipe.take()),
            Stage::Jumps(writer, pipe) => writer.finish().map(|_| pipe.take()),
        }
    }
}

/// A filter that data goes through after it is decompressed: some bytes wait for those behind them.
pub struct Undo {
    filter: StreamFilter,
    waiting: Vec<u8>,
}

impl Undo {
    pub fn new(config: &FilterConfig) -> std::io::Result<Undo> {
        Ok(Undo { filter: StreamFilter::new(config)?, waiting: Vec::new() })
    }

    pub fn filter(&mut self, bytes: &[u8], is_last: bool) -> Vec<u8> {
        let mut all = std::mem::take(&mut self.waiting);
        all.extend_from_slice(bytes);
        let settled = self.filter.decode(&mut all).min(all.len());
        if !is_last {
            self.waiting = all.split_off(settled);
        }
        all
    }
}

/// What a failure of the coders is in Python.
pub fn raise_io(th: &ThreadState, error: &std::io::Error) -> Raised {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::OutOfMemory => lzma_error(th, "Memory usage limit exceeded"),
        ErrorKind::Unsupported => lzma_error(th, OPTIONS),
        _ => lzma_error(th, "Corrupt input data"),
    }
}
