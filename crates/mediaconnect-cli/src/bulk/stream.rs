//! Inputs that can be read only once, such as standard input.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::secret_file::is_stdin;

/// Returns true if an input can be read only once: standard input, a pipe or a device.
pub(super) fn is_stream(path: &Path) -> bool {
    is_stdin(path) || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Copies standard input, a pipe or a device to a file.
pub(super) fn copy_stream(from: &Path, to: &mut File) -> io::Result<()> {
    if from.as_os_str() == "-" {
        io::copy(&mut io::stdin().lock(), to)?;
    } else {
        io::copy(&mut File::open(from)?, to)?;
    }
    to.sync_all()
}
