//! The table of instructions against what a reference interpreter says of its own (`data/opcodes.py` asks it).

use bytecode::opcode::{self, Class};

const REFERENCE: &str = include_str!("data/opcodes.txt");
const ARGUMENTS: [u32; 9] = [0, 1, 2, 3, 4, 5, 8, 16, 259];

#[test]
fn rows_are_the_references() {
    let mut count = 0;
    for line in REFERENCE.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        if words[0] != "op" {
            continue;
        }
        count += 1;
        let (name, number): (&str, u16) = (words[1], words[2].parse().unwrap());
        assert_eq!(opcode::name(number), name);
        assert_eq!(opcode::by_name(name), Some(number));
        let views = [
            ("has_arg", opcode::has_arg(number)),
            ("has_const", opcode::has_const(number)),
            ("has_name", opcode::has_name(number)),
            ("has_jump", opcode::has_jump(number)),
            ("has_free", opcode::has_free(number)),
            ("has_local", opcode::has_local(number)),
            ("has_exc", opcode::has_exc(number)),
        ];
        let ours: Vec<&str> = views.iter().filter(|view| view.1).map(|view| view.0).collect();
        assert_eq!(if ours.is_empty() { "-".to_owned() } else { ours.join(",") }, words[3], "{name}");
        let info = opcode::info(number);
        match info.class {
            Class::Specialised => assert_eq!(opcode::name(info.base), words[5], "{name}"),
            // The reference lists no caches for instrumented forms.
            Class::Instrumented => assert_eq!(words[5], "-", "{name}"),
            _ => {
                assert_eq!(words[5], "-", "{name}");
                assert_eq!(info.caches.to_string(), words[4], "{name}");
            }
        }
        for (argument, effects) in ARGUMENTS.iter().zip(&words[6..]) {
            if effects.contains('-') && effects.split('/').any(|effect| effect == "-") {
                continue;
            }
            let ours = [false, true].map(|jump| opcode::stack_effect(number, *argument, jump).to_string()).join("/");
            assert_eq!(&ours, effects, "{name} {argument}");
        }
    }
    assert_eq!(count, opcode::INFO.iter().filter(|info| info.class != Class::Unused).count());
}

#[test]
fn named_arguments_are_the_references() {
    for line in REFERENCE.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = || words[1].parse::<usize>().unwrap();
        match words[0] {
            "binary" => assert_eq!(opcode::BINARY_OPS[number()], (words[2], words[3])),
            "compare" => assert_eq!(opcode::COMPARE_OPS[number()], words[2]),
            "intrinsic1" => assert_eq!(opcode::INTRINSICS_1[number()], words[2]),
            "intrinsic2" => assert_eq!(opcode::INTRINSICS_2[number()], words[2]),
            "special" => assert_eq!(opcode::SPECIAL_METHODS[number()], words[2]),
            "common" => assert_eq!(opcode::COMMON_CONSTANTS[number()], words[2]),
            "cache" => {
                let format = opcode::cache_format(opcode::by_name(words[1]).unwrap());
                let ours: Vec<String> = format.iter().map(|(field, size)| format!("{field}:{size}")).collect();
                assert_eq!(ours, words[2..]);
            }
            _ => {}
        }
    }
}

#[test]
fn caches_of_a_format_are_those_of_the_row() {
    for number in 0..256 {
        let sizes: u8 = opcode::cache_format(number).iter().map(|field| field.1).sum();
        assert_eq!(sizes, opcode::caches(number), "{}", opcode::name(number));
    }
}
