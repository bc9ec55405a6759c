//! The job of `customer match`: searches for the person of each row.

use mediaconnect::models::{CustomerSearchResponse, FoundCustomer};
use mediaconnect::{Call, Client, CustomerSearch};
use serde::Serialize;

use super::cell::Cell;
use super::input::{Columns, InputRow};
use super::row::Row;
use super::run::{Job, Read};
use crate::failure::Failure;
use crate::found;
use crate::search::{FIELDS, SearchArgs};

/// Sends one search for each row.
#[derive(Default)]
pub(super) struct Match;

impl Job for Match {
    type Question = CustomerSearch;
    type Answer = CustomerSearchResponse;
    type Row = MatchRow;

    fn read(&mut self, row: &InputRow, columns: &Columns) -> Read<CustomerSearch> {
        let texts: Result<Vec<_>, _> = (0..FIELDS.len()).map(|field| row.text(columns, field)).collect();
        let texts = match texts {
            Ok(texts) => texts,
            Err(why) => return Read::Invalid(why.to_owned()),
        };
        let text = |name: &str| {
            let field = FIELDS.iter().position(|field| *field == name)?;
            texts[field].clone()
        };
        let checked = SearchArgs::of_person(text).and_then(|(search, is_padded)| {
            search.validate().map_err(|violations| Failure::from(violations.as_slice()))?;
            Ok((search, is_padded))
        });
        match checked {
            Ok((question, is_padded)) => Read::Question { question, is_padded },
            // The message names options. The columns have the same names without the dashes.
            Err(failure) => Read::Invalid(failure.what().replace("--", "")),
        }
    }

    fn call(client: &Client, search: &CustomerSearch) -> Call<CustomerSearchResponse> {
        client.customers().search(search)
    }

    fn row(line: u64, _: CustomerSearch, answer: CustomerSearchResponse) -> MatchRow {
        let hits = answer.customers.len();
        MatchRow { line, hits, may_be_more: hits >= found::MOST, customers: answer.customers }
    }
}

/// An output row with the customers found for one person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatchRow {
    line: u64,
    hits: usize,
    /// True if upstream returned its maximum of five.
    may_be_more: bool,
    customers: Vec<FoundCustomer>,
}

impl Row for MatchRow {
    const COLUMNS: &'static [&'static str] = &["line", "hits", "mayBeMore", "customerNumbers"];

    fn cells(&self) -> Vec<Cell> {
        let numbers = self
            .customers
            .iter()
            .map(|customer| customer.customer_number.map(|number| number.to_string()).unwrap_or_default());
        vec![
            Cell::text(&self.line),
            Cell::text(&self.hits),
            Cell::text(&self.may_be_more),
            Cell::list(numbers),
        ]
    }

    fn note(&self) -> Option<&'static str> {
        match self.hits {
            0 => Some("Found nobody"),
            1 => Some("Found one"),
            _ if self.may_be_more => Some("Found five, there may be more"),
            _ => Some("Found several"),
        }
    }
}
