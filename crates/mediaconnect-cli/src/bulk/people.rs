//! The job of `customer match`: searches for the person of each row.

use mediaconnect::models::{CustomerSearchResponse, FoundCustomer};
use mediaconnect::{Call, Client, CustomerSearch};
use serde::Serialize;

use super::cell::CsvCell;
use super::columns::Columns;
use super::input_rows::InputRow;
use super::output_row::OutputRow;
use super::run::{Job, ParsedRow};
use crate::failure::Failure;
use crate::search::{MAX_RESULTS, SearchArgs};
use crate::search_field::FIELDS;

#[derive(Default)]
pub(super) struct Match;

impl Job for Match {
    type Request = CustomerSearch;
    type Response = CustomerSearchResponse;
    type Row = MatchRow;

    fn parse(&mut self, row: &InputRow, columns: &Columns) -> ParsedRow<CustomerSearch> {
        let texts: Result<Vec<_>, _> = (0..FIELDS.len()).map(|field| row.text(columns, field)).collect();
        let texts = match texts {
            Ok(texts) => texts,
            Err(why) => return ParsedRow::Invalid(why),
        };
        let checked = SearchArgs::of_person(texts).and_then(|(search, is_padded)| {
            search.validate().map_err(|violations| Failure::from(violations.as_slice()))?;
            Ok((search, is_padded))
        });
        match checked {
            Ok((request, is_padded)) => ParsedRow::Request { request, is_padded },
            // The message names options, such as `--email`. The dashes are removed, because the columns have the same
            // names without dashes.
            Err(failure) => ParsedRow::Invalid(failure.what().replace("--", "")),
        }
    }

    fn call(client: &Client, search: &CustomerSearch) -> Call<CustomerSearchResponse> {
        client.customers().search(search)
    }

    fn row(line: u64, _: CustomerSearch, response: CustomerSearchResponse) -> MatchRow {
        let hits = response.customers.len();
        MatchRow { line, hits, may_be_more: hits >= MAX_RESULTS, customers: response.customers }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatchRow {
    line: u64,
    hits: usize,
    /// True if upstream returned five customers, its maximum. In that case, more customers may match.
    may_be_more: bool,
    customers: Vec<FoundCustomer>,
}

impl OutputRow for MatchRow {
    const COLUMNS: &'static [&'static str] = &["line", "hits", "mayBeMore", "customerNumbers"];

    fn cells(&self) -> Vec<CsvCell> {
        let numbers = self
            .customers
            .iter()
            .map(|customer| customer.customer_number.map(|number| number.to_string()).unwrap_or_default());
        vec![
            CsvCell::text(&self.line),
            CsvCell::text(&self.hits),
            CsvCell::text(&self.may_be_more),
            CsvCell::list(numbers),
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
