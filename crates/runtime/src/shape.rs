//! Shapes (hidden classes): which attributes an instance has, and where.
//!
//! A class has a root shape; storing a new attribute moves the instance along a transition to the shape with one name
//! more. An instance's shape id (24 bits of its header) thus tells class layout, attribute places and inline capacity at
//! once: a cached attribute read compares it and loads. Names are interned strings. A shape lives as long as its
//! interpreter; instances with very many or deleted attributes leave shapes behind and use a dict (`instance.rs`).

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;

use crate::value::Value;

/// More attributes than this go into a dict.
pub const MAX_ATTRIBUTES: usize = 64;
/// Shape ids have 24 bits.
const MAX_SHAPES: usize = (1 << 24) - 1;

pub struct Shape {
    pub id: u32,
    /// Inline values of every instance of this shape.
    pub inline_capacity: u32,
    pub root: u32,
    /// Names in order of storage; the place of a name is its index.
    names: Box<[Value]>,
    /// Name (by address) to the shape with that name added.
    transitions: RefCell<FxHashMap<u64, u32>>,
    places: FxHashMap<u64, u32>,
}

impl Shape {
    /// The place of an interned name.
    #[inline]
    pub fn place(&self, name: &Value) -> Option<usize> {
        if self.names.len() <= 8 {
            return self.names.iter().position(|candidate| candidate.is(name));
        }
        self.places.get(&name.bits()).map(|&place| place as usize)
    }

    pub fn names(&self) -> &[Value] {
        &self.names
    }

    /// Number of attributes.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// All shapes of one interpreter, by id. Id 0 is no shape.
#[derive(Default)]
pub struct ShapeTable {
    shapes: RefCell<Vec<std::rc::Rc<Shape>>>,
    count: Cell<usize>,
}

impl ShapeTable {
    /// The shape of an id that some instance has.
    #[inline]
    pub fn get(&self, id: u32) -> Option<std::rc::Rc<Shape>> {
        self.shapes.borrow().get((id as usize).checked_sub(1)?).cloned()
    }

    /// Looks at a shape without taking a reference. `look` must not make shapes.
    #[inline]
    pub fn with<R>(&self, id: u32, look: impl FnOnce(&Shape) -> R) -> Option<R> {
        self.shapes.borrow().get((id as usize).checked_sub(1)?).map(|shape| look(shape))
    }

    /// A root shape for instances with so many inline values; 0 if shapes ran out.
    pub fn new_root(&self, inline_capacity: usize) -> u32 {
        self.add(inline_capacity as u32, None, Box::new([]))
    }

    /// The shape with `name` added; `None` if the instance should use a dict.
    pub fn with_attribute(&self, id: u32, name: &Value) -> Option<u32> {
        let shape = self.get(id)?;
        if let Some(&next) = shape.transitions.borrow().get(&name.bits()) {
            return Some(next);
        }
        if shape.len() >= MAX_ATTRIBUTES {
            return None;
        }
        let mut names = shape.names.to_vec();
        names.push(name.clone());
        let next = self.add(shape.inline_capacity, Some(shape.root), names.into());
        if next == 0 {
            return None;
        }
        shape.transitions.borrow_mut().insert(name.bits(), next);
        Some(next)
    }

    fn add(&self, inline_capacity: u32, root: Option<u32>, names: Box<[Value]>) -> u32 {
        let mut shapes = self.shapes.borrow_mut();
        if shapes.len() >= MAX_SHAPES {
            return 0;
        }
        let id = shapes.len() as u32 + 1;
        let places = if names.len() > 8 {
            (0..).zip(names.iter()).map(|(place, name)| (name.bits(), place)).collect()
        } else {
            FxHashMap::default()
        };
        shapes.push(std::rc::Rc::new(Shape {
            id,
            inline_capacity,
            root: root.unwrap_or(id),
            names,
            transitions: RefCell::default(),
            places,
        }));
        self.count.set(shapes.len());
        id
    }

    pub fn len(&self) -> usize {
        self.count.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
