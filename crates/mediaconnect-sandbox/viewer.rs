//! Extracts Swagger UI from the archive in a crate, for `build.rs`.
//!
//! ZIP and gzip use the same compression, so a compressed file only needs a gzip header and trailer.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::{CompressionMethod, ZipArchive};

/// The files of Swagger UI that the page needs. The paths are relative to the version's directory in the archive.
const FILES: [(&str, &str); 3] = [
    ("dist/swagger-ui-bundle.js", "swagger-ui-bundle.js.gz"),
    ("dist/swagger-ui.css", "swagger-ui.css.gz"),
    ("LICENSE", "swagger-ui-license.txt.gz"),
];

/// Writes the files in gzip format, and returns the version of Swagger UI.
pub fn extract(directory: &Path) -> String {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).expect("the crate has a ZIP archive");
    let root = archive.name_for_index(0).expect("the archive is not empty");
    let root = root.split('/').next().expect("a name has a first part").to_owned();
    for (path, name) in FILES {
        let path = format!("{root}/{path}");
        let index = archive.index_for_name(&path).unwrap_or_else(|| panic!("the archive has {path}"));
        let mut file = archive.by_index_raw(index).expect("the archive is whole");
        assert_ne!(file.compression(), CompressionMethod::Stored, "{path} is not compressed");
        // A gzip header (RFC 1952) with no file name, no time, and an unknown operating system.
        let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        file.read_to_end(&mut gzip).expect("the archive is whole");
        let size = u32::try_from(file.size()).expect("the file is smaller than 4 GiB");
        gzip.extend(file.crc32().to_le_bytes());
        gzip.extend(size.to_le_bytes());
        fs::write(directory.join(name), gzip).expect("OUT_DIR is writable");
    }
    root.strip_prefix("swagger-ui-").expect("the directory is named after the version").to_owned()
}
