//! `dict_keys`, `dict_values`, `dict_items` and their iterators.
