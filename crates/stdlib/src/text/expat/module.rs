//! The module `pyexpat`.

use macros::pymodule;
use runtime::Type;
use runtime::objects::exceptions::EXCEPTION;
use runtime::types::TypeDef;

use crate::support::exception;

static ERROR_DEF: TypeDef = exception("xml.parsers.expat", "ExpatError", &EXCEPTION, None);
pub static EXPAT_ERROR: Type = Type::new_static(&ERROR_DEF);

/// The module `pyexpat`.
#[pymodule(name = "pyexpat")]
pub mod pyexpat_module {
    //! Python wrapper for Expat parser.
    use std::borrow::Cow;

    use runtime::objects::dict::Dict;
    use runtime::types::ready::ready;
    use runtime::{Res, ThreadState, Value};

    use super::EXPAT_ERROR;
    use crate::system::numbers::{add, add_constants};
    use crate::text::expat::errors::{self, ERRORS};
    use crate::text::expat::parser::{XML_PARSER_TYPE, XmlParser};

    #[pyattr(name = "EXPAT_VERSION")]
    const EXPAT_VERSION: &str = "expat_2.9.0";
    #[pyattr(name = "native_encoding")]
    const NATIVE_ENCODING: &str = "UTF-8";

    #[pyattr(name = "ExpatError")]
    fn expat_error(th: &ThreadState) -> Value {
        ready(th, &EXPAT_ERROR);
        EXPAT_ERROR.as_value()
    }

    #[pyattr(name = "error")]
    fn error_class(th: &ThreadState) -> Value {
        expat_error(th)
    }

    #[pyattr(name = "XMLParserType")]
    fn parser_type(th: &ThreadState) -> Value {
        ready(th, &XML_PARSER_TYPE);
        XML_PARSER_TYPE.as_value()
    }

    /// Return a new XML parser object.
    #[pyfunction(
        "(encoding=None, namespace_separator=None, intern=<unrepresentable>)",
        name = "ParserCreate",
        text = "($module, /, encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)"
    )]
    fn parser_create(
        th: &ThreadState,
        encoding: Option<TextOrNone<'_>>,
        namespace_separator: Option<TextOrNone<'_>>,
        intern: Option<&Value>,
    ) -> Res {
        let separator = match namespace_separator.as_ref().map(|text| &*text.0) {
            None => None,
            Some(text) => {
                let mut characters = text.chars();
                let first = characters.next();
                if characters.next().is_some() {
                    return Err(th.value_error("namespace_separator must be at most one character, omitted, or None"));
                }
                Some(first)
            }
        };
        let intern = match intern {
            None => th.dict(Dict::new()),
            Some(value) if value.is_none() || value.downcast::<Dict>().is_some() => value.clone(),
            Some(_) => return Err(th.type_error("intern must be a dictionary")),
        };
        XmlParser::make(th, encoding.as_ref().map(|text| &*text.0), separator, intern)
    }

    /// A text; errors say that None would do.
    struct TextOrNone<'a>(Cow<'a, str>);

    impl<'a> runtime::args::FromArg<'a> for TextOrNone<'a> {
        fn from_arg(th: &'a ThreadState, value: &'a Value, at: runtime::args::ArgAt) -> Res<Self> {
            match value.as_str() {
                Some(_) => Cow::from_arg(th, value, at).map(TextOrNone),
                None => Err(at.wrong_type(th, "str or None", value)),
            }
        }
    }

    /// Returns string error for given number.
    #[pyfunction("(code, /)", name = "ErrorString")]
    fn error_string(code: i64) -> Option<&'static str> {
        i32::try_from(code).ok().and_then(errors::message)
    }

    fn submodule(th: &ThreadState, module: &Value, name: &str, doc: &str) -> Res {
        let full = format!("pyexpat.{name}");
        let made = th.new_module(&full);
        add(th, &made, "__doc__", th.str(doc))?;
        if let Some(modules) = th.interp().modules.get() {
            th.set_item(&modules, &th.intern(&full), &made)?;
        }
        add(th, module, name, made.clone())?;
        Ok(made)
    }

    static MODEL: &[(&str, i64)] = &[
        ("XML_CTYPE_EMPTY", 1),
        ("XML_CTYPE_ANY", 2),
        ("XML_CTYPE_MIXED", 3),
        ("XML_CTYPE_NAME", 4),
        ("XML_CTYPE_CHOICE", 5),
        ("XML_CTYPE_SEQ", 6),
        ("XML_CQUANT_NONE", 0),
        ("XML_CQUANT_OPT", 1),
        ("XML_CQUANT_REP", 2),
        ("XML_CQUANT_PLUS", 3),
    ];

    static FEATURES: &[(&str, i64)] = &[
        ("sizeof(XML_Char)", 1),
        ("sizeof(XML_LChar)", 1),
        ("XML_DTD", 0),
        ("XML_CONTEXT_BYTES", 1024),
        ("XML_NS", 0),
        ("XML_BLAP_MAX_AMP", 100),
        ("XML_BLAP_ACT_THRES", 8_388_608),
        ("XML_GE", 0),
    ];

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let version = [2, 9, 0].map(Value::int32);
        add(th, module, "version_info", th.tuple(&version))?;
        let features = FEATURES.iter().map(|&(name, number)| th.tuple(&[th.str(name), th.int(number)])).collect();
        add(th, module, "features", th.list(features))?;
        add_constants(
            th,
            module,
            &[
                ("XML_PARAM_ENTITY_PARSING_NEVER", 0),
                ("XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1),
                ("XML_PARAM_ENTITY_PARSING_ALWAYS", 2),
            ],
        )?;
        let errors = submodule(th, module, "errors", "Constants used to describe error conditions.")?;
        let (codes, messages) = (Dict::new(), Dict::new());
        for (index, (name, words)) in ERRORS.iter().enumerate() {
            let (code, words) = (Value::index(index + 1), th.str(words));
            codes.set(th, &words, code.clone())?;
            messages.set(th, &code, words.clone())?;
            add(th, &errors, &format!("XML_ERROR_{name}"), words)?;
        }
        add(th, &errors, "codes", th.dict(codes))?;
        add(th, &errors, "messages", th.dict(messages))?;
        let model = submodule(th, module, "model", "Constants used to interpret content model information.")?;
        add_constants(th, &model, MODEL)
    }
}
