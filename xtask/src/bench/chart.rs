//! A bar chart of ratios as SVG: a group of bars for each benchmark, longer is better, a line at 1.

use std::fmt::Write;

const COLOURS: [&str; 5] = ["#8a8f98", "#2f6fde", "#d9822b", "#3c9a5f", "#9a4fb5"];
const LEFT: f64 = 230.0;
const WIDTH: f64 = 900.0;
const BAR: f64 = 11.0;
const TOP: f64 = 60.0;

/// Draws every interpreter but the first, to whose values the ratios refer.
pub fn draw(rows: &[(String, Vec<Option<f64>>)], names: &[&str]) -> String {
    let group = BAR * (names.len().saturating_sub(1)) as f64 + 8.0;
    let height = TOP + group * rows.len() as f64 + 20.0;
    let longest =
        rows.iter().flat_map(|row| row.1.iter().flatten()).fold(1.5f64, |most, ratio| most.max(*ratio)).min(10.0);
    let x = |ratio: f64| LEFT + (WIDTH - LEFT - 60.0) * ratio.min(longest) / longest;

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let reference = names.first().copied().unwrap_or("");
    let _ = writeln!(
        svg,
        "<text x=\"12\" y=\"20\" font-size=\"15\">Speed relative to {reference} (longer is better)</text>"
    );
    for (index, name) in names.iter().enumerate().skip(1) {
        let at = 12.0 + 130.0 * (index - 1) as f64;
        let colour = COLOURS[index % COLOURS.len()];
        let _ = writeln!(svg, "<rect x=\"{at}\" y=\"32\" width=\"10\" height=\"10\" fill=\"{colour}\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"41\">{}</text>", at + 15.0, escaped(name));
    }
    for (number, (benchmark, ratios)) in rows.iter().enumerate() {
        let top = TOP + group * number as f64;
        let middle = top + (group - 8.0) / 2.0 + 4.0;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            escaped(benchmark)
        );
        for (index, ratio) in ratios.iter().enumerate().skip(1) {
            let Some(ratio) = ratio else { continue };
            let y = top + BAR * (index - 1) as f64;
            let colour = COLOURS[index % COLOURS.len()];
            let _ = writeln!(
                svg,
                "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{}\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\">{ratio:.2}</text>",
                x(*ratio) - LEFT,
                BAR - 1.0,
                x(*ratio) + 4.0,
                y + BAR - 2.0
            );
        }
    }
    let _ = writeln!(
        svg,
        "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1}\" y2=\"{2}\" stroke=\"black\" stroke-dasharray=\"3 3\"/>\n</svg>",
        x(1.0),
        TOP - 8.0,
        height - 12.0
    );
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
