//! The class `xmlparser`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::dict::Dict;
use runtime::objects::int::IntView;
use runtime::{Payload, Raised, Res, ThreadState, Value};

use super::errors::{self, Code};
use super::handlers::{self, DEFAULT, DEFAULT_EXPAND, EXTERNAL, TEXT};
use super::input::{BAD, Encoding};
use super::machine::{Kind, Machine, Place, Problem, Settings};
use super::module::EXPAT_ERROR;

/// The error of a setting that makes no sense.
const INVALID_ARGUMENT: i32 = 41;
const DEFAULT_BUFFER: usize = 8192;
/// How much of a file is read at once.
const READ_SIZE: usize = 2048;

/// XML parser
#[pyclass(name = "xmlparser", module = "pyexpat", flags(disallow_new), text = none, extra(attributes))]
pub struct XmlParser {
    #[notrace]
    machine: RefCell<Machine>,
    handlers: RefCell<Vec<Value>>,
    /// Which of the two default handlers was set last.
    default: Cell<usize>,
    intern: Value,
    /// The parser of the document that this one reads a part of.
    parent: ValueCell,
    #[notrace]
    buffer: RefCell<String>,
    buffers: Cell<bool>,
    buffer_size: Cell<usize>,
    ordered: Cell<bool>,
    specified_only: Cell<bool>,
    in_callback: Cell<bool>,
    error: Cell<i32>,
    #[notrace]
    error_place: Cell<Option<Place>>,
    finished: Cell<bool>,
}

impl XmlParser {
    pub fn make(th: &ThreadState, encoding: Option<&str>, separator: Option<Option<char>>, intern: Value) -> Res {
        let settings = Settings {
            namespaces: separator,
            with_prefixes: false,
            wants_raw: false,
            expands: true,
            parameter_parsing: 0,
            uses_foreign_dtd: false,
            amplification: 100.0,
            amplification_threshold: 8 << 20,
            base: None,
            defers: true,
            has_external_handler: false,
        };
        let mut machine = Machine::new(settings, Kind::Document, Rc::default());
        if let Some(encoding) = encoding {
            force(&mut machine, encoding);
        }
        Ok(XmlParser::wrap(th, machine, intern, vec![Value::NONE; handlers::NAMES.len()]))
    }

    fn wrap(th: &ThreadState, machine: Machine, intern: Value, handlers: Vec<Value>) -> Value {
        th.new_object(XmlParser {
            machine: RefCell::new(machine),
            handlers: RefCell::new(handlers),
            default: Cell::new(DEFAULT),
            intern,
            parent: ValueCell::empty(),
            buffer: RefCell::default(),
            buffers: Cell::new(false),
            buffer_size: Cell::new(DEFAULT_BUFFER),
            ordered: Cell::new(false),
            specified_only: Cell::new(false),
            in_callback: Cell::new(false),
            error: Cell::new(0),
            error_place: Cell::new(None),
            finished: Cell::new(false),
        })
    }

    /// Works on the parser proper; no Python code runs meanwhile.
    pub fn with_machine<R>(&self, work: impl FnOnce(&mut Machine) -> R) -> R {
        work(&mut self.machine.borrow_mut())
    }

    pub fn handler(&self, place: usize) -> Option<Value> {
        self.handlers.borrow().get(place).filter(|handler| !handler.is_none()).cloned()
    }

    /// The place of the default handler, if there is one.
    pub fn default_place(&self) -> Option<usize> {
        let place = self.default.get();
        self.handler(place).map(|_| place)
    }

    fn set_handler(&self, th: &ThreadState, place: usize, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.runtime_error("Cannot delete attribute")) };
        if place == TEXT {
            self.flush(th)?;
        }
        if place == DEFAULT || place == DEFAULT_EXPAND {
            self.default.set(place);
        }
        let old = self.handlers.borrow_mut().get_mut(place).map(|handler| std::mem::replace(handler, value.clone()));
        drop(old);
        self.tell_machine();
        Ok(())
    }

    /// What the machine has to know of the handlers.
    fn tell_machine(&self) {
        let default = self.default_place();
        let has_external = self.handler(EXTERNAL).is_some();
        self.with_machine(|machine| {
            machine.settings.wants_raw = default.is_some();
            machine.settings.expands = default != Some(DEFAULT);
            machine.settings.has_external_handler = has_external;
        });
    }

    /// After an exception no handler is called any more.
    fn clear_handlers(&self) {
        let old = std::mem::replace(&mut *self.handlers.borrow_mut(), vec![Value::NONE; handlers::NAMES.len()]);
        drop(old);
        self.tell_machine();
    }

    /// How much text is kept before it is told, if any.
    pub fn buffer_room(&self) -> Option<usize> {
        self.buffers.get().then(|| self.buffer_size.get())
    }

    pub fn buffered(&self) -> usize {
        self.buffer.borrow().len()
    }

    pub fn append(&self, text: &str) {
        self.buffer.borrow_mut().push_str(text);
    }

    /// Tells the text that waits.
    pub fn flush(&self, th: &ThreadState) -> Res<()> {
        if self.buffered() == 0 {
            return Ok(());
        }
        let text = self.buffer.take();
        self.call_text(th, &text)
    }

    /// A name, the same object each time it comes.
    pub fn interned(&self, th: &ThreadState, text: &str) -> Res {
        let made = th.str(text);
        let Some(known) = self.intern.downcast::<Dict>() else { return Ok(made) };
        if let Some(old) = known.get(th, &made)? {
            return Ok(old);
        }
        known.set(th, &made, made.clone())?;
        Ok(made)
    }

    pub fn interned_or_none(&self, th: &ThreadState, text: Option<&str>) -> Res {
        text.map_or(Ok(Value::NONE), |text| self.interned(th, text))
    }

    /// Attributes as a dict, or as a list of names and values.
    pub fn attributes(&self, th: &ThreadState, all: &[(Rc<str>, String)], specified: usize) -> Res {
        let shown = if self.specified_only.get() { &all[..specified.min(all.len())] } else { all };
        if self.ordered.get() {
            let mut list = Vec::with_capacity(shown.len() * 2);
            for (name, value) in shown {
                list.push(self.interned(th, name)?);
                list.push(th.str(value));
            }
            return Ok(th.list(list));
        }
        let dict = Dict::new();
        for (name, value) in shown {
            drop(dict.set_str(&self.interned(th, name)?, th.str(value)));
        }
        Ok(th.dict(dict))
    }

    fn place(&self) -> Place {
        self.error_place.get().unwrap_or_else(|| self.with_machine(|machine| machine.place))
    }

    /// Only the parser of a document itself has limits.
    fn check_root(&self, th: &ThreadState) -> Res<()> {
        if self.parent.is_some() {
            return Err(self.raise_with(th, INVALID_ARGUMENT, "parser must be a root parser".to_owned()));
        }
        Ok(())
    }

    fn raise_code(&self, th: &ThreadState, code: i32) -> Raised {
        self.error.set(code);
        let place = self.place();
        let words = errors::message(code).unwrap_or("unknown error");
        let (line, column) = (place.line, place.column);
        self.raise_with(th, code, format!("{words}: line {line}, column {column}"))
    }

    fn raise_with(&self, th: &ThreadState, code: i32, message: String) -> Raised {
        let place = self.place();
        let (line, column) = (place.line, place.column);
        let raised = th.error(&EXPAT_ERROR, message);
        let exception = th.take_raised(raised);
        for (name, number) in [("code", i64::from(code)), ("offset", column), ("lineno", line)] {
            if let Err(raised) = th.setattr_str(&exception, name, &th.int(number)) {
                return raised;
            }
        }
        th.raise_as_is(exception)
    }

    /// The encoding of a name that the machine does not know, by what its codec makes of every byte.
    fn table_encoding(&self, th: &ThreadState, name: &str) -> Res<Option<Encoding>> {
        let all: Vec<u8> = (0..=255).collect();
        let decoded = th.decode(&all, name, "replace")?;
        let points: Vec<u32> = decoded.as_str().map(|text| text.code_points().collect()).unwrap_or_default();
        let Ok(points) = <[u32; 256]>::try_from(points) else {
            return Err(th.value_error("multi-byte encodings are not supported"));
        };
        let table = points.map(|point| match point {
            0xFFFD => BAD,
            point => char::from_u32(point).unwrap_or(BAD),
        });
        Ok(Encoding::of_table(&table))
    }

    /// Gives the program all events that there are.
    fn pump(&self, th: &ThreadState, is_last: bool) -> Res<()> {
        loop {
            let next = self.with_machine(Machine::next_event);
            match next {
                Ok(Some(queued)) => {
                    self.in_callback.set(true);
                    let dispatched = self.dispatch(th, queued);
                    self.in_callback.set(false);
                    if let Err(raised) = dispatched {
                        self.clear_handlers();
                        return Err(raised);
                    }
                }
                Ok(None) => break,
                Err(Problem::Wrong(code)) => {
                    return Err(self.raise_code(th, code as i32));
                }
                Err(Problem::Encoding(name)) => match self.table_encoding(th, &name)? {
                    Some(encoding) => self.with_machine(|machine| machine.set_encoding(encoding)),
                    None => {
                        self.with_machine(|machine| machine.fail(Code::UnknownEncoding));
                    }
                },
            }
        }
        self.in_callback.set(true);
        let flushed = self.flush(th);
        self.in_callback.set(false);
        if is_last && flushed.is_ok() {
            self.finished.set(true);
        }
        flushed
    }

    fn feed(&self, th: &ThreadState, bytes: &[u8], is_last: bool) -> Res<()> {
        if self.finished.get() {
            return Err(self.raise_code(th, Code::Finished as i32));
        }
        self.with_machine(|machine| machine.feed(bytes, is_last));
        self.pump(th, is_last)
    }

    fn check_not_inside(&self, th: &ThreadState, function: &str) -> Res<()> {
        if self.in_callback.get() {
            return Err(th.runtime_error(format_args!("cannot call {function}() from within a handler")));
        }
        Ok(())
    }
}

fn force(machine: &mut Machine, name: &str) {
    use super::input::Named;
    machine.force(Encoding::named(name).unwrap_or_else(|| Named::Unknown(name.to_owned())));
}

fn flag(th: &ThreadState, value: Option<&Value>) -> Res<bool> {
    match value {
        Some(value) => th.is_true(value),
        None => Err(th.runtime_error("Cannot delete attribute")),
    }
}

#[pymethods]
impl XmlParser {
    /// Parse XML data.
    ///
    /// 'data' can be a bytes-like object or a string.  If it is a string,
    /// the encoding declaration in the XML data is ignored.
    /// 'isfinal' should be true at end of input.
    #[pymethod("(data, isfinal=False, /)", name = "Parse")]
    fn parse(&self, th: &ThreadState, data: &Value, isfinal: bool) -> Res<i32> {
        self.check_not_inside(th, "Parse")?;
        if let Some(text) = data.as_str() {
            let text = text.to_utf8().ok_or_else(|| runtime::convert::surrogates(th, data))?;
            self.with_machine(|machine| force(machine, "UTF-8"));
            self.feed(th, text.as_bytes(), isfinal)?;
            return Ok(1);
        }
        let bytes = th.readable_buffer(data)?.to_vec();
        self.feed(th, &bytes, isfinal)?;
        Ok(1)
    }

    /// Parse XML data from a binary file-like object.
    ///
    /// Its read() method should return bytes.
    #[pymethod("(file, /)", name = "ParseFile")]
    fn parse_file(&self, th: &ThreadState, file: &Value) -> Res<i32> {
        self.check_not_inside(th, "ParseFile")?;
        let Some(read) = th.getattr_opt_str(file, "read")? else {
            return Err(th.type_error("argument must have 'read' attribute"));
        };
        loop {
            let data = th.call(&read, &[Value::index(READ_SIZE)])?;
            let bytes = match (data.as_bytes(), data.downcast::<runtime::objects::bytearray::ByteArray>()) {
                (Some(bytes), _) => bytes.as_slice().to_vec(),
                (_, Some(bytes)) => bytes.as_slice().to_vec(),
                _ => {
                    let class = data.class().full_name();
                    return Err(th.type_error(format_args!("read() did not return a bytes object (type={class})")));
                }
            };
            if bytes.len() > READ_SIZE {
                return Err(th.value_error(format_args!(
                    "read() returned too much data: {READ_SIZE} bytes requested, {} returned",
                    bytes.len()
                )));
            }
            self.feed(th, &bytes, bytes.is_empty())?;
            if bytes.is_empty() {
                return Ok(1);
            }
        }
    }

    /// Set the base URL for the parser.
    #[pymethod("(base, /)", name = "SetBase")]
    fn set_base(&self, base: String) {
        self.with_machine(|machine| machine.settings.base = Some(base));
    }

    /// Return base URL string for the parser.
    #[pymethod("()", name = "GetBase")]
    fn get_base(&self) -> Option<String> {
        self.with_machine(|machine| machine.settings.base.clone())
    }

    /// Return the input which generated the current event as bytes.
    ///
    /// The data is in the encoding of the entity which contains the text.
    /// It extends to the end of the currently buffered input, therefore it
    /// can contain also the data of the following events, and if the event
    /// was generated by a large amount of text, not all of it may be
    /// available.
    #[pymethod("()", name = "GetInputContext")]
    fn get_input_context(&self, th: &ThreadState) -> Value {
        if !self.in_callback.get() {
            return Value::NONE;
        }
        self.with_machine(|machine| machine.context().map_or(Value::NONE, |text| th.bytes(text.as_bytes())))
    }

    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[pymethod(
        "(context, encoding=None, /)",
        name = "ExternalEntityParserCreate",
        text = "($self, context, encoding=<unrepresentable>,\n                           /)"
    )]
    fn external_entity_parser_create(
        &self,
        th: &ThreadState,
        slf: &Value,
        context: Option<std::borrow::Cow<'_, str>>,
        encoding: Option<&Value>,
    ) -> Res {
        let encoding = match encoding {
            None => None,
            Some(value) => match value.as_str() {
                Some(text) => Some(text.to_utf8().ok_or_else(|| runtime::convert::surrogates(th, value))?.into_owned()),
                None => {
                    let class = if value.is_none() { "None".to_owned() } else { value.class().full_name() };
                    return Err(
                        th.type_error(format_args!("ExternalEntityParserCreate() argument 2 must be str, not {class}"))
                    );
                }
            },
        };
        let mut machine = self.with_machine(|machine| machine.child(context.as_deref()));
        if let Some(encoding) = &encoding {
            force(&mut machine, encoding);
        }
        let handlers = self.handlers.borrow().clone();
        let child = XmlParser::wrap(th, machine, self.intern.clone(), handlers);
        let made = XmlParser::of(&child);
        made.default.set(self.default.get());
        made.parent.set(Some(slf.clone()));
        made.buffers.set(self.buffers.get());
        made.buffer_size.set(self.buffer_size.get());
        made.ordered.set(self.ordered.get());
        made.specified_only.set(self.specified_only.get());
        made.tell_machine();
        Ok(child)
    }

    /// Controls parsing of parameter entities (including the external DTD subset).
    ///
    /// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
    /// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
    /// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
    /// was successful.
    #[pymethod("(flag, /)", name = "SetParamEntityParsing")]
    fn set_param_entity_parsing(&self, flag: i32) -> i32 {
        self.with_machine(|machine| {
            if machine.has_started() {
                return 0;
            }
            machine.settings.parameter_parsing = flag.clamp(0, 2);
            1
        })
    }

    /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
    ///
    /// This readily allows the use of a 'default' document type controlled
    /// by the application, while still getting the advantage of providing
    /// document type information to the parser.  'flag' defaults to True if
    /// not provided.
    #[pymethod("(flag=True, /)", name = "UseForeignDTD")]
    fn use_foreign_dtd(&self, th: &ThreadState, flag: bool) -> Res<()> {
        let started = self.with_machine(|machine| {
            if !machine.has_started() {
                machine.settings.uses_foreign_dtd = flag;
            }
            machine.has_started()
        });
        if started { Err(self.raise_code(th, Code::CantChangeFeatureOnceParsing as i32)) } else { Ok(()) }
    }

    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    #[pymethod("(enabled, /)", name = "SetReparseDeferralEnabled")]
    fn set_reparse_deferral_enabled(&self, enabled: bool) {
        self.with_machine(|machine| machine.settings.defers = enabled);
    }

    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    #[pymethod("()", name = "GetReparseDeferralEnabled")]
    fn get_reparse_deferral_enabled(&self) -> bool {
        self.with_machine(|machine| machine.settings.defers)
    }

    /// Sets the number of output bytes needed to activate protection against billion laughs attacks.
    ///
    /// The number of output bytes includes amplification from entity expansion
    /// and reading DTD files.
    ///
    /// Parser objects usually have a protection activation threshold of 8 MiB,
    /// but the actual default value depends on the underlying Expat library.
    ///
    /// Activation thresholds below 4 MiB are known to break support for DITA 1.3
    /// payload and are hence not recommended.
    #[pymethod("(threshold, /)", name = "SetBillionLaughsAttackProtectionActivationThreshold")]
    fn set_amplification_threshold(&self, th: &ThreadState, threshold: u64) -> Res<()> {
        self.check_root(th)?;
        self.with_machine(|machine| machine.settings.amplification_threshold = threshold);
        Ok(())
    }

    /// Sets the maximum tolerated amplification factor for protection against billion laughs attacks.
    ///
    /// The amplification factor is calculated as "(direct + indirect) / direct"
    /// while parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "indirect" is the number of bytes added by expanding
    /// entities and reading external DTD files, combined.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value greater than
    /// or equal to 1.0. Amplification factors greater than 30,000 can be observed
    /// in the middle of parsing even with benign files in practice. In particular,
    /// the activation threshold should be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[pymethod(
        "(max_factor, /)",
        name = "SetBillionLaughsAttackProtectionMaximumAmplification",
        text = "($self, max_factor,\n                                                     /)"
    )]
    fn set_amplification(&self, th: &ThreadState, max_factor: f64) -> Res<()> {
        self.check_root(th)?;
        if max_factor.is_nan() || max_factor < 1.0 {
            return Err(self.raise_with(th, INVALID_ARGUMENT, "'max_factor' must be at least 1.0".to_owned()));
        }
        self.with_machine(|machine| machine.settings.amplification = max_factor);
        Ok(())
    }

    #[pygetter(member)]
    fn intern(&self) -> Value {
        self.intern.clone()
    }

    #[pygetter(name = "ErrorCode")]
    fn error_code(&self) -> i32 {
        self.error.get()
    }

    #[pygetter(name = "ErrorLineNumber")]
    fn error_line_number(&self) -> i64 {
        self.place().line
    }

    #[pygetter(name = "ErrorColumnNumber")]
    fn error_column_number(&self) -> i64 {
        self.place().column
    }

    #[pygetter(name = "ErrorByteIndex")]
    fn error_byte_index(&self) -> i64 {
        self.place().byte
    }

    #[pygetter(name = "CurrentLineNumber")]
    fn current_line_number(&self) -> i64 {
        self.place().line
    }

    #[pygetter(name = "CurrentColumnNumber")]
    fn current_column_number(&self) -> i64 {
        self.place().column
    }

    #[pygetter(name = "CurrentByteIndex")]
    fn current_byte_index(&self) -> i64 {
        self.place().byte
    }

    #[pygetter(name = "buffer_size")]
    fn get_buffer_size(&self) -> usize {
        self.buffer_size.get()
    }

    #[pysetter(name = "buffer_size")]
    fn set_buffer_size(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.runtime_error("Cannot delete attribute")) };
        let Some(number) = value.as_int() else { return Err(th.type_error("buffer_size must be an integer")) };
        let number =
            IntView::to_i64(number).ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))?;
        if number <= 0 {
            return Err(th.value_error("buffer_size must be greater than zero"));
        }
        if number > i64::from(i32::MAX) {
            return Err(th.value_error("buffer_size must not be greater than 2147483647"));
        }
        let size = number as usize;
        if size == self.buffer_size.get() {
            return Ok(());
        }
        self.flush(th)?;
        self.buffer_size.set(size);
        Ok(())
    }

    #[pygetter(name = "buffer_text")]
    fn get_buffer_text(&self) -> bool {
        self.buffers.get()
    }

    #[pysetter(name = "buffer_text")]
    fn set_buffer_text(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let buffers = flag(th, value)?;
        if !buffers {
            self.flush(th)?;
        }
        self.buffers.set(buffers);
        Ok(())
    }

    #[pygetter(name = "buffer_used")]
    fn buffer_used(&self) -> usize {
        self.buffered()
    }

    #[pygetter(name = "namespace_prefixes")]
    fn get_namespace_prefixes(&self) -> bool {
        self.with_machine(|machine| machine.settings.with_prefixes)
    }

    #[pysetter(name = "namespace_prefixes")]
    fn set_namespace_prefixes(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let flag = flag(th, value)?;
        self.with_machine(|machine| machine.settings.with_prefixes = flag);
        Ok(())
    }

    #[pygetter(name = "ordered_attributes")]
    fn get_ordered_attributes(&self) -> bool {
        self.ordered.get()
    }

    #[pysetter(name = "ordered_attributes")]
    fn set_ordered_attributes(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.ordered.set(flag(th, value)?);
        Ok(())
    }

    #[pygetter(name = "specified_attributes")]
    fn get_specified_attributes(&self) -> bool {
        self.specified_only.get()
    }

    #[pysetter(name = "specified_attributes")]
    fn set_specified_attributes(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.specified_only.set(flag(th, value)?);
        Ok(())
    }
}

#[pymethods(extra = attributes)]
impl XmlParser {
    #[pygetter(name = "StartElementHandler")]
    fn start_element_handler(&self) -> Value {
        self.handler(handlers::START).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "StartElementHandler")]
    fn set_start_element_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::START, value)
    }

    #[pygetter(name = "EndElementHandler")]
    fn end_element_handler(&self) -> Value {
        self.handler(handlers::END).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "EndElementHandler")]
    fn set_end_element_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::END, value)
    }

    #[pygetter(name = "ProcessingInstructionHandler")]
    fn processing_instruction_handler(&self) -> Value {
        self.handler(handlers::INSTRUCTION).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "ProcessingInstructionHandler")]
    fn set_processing_instruction_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::INSTRUCTION, value)
    }

    #[pygetter(name = "CharacterDataHandler")]
    fn character_data_handler(&self) -> Value {
        self.handler(handlers::TEXT).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "CharacterDataHandler")]
    fn set_character_data_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::TEXT, value)
    }

    #[pygetter(name = "UnparsedEntityDeclHandler")]
    fn unparsed_entity_decl_handler(&self) -> Value {
        self.handler(handlers::UNPARSED).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "UnparsedEntityDeclHandler")]
    fn set_unparsed_entity_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::UNPARSED, value)
    }

    #[pygetter(name = "NotationDeclHandler")]
    fn notation_decl_handler(&self) -> Value {
        self.handler(handlers::NOTATION).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "NotationDeclHandler")]
    fn set_notation_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::NOTATION, value)
    }

    #[pygetter(name = "StartNamespaceDeclHandler")]
    fn start_namespace_decl_handler(&self) -> Value {
        self.handler(handlers::START_NAMESPACE).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "StartNamespaceDeclHandler")]
    fn set_start_namespace_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::START_NAMESPACE, value)
    }

    #[pygetter(name = "EndNamespaceDeclHandler")]
    fn end_namespace_decl_handler(&self) -> Value {
        self.handler(handlers::END_NAMESPACE).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "EndNamespaceDeclHandler")]
    fn set_end_namespace_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::END_NAMESPACE, value)
    }

    #[pygetter(name = "CommentHandler")]
    fn comment_handler(&self) -> Value {
        self.handler(handlers::COMMENT).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "CommentHandler")]
    fn set_comment_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::COMMENT, value)
    }

    #[pygetter(name = "StartCdataSectionHandler")]
    fn start_cdata_section_handler(&self) -> Value {
        self.handler(handlers::START_CDATA).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "StartCdataSectionHandler")]
    fn set_start_cdata_section_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::START_CDATA, value)
    }

    #[pygetter(name = "EndCdataSectionHandler")]
    fn end_cdata_section_handler(&self) -> Value {
        self.handler(handlers::END_CDATA).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "EndCdataSectionHandler")]
    fn set_end_cdata_section_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::END_CDATA, value)
    }

    #[pygetter(name = "DefaultHandler")]
    fn default_handler(&self) -> Value {
        self.handler(handlers::DEFAULT).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "DefaultHandler")]
    fn set_default_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::DEFAULT, value)
    }

    #[pygetter(name = "DefaultHandlerExpand")]
    fn default_handler_expand(&self) -> Value {
        self.handler(handlers::DEFAULT_EXPAND).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "DefaultHandlerExpand")]
    fn set_default_handler_expand(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::DEFAULT_EXPAND, value)
    }

    #[pygetter(name = "NotStandaloneHandler")]
    fn not_standalone_handler(&self) -> Value {
        self.handler(handlers::NOT_STANDALONE).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "NotStandaloneHandler")]
    fn set_not_standalone_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::NOT_STANDALONE, value)
    }

    #[pygetter(name = "ExternalEntityRefHandler")]
    fn external_entity_ref_handler(&self) -> Value {
        self.handler(handlers::EXTERNAL).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "ExternalEntityRefHandler")]
    fn set_external_entity_ref_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::EXTERNAL, value)
    }

    #[pygetter(name = "StartDoctypeDeclHandler")]
    fn start_doctype_decl_handler(&self) -> Value {
        self.handler(handlers::START_DOCTYPE).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "StartDoctypeDeclHandler")]
    fn set_start_doctype_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::START_DOCTYPE, value)
    }

    #[pygetter(name = "EndDoctypeDeclHandler")]
    fn end_doctype_decl_handler(&self) -> Value {
        self.handler(handlers::END_DOCTYPE).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "EndDoctypeDeclHandler")]
    fn set_end_doctype_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::END_DOCTYPE, value)
    }

    #[pygetter(name = "EntityDeclHandler")]
    fn entity_decl_handler(&self) -> Value {
        self.handler(handlers::ENTITY).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "EntityDeclHandler")]
    fn set_entity_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::ENTITY, value)
    }

    #[pygetter(name = "XmlDeclHandler")]
    fn xml_decl_handler(&self) -> Value {
        self.handler(handlers::XML_DECLARATION).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "XmlDeclHandler")]
    fn set_xml_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::XML_DECLARATION, value)
    }

    #[pygetter(name = "ElementDeclHandler")]
    fn element_decl_handler(&self) -> Value {
        self.handler(handlers::ELEMENT).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "ElementDeclHandler")]
    fn set_element_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::ELEMENT, value)
    }

    #[pygetter(name = "AttlistDeclHandler")]
    fn attlist_decl_handler(&self) -> Value {
        self.handler(handlers::ATTRIBUTE).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "AttlistDeclHandler")]
    fn set_attlist_decl_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::ATTRIBUTE, value)
    }

    #[pygetter(name = "SkippedEntityHandler")]
    fn skipped_entity_handler(&self) -> Value {
        self.handler(handlers::SKIPPED).unwrap_or(Value::NONE)
    }

    #[pysetter(name = "SkippedEntityHandler")]
    fn set_skipped_entity_handler(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_handler(th, handlers::SKIPPED, value)
    }
}
