//! Reads the navigation of a page, which names every endpoint by group.

use super::lines::Line;

pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// A leaf of the navigation: an endpoint or a text page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The names of the enclosing groups, joined as in `openapi/coverage.yaml`: `Customer Data / Address`.
    pub(super) group: String,
    pub(super) title: String,
    /// The HTTP method. `None` if the saved page does not show the method of this endpoint.
    pub(super) method: Option<String>,
    pub(super) line: usize,
}

/// The minimum number of lines of a navigation. A shorter list is assumed to be part of a description.
const MIN_ITEMS: usize = 8;

/// Returns the lines of the navigation, and all other lines. The navigation is the longest run of list items.
pub(super) fn split(lines: &[Line]) -> (&[Line], Vec<Line>) {
    let (mut best, mut start) = (0..0, None);
    for index in 0..=lines.len() {
        let is_part = lines.get(index).is_some_and(|line| line.is_item || start.is_some() && is_method(line));
        match start {
            None if is_part => start = Some(index),
            Some(first) if !is_part => {
                if index - first > best.len() {
                    best = first..index;
                }
                start = None;
            }
            _ => {}
        }
    }
    if best.len() < MIN_ITEMS {
        return (&[], lines.to_vec());
    }
    let rest = lines[..best.start].iter().chain(&lines[best.end..]).cloned().collect();
    (&lines[best], rest)
}

fn is_method(line: &Line) -> bool {
    METHODS.contains(&line.text.as_str())
}

/// Returns the leaves in page order.
pub(super) fn entries(lines: &[Line]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    // The depth and title of each group that encloses the current line.
    let mut above: Vec<(usize, &str)> = Vec::new();
    let items: Vec<usize> = (0..lines.len()).filter(|index| lines[*index].is_item).collect();
    for (position, index) in items.iter().copied().enumerate() {
        let line = &lines[index];
        above.retain(|(depth, _)| *depth < line.depth);
        let next = items.get(position + 1).copied();
        let is_leaf = next.is_none_or(|next| lines[next].depth <= line.depth);
        if is_leaf {
            let group = above.iter().map(|(_, title)| *title).collect::<Vec<_>>().join(" / ");
            // The line after an endpoint is its HTTP method if that line is not a list item.
            let method = lines.get(index + 1).filter(|line| !line.is_item).map(|line| line.text.clone());
            entries.push(Entry { group, title: line.text.clone(), method, line: line.number });
        } else {
            above.push((line.depth, &line.text));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::lines::of_text;

    #[test]
    fn leaves_have_group_method_and_line_and_other_lists_are_ignored() {
        let text = "Top\n  • Guide\n  • Data\n    • Shelf\n      • List books\n        GET\n      • Add book\n        POST\n    \
                    • Box\n      • Open box\n  • End\n  • Other end\nWords\n• one\n• two\n";
        let lines = of_text(text);
        let (navigation, rest) = split(&lines);
        let entries = entries(navigation);
        let seen: Vec<_> = entries
            .iter()
            .map(|one| (one.group.as_str(), one.title.as_str(), one.method.as_deref(), one.line))
            .collect();
        let expected = [
            ("", "Guide", None, 2),
            ("Data / Shelf", "List books", Some("GET"), 5),
            ("Data / Shelf", "Add book", Some("POST"), 7),
            ("Data / Box", "Open box", None, 10),
            ("", "End", None, 11),
            ("", "Other end", None, 12),
        ];
        assert_eq!((seen.as_slice(), rest.len()), (expected.as_slice(), 4));
        assert!(split(&lines[11..]).0.is_empty());
    }
}
