//! Containers, attributes, weak references and cycles as native code handles them: what Miri and the address sanitizer
//! look at. No Python code runs here.

use crate::config::Config;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::{ThreadState, Value};

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
    let (th, _entered) = ThreadState::start(Config::default());
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
    let (th, _entered) = ThreadState::start(Config::default());
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
    let (th, _entered) = ThreadState::start(Config::default());
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
    let (th, _entered) = ThreadState::start(Config::default());
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
    let (th, _entered) = ThreadState::start(Config::default());
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
    let (th, _entered) = ThreadState::start(Config::default());
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
    let (th, _entered) = ThreadState::start(Config::default());
    let mut text = th.str("");
    for _ in 0..300 {
        text = add(th, &text, &th.str("sixteen letters.")).expect("strings add");
    }
    assert_eq!(text.as_str().map(|text| text.len()), Some(4800));
    let tuple = th.tuple_from_vec((0..500).map(Value::index).collect());
    assert_eq!(numbers(th, &tuple).len(), 500);
}
