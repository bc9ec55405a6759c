//! Tests the source of the generated code, and how an edit of the contract changes it.

use std::fs;

use mediaconnect_codegen::generate;
use mediaconnect_contract::fingerprint::MARKER;
use mediaconnect_contract::{Contract, Outline};
use mediaconnect_tests::{contract, sample_contract_text, workspace};

fn generated(contract: &str) -> String {
    let contract = Contract::parse("connect.yaml", contract).expect("YAML");
    generate(&contract).unwrap_or_else(|findings| panic!("{findings}"))
}

#[test]
fn the_committed_copy_is_what_the_contract_makes_to_the_byte() {
    let copy = workspace().join("crates/mediaconnect-api/generated/connect.rs");
    let committed = fs::read_to_string(copy).expect("the committed client exists");
    assert!(committed == generate(&contract()).unwrap(), "run `cargo xtask regenerate`");
}

#[test]
fn the_copy_carries_the_fingerprint_of_its_contract() {
    let line = format!("{MARKER}{}", contract().fingerprint());
    assert!(generate(&contract()).unwrap().lines().any(|candidate| candidate == line));
}

#[test]
fn the_same_contract_makes_the_same_bytes() {
    assert!(generate(&contract()).unwrap() == generate(&contract()).unwrap());
}

#[test]
fn a_new_field_of_an_answer_is_in_the_model_and_nowhere_else() {
    let edited = sample_contract_text().replace(
        "        invoiceEmailAddress:\n          $ref: '#/components/schemas/InvoiceEmailAddress'\n        # Documented",
        "        invoiceEmailAddress:\n          $ref: '#/components/schemas/InvoiceEmailAddress'\n        \
         loyaltyLevel:\n          type: string\n          description: How loyal the customer is.\n          \
         x-sensitivity: personal\n        # Documented",
    );
    assert_ne!(edited, sample_contract_text());
    let (before, after) = (generated(&sample_contract_text()), generated(&edited));
    assert!(!before.contains("loyalty_level"));
    assert!(after.contains("pub loyalty_level: ::std::option::Option<::std::string::String>"));
    assert!(after.contains("How loyal the customer is."));
    assert!(after.contains("deserialize_with = \"value\""));
}

/// Returns the names that the generated module `models` lists.
fn public_models(source: &str) -> Vec<&str> {
    let module =
        source.split("pub mod models {").nth(1).expect("the module exists").split('}').next().unwrap();
    let names = module.split('{').nth(1).expect("a list");
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

#[test]
fn services_get_each_type_of_requests_and_successes_by_name_and_nothing_else() {
    let sample = generated(&sample_contract_text());
    let names = public_models(&sample);
    for name in ["CustomerInfo", "Name", "CustomerSearchRequest", "PhoneNumberType", "AttachedUser"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    for internal in ["ErrorBody", "WIRE_NAMES", "json_schemas", "CustomerNumber"] {
        assert!(!names.contains(&internal), "{internal} is in {names:?}");
    }
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn a_new_model_and_a_new_enumeration_are_public_without_an_edit_by_hand() {
    let field = "        invoiceEmailAddress:\n          $ref: '#/components/schemas/InvoiceEmailAddress'\n        # Documented";
    let edited = sample_contract_text()
        .replace(field, &format!("        loyalty:\n          $ref: '#/components/schemas/Loyalty'\n{field}"))
        .replace(
            "    CustomerNumber:\n",
            "    Loyalty:\n      type: object\n      description: How loyal a customer is.\n      properties:\n        \
             level:\n          $ref: '#/components/schemas/LoyaltyLevel'\n    LoyaltyLevel:\n      type: string\n      \
             description: A level.\n      enum: [low, high]\n      x-sensitivity: personal\n    CustomerNumber:\n",
        );
    assert_ne!(edited, sample_contract_text());
    let (before, after) = (generated(&sample_contract_text()), generated(&edited));
    let mut expected = [&public_models(&before)[..], &["Loyalty", "LoyaltyLevel"]].concat();
    expected.sort_unstable();
    assert_eq!(public_models(&after), expected);
}

#[test]
fn a_new_enum_value_is_a_variant_that_breaks_nobody() {
    let edited = sample_contract_text().replace("personal, fax]", "personal, fax, satellite]");
    let after = generated(&edited);
    assert!(after.contains("Satellite = \"satellite\","));
}

#[test]
fn a_postal_code_belongs_to_the_country_beside_it() {
    let field = "        postalAddressPostalCode:\n          $ref: '#/components/schemas/PostalCode'\n";
    let country = "        postalAddressCountryCode:\n          $ref: '#/components/schemas/CountryCode'\n";
    let edited = sample_contract_text().replace(field, &format!("{field}{country}"));
    assert_ne!(edited, sample_contract_text());
    // Removes white space and braces, which the formatter adds when it breaks a long line.
    let squeezed = |source: &str| source.replace(|c: char| c.is_whitespace() || "{}".contains(c), "");
    let [before, after] = [sample_contract_text(), edited].map(|contract| squeezed(&generated(&contract)));
    let of = |code: &str, country: &str| {
        format!("let{code}=received.{code}.map(|code|code.in_country(received.{country}.as_ref()));")
    };
    assert!(before.contains(&of("postal_address_postal_code", "country_code")));
    assert!(after.contains(&of("postal_address_postal_code", "postal_address_country_code")));
    assert!(after.contains(&of("postal_code", "country_code")));
}

#[test]
fn a_list_is_decoded_up_to_a_hundred_times_its_documented_length() {
    let source = generated(&sample_contract_text().replace("maxItems: 5\n", "maxItems: 7\n"));
    assert!(source.contains("\"objects::<_, _, 700>\""));
    assert!(source.contains("\"values::<_, _, 100000>\""));
    assert!(source.contains("wrapped_values(deserializer, \"email\", 100000)"));
}

#[test]
fn a_limit_of_the_contract_is_the_limit_of_the_client() {
    let edited = sample_contract_text()
        .replace("maxLength: 12\n      format: path-segment", "maxLength: 9\n      format: path-segment");
    assert_ne!(edited, sample_contract_text());
    assert!(generated(&edited).contains("pub const PRODUCT_CODE: validate::Limits = validate::length(1, 9)"));
    assert!(!generated(&sample_contract_text()).contains("validate::length(1, 9)"));
}

#[test]
fn deprecation_in_the_contract_is_deprecation_in_rust_with_note_and_sunset() {
    let said = ["deprecated: true", "x-sunset: '2027-06-30'", "x-deprecation-note: Use the search."];
    let indented = |indent: &str| format!("{indent}{}\n", said.join(&format!("\n{indent}")));
    let operation = "      operationId: getOwnCustomerInfo\n";
    let field = "          description: The user's external id.\n";
    let request_field = "          description: Department within the company.\n          maxLength: 40\n";
    let edited = sample_contract_text()
        .replace(operation, &format!("{operation}{}", indented("      ")))
        .replace(field, &format!("{field}{}", indented("          ")))
        .replacen(request_field, &format!("{request_field}{}", indented("          ")), 1)
        .replace(
            "          description: First name.\n",
            "          description: First name.\n          deprecated: true\n",
        );
    let source = generated(&edited);
    let attribute = "#[deprecated(note = \"Use the search; it stops working after 2027-06-30\")]";
    // The attribute is in six places: the operation's method, the operation's type, the group's method, the field of
    // the response, the field of the request, and the setter of that field.
    assert_eq!(source.matches(attribute).count(), 6);
    let setter = source.split("pub fn with_department_name(").next().unwrap();
    assert!(setter.trim_end().ends_with(&format!("{attribute}\n        #[must_use]")));
    assert!(source.contains("#[deprecated(note = \"upstream has deprecated this field\")]"));

    let outline = Outline::of(&Contract::parse("connect.yaml", &edited).unwrap()).to_string();
    assert!(outline.contains("  deprecated, sunset 2027-06-30, note \"Use the search.\"\n"), "{outline}");
    assert!(
        outline
            .contains("uniqueId / unique_id: text, optional, personal, deprecated, sunset 2027-06-30, note"),
        "{outline}"
    );
}

#[test]
fn a_field_of_a_shared_schema_can_be_deprecated_alone() {
    let edited = sample_contract_text().replacen(
        "          $ref: '#/components/schemas/InvoiceEmailAddress'\n",
        "          allOf: [{$ref: '#/components/schemas/InvoiceEmailAddress'}]\n          deprecated: true\n          \
         x-deprecation-note: Use emails.\n",
        1,
    );
    let source = generated(&edited);
    let field = "    pub invoice_email_address: ::std::option::Option<crate::wire::EmailAddress>";
    let (before, after) = (generated(&sample_contract_text()), source.matches(field).count());
    assert_eq!((before.matches(field).count(), after), (2, 2), "the type still has the field");
    assert_eq!(
        source.matches("#[deprecated(note = \"Use emails\")]").count(),
        1,
        "the field is in the response, not in the request"
    );
}

#[test]
fn a_deprecated_parameter_is_told_in_the_documentation_of_the_method() {
    let edited = sample_contract_text().replace(
        "          description: The customer's number.\n",
        "          description: The customer's number.\n          deprecated: true\n          x-sunset: '2027-06-30'\n",
    );
    assert_ne!(edited, sample_contract_text());
    let said = "/// Deprecated: `customer_number`: upstream has deprecated this parameter; it stops working after 2027-06-30.";
    assert!(generated(&edited).contains(said));
}

#[test]
fn no_request_carries_the_header_that_nobody_asked_for() {
    let source = generate(&contract()).unwrap();
    assert!(!source.contains("api-version") && !source.contains("header_map"));
}

#[test]
fn no_model_derives_debug() {
    let source = generate(&contract()).unwrap();
    let types = source.split("pub mod types").nth(1).unwrap().split("pub struct Client").next().unwrap();
    for derive in
        types.lines().filter(|line| line.contains("#[derive(")).filter(|line| line.contains("Debug"))
    {
        assert!(derive.contains("#[derive(Clone, Debug)]"), "{derive}");
    }
    let models = Outline::of(&contract()).models;
    assert_eq!(types.matches("redacting_debug!(").count(), models.len());
}
