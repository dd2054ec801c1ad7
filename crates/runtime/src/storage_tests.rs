//! Containers, attributes, weak references and cycles as native code handles them: what Miri and the address sanitizer
//! look at (`cargo xtask miri`). No Python code runs here.

use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::set::Set;
use crate::types::Type;
use crate::{ThreadState, Value, instance};

fn refcount(value: &Value) -> Option<u32> {
    value.header().map(|header| header.refcount())
}

fn numbers(th: &ThreadState, value: &Value) -> Vec<i64> {
    th.collect(value).expect("iterable").iter().filter_map(Value::as_small_int).collect()
}

fn add(th: &ThreadState, a: &Value, b: &Value) -> crate::Res {
    th.binary(crate::protocol::numbers::BinaryOp::Add, a, b)
}

#[test]
fn lists_grow_shrink_and_sort() {
    let (th, _entered) = ThreadState::for_test();
    let list = th.list(Vec::new());
    for number in 0..100 {
        List::of(&list).push(Value::index(number * 37 % 101));
    }
    let call = |name: &str, arguments: &[Value]| th.call_method_str(&list, name, arguments).expect("a list's method");
    call("sort", &[]);
    let sorted = numbers(th, &list);
    assert!(sorted.is_sorted() && sorted.len() == 100);
    call("insert", &[Value::index(3), th.str("inserted")]);
    call("reverse", &[]);
    assert_eq!(call("index", &[th.str("inserted")]).as_small_int(), Some(97));
    call("remove", &[th.str("inserted")]);
    let copy = call("copy", &[]);
    call("clear", &[]);
    assert!(List::of(&list).is_empty() && List::of(&copy).len() == 100);
    call("extend", std::slice::from_ref(&copy));
    assert_eq!(List::of(&list).len(), 100);
}

#[test]
fn tuples_own_their_items() {
    let (th, _entered) = ThreadState::for_test();
    let item = th.list(Vec::new());
    let tuple = th.tuple(&[item.clone(), item.clone(), Value::NONE]);
    let joined = add(th, &tuple, &tuple).expect("tuples add");
    assert_eq!(refcount(&item), Some(7));
    drop(tuple);
    assert_eq!(refcount(&item), Some(5));
    assert_eq!(joined.as_tuple().map(|tuple| tuple.len()), Some(6));
    drop(joined);
    assert_eq!(refcount(&item), Some(1));
}

#[test]
fn strings_of_every_width_join_and_grow() {
    let (th, _entered) = ThreadState::for_test();
    let parts = [th.str("ascii"), th.str("caf\u{e9}"), th.str("\u{4e2d}\u{6587}"), th.str("\u{1f40d}")];
    let mut text = th.str("");
    let mut expected = String::new();
    for round in 0..40 {
        let part = &parts[round % parts.len()];
        text = add(th, &text, part).expect("strings add");
        expected.push_str(&part.as_str().expect("a string").to_string_lossy());
    }
    assert_eq!(text.as_str().expect("a string").to_string_lossy(), expected);
    let joined = th.call_method_str(&th.str("-"), "join", &[th.list(parts.to_vec())]).expect("strings join");
    assert_eq!(joined.as_str().map(|text| text.len()), Some(5 + 4 + 2 + 1 + 3));
    assert!(th.intern("name").is(&th.intern("name")));
}

#[test]
fn sets_and_dicts_hold_one_of_each() {
    let (th, _entered) = ThreadState::for_test();
    let keys: Vec<Value> = (0..60).map(|number| th.str(&(number % 20).to_string())).collect();
    let set = th.frozenset(keys.clone()).expect("strings are hashable");
    assert_eq!(th.len(&set).expect("a set has a length"), 20);
    let dict = Dict::new();
    for (number, key) in keys.iter().enumerate() {
        dict.set(th, key, Value::index(number)).expect("strings are hashable");
    }
    assert_eq!(dict.len(), 20);
    let dict = th.dict(dict);
    let copy = th.call_method_str(&dict, "copy", &[]).expect("dicts can be copied");
    drop(dict);
    assert_eq!(Dict::of(&copy).get_str(&th.str("3")).and_then(|value| value.as_small_int()), Some(43));
}

/// An object with attributes of its own.
fn namespace(th: &ThreadState) -> Value {
    let class = crate::objects::namespace::Namespace::class().as_value();
    th.call(&class, &[]).expect("a namespace is made without arguments")
}

#[test]
fn attributes_come_and_go() {
    let (th, _entered) = ThreadState::for_test();
    let object = namespace(th);
    for number in 0..40 {
        th.setattr_str(&object, &format!("attribute{number}"), &th.list(vec![Value::index(number)]))
            .expect("free to set");
    }
    for number in (0..40).step_by(2) {
        th.setattr(&object, &th.intern(&format!("attribute{number}")), None).expect("there to delete");
    }
    let found = th.getattr_str(&object, "attribute7").expect("still there");
    assert_eq!(numbers(th, &found), [7]);
    assert!(th.getattr_opt_str(&object, "attribute8").expect("no error but absence").is_none());
    let dict = th.getattr_str(&object, "__dict__").expect("a namespace has a dict");
    assert_eq!(Dict::of(&dict).len(), 20);
}

#[test]
fn cycles_are_collected() {
    let (th, _entered) = ThreadState::for_test();
    let before = crate::gc::collect::all_objects(th, None).len();
    for _ in 0..10 {
        let (first, second) = (th.list(Vec::new()), namespace(th));
        th.setattr_str(&second, "other", &first).expect("free to set");
        List::of(&first).push(second);
        List::of(&first).push(first.clone());
    }
    assert!(crate::gc::collect::all_objects(th, None).len() >= before + 20);
    let found = crate::gc::collect::collect(th, 2).expect("nothing raises");
    assert!(found >= 20, "{found}");
    assert!(crate::gc::collect::all_objects(th, None).len() <= before);
}

#[test]
fn large_objects_move_as_they_grow() {
    let (th, _entered) = ThreadState::for_test();
    let mut text = th.str("");
    for _ in 0..if cfg!(miri) { 70 } else { 300 } {
        text = add(th, &text, &th.str("sixteen letters.")).expect("strings add");
    }
    assert_eq!(text.as_str().map(|text| text.len()), Some(if cfg!(miri) { 70 * 16 } else { 4800 }));
    let tuple = th.tuple_from_vec((0..500).map(Value::index).collect());
    assert_eq!(numbers(th, &tuple).len(), 500);
}

#[test]
fn words_change_hands_in_lists() {
    let (th, _entered) = ThreadState::for_test();
    let item = th.list(Vec::new());
    let list = List::new(Vec::with_capacity(2));
    assert!(list.push_word_in_place(item.clone().into_bits()) && list.push_word_in_place(Value::TRUE.into_bits()));
    let word = item.clone().into_bits();
    assert!(!list.push_word_in_place(word), "there is no room left");
    list.push_word(word);
    assert_eq!((list.len(), refcount(&item)), (3, Some(3)));
    // SAFETY: the list gave the word up.
    #[expect(unsafe_code, reason = "takes a word over that a list gave up")]
    let old = unsafe { Value::from_bits(list.replace_word(0, Value::index(5).into_bits())) };
    assert!(old.is(&item) && list.word(1) == Some(Value::TRUE.bits()));
    assert!(list.replace(7, old).is_err_and(|back| back.is(&item)));
    let taken: Vec<Value> = list.with_mut(|items| items.drain(1..).collect());
    assert!(taken.len() == 2 && list.with(|items| items.iter().map(Value::as_small_int).eq([Some(5)])));
    drop(taken);
    list.with_mut(Vec::shrink_to_fit);
    list.push(item.clone());
    drop(list);
    assert_eq!(refcount(&item), Some(1));
}

#[test]
fn tuples_can_be_filled_while_nobody_looks() {
    let (th, _entered) = ThreadState::for_test();
    let item = th.list(Vec::new());
    let tuple = th.tuple(&[Value::NONE, Value::NONE, item.clone()]);
    th.fill_tuple(&tuple, vec![item.clone(), Value::TRUE, Value::FALSE, item.clone()]);
    assert_eq!(refcount(&item), Some(2));
    let pair = th.tuple_from_array([tuple, item.clone()]);
    assert_eq!(th.hash(&th.tuple(&[Value::TRUE])).ok(), th.hash(&th.tuple(&[Value::index(1)])).ok());
    drop(pair);
    assert_eq!(refcount(&item), Some(1));
}

#[test]
fn dicts_grow_shrink_and_are_walked_both_ways() {
    let (th, _entered) = ThreadState::for_test();
    let dict = Dict::new();
    let item = th.list(Vec::new());
    // More than 128 places: entry numbers of two bytes.
    for number in 0..120 {
        dict.set(th, &Value::index(number), item.clone()).expect("ints are hashable");
    }
    for number in (0..120).step_by(3) {
        assert!(dict.remove(th, &Value::index(number)).expect("ints are hashable").is_some());
    }
    let copies = [dict.copy(), dict.copy().copy()];
    assert_eq!(refcount(&item), Some(1 + 3 * 80));
    let keys = |dict: &Dict| dict.to_vec().iter().filter_map(|(key, _)| key.as_small_int()).collect::<Vec<_>>();
    assert!(copies.iter().all(|copy| keys(copy) == keys(&dict)));
    let (mut forwards, mut at) = (Vec::new(), 0);
    while let Some(key) = dict.next_key(&mut at) {
        forwards.extend(key.as_small_int());
    }
    let (mut backwards, mut at) = (Vec::new(), dict.entry_limit());
    while let Some((key, _)) = dict.previous_entry(&mut at) {
        backwards.extend(key.as_small_int());
    }
    backwards.reverse();
    assert!(forwards == backwards && forwards.len() == 80);
    drop(copies);
    dict.set_default(th, &th.str("name"), Value::TRUE).expect("strings are hashable");
    assert!(dict.pop_first().is_some() && dict.pop_last().is_some());
    dict.clear();
    assert_eq!((dict.len(), refcount(&item)), (0, Some(1)));
}

#[test]
fn names_are_found_by_entry_numbers() {
    let (th, _entered) = ThreadState::for_test();
    let dict = Dict::new();
    let names: Vec<Value> = (0..12).map(|number| th.intern(&format!("name{number}"))).collect();
    for (number, name) in names.iter().enumerate() {
        drop(dict.set_str(name, Value::index(number)));
    }
    let version = dict.keys_version(th);
    let number = dict.entry_number(&names[7]).expect("it is there");
    assert_eq!(dict.entry_value(number).and_then(|value| value.as_small_int()), Some(7));
    assert_eq!(dict.entry_word_for(number, &names[7]), Some(Value::index(7).bits()));
    assert!(dict.entry_value_for(number, &names[8]).is_none());
    let list = th.list(Vec::new());
    assert!(dict.replace_entry_value(number, &names[7], list.clone()).is_ok_and(|old| old.is_some()));
    assert_eq!((dict.present_keys_version(), refcount(&list)), (version, Some(2)));
    drop(dict.remove_str(&names[7]));
    assert!(dict.present_keys_version() != version && refcount(&list) == Some(1));
}

#[test]
fn sets_reuse_the_places_of_removed_keys() {
    let (th, _entered) = ThreadState::for_test();
    let set = Set::new();
    let numbers = |set: &Set| set.to_vec().iter().filter_map(|(key, _)| key.as_small_int()).collect::<Vec<_>>();
    for number in [1, 9, 17, 5] {
        set.add(th, &Value::index(number)).expect("ints are hashable");
    }
    for number in [1, 9] {
        assert!(set.remove(th, &Value::index(number)).expect("ints are hashable").is_some());
    }
    set.add(th, &Value::index(25)).expect("ints are hashable");
    assert_eq!(numbers(&set), [5, 25, 17], "the last place on the way, as CPython does");
    let keys: Vec<Value> = (100..150).map(|number| th.str(&number.to_string())).collect();
    let other = th.set_of(&keys).expect("strings are hashable");
    set.merge(th, &other).expect("nothing raises");
    assert!(set.len() == 53 && keys.iter().all(|key| refcount(key) == Some(3)));
    while set.len() > 10 {
        assert!(set.pop().is_some());
    }
    set.sweep();
    assert_eq!(set.to_vec().len(), 10);
    set.replace_with(other);
    set.clear();
    assert!(keys.iter().all(|key| refcount(key) == Some(1)));
}

#[test]
fn strings_die_and_leave_the_table_of_interned_ones() {
    let (th, _entered) = ThreadState::for_test();
    let before = th.interp().interned.borrow().len();
    let names: Vec<Value> = (0..20).map(|number| th.intern(&format!("a rare name {number}"))).collect();
    assert!(names[3].is(&th.intern("a rare name 3")));
    assert_eq!(th.interp().interned.borrow().len(), before + 20);
    drop(names);
    assert_eq!(th.interp().interned.borrow().len(), before);
    // A string that nobody else has grows in place, from a block on a page to one of its own.
    let mut text = th.str("caf\u{e9}");
    let tail = th.str("0123456789");
    for _ in 0..200 {
        text = th.str_append(text, tail.as_str().expect("a string"));
    }
    let shared = text.clone();
    let longer = th.str_append(text, tail.as_str().expect("a string"));
    let length = |text: &Value| text.as_str().map(|text| text.len());
    assert_eq!((length(&shared), length(&longer)), (Some(2004), Some(2014)));
}

#[test]
fn bytes_are_shown_and_changed() {
    let (th, _entered) = ThreadState::for_test();
    let whole = th.bytes_of_parts(&[b"abc", b"", &[7; 2000]]);
    assert_eq!(whole.as_bytes().map(|bytes| (bytes.len(), bytes.as_slice()[2])), Some((2003, b'c')));
    let array = th.bytearray(vec![1, 2, 3]);
    let payload = crate::objects::bytearray::ByteArray::of(&array);
    payload.resize_with(th, |bytes| bytes.resize(100, 9)).expect("nobody looks at it");
    payload.with_slice(|bytes| bytes[99] = 1);
    let view = th.call(&crate::objects::memoryview::MEMORYVIEW_TYPE.as_value(), std::slice::from_ref(&array));
    let view = view.expect("a bytearray shows its bytes");
    assert!(payload.resize_with(th, |bytes| bytes.clear()).is_err_and(|raised| {
        drop(th.take_raised(raised));
        true
    }));
    assert_eq!(th.get_item(&view, &Value::index(99)).ok().and_then(|byte| byte.as_small_int()), Some(1));
    drop(view);
    payload.resize_with(th, Vec::clear).expect("the view is gone");
    assert!(payload.is_empty());
}

#[test]
fn weak_references_are_cleared_before_the_object_goes() {
    use crate::modules::weakref::{WeakReference, reference};
    let (th, _entered) = ThreadState::for_test();
    crate::types::ready::ready(th, WeakReference::class());
    let weak = |object: &Value| reference(th, WeakReference::class(), object, None).expect("sets can be referred to");
    let set = th.set(&[]).expect("an empty set");
    let (first, second) = (weak(&set), weak(&set));
    assert!(first.is(&second), "one without callback is shared");
    assert!(WeakReference::of(&first).get().is_some_and(|found| found.is(&set)));
    drop(set);
    assert!(WeakReference::of(&first).get().is_none());
    // The other way round: the reference goes first.
    let set = th.set(&[]).expect("an empty set");
    drop(weak(&set));
    let called = th.list(Vec::new());
    let append = th.getattr_str(&called, "append").expect("a list's method");
    let third = reference(th, WeakReference::class(), &set, Some(append)).expect("sets can be referred to");
    drop(set);
    assert!(List::of(&called).get(0).is_some_and(|found| found.is(&third)));
}

/// A class made as `type(name, (), namespace)` makes it.
fn class(th: &ThreadState, slots: &[&str]) -> Value {
    let namespace = Dict::new();
    if !slots.is_empty() {
        let names: Vec<Value> = slots.iter().map(|name| th.intern(name)).collect();
        drop(namespace.set_str(&th.intern("__slots__"), th.tuple(&names)));
    }
    let arguments = [th.intern("Point"), th.tuple(&[]), th.dict(namespace)];
    th.call(&<Type as Payload>::class().as_value(), &arguments).expect("a class is made")
}

#[test]
fn instances_keep_attributes_inside_and_past_their_end() {
    let (th, _entered) = ThreadState::for_test();
    let class = class(th, &[]);
    let item = th.list(Vec::new());
    // Classes learn how many attributes their instances have: the later ones have more room.
    let counts = if cfg!(miri) { [1, 3, 12, 12, 12, 20, 2] } else { [1, 3, 40, 40, 40, 70, 2] };
    let objects: Vec<Value> = counts.iter().map(|_| th.call(&class, &[]).expect("an instance is made")).collect();
    let later: Vec<Value> = counts
        .iter()
        .map(|&count| {
            let object = th.call(&class, &[]).expect("an instance is made");
            for number in 0..count {
                th.setattr_str(&object, &format!("a{number}"), &item).expect("free to set");
            }
            object
        })
        .collect();
    for (object, count) in objects.iter().zip(counts) {
        for number in 0..count {
            th.setattr_str(object, &format!("a{number}"), &item).expect("free to set");
        }
    }
    for (object, count) in objects.iter().chain(&later).zip(counts.iter().chain(&counts)) {
        assert_eq!(instance::attributes(th, object).len(), *count);
        let last = format!("a{}", count - 1);
        assert!(th.getattr_str(object, &last).expect("it is there").is(&item));
        th.setattr_str(object, &last, &Value::TRUE).expect("free to set");
    }
    th.setattr(&later[2], &th.intern("a5"), None).expect("there to delete");
    let dict = instance::dict(th, &later[1]).expect("instances have a dict");
    assert_eq!(Dict::of(&dict).len(), 3);
    let other = Dict::new();
    drop(other.set_str(&th.intern("only"), item.clone()));
    instance::set_dict(&later[0], th.dict(other));
    drop((objects, later));
    assert_eq!(refcount(&item), Some(1 + 2), "the dict outlives its instance");
    drop(dict);
    assert_eq!(refcount(&item), Some(1));
}

#[test]
fn slots_are_words_of_the_object() {
    let (th, _entered) = ThreadState::for_test();
    let class = class(th, &["first", "second"]);
    let object = th.call(&class, &[]).expect("an instance is made");
    let item = th.list(Vec::new());
    th.setattr_str(&object, "second", &item).expect("a slot");
    assert!(instance::get_slot(&object, 0).is_none());
    assert!(instance::set_slot(&object, 0, Some(item.clone())).is_none());
    assert_eq!(refcount(&item), Some(3));
    assert!(th.getattr_str(&object, "first").expect("a slot").is(&item));
    drop(object);
    assert_eq!(refcount(&item), Some(1));
    let _ = class;
}

#[test]
fn classes_in_cycles_are_collected_with_their_instances() {
    let (th, _entered) = ThreadState::for_test();
    let before = crate::gc::collect::all_objects(th, None).len();
    let class = class(th, &[]);
    let object = th.call(&class, &[]).expect("an instance is made");
    th.setattr_str(&object, "itself", &object).expect("free to set");
    th.setattr_str(&class, "instance", &object).expect("free to set");
    drop((class, object));
    assert!(crate::gc::collect::all_objects(th, None).len() > before);
    assert!(crate::gc::collect::collect(th, 2).expect("nothing raises") >= 2);
    assert!(crate::gc::collect::all_objects(th, None).len() <= before);
}
