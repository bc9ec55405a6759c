//! The operations by group, as methods: generated from the contract.
//!
//! Methods that are not a single operation, such as [`Customers::exists`], are written by hand.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::token::UserToken;

mediaconnect_api::facade!();
