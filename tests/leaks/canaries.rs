//! Canaries: values that must never appear in output, and their detection in any encoding.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};

/// Every string that must not appear in output contains this text.
pub(crate) const STEM: &str = "canary7391";
/// Every number, postal code and phone number that must not appear in output contains these digits.
pub(crate) const DIGITS: &str = "73917391";
/// The customer number in all requests and responses.
pub(crate) const CUSTOMER: u64 = 7_391_739_173_917_391;
/// A street number.
pub(crate) const STREET: u32 = 73_917_391;
/// The canary for country codes, which are too short to contain the other canaries.
pub(crate) const COUNTRY: &str = "QZX";

/// Returns a canary that contains the name of its field.
pub(crate) fn text(place: &str) -> String {
    format!("{STEM}-{place}")
}

/// Returns the names of the encodings in which the text contains a canary.
pub(crate) fn found_in(text: &str) -> Vec<&'static str> {
    let (names, forms) = &*FORMS;
    let found: BTreeSet<_> =
        forms.find_overlapping_iter(text).map(|form| form.pattern().as_usize()).collect();
    found.into_iter().map(|form| names[form]).collect()
}

/// The names of the encodings, and a matcher. The tests search megabytes of output, so the matcher finds all encodings
/// in one pass.
static FORMS: LazyLock<(Vec<&'static str>, AhoCorasick)> = LazyLock::new(|| {
    let each = |byte: &dyn Fn(u8) -> String| STEM.bytes().map(byte).collect::<Vec<_>>();
    let mut forms = vec![
        ("a text", STEM.to_owned()),
        ("a number", DIGITS.to_owned()),
        ("a country", format!("\"{}\"", COUNTRY.to_lowercase())),
        ("percent-encoded", each(&|byte| format!("%{byte:02x}")).concat()),
        ("in hexadecimal", each(&|byte| format!("{byte:02x}")).concat()),
        ("as a list of bytes", each(&|byte| byte.to_string()).join(", ")),
        ("as a list of bytes", each(&|byte| format!("0x{byte:02x}")).join(", ")),
        ("backwards", STEM.chars().rev().collect()),
    ];
    // In base64, the canary has three possible forms, depending on the number of bytes before it. The first and last
    // characters of a form may also encode neighbouring bytes. Such characters are not searched for.
    for before in 0..3 {
        let encoded = BASE64_STANDARD_NO_PAD.encode([&vec![0; before][..], STEM.as_bytes()].concat());
        let decided = encoded[(before * 8).div_ceil(6)..(before + STEM.len()) * 8 / 6].to_owned();
        forms.push(("in base64", decided.to_lowercase()));
    }
    let (names, forms): (Vec<_>, Vec<_>) = forms.into_iter().unzip();
    let forms = AhoCorasick::builder().ascii_case_insensitive(true).build(forms);
    (names, forms.expect("the patterns are few and short"))
});

#[test]
fn a_canary_is_found_in_whatever_form() {
    let secret = text("secret");
    let bytes: Vec<u8> = secret.bytes().collect();
    let each = |byte: &dyn Fn(&u8) -> String| bytes.iter().map(byte).collect::<Vec<_>>().concat();
    for seen in [
        format!("before {secret} after"),
        secret.to_uppercase(),
        format!("{bytes:?}"),
        format!("{bytes:#x?}").replace('\n', " ").replace("     ", " "),
        format!("{CUSTOMER:?}"),
        format!("+47{DIGITS}"),
        format!("{:?}", Some(COUNTRY)),
        each(&|byte| format!("{byte:02X}")),
        each(&|byte| format!("%{byte:02X}")),
        BASE64_STANDARD.encode(format!("id:{secret}")),
        BASE64_STANDARD.encode(format!("{secret}:id")),
        BASE64_STANDARD.encode(format!("ab{secret}:id")),
    ] {
        assert!(!found_in(&seen).is_empty(), "{seen}");
    }
    assert_eq!(found_in("nothing of 7391 customers and their canaries"), [""; 0]);
}
