//! SQLite's own functions, wrapped so that their rules cannot be broken: the room with `unsafe` of this folder.
//!
//! A [`Connection`] is closed with `close_v2`, which waits for its statements: a [`Statement`] and a [`Blob`] stay valid after
//! it. What is being executed is marked busy, so that no callback can finish it. Callbacks are boxes that SQLite owns.
#![expect(unsafe_code, reason = "SQLite is a C library")]

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::rc::Rc;

use libsqlite3_sys as ffi;

unsafe extern "C" {
    /// The crate's list of functions leaves it out; what it does is needed here: it waits for statements.
    fn sqlite3_close_v2(database: *mut ffi::sqlite3) -> c_int;
}

/// A value of SQLite's.
pub enum Field {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

struct Handle {
    database: Cell<*mut ffi::sqlite3>,
    /// How many of SQLite's functions are at work on the database and may call back: it is not closed under them.
    calls: Cell<usize>,
    /// Whether it was closed while they were.
    closing: Cell<bool>,
    /// Callbacks that SQLite may still call; they live as long as the connection does for the last statement.
    hooks: RefCell<Vec<Hook>>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is ours; `close_v2` takes null, and waits for statements that are left.
        unsafe { sqlite3_close_v2(self.database.replace(null_mut())) };
    }
}

/// Some function of SQLite's is at work on the database, as long as this lives.
struct Working {
    handle: Rc<Handle>,
}

impl Working {
    fn on(handle: &Rc<Handle>) -> Working {
        handle.calls.set(handle.calls.get() + 1);
        Working { handle: handle.clone() }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let calls = self.handle.calls.get() - 1;
        self.handle.calls.set(calls);
        if calls == 0 && self.handle.closing.get() {
            self.handle.close();
        }
    }
}

/// An open database.
#[derive(Clone)]
pub struct Connection {
    handle: Rc<Handle>,
}

/// What a step, a bind or such came to: SQLite's code.
pub type Code = i32;

/// Calls back into Python from a function: its arguments; gives the result or the failure's message.
pub type Function = Box<dyn Fn(&[Field]) -> Outcome>;

/// What a function of the program's comes to.
pub enum Outcome {
    Value(Field),
    Error(String),
    TooBig,
    NoMemory,
}

/// A method of an aggregate: which one, and the arguments. `u64` tells its runs apart.
pub type Aggregate = Box<dyn Fn(Stage, u64, &[Field]) -> Outcome>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Step,
    Inverse,
    Value,
    Final,
}

type Compare = Box<dyn Fn(&[u8], &[u8]) -> i32>;
type Authorise = Box<dyn Fn(i32, [Option<String>; 4]) -> i32>;
type Progress = Box<dyn Fn() -> bool>;
type Trace = Box<dyn Fn(Option<String>)>;

fn text_of(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: a string of SQLite's, which lives as long as the call that showed it.
    Some(unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}

fn bytes_of(pointer: *const u8, length: c_int) -> Vec<u8> {
    if pointer.is_null() || length <= 0 {
        return Vec::new();
    }
    // SAFETY: SQLite says that so many bytes are there until the value changes; they are copied at once.
    unsafe { std::slice::from_raw_parts(pointer, length as usize) }.to_vec()
}

fn field_of(value: *mut ffi::sqlite3_value) -> Field {
    // SAFETY: a value that SQLite has passed to a function; the text or blob is asked for before its length.
    unsafe {
        match ffi::sqlite3_value_type(value) {
            ffi::SQLITE_INTEGER => Field::Integer(ffi::sqlite3_value_int64(value)),
            ffi::SQLITE_FLOAT => Field::Real(ffi::sqlite3_value_double(value)),
            ffi::SQLITE_TEXT => {
                let text = ffi::sqlite3_value_text(value);
                Field::Text(bytes_of(text, ffi::sqlite3_value_bytes(value)))
            }
            ffi::SQLITE_BLOB => {
                let blob = ffi::sqlite3_value_blob(value);
                Field::Blob(bytes_of(blob.cast(), ffi::sqlite3_value_bytes(value)))
            }
            _ => Field::Null,
        }
    }
}

fn fields_of(count: c_int, values: *mut *mut ffi::sqlite3_value) -> Vec<Field> {
    // SAFETY: SQLite passes so many values.
    (0..count.max(0) as usize).map(|at| field_of(unsafe { *values.add(at) })).collect()
}

fn give(context: *mut ffi::sqlite3_context, outcome: Outcome) {
    // SAFETY: the context of the call that is going on; SQLite copies texts and blobs.
    unsafe {
        match outcome {
            Outcome::Value(Field::Null) => ffi::sqlite3_result_null(context),
            Outcome::Value(Field::Integer(number)) => ffi::sqlite3_result_int64(context, number),
            Outcome::Value(Field::Real(number)) => ffi::sqlite3_result_double(context, number),
            Outcome::Value(Field::Text(text)) => match c_int::try_from(text.len()) {
                Ok(length) => {
                    ffi::sqlite3_result_text(context, text.as_ptr().cast(), length, ffi::SQLITE_TRANSIENT());
                }
                Err(_) => ffi::sqlite3_result_error_toobig(context),
            },
            Outcome::Value(Field::Blob(blob)) => match c_int::try_from(blob.len()) {
                Ok(length) => {
                    ffi::sqlite3_result_blob(context, blob.as_ptr().cast(), length, ffi::SQLITE_TRANSIENT());
                }
                Err(_) => ffi::sqlite3_result_error_toobig(context),
            },
            Outcome::Error(message) => {
                ffi::sqlite3_result_error(
                    context,
                    message.as_ptr().cast(),
                    message.len().min(c_int::MAX as usize) as c_int,
                );
            }
            Outcome::TooBig => ffi::sqlite3_result_error_toobig(context),
            Outcome::NoMemory => ffi::sqlite3_result_error_nomem(context),
        }
    }
}

/// The box behind a callback's user data.
///
/// # Safety
/// `data` was made by `Box::into_raw` of a `Box<T>` that SQLite still owns.
unsafe fn boxed<'a, T>(data: *mut c_void) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { &*data.cast::<T>() }
}

unsafe extern "C" fn drop_box<T>(data: *mut c_void) {
    if !data.is_null() {
        // SAFETY: SQLite is done with the box that it was given.
        drop(unsafe { Box::from_raw(data.cast::<T>()) });
    }
}

unsafe extern "C" fn call_function(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the user data is the box that the function was registered with.
    let function = unsafe { boxed::<Function>(ffi::sqlite3_user_data(context)) };
    give(context, function(&fields_of(count, values)));
}

/// The number of an aggregate's run; `None` if nothing was stepped yet and none is to be made.
fn run_of(context: *mut ffi::sqlite3_context, make: bool) -> Option<u64> {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(1) });
    let size = if make { size_of::<u64>() as c_int } else { 0 };
    // SAFETY: SQLite gives zeroed memory of that size for the run, or null.
    let place = unsafe { ffi::sqlite3_aggregate_context(context, size) }.cast::<u64>();
    if place.is_null() {
        return None;
    }
    // SAFETY: as above; aligned for any number.
    unsafe {
        if *place == 0 {
            *place = NEXT.replace(NEXT.get() + 1);
        }
        Some(*place)
    }
}

fn call_aggregate(
    stage: Stage,
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the user data is the box that the aggregate was registered with.
    let aggregate = unsafe { boxed::<Aggregate>(ffi::sqlite3_user_data(context)) };
    let run = run_of(context, matches!(stage, Stage::Step | Stage::Inverse)).unwrap_or(0);
    let outcome = aggregate(stage, run, &fields_of(count, values));
    match (stage, outcome) {
        (Stage::Step | Stage::Inverse, Outcome::Value(_)) => {}
        (_, outcome) => give(context, outcome),
    }
}

unsafe extern "C" fn aggregate_step(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    call_aggregate(Stage::Step, context, count, values);
}

unsafe extern "C" fn aggregate_inverse(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    call_aggregate(Stage::Inverse, context, count, values);
}

unsafe extern "C" fn aggregate_value(context: *mut ffi::sqlite3_context) {
    call_aggregate(Stage::Value, context, 0, null_mut());
}

unsafe extern "C" fn aggregate_final(context: *mut ffi::sqlite3_context) {
    call_aggregate(Stage::Final, context, 0, null_mut());
}

unsafe extern "C" fn call_compare(
    data: *mut c_void,
    left_length: c_int,
    left: *const c_void,
    right_length: c_int,
    right: *const c_void,
) -> c_int {
    // SAFETY: the user data is the box that the collation was registered with.
    let compare = unsafe { boxed::<Compare>(data) };
    compare(&bytes_of(left.cast(), left_length), &bytes_of(right.cast(), right_length))
}

unsafe extern "C" fn call_authorise(
    data: *mut c_void,
    action: c_int,
    a: *const c_char,
    b: *const c_char,
    c: *const c_char,
    d: *const c_char,
) -> c_int {
    // SAFETY: the user data is the box that the connection keeps while it is registered.
    let authorise = unsafe { boxed::<Authorise>(data) };
    authorise(action, [text_of(a), text_of(b), text_of(c), text_of(d)])
}

unsafe extern "C" fn call_progress(data: *mut c_void) -> c_int {
    // SAFETY: as above.
    c_int::from(unsafe { boxed::<Progress>(data) }())
}

unsafe extern "C" fn call_trace(kind: u32, data: *mut c_void, statement: *mut c_void, text: *mut c_void) -> c_int {
    if kind != ffi::SQLITE_TRACE_STMT {
        return 0;
    }
    // SAFETY: as above; for this kind of event the third argument is a statement, the fourth its text.
    unsafe {
        let trace = boxed::<Trace>(data);
        let plain = text_of(text.cast());
        if plain.as_ref().is_some_and(|plain| plain.starts_with("--")) {
            trace(plain);
            return 0;
        }
        let expanded = ffi::sqlite3_expanded_sql(statement.cast());
        trace(text_of(expanded));
        ffi::sqlite3_free(expanded.cast());
    }
    0
}

/// A C string of text that has no zero byte (whoever calls has looked).
fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// SQLite's version.
pub fn version() -> String {
    // SAFETY: a static string.
    text_of(unsafe { ffi::sqlite3_libversion() }).unwrap_or_default()
}

/// What SQLite calls a code.
pub fn code_text(code: Code) -> String {
    // SAFETY: a static string.
    text_of(unsafe { ffi::sqlite3_errstr(code) }).unwrap_or_default()
}

/// Whether a text ends a statement.
pub fn is_complete(text: &CString) -> bool {
    // SAFETY: a C string.
    unsafe { ffi::sqlite3_complete(text.as_ptr()) != 0 }
}

/// Lets all connections of the process share caches.
pub fn enable_shared_cache(on: bool) -> Code {
    // SAFETY: a setting of the library.
    unsafe { ffi::sqlite3_enable_shared_cache(c_int::from(on)) }
}

impl Connection {
    /// Opens a database; with the code there may still be a connection, which knows the message.
    pub fn open(path: &CString, flags: i32) -> (Connection, Code) {
        let mut database = null_mut();
        // SAFETY: a C string, and a place for the handle.
        let code = unsafe { ffi::sqlite3_open_v2(path.as_ptr(), &mut database, flags, std::ptr::null()) };
        if !database.is_null() {
            // SAFETY: a handle that was just made.
            unsafe { ffi::sqlite3_extended_result_codes(database, 1) };
        }
        let handle = Handle {
            database: Cell::new(database),
            calls: Cell::new(0),
            closing: Cell::new(false),
            hooks: RefCell::default(),
        };
        let connection = Connection { handle: Rc::new(handle) };
        // The crate's SQLite enforces foreign keys unless told; SQLite's own default is not to.
        connection.configure(ffi::SQLITE_DBCONFIG_ENABLE_FKEY, 0);
        (connection, code)
    }

    fn raw(&self) -> *mut ffi::sqlite3 {
        self.handle.database.get()
    }

    pub fn is_open(&self) -> bool {
        self.handle.is_usable()
    }

    /// Closes, at the latest when what is at work has ended; statements that are left keep working on what is left.
    pub fn close(&self) -> Code {
        if self.handle.calls.get() > 0 {
            self.handle.closing.set(true);
            return ffi::SQLITE_OK;
        }
        self.handle.close()
    }

    pub fn message(&self) -> String {
        // SAFETY: a handle or null; the text is copied at once.
        text_of(unsafe { ffi::sqlite3_errmsg(self.raw()) }).unwrap_or_default()
    }

    pub fn extended_code(&self) -> Code {
        // SAFETY: a handle or null.
        unsafe { ffi::sqlite3_extended_errcode(self.raw()) }
    }

    pub fn error_offset(&self) -> i32 {
        if !self.is_open() {
            return -1;
        }
        // SAFETY: an open handle.
        unsafe { ffi::sqlite3_error_offset(self.raw()) }
    }

    pub fn changes(&self) -> i64 {
        // SAFETY: whoever calls has seen that it is open.
        if self.is_open() { unsafe { ffi::sqlite3_changes64(self.raw()) } } else { 0 }
    }

    pub fn total_changes(&self) -> i64 {
        // SAFETY: an open handle.
        if self.is_open() { unsafe { ffi::sqlite3_total_changes64(self.raw()) } } else { 0 }
    }

    pub fn last_row(&self) -> i64 {
        // SAFETY: an open handle.
        if self.is_open() { unsafe { ffi::sqlite3_last_insert_rowid(self.raw()) } } else { 0 }
    }

    pub fn is_autocommit(&self) -> bool {
        // SAFETY: an open handle.
        !self.is_open() || unsafe { ffi::sqlite3_get_autocommit(self.raw()) != 0 }
    }

    pub fn interrupt(&self) {
        if self.is_open() {
            // SAFETY: an open handle; may be called at any time.
            unsafe { ffi::sqlite3_interrupt(self.raw()) };
        }
    }

    pub fn set_timeout(&self, milliseconds: i32) {
        if self.is_open() {
            // SAFETY: an open handle.
            unsafe { ffi::sqlite3_busy_timeout(self.raw(), milliseconds) };
        }
    }

    pub fn limit(&self, category: i32, value: i32) -> i32 {
        // SAFETY: an open handle; unknown categories give -1.
        if self.is_open() { unsafe { ffi::sqlite3_limit(self.raw(), category, value) } } else { -1 }
    }

    /// Reads (`value` below zero) or sets a switch of the connection.
    pub fn configure(&self, option: i32, value: i32) -> (Code, bool) {
        let mut now: c_int = 0;
        let is_switch = (ffi::SQLITE_DBCONFIG_ENABLE_FKEY..=ffi::SQLITE_DBCONFIG_REVERSE_SCANORDER).contains(&option);
        if !self.is_open() || !is_switch {
            return (ffi::SQLITE_MISUSE, false);
        }
        // SAFETY: an open handle; all these options take an int and a place for an int.
        let code = unsafe { ffi::sqlite3_db_config(self.raw(), option, value, &raw mut now) };
        (code, now != 0)
    }

    /// The first statement of a text: it, if there is one, and how many bytes it took.
    /// `run` is told when to let go of the GIL.
    pub fn prepare(
        &self,
        text: &CString,
        run: impl FnOnce(&mut dyn FnMut() -> Code) -> Code,
    ) -> Result<(Option<Statement>, usize), Code> {
        if !self.is_open() {
            return Err(ffi::SQLITE_MISUSE);
        }
        let (mut statement, mut tail) = (null_mut(), std::ptr::null());
        let start = text.as_ptr();
        let length = c_int::try_from(text.as_bytes_with_nul().len()).map_err(|_| ffi::SQLITE_TOOBIG)?;
        let _working = Working::on(&self.handle);
        let database = self.raw();
        // SAFETY: an open handle that is not closed meanwhile, a text with its length, and places for the results.
        let code = run(&mut || unsafe { ffi::sqlite3_prepare_v2(database, start, length, &mut statement, &mut tail) });
        if code != ffi::SQLITE_OK {
            return Err(code);
        }
        let used = (tail as usize).saturating_sub(start as usize);
        let made = (!statement.is_null()).then(|| Statement {
            statement: Cell::new(statement),
            busy: Cell::new(false),
            handle: self.handle.clone(),
        });
        Ok((made, used))
    }

    /// Makes a function of a name, or takes it away.
    pub fn create_function(&self, name: &CString, arguments: i32, flags: i32, function: Option<Function>) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        let call = function.is_some().then_some(
            call_function as unsafe extern "C" fn(*mut ffi::sqlite3_context, c_int, *mut *mut ffi::sqlite3_value),
        );
        let data = function.map_or(null_mut(), |function| Box::into_raw(Box::new(function)).cast());
        let _working = Working::on(&self.handle);
        // SAFETY: an open handle; SQLite owns the box from here on and drops it, even when this fails.
        unsafe {
            ffi::sqlite3_create_function_v2(
                self.raw(),
                name.as_ptr(),
                arguments,
                flags | ffi::SQLITE_UTF8,
                data,
                call,
                None,
                None,
                Some(drop_box::<Function>),
            )
        }
    }

    /// Makes an aggregate (a window function if it can take rows back), or takes it away.
    pub fn create_aggregate(&self, name: &CString, arguments: i32, window: bool, aggregate: Option<Aggregate>) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        let Some(aggregate) = aggregate else {
            let _working = Working::on(&self.handle);
            // SAFETY: an open handle; without functions the name is taken away.
            return unsafe {
                ffi::sqlite3_create_function_v2(
                    self.raw(),
                    name.as_ptr(),
                    arguments,
                    ffi::SQLITE_UTF8,
                    null_mut(),
                    None,
                    None,
                    None,
                    None,
                )
            };
        };
        let data: *mut c_void = Box::into_raw(Box::new(aggregate)).cast();
        let _working = Working::on(&self.handle);
        // SAFETY: as in `create_function`.
        unsafe {
            if window {
                ffi::sqlite3_create_window_function(
                    self.raw(),
                    name.as_ptr(),
                    arguments,
                    ffi::SQLITE_UTF8,
                    data,
                    Some(aggregate_step),
                    Some(aggregate_final),
                    Some(aggregate_value),
                    Some(aggregate_inverse),
                    Some(drop_box::<Aggregate>),
                )
            } else {
                ffi::sqlite3_create_function_v2(
                    self.raw(),
                    name.as_ptr(),
                    arguments,
                    ffi::SQLITE_UTF8,
                    data,
                    None,
                    Some(aggregate_step),
                    Some(aggregate_final),
                    Some(drop_box::<Aggregate>),
                )
            }
        }
    }

    /// Makes an order of texts, or takes it away.
    pub fn create_collation(&self, name: &CString, compare: Option<Compare>) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        let call = compare.is_some().then_some(
            call_compare as unsafe extern "C" fn(*mut c_void, c_int, *const c_void, c_int, *const c_void) -> c_int,
        );
        let data: *mut c_void = compare.map_or(null_mut(), |compare| Box::into_raw(Box::new(compare)).cast());
        let _working = Working::on(&self.handle);
        // SAFETY: as in `create_function`; but here SQLite does not drop the box when this fails.
        unsafe {
            let code = ffi::sqlite3_create_collation_v2(
                self.raw(),
                name.as_ptr(),
                ffi::SQLITE_UTF8,
                data,
                call,
                Some(drop_box::<Compare>),
            );
            if code != ffi::SQLITE_OK && !data.is_null() {
                drop_box::<Compare>(data);
            }
            code
        }
    }

    /// The pointer for SQLite to a callback that the connection keeps.
    fn kept<T: 'static>(&self, callback: Option<T>) -> *mut c_void {
        let (data, hook) = Hook::of(callback);
        self.handle.hooks.borrow_mut().push(hook);
        data
    }

    /// Who is asked about each action while a statement is compiled.
    pub fn set_authoriser(&self, authorise: Option<Authorise>) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        let data = self.kept(authorise);
        let call = (!data.is_null()).then_some(
            call_authorise
                as unsafe extern "C" fn(
                    *mut c_void,
                    c_int,
                    *const c_char,
                    *const c_char,
                    *const c_char,
                    *const c_char,
                ) -> c_int,
        );
        // SAFETY: an open handle, which keeps the box.
        unsafe { ffi::sqlite3_set_authorizer(self.raw(), call, data) }
    }

    pub fn set_progress(&self, steps: i32, progress: Option<Progress>) {
        if !self.is_open() {
            return;
        }
        let data = self.kept(progress);
        let call = (!data.is_null()).then_some(call_progress as unsafe extern "C" fn(*mut c_void) -> c_int);
        // SAFETY: as above.
        unsafe { ffi::sqlite3_progress_handler(self.raw(), steps, call, data) };
    }

    pub fn set_trace(&self, trace: Option<Trace>) {
        if !self.is_open() {
            return;
        }
        let data = self.kept(trace);
        let call = (!data.is_null())
            .then_some(call_trace as unsafe extern "C" fn(u32, *mut c_void, *mut c_void, *mut c_void) -> c_int);
        let mask = if data.is_null() { 0 } else { ffi::SQLITE_TRACE_STMT };
        // SAFETY: as above.
        unsafe { ffi::sqlite3_trace_v2(self.raw(), mask, call, data) };
    }

    /// Opens a value for reading and writing in place.
    pub fn open_blob(&self, place: [&str; 3], row: i64, writable: bool) -> Result<Blob, Code> {
        let [database, table, column] = place;
        if !self.is_open() {
            return Err(ffi::SQLITE_MISUSE);
        }
        let (database, table, column) = (c_string(database), c_string(table), c_string(column));
        let mut blob = null_mut();
        let _working = Working::on(&self.handle);
        // SAFETY: an open handle, C strings, and a place for the result.
        let code = unsafe {
            ffi::sqlite3_blob_open(
                self.raw(),
                database.as_ptr(),
                table.as_ptr(),
                column.as_ptr(),
                row,
                c_int::from(writable),
                &mut blob,
            )
        };
        if code == ffi::SQLITE_OK {
            Ok(Blob { blob: Cell::new(blob), _handle: self.handle.clone() })
        } else {
            Err(code)
        }
    }

    /// The database as bytes.
    pub fn serialize(&self, name: &CString) -> Option<Vec<u8>> {
        let mut size: ffi::sqlite3_int64 = 0;
        if !self.is_open() {
            return None;
        }
        // SAFETY: an open handle; the result is SQLite's memory of that size, ours to free.
        unsafe {
            let data = ffi::sqlite3_serialize(self.raw(), name.as_ptr(), &mut size, 0);
            if data.is_null() {
                return None;
            }
            let bytes = std::slice::from_raw_parts(data, size.max(0) as usize).to_vec();
            ffi::sqlite3_free(data.cast());
            Some(bytes)
        }
    }

    /// Replaces the database by one of bytes.
    pub fn deserialize(&self, name: &CString, bytes: &[u8]) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        let _working = Working::on(&self.handle);
        // SAFETY: SQLite's memory is filled and given to it, with leave to grow and to free it.
        unsafe {
            let memory = ffi::sqlite3_malloc64(bytes.len().max(1) as u64).cast::<u8>();
            if memory.is_null() {
                return ffi::SQLITE_NOMEM;
            }
            memory.copy_from(bytes.as_ptr(), bytes.len());
            ffi::sqlite3_deserialize(
                self.raw(),
                name.as_ptr(),
                memory,
                bytes.len() as i64,
                bytes.len() as i64,
                ffi::SQLITE_DESERIALIZE_FREEONCLOSE | ffi::SQLITE_DESERIALIZE_RESIZEABLE,
            )
        }
    }

    /// Copies a database into another, some pages at a time; `between` is told the code, what is left and how many there are.
    pub fn backup(
        &self,
        target: &Connection,
        name: &CString,
        pages: i32,
        mut between: impl FnMut(Code, i32, i32) -> bool,
    ) -> Result<Code, Code> {
        if !self.is_open() || !target.is_open() {
            return Err(ffi::SQLITE_MISUSE);
        }
        // Both stay open meanwhile.
        let _working = (Working::on(&self.handle), Working::on(&target.handle));
        let (from, to) = (&self.handle, &target.handle);
        // SAFETY: two open handles; the backup is finished before they can be closed for good.
        unsafe {
            let backup =
                ffi::sqlite3_backup_init(to.database.get(), c"main".as_ptr(), from.database.get(), name.as_ptr());
            if backup.is_null() {
                return Err(ffi::sqlite3_errcode(to.database.get()));
            }
            loop {
                let code = ffi::sqlite3_backup_step(backup, pages);
                let (left, all) = (ffi::sqlite3_backup_remaining(backup), ffi::sqlite3_backup_pagecount(backup));
                let on = between(code, left, all);
                let again = code == ffi::SQLITE_OK || code == ffi::SQLITE_BUSY || code == ffi::SQLITE_LOCKED;
                if !on || !again || !from.is_usable() || !to.is_usable() {
                    break;
                }
            }
            Ok(ffi::sqlite3_backup_finish(backup))
        }
    }
}

impl Handle {
    fn is_usable(&self) -> bool {
        !self.database.get().is_null() && !self.closing.get()
    }

    fn close(&self) -> Code {
        // SAFETY: the handle is ours and forgotten with this; nothing is at work on it.
        unsafe { sqlite3_close_v2(self.database.replace(null_mut())) }
    }
}

/// Keeps a callback that SQLite was given.
#[derive(Default)]
struct Hook {
    _kept: Option<Rc<dyn std::any::Any>>,
}

impl Hook {
    /// The pointer for SQLite, and who keeps what it points to.
    fn of<T: 'static>(callback: Option<T>) -> (*mut c_void, Hook) {
        match callback {
            None => (null_mut(), Hook::default()),
            Some(callback) => {
                let kept = Rc::new(callback);
                let data = Rc::as_ptr(&kept).cast_mut().cast();
                (data, Hook { _kept: Some(kept) })
            }
        }
    }
}

/// A compiled statement.
pub struct Statement {
    statement: Cell<*mut ffi::sqlite3_stmt>,
    /// It is being executed: callbacks cannot touch it.
    busy: Cell<bool>,
    handle: Rc<Handle>,
}

impl Drop for Statement {
    fn drop(&mut self) {
        self.finalize();
    }
}

impl Statement {
    fn raw(&self) -> Option<*mut ffi::sqlite3_stmt> {
        let statement = self.statement.get();
        (!statement.is_null() && !self.busy.get()).then_some(statement)
    }

    pub fn is_live(&self) -> bool {
        self.raw().is_some()
    }

    pub fn is_busy(&self) -> bool {
        self.busy.get()
    }

    pub fn finalize(&self) {
        if let Some(statement) = self.raw() {
            self.statement.set(null_mut());
            let _working = Working::on(&self.handle);
            // SAFETY: the statement is ours, not being executed, and forgotten.
            unsafe { ffi::sqlite3_finalize(statement) };
        }
    }

    /// Executes up to the next row. `run` is told when to let go of the GIL.
    pub fn step(&self, run: impl FnOnce(&mut dyn FnMut() -> Code) -> Code) -> Code {
        let Some(statement) = self.raw() else { return ffi::SQLITE_MISUSE };
        let _working = Working::on(&self.handle);
        self.busy.set(true);
        // SAFETY: a live statement, marked busy so that it stays one.
        let code = run(&mut || unsafe { ffi::sqlite3_step(statement) });
        self.busy.set(false);
        code
    }

    pub fn reset(&self) -> Code {
        let Some(statement) = self.raw() else { return ffi::SQLITE_OK };
        let _working = Working::on(&self.handle);
        self.busy.set(true);
        // SAFETY: a live statement.
        let code = unsafe { ffi::sqlite3_reset(statement) };
        self.busy.set(false);
        code
    }

    pub fn clear_bindings(&self) {
        if let Some(statement) = self.raw() {
            // SAFETY: a live statement.
            unsafe { ffi::sqlite3_clear_bindings(statement) };
        }
    }

    pub fn bind(&self, at: i32, field: &Field) -> Code {
        let Some(statement) = self.raw() else { return ffi::SQLITE_MISUSE };
        // SAFETY: a live statement; SQLite checks the index and copies texts and blobs.
        unsafe {
            match field {
                Field::Null => ffi::sqlite3_bind_null(statement, at),
                Field::Integer(number) => ffi::sqlite3_bind_int64(statement, at, *number),
                Field::Real(number) => ffi::sqlite3_bind_double(statement, at, *number),
                Field::Text(text) => ffi::sqlite3_bind_text64(
                    statement,
                    at,
                    text.as_ptr().cast(),
                    text.len() as u64,
                    ffi::SQLITE_TRANSIENT(),
                    ffi::SQLITE_UTF8 as u8,
                ),
                // An empty blob is no null.
                Field::Blob(blob) if blob.is_empty() => ffi::sqlite3_bind_zeroblob(statement, at, 0),
                Field::Blob(blob) => ffi::sqlite3_bind_blob64(
                    statement,
                    at,
                    blob.as_ptr().cast(),
                    blob.len() as u64,
                    ffi::SQLITE_TRANSIENT(),
                ),
            }
        }
    }

    pub fn column(&self, at: i32) -> Field {
        let Some(statement) = self.raw() else { return Field::Null };
        if !(0..self.data_count()).contains(&at) {
            return Field::Null;
        }
        // SAFETY: a live statement at a row with that column; text and blob are asked for before their length, and copied.
        unsafe {
            match ffi::sqlite3_column_type(statement, at) {
                ffi::SQLITE_INTEGER => Field::Integer(ffi::sqlite3_column_int64(statement, at)),
                ffi::SQLITE_FLOAT => Field::Real(ffi::sqlite3_column_double(statement, at)),
                ffi::SQLITE_TEXT => {
                    let text = ffi::sqlite3_column_text(statement, at);
                    Field::Text(bytes_of(text, ffi::sqlite3_column_bytes(statement, at)))
                }
                ffi::SQLITE_BLOB => {
                    let blob = ffi::sqlite3_column_blob(statement, at);
                    Field::Blob(bytes_of(blob.cast(), ffi::sqlite3_column_bytes(statement, at)))
                }
                _ => Field::Null,
            }
        }
    }

    fn ask<T>(&self, otherwise: T, ask: impl FnOnce(*mut ffi::sqlite3_stmt) -> T) -> T {
        self.raw().map_or(otherwise, ask)
    }

    pub fn data_count(&self) -> i32 {
        // SAFETY: a live statement.
        self.ask(0, |statement| unsafe { ffi::sqlite3_data_count(statement) })
    }

    pub fn column_count(&self) -> i32 {
        // SAFETY: a live statement.
        self.ask(0, |statement| unsafe { ffi::sqlite3_column_count(statement) })
    }

    pub fn column_name(&self, at: i32) -> Option<String> {
        // SAFETY: a live statement; SQLite checks the index.
        self.ask(None, |statement| text_of(unsafe { ffi::sqlite3_column_name(statement, at) }))
    }

    pub fn declared_type(&self, at: i32) -> Option<String> {
        // SAFETY: as above.
        self.ask(None, |statement| text_of(unsafe { ffi::sqlite3_column_decltype(statement, at) }))
    }

    pub fn parameter_count(&self) -> i32 {
        // SAFETY: a live statement.
        self.ask(0, |statement| unsafe { ffi::sqlite3_bind_parameter_count(statement) })
    }

    pub fn parameter_name(&self, at: i32) -> Option<String> {
        // SAFETY: a live statement; SQLite checks the index.
        self.ask(None, |statement| text_of(unsafe { ffi::sqlite3_bind_parameter_name(statement, at) }))
    }

    pub fn is_readonly(&self) -> bool {
        // SAFETY: a live statement.
        self.ask(true, |statement| unsafe { ffi::sqlite3_stmt_readonly(statement) != 0 })
    }

    pub fn is_explain(&self) -> bool {
        // SAFETY: a live statement.
        self.ask(false, |statement| unsafe { ffi::sqlite3_stmt_isexplain(statement) != 0 })
    }

    /// Whether the connection was closed.
    pub fn is_orphan(&self) -> bool {
        !self.handle.is_usable()
    }
}

/// An open value.
pub struct Blob {
    blob: Cell<*mut ffi::sqlite3_blob>,
    _handle: Rc<Handle>,
}

impl Drop for Blob {
    fn drop(&mut self) {
        self.close();
    }
}

impl Blob {
    pub fn close(&self) {
        // SAFETY: the blob is ours and forgotten; null is taken.
        unsafe { ffi::sqlite3_blob_close(self.blob.replace(null_mut())) };
    }

    pub fn is_open(&self) -> bool {
        !self.blob.get().is_null()
    }

    pub fn len(&self) -> usize {
        // SAFETY: a blob or null, whose length is 0.
        unsafe { ffi::sqlite3_blob_bytes(self.blob.get()) }.max(0) as usize
    }

    pub fn read(&self, offset: usize, bytes: &mut [u8]) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        // SAFETY: an open blob; SQLite checks the range, the bytes are ours.
        unsafe {
            ffi::sqlite3_blob_read(self.blob.get(), bytes.as_mut_ptr().cast(), bytes.len() as c_int, offset as c_int)
        }
    }

    pub fn write(&self, offset: usize, bytes: &[u8]) -> Code {
        if !self.is_open() {
            return ffi::SQLITE_MISUSE;
        }
        // SAFETY: as above.
        unsafe {
            ffi::sqlite3_blob_write(self.blob.get(), bytes.as_ptr().cast(), bytes.len() as c_int, offset as c_int)
        }
    }
}
