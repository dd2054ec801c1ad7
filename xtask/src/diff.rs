//! A line by line difference of two texts, for people.

use std::fmt::Write;

/// The lines that differ, with two lines of context, `-` expected and `+` got; at most `most` lines.
pub fn lines(expected: &str, got: &str, most: usize) -> String {
    let (left, right): (Vec<&str>, Vec<&str>) = (expected.split('\n').collect(), got.split('\n').collect());
    let common_head = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let tail_room = left.len().min(right.len()) - common_head;
    let common_tail = left.iter().rev().zip(right.iter().rev()).take(tail_room).take_while(|(a, b)| a == b).count();
    let (left_middle, right_middle) =
        (&left[common_head..left.len() - common_tail], &right[common_head..right.len() - common_tail]);

    let mut edits = Vec::new();
    for (offset, line) in left[..common_head].iter().enumerate().skip(common_head.saturating_sub(2)) {
        edits.push((' ', offset + 1, *line));
    }
    edits.extend(middle(left_middle, right_middle, common_head));
    for line in left[left.len() - common_tail..].iter().take(2) {
        edits.push((' ', 0, line));
    }

    let mut text = String::new();
    for (mark, number, line) in edits.iter().take(most) {
        let number = if *number == 0 { String::new() } else { number.to_string() };
        let shown: String = line.chars().take(200).collect();
        let _ = writeln!(text, "    {number:>5} {mark} {shown}");
    }
    if edits.len() > most {
        let _ = writeln!(text, "          ... and {} lines more", edits.len() - most);
    }
    text
}

/// The edits between two runs of lines that have no common beginning or end, by longest common subsequence.
fn middle<'a>(left: &[&'a str], right: &[&'a str], before: usize) -> Vec<(char, usize, &'a str)> {
    /// Past this many cells the table is not worth its memory: the rest is shown as it is.
    const MOST_CELLS: usize = 4_000_000;
    let mut edits = Vec::new();
    if left.len().saturating_mul(right.len()) > MOST_CELLS {
        edits.extend(left.iter().enumerate().map(|(offset, line)| ('-', before + offset + 1, *line)));
        edits.extend(right.iter().enumerate().map(|(offset, line)| ('+', before + offset + 1, *line)));
        return edits;
    }
    let width = right.len() + 1;
    let mut longest = vec![0u32; (left.len() + 1) * width];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            longest[i * width + j] = if left[i] == right[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            edits.push((' ', before + i + 1, left[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < left.len() && (j == right.len() || longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            edits.push(('-', before + i + 1, left[i]));
            i += 1;
        } else {
            edits.push(('+', before + j + 1, right[j]));
            j += 1;
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn equal_texts_have_no_difference_to_show() {
        assert_eq!(lines("a\nb", "a\nb", 20).matches(['-', '+']).count(), 0);
    }

    #[test]
    fn a_changed_line_stands_between_its_neighbours() {
        assert_eq!(lines("a\nb\nc", "a\nx\nc", 20), "        1   a\n        2 - b\n        2 + x\n            c\n");
    }

    #[test]
    fn a_long_difference_is_cut() {
        let text = lines("", &"line\n".repeat(50), 3);
        assert!(text.ends_with("lines more\n") && text.lines().count() == 4);
    }
}
