//! Patterns and subjects whose results were recorded from the reference (`tools/sre_cases.py`).

use super::*;

fn numbers<T: std::str::FromStr>(text: &str) -> Vec<T> {
    text.split_whitespace().filter_map(|n| n.parse().ok()).collect()
}

/// All matches of a subject, in the form that the cases are recorded in.
fn matches<U: Unit>(program: &Program, text: &[U], mode: &str) -> String {
    let mut scratch = Scratch::default();
    let mut found = Vec::new();
    let (mut start, mut must_advance) = (0, false);
    loop {
        let how = match mode {
            "s" => Mode::Search,
            "m" => Mode::Match,
            _ => Mode::FullMatch,
        };
        let result = program.run(&mut scratch, text, start, how, must_advance, &mut || false);
        let Ok(Some((from, to))) = result else { break };
        let mut shown = format!("{from},{to},{}", scratch.last_group().unwrap_or(0));
        for group in 0..program.groups() {
            match scratch.group(group) {
                Some((a, b)) => shown += &format!(":{a},{b}"),
                None => shown += ":-1,-1",
            }
        }
        found.push(shown);
        if mode != "s" {
            break;
        }
        must_advance = from == to;
        start = to;
    }
    found.join(" ")
}

fn check(cases: &str) {
    let mut wrong = 0;
    for line in cases.lines() {
        let fields: Vec<&str> = line.splitn(7, '|').collect();
        let [width, groups, code, subject, mode, expected, pattern] = fields[..] else { panic!("{line}") };
        let program = Program::new(&numbers(code), groups.parse().unwrap_or(0)).expect(pattern);
        let got = match width {
            "1" => matches(&program, &numbers::<u8>(subject), mode),
            "2" => matches(&program, &numbers::<u16>(subject), mode),
            _ => matches(&program, &numbers::<u32>(subject), mode),
        };
        if got != expected {
            println!("{pattern} on {subject:?} ({mode}): {got:?}, not {expected:?}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn recorded() {
    check(include_str!("cases.txt"));
    if let Some(path) = std::env::var_os("SRE_CASES") {
        check(&std::fs::read_to_string(path).expect("the file of SRE_CASES"));
    }
}

#[test]
fn invalid_code() {
    for code in [
        &[][..],
        &[2],
        &[16, 97],
        &[17, 0, 1],
        &[7, 5, 1],
        &[24, 6, 2, 1, 16, 97, 1, 1],
        &[13, 9, 16, 97, 0, 1],
        &[23, 4, 0, 1, 18, 99, 1],
        &[4, 3, u32::MAX, 1, 1],
        &[10, 1, 1],
        &[99, 1],
    ] {
        assert_eq!(Program::new(code, 0).err(), Some(InvalidCode), "{code:?}");
    }
    // Any words at all must be refused or run.
    let mut state = 12345u32;
    for _ in 0..20_000 {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let len = next() % 12 + 1;
        let code: Vec<u32> = (0..len).map(|_| next() % 44).chain([1]).collect();
        if let Ok(program) = Program::new(&code, 2) {
            let mut polls = 0;
            let mut poll = || {
                polls += 1;
                polls > 2
            };
            let mut scratch = Scratch::default();
            let _ = program.run(&mut scratch, b"abcabc\n".as_slice(), 0, Mode::Search, false, &mut poll);
        }
    }
}

#[test]
fn limits() {
    // (?:a+)+b on many letters: exponential, so that the callback must end it.
    let code = [23, 10, 1, u32::MAX, 24, 6, 1, u32::MAX, 16, 97, 1, 18, 16, 98, 1];
    let program = Program::new(&code, 0).expect("valid");
    let mut scratch = Scratch::default();
    let text = [b'a'; 40];
    let mut polls = 0;
    let mut poll = || {
        polls += 1;
        polls == 10
    };
    let run = program.run(&mut scratch, &text, 0, Mode::Match, false, &mut poll);
    assert_eq!(run, Err(Stop::Interrupted));
}
