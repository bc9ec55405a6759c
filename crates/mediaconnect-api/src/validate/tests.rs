use proptest::prelude::*;

use super::*;

const SHORT: Limits = Limits { min_length: 1, max_length: Some(3), format: None };

struct Name {
    last_name: Option<String>,
}

impl Validate for Name {
    fn check(&self, checks: &mut Checks) {
        checks.text("lastName", self.last_name.as_deref(), &SHORT);
    }
}

struct Customer {
    name: Option<Name>,
    names: Vec<Name>,
    emails: Vec<String>,
    number: Option<i64>,
}

impl Validate for Customer {
    fn check(&self, checks: &mut Checks) {
        checks.nested("name", self.name.as_ref());
        checks.items("names", &self.names, None, |checks, field, name| {
            checks.nested(field, Some(name));
        });
        checks.items("emails", &self.emails, Some(2), |checks, field, email| {
            checks.text(field, Some(email), &format_only(Format::Email));
        });
        checks.number("number", self.number, Some(1), Some(9));
    }
}

fn format_only(format: Format) -> Limits {
    Limits { format: Some(format), ..Limits::default() }
}

fn fits(format: Format, value: &str) -> bool {
    format_only(format).check("field", value).is_ok()
}

fn name(last_name: &str) -> Name {
    Name { last_name: Some(last_name.to_owned()) }
}

#[test]
fn a_violation_has_field_rule_found_value_and_help() {
    let limits = Limits { max_length: Some(30), ..Limits::default() };
    let violation = limits.check("lastName", &"å".repeat(45)).unwrap_err();
    assert_eq!(violation.to_string(), "lastName: at most 30 characters, found 45; shorten it");
    assert_eq!(violation.field(), "lastName");
    assert_eq!(violation.rule(), Rule::Length { min: 0, max: Some(30) });
    assert_eq!(violation.found(), Found::Characters(45));
}

#[test]
fn each_rule_reads_as_a_sentence() {
    let cases = [
        (Rule::Required, Found::Nothing, "f: required, found nothing; set it"),
        (
            Rule::Length { min: 1, max: Some(12) },
            Found::Nothing,
            "f: 1 to 12 characters, found nothing; set a value, or omit the field",
        ),
        (
            Rule::Length { min: 4, max: None },
            Found::Characters(3),
            "f: at least 4 characters, found 3; lengthen it",
        ),
        (
            Rule::CountryCode,
            Found::Characters(6),
            "f: two or three capital letters, found 6 characters; write it as NO or SE",
        ),
        (
            Rule::KnownValue,
            Found::Kind("an undocumented value"),
            "f: a documented value, found an undocumented value; choose a documented value",
        ),
        (
            Rule::Range { min: Some(1), max: None },
            Found::Number,
            "f: a whole number of at least 1, found a number that is not allowed; choose a number in that range",
        ),
        (Rule::MaxItems(5), Found::Items(7), "f: at most 5 items, found 7; remove items"),
        (
            Rule::Reserved(&["access", "consents"]),
            Found::Kind("one of them"),
            "f: a string other than the reserved words access, consents, found one of them; check the value",
        ),
        (Rule::MinItems(2), Found::Items(1), "f: at least 2 items, found 1; add items"),
        (
            Rule::Pattern("^[A-Z]$"),
            Found::Characters(1),
            "f: a string that matches ^[A-Z]$, found a character; write it so that it matches the pattern",
        ),
        (
            Rule::HeaderValue,
            Found::Kind("other characters"),
            "f: visible ASCII characters, with optional spaces between them, found other characters; \
             remove all other characters",
        ),
        (
            Rule::AmountRange { min: Some(0), max: Some(9) },
            Found::Number,
            "f: an amount from 0 to 9, found a number that is not allowed; choose a number in that range",
        ),
        (
            Rule::Finite,
            Found::Kind("NaN or infinity"),
            "f: a finite number, found NaN or infinity; set a number that JSON can express",
        ),
        (
            Rule::Combination("at least one of these alternatives: phoneNumber or email"),
            Found::Nothing,
            "f: at least one of these alternatives: phoneNumber or email, found nothing; \
             set all fields of one alternative",
        ),
        (
            Rule::Combination("at most one of orderId and externalOrderId"),
            Found::Several,
            "f: at most one of orderId and externalOrderId, found several of them; set only one of them",
        ),
        (
            Rule::Combination("all or none of code and number"),
            Found::Part,
            "f: all or none of code and number, found only some of them; set all of them or none",
        ),
    ];
    for (rule, found, expected) in cases {
        assert_eq!(Violation::new("f", rule, found).to_string(), expected);
    }
}

#[test]
fn a_pattern_matches_a_part_of_the_string_unless_anchored() {
    assert!(fits(Format::Pattern("[0-9]"), "a1b") && !fits(Format::Pattern("^[0-9]+$"), "a1b"));
    assert!(fits(Format::Pattern("^[0-9]+$"), "12") && !fits(Format::Pattern("^[0-9]+$"), ""));
    assert!(!fits(Format::Pattern("("), "("), "an invalid pattern matches nothing");
}

#[test]
fn amounts_headers_and_maps_are_checked() {
    let mut checks = Checks::new();
    let amount = |text: &str| text.parse::<crate::wire::Amount>().unwrap();
    checks.amount("low", Some(&amount("0.99")), Some(1), None);
    checks.amount("high", Some(&amount("9.01")), None, Some(9));
    checks.amount("fits", Some(&amount("9.00")), Some(1), Some(9));
    checks.float("nan", Some(f64::NAN), Some(1), Some(9));
    checks.float("infinite", Some(f64::INFINITY), None, None);
    checks.float("above", Some(9.5), Some(1), Some(9));
    checks.float("within", Some(8.5), Some(1), Some(9));
    checks.header("line", Some("a\r\nb"));
    checks.header("edge", Some(" a"));
    checks.header("letter", Some("å"));
    checks.header("ok", Some("a b"));
    checks.min_items("few", 0, 1);
    let map: crate::wire::Map<String> =
        [("Kari", "long")].map(|(name, value)| (name, value.to_owned())).into_iter().collect();
    checks.values("map", Some(&map), |checks, field, value| checks.text(field, Some(value), &SHORT));
    let violations = checks.finish().unwrap_err();
    let fields: Vec<_> = violations.iter().map(Violation::field).collect();
    assert_eq!(fields, ["low", "high", "nan", "infinite", "above", "line", "edge", "letter", "few", "map.*"]);
}

#[test]
fn a_rule_on_the_object_itself_has_no_field() {
    struct Search;
    impl Validate for Search {
        fn check(&self, checks: &mut Checks) {
            let rule = Rule::Combination("at least one of these alternatives: phoneNumber or email");
            checks.report(Violation::new("", rule, Found::Nothing));
        }
    }
    assert_eq!(
        Search.validate().unwrap_err().to_string(),
        "at least one of these alternatives: phoneNumber or email, found nothing; set all fields of one alternative"
    );
    let mut checks = Checks::new();
    checks.nested("search", Some(&Search));
    assert_eq!(checks.finish().unwrap_err().iter().next().unwrap().field(), "search");
}

#[test]
fn all_violations_are_reported_with_their_paths() {
    let customer = Customer {
        name: Some(name("long name")),
        names: vec![name("abc"), name("")],
        emails: vec!["a@example.com".to_owned(), "b".to_owned(), "c@example.com".to_owned()],
        number: Some(10),
    };
    let violations = customer.validate().unwrap_err();
    let fields: Vec<_> = violations.iter().map(Violation::field).collect();
    assert_eq!(fields, ["name.lastName", "names[1].lastName", "emails", "emails[1]", "number"]);
    assert_eq!(violations.len(), 5);
    assert_eq!(violations.to_string().lines().count(), 5);
}

#[test]
fn absent_fields_break_no_rule() {
    let customer =
        Customer { name: None, names: vec![Name { last_name: None }], emails: vec![], number: None };
    assert_eq!(customer.validate(), Ok(()));
    let mut checks = Checks::new();
    checks.known("kind", None);
    checks.known("kind", Some(true));
    checks.required("kind", true);
    assert_eq!(checks.finish(), Ok(()));
}

#[test]
fn required_and_known_are_reported() {
    let mut checks = Checks::new();
    checks.required("name", false);
    checks.known("kind", Some(false));
    let rules: Vec<_> = checks.finish().unwrap_err().iter().map(Violation::rule).collect();
    assert_eq!(rules, [Rule::Required, Rule::KnownValue]);
}

#[test]
fn lengths_count_characters() {
    assert!(SHORT.check("f", "æøå").is_ok());
    assert!(SHORT.check("f", "").is_err());
    assert!(SHORT.check("f", "abcd").is_err());
}

#[test]
fn email_addresses_have_no_display_name() {
    for valid in ["ola@example.com", "ola.nordmann+test@post.example.no", "kåre@example.no"] {
        assert!(fits(Format::Email, valid), "{valid}");
    }
    for invalid in
        ["", "ola", "@example.com", "Ola <ola@example.com>", " <ola@example.com>", "<ola@example.com>"]
    {
        assert!(!fits(Format::Email, invalid), "{invalid}");
    }
    for invalid in ["ola@example.com ", "ola@example.com\n", "a@b@example.com", "ola @example.com"] {
        assert!(!fits(Format::Email, invalid), "{invalid}");
    }
}

proptest! {
    #[test]
    fn a_plain_email_address_is_one_for_the_crate_too(value in "[a-zA-Z0-9.@-]{0,9}@[a-z0-9.@-]{0,60}|[a-c]{1,63}(@|[.])[a-c]{1,63}") {
        let options = Options::default().without_display_text();
        prop_assert!(!is_plain_email(&value) || EmailAddress::parse_with_options(&value, options).is_ok());
    }
}

#[test]
fn phone_numbers_are_e164() {
    for valid in ["+47", "+4791234567", "+123456789012345"] {
        assert!(fits(Format::E164, valid), "{valid}");
    }
    for invalid in
        ["", "+", "+4", "+0712345678", "4791234567", "+47 91 23", "+1234567890123456", "++47", "+47１２"]
    {
        assert!(!fits(Format::E164, invalid), "{invalid}");
    }
}

#[test]
fn country_codes_are_capital_letters() {
    for valid in ["NO", "SE", "NOR"] {
        assert!(fits(Format::CountryCode, valid), "{valid}");
    }
    for invalid in ["", "N", "no", "NORW", "N0", "Å"] {
        assert!(!fits(Format::CountryCode, invalid), "{invalid}");
    }
}

#[test]
fn a_path_segment_stays_one_segment() {
    for valid in ["CO27409", "a.b", "...", "a-b_c~", "a:b@c", "(a|b)*", "\"<a>{b}^`'", "SØR", "ÅÄÖ-ß"] {
        assert!(fits(Format::PathSegment, valid), "{valid}");
    }
    for invalid in
        ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%2f", "a b", "a\tb", "a\0", "a\u{7f}", "a\u{d7}b"]
    {
        assert!(!fits(Format::PathSegment, invalid), "{invalid}");
    }
    // Tomcat and other servers ignore the part of a segment after its semicolon, so they read `..;` as `..` and `CRM;x`
    // as `CRM`.
    for invalid in ["..;", ".;", ";", "..;a=b", "CRM;x", "CRM;"] {
        assert!(!fits(Format::PathSegment, invalid), "{invalid}");
    }
    // A server that normalises Unicode (NFKC) reads these letters as other ones.
    for letter in ["\u{132}", "\u{133}", "\u{13f}", "\u{140}", "\u{149}", "\u{17f}"] {
        assert!(!fits(Format::PathSegment, &format!("acce{letter}s")), "{letter}");
    }
    // Servers that normalise Unicode read these characters as dots, slashes and semicolons.
    for invalid in
        ["\u{2024}\u{2024}", "\u{2025}", "\u{ff0e}\u{ff0e}", "a\u{ff0f}b", "a\u{2215}b", "a\u{37e}b"]
    {
        assert!(!fits(Format::PathSegment, invalid), "{invalid}");
    }
}

fn any_format() -> impl Strategy<Value = Format> {
    prop::sample::select(vec![Format::Email, Format::E164, Format::CountryCode, Format::PathSegment])
}

proptest! {
    #[test]
    fn a_report_never_contains_the_value(
        format in any_format(),
        // Characters that are hard to parse. The value begins with `qZx`. A report that contains `qZx` has therefore
        // leaked the value.
        noise in r#"[ -~\PC"<>@.\[\]\\]{0,30}"#,
    ) {
        let value = format!("qZx{noise}");
        if let Err(violation) = format_only(format).check("field", &value) {
            let report = format!("{violation} {violation:?}");
            prop_assert!(!report.contains("qZx"), "{}", report);
        }
    }

    #[test]
    fn checks_never_panic(
        format in any_format(),
        value in r#"(\PC|["<>@.\[\]\\ ]){0,20}"#,
    ) {
        let _ = format_only(format).check("field", &value);
    }

    #[test]
    fn a_valid_e164_number_is_accepted(value in r"\+[1-9][0-9]{1,14}") {
        prop_assert!(fits(Format::E164, &value));
    }
}
