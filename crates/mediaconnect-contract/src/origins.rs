//! The original locations of the nodes of a joined document.

use std::collections::HashMap;

/// Maps pointers of the joined document to original locations. The entry of a node also applies to all nodes below it.
/// A node without an applicable entry is in the first file, and its pointer is unchanged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(HashMap<String, Origin>);

#[derive(Clone, Debug)]
struct Origin {
    file: usize,
    pointer: String,
    /// True if this is the origin of a node's children, but not of the node itself. For example, the first file of a
    /// contract lists a path, and a group defines the operations of that path.
    is_below: bool,
}

impl Origins {
    /// Returns the file of a node, and the pointer in this file.
    pub(crate) fn of(&self, pointer: &str) -> (usize, String) {
        let mut head = pointer;
        loop {
            if let Some(origin) = self.0.get(head).filter(|origin| !origin.is_below || head != pointer) {
                return (origin.file, format!("{}{}", origin.pointer, &pointer[head.len()..]));
            }
            match head.rfind('/') {
                Some(end) => head = &head[..end],
                None => return (0, pointer.to_owned()),
            }
        }
    }

    /// Records that a node and its children come from another location.
    pub(crate) fn note(&mut self, pointer: String, file: usize, origin: &str) {
        self.0.insert(pointer, Origin { file, pointer: origin.to_owned(), is_below: false });
    }

    /// Records that the children of a node come from another location. The node itself stays in the first file.
    pub(crate) fn note_below(&mut self, pointer: String, file: usize, origin: String) {
        self.0.insert(pointer, Origin { file, pointer: origin, is_below: true });
    }
}
