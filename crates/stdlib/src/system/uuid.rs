//! `_uuid`: UUIDs from the time and the machine's address.

use std::sync::{Mutex, PoisonError};

use macros::pymodule;

/// What one UUID must not share with the next: the time of the last one, and the number that stands for this process's clock.
struct Clock {
    last: u64,
    sequence: u16,
    node: Option<[u8; 6]>,
}

static CLOCK: Mutex<Clock> = Mutex::new(Clock { last: 0, sequence: 0, node: None });

/// 100 nanoseconds since the Gregorian calendar began, at the epoch.
const EPOCH: u64 = 0x01B2_1DD2_1381_4000;

/// The address of a network interface, or a random one with the bit that says so.
fn node() -> [u8; 6] {
    let mut node = [0; 6];
    if let Some(address) = host::net::hardware_address() {
        return address;
    }
    host::entropy::fill(&mut node);
    node[0] |= 1;
    node
}

/// The bytes of a UUID of version 1; no two of a process are alike.
fn generate() -> [u8; 16] {
    let mut clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let node = match clock.node {
        Some(node) => node,
        None => {
            let mut random = [0; 2];
            host::entropy::fill(&mut random);
            clock.sequence = u16::from_ne_bytes(random) & 0x3FFF;
            *clock.node.insert(node())
        }
    };
    let now = (host::clock::now(host::clock::CLOCK_REALTIME) / 100) as u64;
    let time = (now.wrapping_add(EPOCH)).max(clock.last + 1);
    clock.last = time;
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&(time as u32).to_be_bytes());
    bytes[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
    bytes[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0FFF | 0x1000).to_be_bytes());
    bytes[8..10].copy_from_slice(&(clock.sequence | 0x8000).to_be_bytes());
    bytes[10..].copy_from_slice(&node);
    bytes
}

/// The module `_uuid`.
#[pymodule(name = "_uuid")]
pub mod uuid_module {
    use runtime::{ThreadState, Value};

    /// Other processes are not asked, so nobody can promise that they made no such UUID.
    #[pyattr(name = "has_uuid_generate_time_safe")]
    const IS_SAFE: i64 = 0;
    #[pyattr(name = "has_stable_extractable_node")]
    const HAS_NODE: i64 = 0;

    #[pyfunction("()", text = "($self, /)")]
    fn generate_time_safe(th: &ThreadState) -> Value {
        th.tuple(&[th.bytes(&super::generate()), Value::NONE])
    }
}
