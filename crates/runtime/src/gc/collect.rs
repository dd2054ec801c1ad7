//! The cycle collector: finds objects that only refer to each other, finalises and clears them.
//!
//! A collection walks the heap's pages, for young objects (made since the last one) or for all. Every such container's
//! count is noted; each reference that some of them holds is subtracted from it. What is left above zero is held from outside (a
//! frame, a native structure), so it lives, with all that it reaches; the rest is garbage. Then the counts are set back.
//!
//! A reference that `Traverse` does not show keeps its target alive: frames and suspended generators need no scan.
#![expect(unsafe_code, reason = "walks the objects of the heap")]

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashSet;

use super::{ValueCell, Visitor};
use crate::error::Res;
use crate::object::{Header, flags};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::thread::ThreadState;
use crate::types::{Type, type_flags};
use crate::value::Value;

/// Bits of `gc.set_debug`.
pub const DEBUG_STATS: u32 = 1;
pub const DEBUG_COLLECTABLE: u32 = 2;
pub const DEBUG_UNCOLLECTABLE: u32 = 4;
pub const DEBUG_SAVEALL: u32 = 32;

/// What one generation has seen.
#[derive(Default)]
pub struct Stats {
    pub collections: Cell<usize>,
    pub collected: Cell<usize>,
    pub uncollectable: Cell<usize>,
}

/// The collector's state in one interpreter.
#[derive(Default)]
pub struct Collector {
    pub disabled: Cell<bool>,
    pub debug: Cell<u32>,
    pub thresholds: RefCell<Option<[i32; 3]>>,
    pub stats: [Stats; 3],
    /// `gc.garbage` and `gc.callbacks`, made with the module.
    pub garbage: ValueCell,
    pub callbacks: ValueCell,
    collecting: Cell<bool>,
    /// Containers that were left after the last collection.
    survivors: Cell<usize>,
    /// Collections of each generation since one of the next older.
    since: [Cell<i32>; 2],
    /// What `gc.get_count()` said last, and how often it was asked since the heap was looked at.
    last_count: Cell<(usize, u32)>,
    /// Pages of the heap after the last full collection.
    pages_when_full: Cell<usize>,
    /// Addresses of what survived when a program asked for the youngest generation; not all of it may be alive. (To
    /// collections of all other kinds the middle generation is one with the oldest.)
    middle: RefCell<FxHashSet<usize>>,
}

/// `gc.get_threshold()` at the start.
pub const THRESHOLDS: [i32; 3] = [2000, 10, 10];

/// Pages by which a heap grows before it is looked at whole again.
const LEAST_GROWTH: usize = 256;

/// Set together on an object while a collection does not know whether it lives. Only strings are interned and only containers
/// are frozen (and then left out), so no object has both otherwise.
const DOUBTFUL: u32 = flags::INTERNED | flags::FROZEN;
/// Added to the counts of such objects, so that no count comes near zero while references are subtracted from it.
const BIAS: u32 = 1 << 30;

/// Whether the collector looks at instances of a class.
pub(crate) fn is_container(class: &Type) -> bool {
    class.payload_fns().traverse.is_some() || class.has_extra()
}

/// Shows every reference that an object owns, its class included.
pub(crate) fn traverse(object: *mut Header, visit: &mut Visitor<'_>) {
    // SAFETY: callers pass live objects; the functions are those of the object's class.
    unsafe {
        let class = &*(*object).class_ptr();
        if let Some(traverse) = class.payload_fns().traverse {
            traverse(object, visit);
        }
        if class.has_extra() {
            crate::instance::traverse_extra(object, class, visit);
        }
        if class.is_heap_type() {
            visit.value(class.value_ref());
        }
    }
}

fn header(object: *mut Header) -> &'static Header {
    // SAFETY: the collector only passes objects that are alive during the collection.
    unsafe { &*object }
}

/// Which objects to look at: those that no collection has seen yet, those that survived one, all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    Young,
    Old,
    Any,
}

/// All containers of an age that can be collected.
fn candidates(th: &ThreadState, age: Age) -> Vec<*mut Header> {
    let mut objects = Vec::new();
    th.heap().for_each_object(|object| {
        let header = header(object);
        if (age == Age::Any || header.has_flag(flags::OLD) == (age == Age::Old))
            && !header.is_immortal()
            && !header.has_flag(flags::FROZEN)
            && !header.has_flag(flags::DYING)
            && is_container(header.class())
        {
            objects.push(object);
        }
    });
    objects
}

#[inline(always)]
fn is_doubtful(header: &Header) -> bool {
    header.flag_bits() & DOUBTFUL == DOUBTFUL
}

/// Takes a count from an object that is in doubt.
#[inline(always)]
pub(super) fn subtract(value: &Value) {
    if let Some(header) = value.header()
        && is_doubtful(header)
    {
        header.set_refcount(header.refcount().wrapping_sub(1));
    }
}

/// An object in doubt is referred to by one that lives.
#[inline(always)]
pub(super) fn reach(value: &Value, alive: &mut Vec<*mut Header>) {
    if let Some(header) = value.header()
        && is_doubtful(header)
    {
        header.clear_flag(DOUBTFUL);
        alive.push(value.header_ptr());
    }
}

/// Those of `objects` that nothing outside of them refers to. `held` counts of each are the caller's own.
///
/// The counts themselves serve to count: what objects of the collection refer to each other with is subtracted from them,
/// and at the end they are what they were. Nothing else runs meanwhile.
fn unreachable(objects: &[*mut Header], held: u32) -> Vec<*mut Header> {
    let mut counts = Vec::with_capacity(objects.len());
    for &object in objects {
        let header = header(object);
        counts.push(header.refcount());
        header.set_refcount(header.refcount().wrapping_sub(held).wrapping_add(BIAS));
        header.set_flag(DOUBTFUL);
    }
    for &object in objects {
        traverse(object, &mut Visitor::subtracting());
    }
    // More references than counts means that somebody shows what it does not own: such an object is left alone.
    let mut alive: Vec<*mut Header> = Vec::new();
    for &object in objects {
        if header(object).refcount() != BIAS {
            header(object).clear_flag(DOUBTFUL);
            alive.push(object);
        }
    }
    while let Some(object) = alive.pop() {
        traverse(object, &mut Visitor::reaching(&mut alive));
    }
    let mut found = Vec::new();
    for (&object, count) in objects.iter().zip(counts) {
        let header = header(object);
        header.set_refcount(count);
        if is_doubtful(header) {
            header.clear_flag(DOUBTFUL);
            found.push(object);
        }
    }
    found
}

impl Collector {
    pub fn thresholds(&self) -> [i32; 3] {
        self.thresholds.borrow().unwrap_or(THRESHOLDS)
    }

    /// Changes when collections happen.
    pub fn set_thresholds(&self, th: &ThreadState, thresholds: [i32; 3]) {
        *self.thresholds.borrow_mut() = Some(thresholds);
        th.heap().set_threshold(thresholds[0]);
    }

    /// Which generation an automatic collection is for: all when the heap has grown by half since it was looked at whole.
    /// The middle one is for show: it collects what the youngest does.
    fn generation_due(&self, th: &ThreadState) -> usize {
        let full = self.pages_when_full.get();
        if th.heap().page_count() > full + (full / 2).max(LEAST_GROWTH) {
            return 2;
        }
        usize::from(self.since[0].get() > self.thresholds()[1])
    }

    fn count_collection(&self, generation: usize) {
        for younger in self.since.iter().take(generation) {
            younger.set(0);
        }
        if let Some(since) = self.since.get(generation) {
            since.set(since.get().saturating_add(1));
        }
    }
}

/// The interpreter has started: what was made for that is old, and collections begin.
pub(crate) fn begin(th: &ThreadState) {
    let collector = th.extension::<Collector>();
    let objects = candidates(th, Age::Any);
    for &object in &objects {
        header(object).set_flag(flags::OLD);
    }
    collector.survivors.set(objects.len());
    collector.pages_when_full.set(th.heap().page_count());
    th.heap().collected();
}

/// `gc.get_count()`: containers made since the last collection, less those gone; collections of each generation.
pub fn counts(th: &ThreadState) -> [usize; 3] {
    let collector = th.extension::<Collector>();
    // Looking at the heap takes long: programs that ask in a loop are told "one more" in between.
    let (last, asked) = collector.last_count.get();
    let made = match asked % 64 {
        0 => candidates(th, Age::Young).len(),
        _ => last + 1,
    };
    collector.last_count.set((made, asked.wrapping_add(1)));
    [made, collector.since[0].get().max(0) as usize, collector.since[1].get().max(0) as usize]
}

/// Collects if enough was allocated since the last time; for the evaluation loop.
pub fn collect_if_due(th: &ThreadState) {
    if !th.heap().collection_due() {
        return;
    }
    let collector = th.extension::<Collector>();
    if collector.disabled.get() || collector.thresholds()[0] <= 0 {
        th.heap().collected();
        return;
    }
    collect_unasked(th, collector.generation_due(th));
}

/// A full collection, whatever the thresholds say; but a program that wants none gets none.
pub(crate) fn collect_for_stress(th: &ThreadState) {
    if !th.extension::<Collector>().disabled.get() {
        collect_unasked(th, 2);
    }
}

/// An object that is referred to by more objects than it counts, if there is one: with its count and theirs.
#[cfg(debug_assertions)]
pub(crate) fn miscounted(th: &ThreadState) -> Option<(String, u32, u32)> {
    let mut counts: rustc_hash::FxHashMap<*mut Header, u32> = Default::default();
    th.heap().for_each_object(|object| {
        if !header(object).has_flag(flags::DYING) && is_container(header(object).class()) {
            let mut count = |value: &Value| *counts.entry(value.header_ptr()).or_default() += 1;
            traverse(object, &mut Visitor::new(&mut count));
        }
    });
    counts.into_iter().find_map(|(object, counted)| {
        let header = header(object);
        let wrong = !header.is_immortal() && header.refcount() < counted;
        wrong.then(|| (header.class().name(), header.refcount(), counted))
    })
}

/// A collection that nobody asked for; the middle generation goes with the youngest.
fn collect_unasked(th: &ThreadState, generation: usize) {
    if let Err(raised) = collect_objects(th, generation, generation == 2) {
        th.unraisable(raised, Some("Exception ignored in garbage collection"), None);
    }
}

/// `gc.collect(generation)`; returns how many unreachable objects it found. All but the youngest are one generation.
pub fn collect(th: &ThreadState, generation: usize) -> Res<usize> {
    let collector = th.extension::<Collector>();
    let young = if generation == 0 { candidates(th, Age::Young) } else { Vec::new() };
    let found = collect_objects(th, generation, generation > 0)?;
    let mut middle = collector.middle.borrow_mut();
    if generation > 0 {
        middle.clear();
    }
    middle.extend(young.iter().map(|&object| object as usize));
    Ok(found)
}

/// Whether a collection is under way; for signal handlers: nothing is allocated or waited for.
pub(crate) fn is_collecting(th: &ThreadState) -> bool {
    let Ok(all) = th.interp().extensions.try_borrow() else { return false };
    let collector = all.get(&std::any::TypeId::of::<Collector>());
    collector.and_then(|any| any.downcast_ref::<Collector>()).is_some_and(|collector| collector.collecting.get())
}

/// A collection of young objects only, or of all. References from old objects count as references from outside.
fn collect_objects(th: &ThreadState, generation: usize, all: bool) -> Res<usize> {
    let collector = th.extension::<Collector>();
    if collector.collecting.replace(true) {
        return Ok(0);
    }
    // A finaliser must not see, nor lose, the exception that is in flight.
    let raised = th.raised.take();
    call_callbacks(th, &collector, "start", generation, 0);
    let start = std::time::Instant::now();
    let shows_stats = collector.debug.get() & DEBUG_STATS != 0;
    if shows_stats {
        let [young, _, _] = counts(th);
        let old = collector.survivors.get();
        let frozen = frozen_count(th);
        host::stdio::write_error(
            format!(
                "gc: collecting generation {generation}...\ngc: objects in each generation: {young} 0 {old}\n\
                 gc: objects in permanent generation: {frozen}\n"
            )
            .as_bytes(),
        );
    }
    let (found, garbage) = collect_now(th, &collector, all);
    if all {
        collector.pages_when_full.set(th.heap().page_count());
    }
    collector.collecting.set(false);
    let stats = &collector.stats[generation.min(2)];
    stats.collections.set(stats.collections.get() + 1);
    stats.collected.set(stats.collected.get() + found);
    collector.count_collection(generation);
    collector.last_count.set((0, 0));
    if let (false, Some(list)) = (garbage.is_empty(), collector.garbage.get())
        && let Some(list) = list.downcast::<List>()
    {
        garbage.into_iter().for_each(|value| list.push(value));
    }
    if shows_stats {
        let elapsed = start.elapsed().as_secs_f64();
        host::stdio::write_error(
            format!("gc: done, {found} unreachable, 0 uncollectable, {elapsed:.4}s elapsed\n").as_bytes(),
        );
    }
    th.heap().collected();
    call_callbacks(th, &collector, "stop", generation, found);
    if let Some(raised) = th.raised.replace(raised) {
        drop(raised);
    }
    Ok(found)
}

/// Returns the number of objects found, and those that `DEBUG_SAVEALL` keeps.
fn collect_now(th: &ThreadState, collector: &Collector, whole: bool) -> (usize, Vec<Value>) {
    let all = candidates(th, if whole { Age::Any } else { Age::Young });
    let found = unreachable(&all, 0);
    let older = if whole { 0 } else { collector.survivors.get() };
    collector.survivors.set(older + all.len() - found.len());
    for &object in &all {
        header(object).set_flag(flags::OLD);
    }
    if found.is_empty() {
        return (0, Vec::new());
    }
    // From here on the garbage is held, so that nothing of it goes before all is finalised.
    let held: Vec<Value> = found.iter().map(|object| Value::from_header_ref(object).clone()).collect();
    clear_weak_references(th, &found);
    for value in &held {
        let header = header(value.header_ptr());
        if let Some(finalize) = header.class().slots().finalize.get()
            && !header.has_flag(flags::FINALIZED)
        {
            header.set_flag(flags::FINALIZED);
            finalize(th, value);
        }
    }
    let dead = unreachable(&found, 1);
    let count = dead.iter().filter(|object| is_tracked(Value::from_header_ref(object))).count();
    // Finalisers may have made new weak references to what goes now.
    for &object in &dead {
        if header(object).has_flag(flags::HAS_WEAKREFS) {
            crate::weakref::forget_references(th, object, |_| true);
            crate::weakref::clear_references(th, object);
            header(object).clear_flag(flags::HAS_WEAKREFS);
        }
    }
    if collector.debug.get() & DEBUG_COLLECTABLE != 0 {
        for &object in &dead {
            let name = header(object).class().name();
            host::stdio::write_error(format!("gc: collectable <{name} {:#x}>\n", object as usize).as_bytes());
        }
    }
    if collector.debug.get() & DEBUG_SAVEALL != 0 {
        return (count, dead.iter().map(|object| Value::from_header_ref(object).clone()).collect());
    }
    for &object in &dead {
        // SAFETY: `held` keeps the object alive; the functions are those of its class.
        unsafe {
            let class = header(object).class();
            // A class's own namespace goes last, by itself: its instances still need it to be torn down.
            if let Some(clear) = class.payload_fns().clear
                && !class.has_flag(type_flags::TYPE_SUBCLASS)
            {
                clear(object);
            }
            if class.has_extra() {
                crate::instance::clear_extra(object, class);
            }
        }
    }
    for &object in &dead {
        let class = header(object).class();
        if class.has_flag(type_flags::TYPE_SUBCLASS)
            && let Some(clear) = class.payload_fns().clear
        {
            // SAFETY: as above.
            unsafe { clear(object) };
        }
    }
    drop(held);
    (count, Vec::new())
}

/// References to garbage are cleared before any finaliser runs. Callbacks of references that are garbage themselves are
/// not called.
fn clear_weak_references(th: &ThreadState, found: &[*mut Header]) {
    if !found.iter().any(|&object| header(object).has_flag(flags::HAS_WEAKREFS)) {
        return;
    }
    let garbage: FxHashSet<usize> = found.iter().map(|&object| object as usize).collect();
    for &object in found {
        if !header(object).has_flag(flags::HAS_WEAKREFS) {
            continue;
        }
        crate::weakref::forget_references(th, object, |reference| garbage.contains(&(reference as usize)));
        crate::weakref::clear_references(th, object);
        header(object).clear_flag(flags::HAS_WEAKREFS);
    }
}

fn call_callbacks(th: &ThreadState, collector: &Collector, phase: &str, generation: usize, collected: usize) {
    let Some(callbacks) = collector.callbacks.get() else { return };
    let Some(list) = callbacks.downcast::<List>().filter(|list| !list.is_empty()) else { return };
    let info = Dict::new();
    info.set_str(&th.intern("generation"), Value::index(generation));
    info.set_str(&th.intern("collected"), Value::index(collected));
    info.set_str(&th.intern("uncollectable"), Value::index(0));
    let args = [th.str(phase), th.dict(info)];
    for callback in list.to_vec() {
        if let Err(raised) = th.call(&callback, &args) {
            th.unraisable(raised, Some("Exception ignored while calling GC callback"), Some(&callback));
        }
    }
}

/// Every tracked container of the heap, or of a generation (`gc.get_objects`).
pub fn all_objects(th: &ThreadState, generation: Option<usize>) -> Vec<Value> {
    let mut objects = match generation {
        None => candidates(th, Age::Any),
        Some(0) => candidates(th, Age::Young),
        Some(_) => candidates(th, Age::Old),
    };
    if let Some(generation @ 1..) = generation {
        let collector = th.extension::<Collector>();
        let middle = collector.middle.borrow();
        objects.retain(|&object| middle.contains(&(object as usize)) == (generation == 1));
    }
    let shown = |value: &&Value| is_tracked(value) && !Type::is_namespace(value);
    objects.iter().map(Value::from_header_ref).filter(shown).cloned().collect()
}

/// Whether somebody is told what the collector does: callbacks, debug output.
pub(crate) fn has_witness(th: &ThreadState) -> bool {
    let collector = th.extension::<Collector>();
    let called = |list: &Value| list.downcast::<List>().is_some_and(|list| !list.is_empty());
    collector.debug.get() != 0 || collector.callbacks.get().is_some_and(|list| called(&list))
}

/// Shows every object of the heap that is alive. `look` must not make or release objects.
pub(crate) fn for_each_live(th: &ThreadState, mut look: impl FnMut(&Value)) {
    th.heap().for_each_object(|object| {
        if !header(object).has_flag(flags::DYING) {
            look(Value::from_header_ref(&object));
        }
    });
}

/// Whether a finaliser runs when the object goes.
pub(crate) fn finalizes(value: &Value) -> bool {
    value
        .header()
        .is_some_and(|header| header.class().slots().finalize.get().is_some() && !header.has_flag(flags::FINALIZED))
}

/// The containers that refer to one of `targets` directly.
pub fn referrers(th: &ThreadState, targets: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    for object in candidates(th, Age::Any) {
        let mut refers = false;
        let mut look = |value: &Value| refers |= targets.iter().any(|target| target.is(value));
        traverse(object, &mut Visitor::new(&mut look));
        if refers && !Type::is_namespace(Value::from_header_ref(&object)) {
            found.push(Value::from_header_ref(&object).clone());
        }
    }
    // The variables of a running generator lie on the stack, out of the generator's reach.
    let mut frame = th.frames.innermost();
    while let Some(fp) = frame {
        if fp.code().is_generator() && !fp.rests() {
            let mut variables = (0..fp.code().nlocalsplus()).map(|index| fp.local(index));
            if variables.any(|value| targets.iter().any(|target| target.is(value))) {
                found.push(fp.owner_generator());
            }
        }
        frame = fp.previous();
    }
    found
}

/// What an object refers to directly.
pub fn referents(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    if let Some(header) = value.header()
        && is_container(header.class())
    {
        let mut take = |value: &Value| {
            if !value.is_unbound() && !value.is_exhausted() && !Type::is_namespace(value) {
                found.push(value.clone());
            }
        };
        traverse(value.header_ptr(), &mut Visitor::of_everything(&mut take));
    }
    found
}

/// Whether the collector looks at the object: a container, and not a tuple that can be in no cycle.
pub fn is_tracked(value: &Value) -> bool {
    fn tracked(value: &Value, depth: usize) -> bool {
        let Some(header) = value.header() else { return false };
        let class = header.class();
        if class.is_heap_type() && !header.is_immortal() || value.as_type().is_some_and(Type::is_heap_type_elsewhere) {
            return true;
        }
        // Code is in no cycle of its own making: CPython does not track it.
        if header.is_immortal()
            || !is_container(class)
            || value.downcast_exact::<crate::objects::code::Code>().is_some()
        {
            return false;
        }
        match value.as_tuple() {
            Some(tuple) if depth > 0 && std::ptr::eq(header.class(), &crate::objects::tuple::TUPLE_TYPE) => {
                tuple.as_slice().iter().any(|item| tracked(item, depth - 1))
            }
            _ => true,
        }
    }
    tracked(value, 4)
}

pub fn is_finalized(value: &Value) -> bool {
    value.header().is_some_and(|header| header.has_flag(flags::FINALIZED))
}

/// Leaves all present objects out of collections.
pub fn freeze(th: &ThreadState) {
    for object in candidates(th, Age::Any) {
        header(object).set_flag(flags::FROZEN);
    }
}

/// Undoes [`freeze`]; returns how many objects were frozen.
pub fn unfreeze(th: &ThreadState) -> usize {
    let mut count = 0;
    th.heap().for_each_object(|object| {
        if header(object).has_flag(flags::FROZEN) {
            header(object).clear_flag(flags::FROZEN);
            count += 1;
        }
    });
    count
}

pub fn frozen_count(th: &ThreadState) -> usize {
    let mut count = 0;
    th.heap().for_each_object(|object| count += usize::from(header(object).has_flag(flags::FROZEN)));
    count
}
