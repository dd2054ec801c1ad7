//! `_taipan_sqlite`: connections, statements and open values of SQLite, for the Python module `_sqlite3`.
//!
//! The rules of DB-API (transactions, cursors, rows, adapters, error classes) are Python
//! (`crates/frozen/overlay/_sqlite3`); here are SQLite's objects and values. Operations give SQLite's codes.

mod raw;

use std::cell::RefCell;
use std::ffi::CString;

use macros::{pyclass, pymethods, pymodule};
use runtime::objects::str::Str;
use runtime::{Res, ThreadState, Value};

use crate::foreign::{held, released};
use raw::{Connection, Field, Outcome, Stage};

/// A Python value of a field; `None` for text that is not UTF-8.
fn value_of(th: &ThreadState, field: &Field, raw_text: bool) -> Option<Value> {
    Some(match field {
        Field::Null => Value::NONE,
        Field::Integer(number) => th.int(*number),
        Field::Real(number) => th.float(*number),
        Field::Text(text) if raw_text => th.tuple(&[th.bytes(text)]),
        Field::Text(text) => th.str(std::str::from_utf8(text).ok()?),
        Field::Blob(blob) => th.bytes(blob),
    })
}

/// The field for a Python value; `None` for classes that SQLite has no kind for.
fn field_of(th: &ThreadState, value: &Value) -> Res<Option<Field>> {
    if value.is_none() {
        return Ok(Some(Field::Null));
    }
    if let Some(number) = value.as_int() {
        return match number.to_i64() {
            Some(number) => Ok(Some(Field::Integer(number))),
            None => Err(th.overflow_error("Python int too large to convert to SQLite INTEGER")),
        };
    }
    if let Some(number) = value.as_float() {
        return Ok(Some(Field::Real(number)));
    }
    if value.as_str().is_some() {
        let encoded = th.call_method_str(value, "encode", &[])?;
        return Ok(runtime::buffer::plain_bytes(&encoded).map(Field::Text));
    }
    if th.has_buffer(value) {
        return Ok(Some(Field::Blob(th.readable_buffer(value)?.to_vec())));
    }
    Ok(None)
}

fn c_string(th: &ThreadState, text: &Str) -> Res<CString> {
    let Some(text) = text.to_utf8() else {
        return Err(th.value_error("surrogates not allowed"));
    };
    CString::new(text.as_bytes()).map_err(|_| th.value_error("embedded null character"))
}

/// Runs a callback of the program's, with the GIL.
fn with_python<R>(otherwise: R, work: impl FnOnce(&ThreadState) -> R) -> R {
    match runtime::thread::current() {
        Some(th) => held(th, || work(th)),
        None => otherwise,
    }
}

/// Calls a function with fields. What it gives is a value, or a code and a message in a tuple.
fn outcome_of(th: &ThreadState, function: &Value, first: &[Value], fields: &[Field]) -> Outcome {
    let mut arguments = first.to_vec();
    for field in fields {
        match value_of(th, field, false) {
            Some(value) => arguments.push(value),
            None => return Outcome::Error("text is not UTF-8".to_owned()),
        }
    }
    let result = th.check_native_stack(" in a function of SQLite's").and_then(|()| th.call(function, &arguments));
    let result = match result {
        Ok(result) => result,
        Err(raised) => {
            th.unraisable(raised, None, Some(function));
            return Outcome::Error("user-defined function raised exception".to_owned());
        }
    };
    if let Some([code, message]) = result.as_tuple().map(|tuple| tuple.as_slice()) {
        return match code.as_small_int() {
            Some(7) => Outcome::NoMemory,
            Some(18) => Outcome::TooBig,
            _ => Outcome::Error(message.as_str().map(|text| text.to_string_lossy()).unwrap_or_default()),
        };
    }
    match field_of(th, &result) {
        Ok(Some(field)) => Outcome::Value(field),
        Ok(None) => Outcome::Error("user-defined function raised exception".to_owned()),
        Err(raised) => {
            drop(th.take_raised(raised));
            Outcome::Error("user-defined function raised exception".to_owned())
        }
    }
}

/// An open database.
#[pyclass(name = "Database", module = "_taipan_sqlite")]
pub struct Database {
    #[notrace]
    connection: Connection,
    code: i32,
}

#[pymethods]
impl Database {
    #[pyslot("(path, flags, /)")]
    fn new(th: &ThreadState, cls: &runtime::Type, path: &Value, flags: i32) -> Res {
        let bytes = runtime::buffer::plain_bytes(path).ok_or_else(|| th.type_error("bytes expected"))?;
        let path = CString::new(bytes).map_err(|_| th.value_error("embedded null byte"))?;
        let (connection, code) = released(th, || Connection::open(&path, flags));
        Ok(th.new_instance(cls, Database { connection, code }))
    }

    /// What opening came to.
    #[pygetter]
    fn code(&self) -> i32 {
        self.code
    }

    #[pymethod]
    fn is_open(&self) -> bool {
        self.connection.is_open()
    }

    #[pymethod]
    fn close(&self) -> i32 {
        self.connection.close()
    }

    #[pymethod]
    fn message(&self) -> String {
        self.connection.message()
    }

    #[pymethod]
    fn extended_code(&self) -> i32 {
        self.connection.extended_code()
    }

    #[pymethod]
    fn error_offset(&self) -> i32 {
        self.connection.error_offset()
    }

    #[pymethod]
    fn changes(&self) -> i64 {
        self.connection.changes()
    }

    #[pymethod]
    fn total_changes(&self) -> i64 {
        self.connection.total_changes()
    }

    #[pymethod]
    fn last_row(&self) -> i64 {
        self.connection.last_row()
    }

    #[pymethod]
    fn is_autocommit(&self) -> bool {
        self.connection.is_autocommit()
    }

    #[pymethod]
    fn interrupt(&self) {
        self.connection.interrupt();
    }

    #[pymethod("(milliseconds, /)")]
    fn set_timeout(&self, milliseconds: i32) {
        self.connection.set_timeout(milliseconds);
    }

    #[pymethod("(category, value, /)")]
    fn limit(&self, category: i32, value: i32) -> i32 {
        self.connection.limit(category, value)
    }

    #[pymethod("(option, value, /)")]
    fn configure(&self, th: &ThreadState, option: i32, value: i32) -> Value {
        let (code, on) = self.connection.configure(option, value);
        th.tuple(&[Value::int32(code), Value::bool(on)])
    }

    /// The first statement of a text, or None, and what the text has after it; or SQLite's code.
    #[pymethod("(sql, /)")]
    fn prepare(&self, th: &ThreadState, sql: &Str) -> Res {
        let text = c_string(th, sql)?;
        match self.connection.prepare(&text, |prepare| released(th, prepare)) {
            Err(code) => Ok(Value::int32(code)),
            Ok((statement, used)) => {
                let rest = String::from_utf8_lossy(text.as_bytes().get(used..).unwrap_or(&[])).into_owned();
                let statement = statement.map_or(Value::NONE, |statement| th.new_object(Statement { statement }));
                Ok(th.tuple(&[statement, th.str(&rest)]))
            }
        }
    }

    #[pymethod("(name, arguments, flags, function, /)")]
    fn create_function(&self, th: &ThreadState, name: &Str, arguments: i32, flags: i32, function: &Value) -> Res<i32> {
        let name = c_string(th, name)?;
        let function = (!function.is_none()).then(|| {
            let function = function.clone();
            Box::new(move |fields: &[Field]| {
                with_python(Outcome::NoMemory, |th| outcome_of(th, &function, &[], fields))
            }) as raw::Function
        });
        Ok(self.connection.create_function(&name, arguments, flags, function))
    }

    /// The function is called with the stage (0 step, 1 inverse, 2 value, 3 final), the run's number, and the arguments.
    #[pymethod("(name, arguments, window, function, /)")]
    fn create_aggregate(
        &self,
        th: &ThreadState,
        name: &Str,
        arguments: i32,
        window: bool,
        function: &Value,
    ) -> Res<i32> {
        let name = c_string(th, name)?;
        let aggregate = (!function.is_none()).then(|| {
            let function = function.clone();
            Box::new(move |stage: Stage, run: u64, fields: &[Field]| {
                with_python(Outcome::NoMemory, |th| {
                    let stage = Value::int32(stage as i32);
                    outcome_of(th, &function, &[stage, th.int(run as i64)], fields)
                })
            }) as raw::Aggregate
        });
        Ok(self.connection.create_aggregate(&name, arguments, window, aggregate))
    }

    #[pymethod("(name, function, /)")]
    fn create_collation(&self, th: &ThreadState, name: &Str, function: &Value) -> Res<i32> {
        let name = c_string(th, name)?;
        let compare = (!function.is_none()).then(|| {
            let function = function.clone();
            Box::new(move |a: &[u8], b: &[u8]| {
                with_python(0, |th| {
                    let (Ok(a), Ok(b)) = (std::str::from_utf8(a), std::str::from_utf8(b)) else { return 0 };
                    match th.call(&function, &[th.str(a), th.str(b)]) {
                        Ok(order) => order.as_small_int().map_or(0, |order| order.signum() as i32),
                        Err(raised) => {
                            drop(th.take_raised(raised));
                            0
                        }
                    }
                })
            }) as Box<dyn Fn(&[u8], &[u8]) -> i32>
        });
        Ok(self.connection.create_collation(&name, compare))
    }

    #[pymethod("(function, /)")]
    fn set_authoriser(&self, function: &Value) -> i32 {
        let authorise = (!function.is_none()).then(|| {
            let function = function.clone();
            Box::new(move |action: i32, texts: [Option<String>; 4]| {
                with_python(1, |th| {
                    let mut arguments = vec![Value::int32(action)];
                    arguments.extend(texts.iter().map(|text| text.as_ref().map_or(Value::NONE, |text| th.str(text))));
                    match th.call(&function, &arguments) {
                        Ok(answer) => answer.as_small_int().map_or(1, |answer| answer as i32),
                        Err(raised) => {
                            drop(th.take_raised(raised));
                            1
                        }
                    }
                })
            }) as Box<dyn Fn(i32, [Option<String>; 4]) -> i32>
        });
        self.connection.set_authoriser(authorise)
    }

    #[pymethod("(function, steps, /)")]
    fn set_progress(&self, function: &Value, steps: i32) {
        let progress = (!function.is_none()).then(|| {
            let function = function.clone();
            Box::new(move || {
                with_python(true, |th| match th.call(&function, &[]).and_then(|answer| th.is_true(&answer)) {
                    Ok(stop) => stop,
                    Err(raised) => {
                        drop(th.take_raised(raised));
                        true
                    }
                })
            }) as Box<dyn Fn() -> bool>
        });
        self.connection.set_progress(steps, progress);
    }

    #[pymethod("(function, /)")]
    fn set_trace(&self, function: &Value) {
        let trace = (!function.is_none()).then(|| {
            let function = function.clone();
            Box::new(move |text: Option<String>| {
                with_python((), |th| {
                    let text = text.map_or(Value::NONE, |text| th.str(&text));
                    if let Err(raised) = th.call(&function, &[text]) {
                        drop(th.take_raised(raised));
                    }
                });
            }) as Box<dyn Fn(Option<String>)>
        });
        self.connection.set_trace(trace);
    }

    /// An open value, or SQLite's code.
    #[pymethod("(database, table, column, row, writable, /)")]
    fn open_blob(
        &self,
        th: &ThreadState,
        database: &Str,
        table: &Str,
        column: &Str,
        row: i64,
        writable: bool,
    ) -> Value {
        let text = |text: &Str| text.to_string_lossy();
        let (database, table, column) = (text(database), text(table), text(column));
        match self.connection.open_blob([&database, &table, &column], row, writable) {
            Ok(blob) => th.new_object(OpenBlob { blob }),
            Err(code) => Value::int32(code),
        }
    }

    #[pymethod("(name, /)")]
    fn serialize(&self, th: &ThreadState, name: &Str) -> Res {
        let name = c_string(th, name)?;
        Ok(self.connection.serialize(&name).map_or(Value::NONE, |bytes| th.bytes(&bytes)))
    }

    #[pymethod("(data, name, /)")]
    fn deserialize(&self, th: &ThreadState, data: &Value, name: &Str) -> Res<i32> {
        let bytes = th.readable_buffer(data)?.to_vec();
        Ok(self.connection.deserialize(&c_string(th, name)?, &bytes))
    }

    /// Copies the database; `between(code, left, all)` says whether to go on. Gives the code that it ended with.
    #[pymethod("(target, name, pages, between, /)")]
    fn backup(&self, th: &ThreadState, target: &Value, name: &Str, pages: i32, between: &Value) -> Res<i32> {
        let Some(target) = target.downcast::<Database>() else { return Err(th.type_error("a database expected")) };
        let name = c_string(th, name)?;
        let failure = RefCell::new(None);
        let result = self.connection.backup(&target.connection, &name, pages, |code, left, all| {
            let arguments = [Value::int32(code), Value::int32(left), Value::int32(all)];
            match th.call(between, &arguments).and_then(|answer| th.is_true(&answer)) {
                Ok(on) => on,
                Err(raised) => {
                    *failure.borrow_mut() = Some(th.take_raised(raised));
                    false
                }
            }
        });
        match failure.into_inner() {
            Some(exception) => Err(th.raise(exception)),
            None => Ok(result.unwrap_or_else(|code| code)),
        }
    }
}

/// A compiled statement.
#[pyclass(name = "Statement", module = "_taipan_sqlite", flags(disallow_new))]
pub struct Statement {
    #[notrace]
    statement: raw::Statement,
}

#[pymethods]
impl Statement {
    /// Execute up to the next row: gives SQLite's code.
    #[pymethod]
    fn step(&self, th: &ThreadState) -> i32 {
        self.statement.step(|step| released(th, step))
    }

    #[pymethod]
    fn reset(&self) -> i32 {
        self.statement.reset()
    }

    #[pymethod]
    fn clear_bindings(&self) {
        self.statement.clear_bindings();
    }

    #[pymethod]
    fn finalize(&self) {
        self.statement.finalize();
    }

    #[pymethod]
    fn is_live(&self) -> bool {
        self.statement.is_live() && !self.statement.is_orphan()
    }

    #[pymethod]
    fn is_busy(&self) -> bool {
        self.statement.is_busy()
    }

    /// Gives SQLite's code, or -1 for a class that it has no kind for.
    #[pymethod("(at, value, /)")]
    fn bind(&self, th: &ThreadState, at: i32, value: &Value) -> Res<i32> {
        Ok(field_of(th, value)?.map_or(-1, |field| self.statement.bind(at, &field)))
    }

    /// The columns of the row. Texts are bytes in a tuple each if asked for; a text that is no UTF-8 is one anyway.
    #[pymethod("(raw_text, /)")]
    fn row(&self, th: &ThreadState, raw_text: bool) -> Value {
        let columns = (0..self.statement.data_count()).map(|at| {
            let field = self.statement.column(at);
            value_of(th, &field, raw_text).or_else(|| value_of(th, &field, true)).unwrap_or(Value::NONE)
        });
        th.tuple_from_vec(columns.collect())
    }

    #[pymethod]
    fn column_count(&self) -> i32 {
        self.statement.column_count()
    }

    #[pymethod("(at, /)")]
    fn column_name(&self, at: i32) -> Option<String> {
        self.statement.column_name(at)
    }

    #[pymethod("(at, /)")]
    fn declared_type(&self, at: i32) -> Option<String> {
        self.statement.declared_type(at)
    }

    #[pymethod]
    fn parameter_count(&self) -> i32 {
        self.statement.parameter_count()
    }

    #[pymethod("(at, /)")]
    fn parameter_name(&self, at: i32) -> Option<String> {
        self.statement.parameter_name(at)
    }

    #[pymethod]
    fn is_readonly(&self) -> bool {
        self.statement.is_readonly()
    }

    #[pymethod]
    fn is_explain(&self) -> bool {
        self.statement.is_explain()
    }
}

/// A value that is read and written in place.
#[pyclass(name = "OpenBlob", module = "_taipan_sqlite", flags(disallow_new))]
pub struct OpenBlob {
    #[notrace]
    blob: raw::Blob,
}

#[pymethods]
impl OpenBlob {
    #[pymethod]
    fn close(&self) {
        self.blob.close();
    }

    #[pymethod]
    fn is_open(&self) -> bool {
        self.blob.is_open()
    }

    #[pymethod]
    fn size(&self) -> usize {
        self.blob.len()
    }

    /// The bytes, or SQLite's code.
    #[pymethod("(offset, size, /)")]
    fn read(&self, th: &ThreadState, offset: usize, size: usize) -> Res {
        th.check_room(size)?;
        let mut bytes = vec![0; size];
        let code = self.blob.read(offset, &mut bytes);
        Ok(if code == 0 { th.bytes(&bytes) } else { Value::int32(code) })
    }

    #[pymethod("(offset, data, /)")]
    fn write(&self, th: &ThreadState, offset: usize, data: &Value) -> Res<i32> {
        let bytes = th.readable_buffer(data)?.to_vec();
        Ok(self.blob.write(offset, &bytes))
    }
}

#[pymodule(name = "_taipan_sqlite", classes(DATABASE_TYPE, STATEMENT_TYPE, OPEN_BLOB_TYPE))]
pub mod sqlite_module {
    //! SQLite's objects, for _sqlite3.
    use super::*;

    #[pyattr(name = "version")]
    fn version(th: &ThreadState) -> Value {
        th.str(&raw::version())
    }

    /// What SQLite calls a code.
    #[pyfunction("(code, /)")]
    fn code_text(code: i32) -> String {
        raw::code_text(code)
    }

    /// Whether a text ends a statement.
    #[pyfunction("(text, /)")]
    fn is_complete(th: &ThreadState, text: &Str) -> Res<bool> {
        Ok(raw::is_complete(&c_string(th, text)?))
    }

    #[pyfunction("(on, /)")]
    fn enable_shared_cache(on: bool) -> i32 {
        raw::enable_shared_cache(on)
    }
}
