//! The operations by group, as methods that are generated from the contract.
//!
//! A few methods, such as [`Customers::exists`], are written by hand.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::token::UserToken;

mediaconnect_api::facade!();
