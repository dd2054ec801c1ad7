//! Any bytes become tokens, or an error, with and without comments; places are in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for extra in [false, true] {
        let stream = syntax::TokenStream::new(&text, extra);
        for token in &stream.tokens {
            let _ = (stream.text(token), stream.line(token));
        }
    }
});
