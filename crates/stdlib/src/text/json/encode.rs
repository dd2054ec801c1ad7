//! The encoder: values to JSON in one buffer.

use algo::number::float::push_repr;
use algo::number::int_text::decimal;
use macros::{pyclass, pymethods};
use runtime::objects::dict::{DICT_TYPE, Dict};
use runtime::objects::int::INT_TYPE;
use runtime::objects::list::{LIST_TYPE, List};
use runtime::objects::native_function::NativeFunction;
use runtime::objects::str::{Chars, Str};
use runtime::types::Type;
use runtime::{Payload, Raised, Res, ThreadState, Value};
use rustc_hash::FxHashSet;

use crate::text::build::TextBuilder;

/// `encode_basestring_ascii` and `encode_basestring`.
pub(super) fn quoted(th: &ThreadState, object: &Value, ascii: bool) -> Res {
    let Some(text) = object.as_str() else {
        let class = object.class().full_name();
        return Err(th.type_error(format!("first argument must be a string, not {class}")));
    };
    let mut out = TextBuilder::with_capacity(text.len() + 2);
    push_quoted(&mut out, text, ascii);
    Ok(out.finish(th))
}

/// Whether a byte stands for itself in a JSON string.
const fn plain_bytes(ascii_only: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0x20;
    while byte < 256 {
        table[byte] = byte != 0x22 && byte != 0x5C && (!ascii_only || byte < 0x7F);
        byte += 1;
    }
    table
}

const PLAIN_ASCII: [bool; 256] = plain_bytes(true);
const PLAIN: [bool; 256] = plain_bytes(false);

fn push_quoted(out: &mut TextBuilder, text: &Str, ascii: bool) {
    out.push_latin1(b"\"");
    match text.chars() {
        Chars::Ascii(chars) => push_narrow(out, chars.as_bytes(), ascii),
        Chars::Latin1(chars) => push_narrow(out, chars, ascii),
        Chars::Ucs2(chars) => chars.iter().for_each(|&c| push_char(out, u32::from(c), ascii)),
        Chars::Ucs4(chars) => chars.iter().for_each(|&c| push_char(out, c, ascii)),
    }
    out.push_latin1(b"\"");
}

fn push_narrow(out: &mut TextBuilder, mut bytes: &[u8], ascii: bool) {
    let plain = if ascii { &PLAIN_ASCII } else { &PLAIN };
    loop {
        let run = bytes.iter().position(|&byte| !plain[usize::from(byte)]).unwrap_or(bytes.len());
        out.push_latin1(&bytes[..run]);
        let Some((&special, rest)) = bytes[run..].split_first() else { return };
        push_char(out, u32::from(special), ascii);
        bytes = rest;
    }
}

fn push_char(out: &mut TextBuilder, c: u32, ascii: bool) {
    let short = match c {
        0x22 => b'"',
        0x5C => b'\\',
        0x08 => b'b',
        0x0C => b'f',
        0x0A => b'n',
        0x0D => b'r',
        0x09 => b't',
        0x20..0x7F => return out.push(c),
        0x7F.. if !ascii => return out.push(c),
        0x1_0000.. => {
            let offset = c - 0x1_0000;
            push_escape(out, 0xD800 + (offset >> 10));
            return push_escape(out, 0xDC00 + (offset & 0x3FF));
        }
        _ => return push_escape(out, c),
    };
    out.push_latin1(&[b'\\', short]);
}

fn push_escape(out: &mut TextBuilder, c: u32) {
    let digit = |shift: u32| b"0123456789abcdef"[(c >> shift & 15) as usize];
    out.push_latin1(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[pyclass(name = "Encoder", module = "_json", flags(basetype))]
pub struct Encoder {
    markers: Value,
    default: Value,
    encoder: Value,
    indent: Value,
    key_separator: Value,
    item_separator: Value,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    /// Whether `encoder` is one of this module's own, and if so, whether it keeps to ASCII.
    #[notrace]
    own_encoder: Option<bool>,
}

#[pymethods]
impl Encoder {
    #[pyslot(
        "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        text = none
    )]
    fn new(
        th: &ThreadState,
        cls: &Type,
        markers: &Value,
        default: &Value,
        encoder: &Value,
        indent: &Value,
        key_separator: &Value,
        item_separator: &Value,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> Res {
        if !markers.is_none() && !markers.is_instance_of(&DICT_TYPE) {
            let class = markers.class().full_name();
            return Err(th.type_error(format!("make_encoder() argument 1 must be dict or None, not {class}")));
        }
        for (number, separator) in [(5, key_separator), (6, item_separator)] {
            if separator.as_str().is_none() {
                let class = separator.class().full_name();
                return Err(th.type_error(format!("make_encoder() argument {number} must be str, not {class}")));
            }
        }
        let own = encoder.downcast::<NativeFunction>().map(|function| function.def.signature);
        let own_encoder =
            own.filter(|signature| signature.owner == "_json").and_then(|signature| match signature.name {
                "encode_basestring_ascii" => Some(true),
                "encode_basestring" => Some(false),
                _ => None,
            });
        let encoder = Encoder {
            markers: markers.clone(),
            default: default.clone(),
            encoder: encoder.clone(),
            indent: indent.clone(),
            key_separator: key_separator.clone(),
            item_separator: item_separator.clone(),
            sort_keys,
            skipkeys,
            allow_nan,
            own_encoder,
        };
        Ok(th.new_instance(cls, encoder))
    }

    #[pyslot("(obj, _current_indent_level)", text = none)]
    fn call(&self, th: &ThreadState, obj: &Value, _current_indent_level: isize) -> Res {
        let indent = match self.indent.as_str() {
            Some(unit) => {
                let mut text = vec![0x0A];
                for _ in 0.._current_indent_level.max(0) {
                    text.extend(unit.code_points());
                }
                Some((text, unit.code_points().collect()))
            }
            None => None,
        };
        let mut run = Run { th, encoder: self, out: TextBuilder::default(), open: FxHashSet::default(), indent };
        run.value(obj)?;
        let text = run.out.finish(th);
        Ok(th.tuple(&[text]))
    }

    /// markers
    #[pygetter(member)]
    fn markers(&self) -> Value {
        self.markers.clone()
    }

    /// default
    #[pygetter(member)]
    fn default(&self) -> Value {
        self.default.clone()
    }

    /// encoder
    #[pygetter(member)]
    fn encoder(&self) -> Value {
        self.encoder.clone()
    }

    /// indent
    #[pygetter(member)]
    fn indent(&self) -> Value {
        self.indent.clone()
    }

    /// key_separator
    #[pygetter(member)]
    fn key_separator(&self) -> Value {
        self.key_separator.clone()
    }

    /// item_separator
    #[pygetter(member)]
    fn item_separator(&self) -> Value {
        self.item_separator.clone()
    }

    /// sort_keys
    #[pygetter(member)]
    fn sort_keys(&self) -> bool {
        self.sort_keys
    }

    /// skipkeys
    #[pygetter(member)]
    fn skipkeys(&self) -> bool {
        self.skipkeys
    }
}

/// One encoding.
struct Run<'a> {
    th: &'a ThreadState,
    encoder: &'a Encoder,
    out: TextBuilder,
    /// Identities of the containers and objects that are being encoded.
    open: FxHashSet<u64>,
    /// The newline with the indentation of the present level, and what a level adds.
    indent: Option<(Vec<u32>, Vec<u32>)>,
}

impl Run<'_> {
    fn value(&mut self, value: &Value) -> Res<()> {
        if value.is_none() {
            self.out.push_ascii("null");
        } else if let Some(truth) = value.as_bool() {
            self.out.push_ascii(if truth { "true" } else { "false" });
        } else if let Some(number) = value.as_small_int() {
            let mut buffer = [0u8; 20];
            self.out.push_ascii(decimal(number, &mut buffer));
        } else if let Some(text) = value.as_str() {
            self.string(value, text)?;
        } else if let Some(number) = value.as_float() {
            self.float(value, number)?;
        } else if value.as_int().is_some() {
            self.int(value)?;
        } else {
            return self.compound(value);
        }
        Ok(())
    }

    fn compound(&mut self, value: &Value) -> Res<()> {
        self.th.check_native_stack(" while encoding a JSON object")?;
        let check = !self.encoder.markers.is_none();
        if check && !self.open.insert(value.id()) {
            return Err(self.th.value_error("Circular reference detected"));
        }
        if value.is_instance_of(&LIST_TYPE) || value.as_tuple().is_some() {
            self.list(value)?;
        } else if value.is_instance_of(&DICT_TYPE) {
            self.dict(value)?;
        } else {
            let replaced = self.th.call(&self.encoder.default, std::slice::from_ref(value))?;
            self.value(&replaced).map_err(|raised| {
                let class = value.class().full_name();
                self.note(raised, &format!("when serializing {class} object"))
            })?;
        }
        if check {
            self.open.remove(&value.id());
        }
        Ok(())
    }

    /// Adds a note to the exception in flight that says where it happened.
    #[cold]
    fn note(&self, raised: Raised, note: &str) -> Raised {
        let error = self.th.take_raised(raised);
        if let Err(second) = self.th.call_method_str(&error, "add_note", &[self.th.str(note)]) {
            drop(self.th.take_raised(second));
        }
        self.th.raise_as_is(error)
    }

    fn string(&mut self, value: &Value, text: &Str) -> Res<()> {
        if let Some(ascii) = self.encoder.own_encoder {
            push_quoted(&mut self.out, text, ascii);
            return Ok(());
        }
        let encoded = self.th.call(&self.encoder.encoder, std::slice::from_ref(value))?;
        match encoded.as_str() {
            Some(encoded) => self.out.push_str(encoded),
            None => {
                let class = encoded.class().full_name();
                return Err(self.th.type_error(format!("encoder() must return a string, not {class}")));
            }
        }
        Ok(())
    }

    fn float_text(&self, value: &Value, number: f64) -> Res<String> {
        if number.is_finite() {
            let mut text = String::with_capacity(24);
            push_repr(&mut text, number);
            return Ok(text);
        }
        if !self.encoder.allow_nan {
            let shown = self.th.repr_string(value)?;
            return Err(self.th.value_error(format!("Out of range float values are not JSON compliant: {shown}")));
        }
        let text = match () {
            () if number.is_nan() => "NaN",
            () if number > 0.0 => "Infinity",
            () => "-Infinity",
        };
        Ok(text.to_owned())
    }

    fn float(&mut self, value: &Value, number: f64) -> Res<()> {
        let text = self.float_text(value, number)?;
        self.out.push_ascii(&text);
        Ok(())
    }

    /// The text of an int that is big or of a subclass: always `int`'s own.
    fn int_text(&self, value: &Value) -> Res {
        match INT_TYPE.slots().repr.get() {
            Some(repr) => repr(self.th, value),
            None => self.th.repr(value),
        }
    }

    fn int(&mut self, value: &Value) -> Res<()> {
        let text = self.int_text(value)?;
        if let Some(text) = text.as_str() {
            self.out.push_str(text);
        }
        Ok(())
    }

    fn separator(&mut self, separator: &Value) {
        if let Some(text) = separator.as_str() {
            self.out.push_str(text);
        }
    }

    fn newline(&mut self) {
        if let Some((newline, _)) = &self.indent {
            newline.iter().for_each(|&c| self.out.push(c));
        }
    }

    fn indent_more(&mut self) {
        if let Some((newline, unit)) = &mut self.indent {
            newline.extend_from_slice(unit);
        }
    }

    fn indent_less(&mut self) {
        if let Some((newline, unit)) = &mut self.indent {
            newline.truncate(newline.len() - unit.len());
        }
    }

    fn list(&mut self, value: &Value) -> Res<()> {
        let list = value.downcast::<List>();
        let item = |index: usize| match list {
            Some(list) => list.get(index),
            None => value.as_tuple().and_then(|items| items.as_slice().get(index).cloned()),
        };
        let Some(mut next) = item(0) else {
            self.out.push_ascii("[]");
            return Ok(());
        };
        self.out.push_latin1(b"[");
        self.indent_more();
        self.newline();
        let mut index = 0;
        loop {
            self.value(&next).map_err(|raised| {
                let class = value.class().full_name();
                self.note(raised, &format!("when serializing {class} item {index}"))
            })?;
            index += 1;
            match item(index) {
                Some(more) => next = more,
                None => break,
            }
            self.separator(&self.encoder.item_separator);
            self.newline();
        }
        self.indent_less();
        self.newline();
        self.out.push_latin1(b"]");
        Ok(())
    }

    fn dict(&mut self, value: &Value) -> Res<()> {
        let th = self.th;
        let dict = Dict::of(value);
        if dict.is_empty() {
            self.out.push_ascii("{}");
            return Ok(());
        }
        self.out.push_latin1(b"{");
        self.indent_more();
        let mut first = true;
        if self.encoder.sort_keys || !value.is_exactly(&DICT_TYPE) {
            let items = th.call_method_str(value, "items", &[])?;
            let items = th.list(th.collect(&items)?);
            if self.encoder.sort_keys {
                th.call_method_str(&items, "sort", &[])?;
            }
            for pair in th.collect(&items)? {
                match pair.as_tuple().map(|pair| pair.as_slice()) {
                    Some([key, item]) => self.entry(value, key, item, &mut first)?,
                    _ => return Err(th.value_error("items must return 2-tuples")),
                }
            }
        } else {
            let mut position = 0;
            while let Some((key, item)) = dict.next_entry(&mut position) {
                self.entry(value, &key, &item, &mut first)?;
            }
        }
        self.indent_less();
        if !first {
            self.newline();
        }
        self.out.push_latin1(b"}");
        Ok(())
    }

    fn entry(&mut self, owner: &Value, key: &Value, item: &Value, first: &mut bool) -> Res<()> {
        let th = self.th;
        let key_value = if key.as_str().is_some() {
            key.clone()
        } else if let Some(number) = key.as_float() {
            th.str(&self.float_text(key, number)?)
        } else if key.is_none() {
            th.str("null")
        } else if let Some(truth) = key.as_bool() {
            th.str(if truth { "true" } else { "false" })
        } else if key.as_int().is_some() {
            self.int_text(key)?
        } else if self.encoder.skipkeys {
            return Ok(());
        } else {
            let class = key.class().full_name();
            return Err(th.type_error(format!("keys must be str, int, float, bool or None, not {class}")));
        };
        if !std::mem::take(first) {
            self.separator(&self.encoder.item_separator);
        }
        self.newline();
        if let Some(text) = key_value.as_str() {
            self.string(&key_value, text)?;
        }
        self.separator(&self.encoder.key_separator);
        self.value(item).map_err(|raised| {
            let class = owner.class().full_name();
            match th.repr_string(key) {
                Ok(shown) => self.note(raised, &format!("when serializing {class} item {shown}")),
                Err(second) => second,
            }
        })
    }
}
