//! The machine: values, heap, types, frames, evaluation loop
