//! Issuing warnings: filters, registries and what is shown. `_warnings` (in `modules/warnings.rs`) is its Python face, and
//! the pure-Python `warnings` shares its state: filters and the registry of what was shown once are looked up in that
//! module when it is loaded, for programs assign to them.

use std::cell::{Cell, OnceCell};

use crate::error::{Res, name_text};
use crate::frame::Fp;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::list::List;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// What one interpreter remembers.
#[derive(Default)]
pub struct State {
    filters: OnceCell<Value>,
    /// `warnings.filters` as it was seen last: still in force when the module lacks the name.
    seen_filters: crate::gc::ValueCell,
    once_registry: OnceCell<Value>,
    /// A `ContextVar`: `warnings.catch_warnings` of one context, if `sys.flags.context_aware_warnings`.
    context: OnceCell<Option<Value>>,
    lock: OnceCell<Value>,
    /// Counts changes of the filters: registries of an older number are emptied.
    pub(crate) filters_version: Cell<i64>,
}

impl State {
    /// `_warnings.filters`: a list that starts with what CPython shows by default.
    pub(crate) fn filters(&self, th: &ThreadState) -> Value {
        let make = || {
            let entry = |action: &str, category: &Type, module: Value| {
                th.tuple(&[th.intern(action), Value::NONE, category.as_value(), module, Value::int32(0)])
            };
            th.list(vec![
                entry("default", &exc::DEPRECATION_WARNING, th.intern("__main__")),
                entry("ignore", &exc::DEPRECATION_WARNING, Value::NONE),
                entry("ignore", &exc::PENDING_DEPRECATION_WARNING, Value::NONE),
                entry("ignore", &exc::IMPORT_WARNING, Value::NONE),
                entry("ignore", &exc::RESOURCE_WARNING, Value::NONE),
            ])
        };
        self.filters.get_or_init(make).clone()
    }

    pub(crate) fn once_registry(&self, th: &ThreadState) -> Value {
        self.once_registry.get_or_init(|| th.dict(Dict::new())).clone()
    }

    /// The lock that `warnings` holds while it changes filters.
    pub(crate) fn lock(&self, th: &ThreadState) -> Res {
        if let Some(lock) = self.lock.get() {
            return Ok(lock.clone());
        }
        let lock = th.call(&crate::import::import_attribute(th, "_thread", "RLock")?, &[])?;
        Ok(self.lock.get_or_init(|| lock).clone())
    }

    /// In a forked child: a lock that a thread of the parent holds is held by nobody.
    pub(crate) fn after_fork(&self, th: &ThreadState) -> Res<()> {
        let Some(lock) = self.lock.get() else { return Ok(()) };
        let is_ours = th.call_method_str(lock, "_is_owned", &[])?;
        if !th.is_true(&is_ours)? {
            th.call_method_str(lock, "_at_fork_reinit", &[])?;
        }
        Ok(())
    }

    /// The variable, if it was made.
    pub(crate) fn known_context(&self) -> Option<Value> {
        self.context.get().cloned().flatten()
    }

    /// The variable that holds a context's own filters; `None` while there are no context variables.
    pub(crate) fn context(&self, th: &ThreadState) -> Res<Option<Value>> {
        if let Some(context) = self.context.get() {
            return Ok(context.clone());
        }
        let class = crate::import::import_attribute(th, "_contextvars", "ContextVar");
        let made = match th.catch(class, &exc::IMPORT_ERROR)? {
            Some(class) => Some(th.call(&class, &[th.str("_warnings_context")])?),
            None => None,
        };
        Ok(self.context.get_or_init(|| made).clone())
    }
}

/// `warnings.name`, if that module is loaded and has it.
fn module_attribute(th: &ThreadState, name: &str) -> Res<Option<Value>> {
    let modules = th.interp().modules.get();
    let Some(modules) = modules.as_ref().and_then(|modules| modules.downcast::<Dict>()) else { return Ok(None) };
    match modules.get_str(&th.names().warnings) {
        Some(module) if !module.is_none() => th.getattr_opt_str(&module, name),
        _ => Ok(None),
    }
}

/// `warnings.warn(message, category)`, with the innermost Python frame as its place.
pub fn warn(th: &ThreadState, category: &Type, message: &str) -> Res<()> {
    warn_at(th, category, message, 1)
}

/// ResourceWarning about an object that its program did not close.
pub fn resource(th: &ThreadState, source: &Value, message: &str) -> Res<()> {
    warn_value(th, exc::RESOURCE_WARNING.value_ref(), &th.str(message), 1, source, &[])
}

/// As [`warn`], with the frame `stacklevel` calls up (1: the innermost) as its place.
pub fn warn_at(th: &ThreadState, category: &Type, message: &str, stacklevel: i64) -> Res<()> {
    let level = isize::try_from(stacklevel).unwrap_or(isize::MAX);
    warn_value(th, category.value_ref(), &th.str(message), level, &Value::NONE, &[])
}

/// `warnings.warn` with everything. Frames whose file names start with one of `skip` are passed over.
pub fn warn_value(
    th: &ThreadState,
    category: &Value,
    message: &Value,
    stack_level: isize,
    source: &Value,
    skip: &[Value],
) -> Res<()> {
    let place = Place::find(th, stack_level, skip)?;
    let warning = Warning { category: category.clone(), message: message.clone(), source: source.clone() };
    issue(th, warning, &place)
}

/// `warnings.warn_explicit`: for a place that is not a frame.
pub fn warn_explicit(th: &ThreadState, category: &Type, message: &str, filename: &Value, lineno: i32) -> Res<()> {
    let place = Place {
        filename: filename.clone(),
        lineno: i64::from(lineno),
        module: module_of_file(th, filename),
        registry: Value::NONE,
    };
    let (category, message) = (category.as_value(), th.str(message));
    issue(th, Warning { category, message, source: Value::NONE }, &place)
}

/// One warning to be issued.
pub(crate) struct Warning {
    pub category: Value,
    /// Text, or an instance of a warning class.
    pub message: Value,
    /// What a ResourceWarning is about; None for others.
    pub source: Value,
}

/// Where a warning belongs.
pub(crate) struct Place {
    pub filename: Value,
    pub lineno: i64,
    pub module: Value,
    /// `__warningregistry__` of the module, or None.
    pub registry: Value,
}

impl Place {
    fn find(th: &ThreadState, stack_level: isize, skip: &[Value]) -> Res<Place> {
        let mut level = stack_level;
        let mut frame = th.frames.innermost();
        let plain = level <= 0 || frame.is_some_and(is_internal);
        while level > 1
            && let Some(fp) = frame
        {
            level -= 1;
            frame = fp.previous();
            if !plain {
                while frame.is_some_and(|fp| is_internal(fp) || is_skipped(fp, skip)) {
                    frame = frame.and_then(Fp::previous);
                }
            }
        }
        let names = th.names();
        let (globals, filename, lineno) = match frame {
            Some(fp) => {
                let code = fp.code();
                let globals = fp.function().globals().clone();
                (globals, code.filename(), code.line_at(fp.last_instruction()).map_or(0, i64::from))
            }
            None => (th.interp().sys_dict.get_or_none(), th.str("<sys>"), 0),
        };
        let Some(namespace) = globals.downcast::<Dict>() else {
            return Err(th.system_error("a frame without globals"));
        };
        let module = match namespace.get_str(&names.__name__) {
            Some(module) if module.is_none() || module.as_str().is_some() => module,
            _ => th.str("<string>"),
        };
        let registry = match namespace.get_str(&names.__warningregistry__) {
            Some(registry) => registry,
            None => {
                let registry = th.dict(Dict::new());
                drop(namespace.set_str(&names.__warningregistry__, registry.clone()));
                registry
            }
        };
        Ok(Place { filename, lineno, module, registry })
    }
}

/// Whether a frame belongs to the importer.
fn is_internal(fp: Fp) -> bool {
    let file = name_text(&fp.code().filename());
    file.contains("importlib") && file.contains("_bootstrap") || file.ends_with("/_taipan_library.py")
}

fn is_skipped(fp: Fp, prefixes: &[Value]) -> bool {
    if prefixes.is_empty() {
        return false;
    }
    let file = name_text(&fp.code().filename());
    prefixes.iter().any(|prefix| file.starts_with(&name_text(prefix)))
}

/// What stands for the module's name if only a file name is known.
pub(crate) fn module_of_file(th: &ThreadState, filename: &Value) -> Value {
    let text = name_text(filename);
    if text.is_empty() {
        return th.str("<unknown>");
    }
    match text.strip_suffix(".py") {
        Some(stem) => th.str(stem),
        None => filename.clone(),
    }
}

/// The category of a warning that was given as `warnings.warn` takes it.
pub(crate) fn category_of(th: &ThreadState, message: &Value, category: &Value) -> Res {
    if th.is_instance(message, exc::WARNING.value_ref())? {
        return Ok(message.class().as_value());
    }
    if category.is_none() {
        return Ok(exc::USER_WARNING.as_value());
    }
    let wrong = || {
        let found = category.class().full_name();
        th.type_error(format_args!("category must be a Warning subclass, not '{found}'"))
    };
    if category.as_type().is_none() {
        return Err(wrong());
    }
    if th.is_subclass(category, exc::WARNING.value_ref())? { Ok(category.clone()) } else { Err(wrong()) }
}

/// What becomes of a warning.
enum Action {
    Ignore,
    Error,
    Always,
    Once,
    Module,
    Default,
}

/// Finds the action and does it.
pub(crate) fn issue(th: &ThreadState, warning: Warning, place: &Place) -> Res<()> {
    let registry = match &place.registry {
        registry if registry.is_none() => None,
        registry => match registry.downcast::<Dict>() {
            Some(_) => Some(registry),
            None => return Err(th.type_error("'registry' must be a dict or None")),
        },
    };
    let state = th.extension::<State>();
    let (text, category, message) = if th.is_instance(&warning.message, exc::WARNING.value_ref())? {
        let class = warning.message.class().as_value();
        (th.str_of(&warning.message)?, class, warning.message.clone())
    } else {
        let message = th.call(&warning.category, std::slice::from_ref(&warning.message))?;
        (warning.message.clone(), warning.category.clone(), message)
    };
    let lineno = th.int(place.lineno);
    let key = th.tuple(&[text.clone(), category.clone(), lineno.clone()]);
    if let Some(registry) = registry
        && already_warned(th, &state, Dict::of(registry), &key, false)?
    {
        return Ok(());
    }
    let action = find_action(th, &state, &category, &text, place)?;
    match action {
        Action::Error => {
            return Err(th.raise(message));
        }
        Action::Ignore => return Ok(()),
        Action::Always => {}
        Action::Once | Action::Module | Action::Default => {
            if let Some(registry) = registry {
                Dict::of(registry).set(th, &key, Value::TRUE)?;
            }
            let shared = match action {
                Action::Once if registry.is_none() => Some(once_registry(th, &state)?),
                Action::Once | Action::Module => registry.cloned(),
                _ => None,
            };
            if let Some(shared) = shared.as_ref().and_then(|shared| shared.downcast::<Dict>()) {
                let key = th.tuple(&[text.clone(), category.clone()]);
                if already_warned(th, &state, shared, &key, true)? {
                    return Ok(());
                }
            }
        }
    }
    show(th, &warning, place, &category, &text, &message, &lineno)
}

/// Whether the registry has the key. A registry older than the last change of the filters is emptied first. `add`: the
/// key is put in.
fn already_warned(th: &ThreadState, state: &State, registry: &Dict, key: &Value, add: bool) -> Res<bool> {
    let version_key = th.intern("version");
    let version = state.filters_version.get();
    let current = registry.get(th, &version_key)?.and_then(|value| value.as_small_int());
    if current != Some(version) {
        registry.clear();
        registry.set(th, &version_key, th.int(version))?;
    } else if let Some(value) = registry.get(th, key)?
        && th.is_true(&value)?
    {
        return Ok(true);
    }
    if add {
        registry.set(th, key, Value::TRUE)?;
    }
    Ok(false)
}

fn once_registry(th: &ThreadState, state: &State) -> Res {
    match module_attribute(th, "onceregistry")? {
        None => Ok(state.once_registry(th)),
        Some(registry) if registry.downcast::<Dict>().is_some() => Ok(registry),
        Some(other) => {
            Err(th
                .type_error(format_args!("_warnings.onceregistry must be a dict, not '{}'", other.class().full_name())))
        }
    }
}

/// The first filter that matches decides, those of the context before those of all.
fn find_action(th: &ThreadState, state: &State, category: &Value, text: &Value, place: &Place) -> Res<Action> {
    let own = context_filters(th, state)?;
    let filters = match own {
        Some(filters) => filters,
        None => match module_attribute(th, "filters")? {
            Some(filters) => {
                if state.seen_filters.with(|seen| seen.is_none_or(|seen| !seen.is(&filters))) {
                    state.seen_filters.set(Some(filters.clone()));
                }
                filters
            }
            None => state.seen_filters.get().unwrap_or_else(|| state.filters(th)),
        },
    };
    let Some(list) = filters.downcast::<List>() else {
        return Err(th.value_error("_warnings.filters must be a list"));
    };
    let mut index = 0;
    while let Some(item) = list.get(index) {
        let parts = item.as_tuple().map(|parts| parts.as_slice());
        let Some([action, message, class, module, lineno]) = parts else {
            return Err(th.value_error(format_args!("warnings.filters item {index} isn't a 5-tuple")));
        };
        if action.as_str().is_none() {
            return Err(th.type_error(format_args!("action must be a string, not '{}'", action.class().full_name())));
        }
        let matches_text = matches(th, message, text)?;
        let matches_module = matches(th, module, &place.module)?;
        let is_subclass = th.is_subclass(category, class)?;
        let Some(number) = lineno.as_int().and_then(|number| number.to_i64()) else {
            return Err(th.type_error("an integer is required"));
        };
        if matches_text && matches_module && is_subclass && (number == 0 || number == place.lineno) {
            return parse_action(th, action, &item);
        }
        index += 1;
    }
    let default = match module_attribute(th, "defaultaction")? {
        None => return Ok(Action::Default),
        Some(default) => default,
    };
    if default.as_str().is_none() {
        return Err(th.type_error(format_args!(
            "_warnings.defaultaction must be a string, not '{}'",
            default.class().full_name()
        )));
    }
    parse_action(th, &default, &Value::NONE)
}

fn parse_action(th: &ThreadState, action: &Value, item: &Value) -> Res<Action> {
    Ok(match name_text(action).as_str() {
        "ignore" => Action::Ignore,
        "error" => Action::Error,
        "always" | "all" => Action::Always,
        "once" => Action::Once,
        "module" => Action::Module,
        "default" => Action::Default,
        _ => {
            let (action, item) = (th.repr_string(action)?, th.repr_string(item)?);
            return Err(th.runtime_error(format_args!("Unrecognized action ({action}) in warnings.filters:\n {item}")));
        }
    })
}

/// The filters that `catch_warnings` has set for the present context.
fn context_filters(th: &ThreadState, state: &State) -> Res<Option<Value>> {
    let Some(Some(variable)) = state.context.get() else { return Ok(None) };
    let context = th.call_method(variable, &th.names().get, &[Value::NONE])?;
    if context.is_none() {
        return Ok(None);
    }
    th.getattr_str(&context, "_filters").map(Some)
}

/// A filter's part for texts: None matches all, a string itself, else it is a compiled regular expression.
fn matches(th: &ThreadState, pattern: &Value, text: &Value) -> Res<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.is_exactly(&crate::objects::str::STR_TYPE) {
        return match (pattern.as_str(), text.as_str()) {
            (Some(pattern), Some(text)) => Ok(pattern.equals(text)),
            _ => Err(th.type_error(format_args!(
                "Can't compare {} and {}",
                pattern.class().full_name(),
                text.class().full_name()
            ))),
        };
    }
    let found = th.call_method_str(pattern, "match", std::slice::from_ref(text))?;
    th.is_true(&found)
}

/// Through `warnings._showwarnmsg` if that module is there, else plainly to standard error.
fn show(
    th: &ThreadState,
    warning: &Warning,
    place: &Place,
    category: &Value,
    text: &Value,
    message: &Value,
    lineno: &Value,
) -> Res<()> {
    if !warning.source.is_none() && !th.interp().finalizing.get() {
        // Only the pure-Python side can tell where the object was made.
        let imported = crate::import::import(th, "warnings");
        if let Err(raised) = imported {
            drop(th.take_raised(raised));
        }
    }
    let Some(show) = module_attribute(th, "_showwarnmsg")? else {
        return show_plainly(th, place, category, text);
    };
    if !th.is_callable(&show) {
        return Err(th.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = module_attribute(th, "WarningMessage")? else {
        return Err(th.runtime_error("unable to get warnings.WarningMessage"));
    };
    let args = [
        message.clone(),
        category.clone(),
        place.filename.clone(),
        lineno.clone(),
        Value::NONE,
        Value::NONE,
        warning.source.clone(),
    ];
    let shown = th.call(&class, &args)?;
    th.call(&show, &[shown])?;
    Ok(())
}

fn show_plainly(th: &ThreadState, place: &Place, category: &Value, text: &Value) -> Res<()> {
    let Some(stderr) = th.sys_attribute("stderr").filter(|stderr| !stderr.is_none()) else { return Ok(()) };
    let name = th.getattr(category, &th.names().__name__)?;
    let mut shown = format!(
        "{}:{}: {}: {}\n",
        name_text(&place.filename),
        place.lineno,
        th.str_string(&name)?,
        th.str_string(text)?
    );
    let line = crate::modules::sys::hooks::source_line(&name_text(&place.filename), place.lineno);
    if let Some(line) = line.as_deref().map(str::trim).filter(|line| !line.is_empty()) {
        shown.push_str(&format!("  {line}\n"));
    }
    let written = th.call_method(&stderr, &th.names().write, &[th.str(&shown)]);
    if let Err(raised) = written {
        drop(th.take_raised(raised));
    }
    Ok(())
}
