//! Parsers for option values. Their messages do not quote the value.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use mediaconnect::{Environment, Method, RateLimit};

pub(crate) fn environment_parser() -> impl TypedValueParser<Value = Environment> {
    PossibleValuesParser::new(["production", "test"]).try_map(|name| name.parse::<Environment>())
}

pub(crate) fn method_parser() -> impl TypedValueParser<Value = Method> {
    let methods = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    PossibleValuesParser::new(methods.map(Method::as_str)).map(move |name| {
        let found = methods.into_iter().find(|method| method.as_str() == name);
        found.expect("the parser accepts no other name")
    })
}

/// Parses a number of seconds, at least 1.
pub(crate) fn seconds(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|seconds| *seconds > 0).ok_or("a whole number of at least 1 is expected")
}

/// Parses a rate limit: requests per second and per minute.
pub(crate) fn rate_limit(text: &str) -> Result<RateLimit, String> {
    let parse = |text: &str| text.trim().parse().map_err(|_| "two whole numbers are expected".to_owned());
    let (second, minute) = text.split_once('/').ok_or("two numbers are expected, such as 100/2000")?;
    RateLimit::new(parse(second)?, parse(minute)?).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_two_numbers() {
        let rate = rate_limit("100/2000").unwrap();
        assert_eq!((rate.per_second(), rate.per_minute()), (100, 2_000));
        for text in ["", "100", "0/1", "a/b", "1/2/3"] {
            assert!(rate_limit(text).is_err(), "{text}");
        }
    }
}
