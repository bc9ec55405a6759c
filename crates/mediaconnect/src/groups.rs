//! The operations by group, as methods: generated from the contract.
//!
//! What is more than one operation, such as [`Customers::exists`], is written by hand.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::token::UserToken;

mediaconnect_api::facade!();
