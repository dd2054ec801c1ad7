//! Compression: `_bz2`, `_lzma`, and what their decompressors share.
//!
//! Compressors and decompressors work without the GIL. Each stands behind a lock that is held only while native code runs,
//! never while Python code could, so waiting for it with or without the GIL ends.

pub mod bz2;
pub mod filters;
pub mod lzma;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[&bz2::bz2_module::MODULE, &lzma::lzma_module::MODULE];

/// Output grows by at least this much.
const CHUNK: usize = 32 * 1024;

/// What one step of a decompressor did.
pub(super) struct Step {
    pub taken: usize,
    pub given: usize,
    pub ended: bool,
}

/// The side of a decompressor that faces the program: input that waits, and what is known of the end.
#[derive(Default)]
pub(super) struct Feed {
    waiting: Vec<u8>,
    pub unused: Vec<u8>,
    pub ended: bool,
    pub hungry: bool,
}

impl Feed {
    pub fn new() -> Feed {
        Feed { hungry: true, ..Feed::default() }
    }

    /// Takes more input and gives output, at most `limit` bytes of it. `step` gets what is left of the input and room for
    /// output.
    pub fn run<E>(
        &mut self,
        data: &[u8],
        limit: Option<usize>,
        mut step: impl FnMut(&[u8], &mut [u8]) -> Result<Step, E>,
    ) -> Result<Vec<u8>, E> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let input = if waiting.is_empty() {
            data
        } else {
            waiting.extend_from_slice(data);
            &waiting
        };
        let mut out = Vec::new();
        let mut taken = 0;
        // Whether the last step stopped because there was no more room for its output.
        let mut full;
        self.hungry = false;
        loop {
            let start = out.len();
            let room = limit.map_or(CHUNK.max(start), |limit| (limit - start).min(CHUNK.max(start)));
            if room == 0 {
                full = true;
                break;
            }
            out.resize(start + room, 0);
            let step = step(&input[taken..], &mut out[start..])?;
            out.truncate(start + step.given);
            taken += step.taken.min(input.len() - taken);
            if step.ended {
                self.ended = true;
                self.unused = input[taken..].to_vec();
                return Ok(out);
            }
            full = step.given == room;
            if !full && (taken == input.len() || step.taken + step.given == 0) {
                break;
            }
        }
        self.hungry = taken == input.len() && !full;
        self.waiting = input[taken..].to_vec();
        Ok(out)
    }
}
