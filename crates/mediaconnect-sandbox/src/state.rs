//! The operations that remember something: customers, and their external references. All others are answered by the
//! contract's examples.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::asked::Asked;
use crate::customers::Customers;

impl Customers {
    /// The body of a success, or `None` where the contract's example will do.
    ///
    /// # Errors
    /// When there is no such customer, or no such reference.
    pub(crate) fn respond(&self, operation: &str, asked: &Asked, user: i64) -> Result<Option<Value>, Answer> {
        let number = asked.parameters.get("customerNumber").and_then(Value::as_i64).unwrap_or(user);
        match operation {
            "getCustomerInfo" | "getOwnCustomerInfo" => {
                self.info(number).map(Some).ok_or_else(Answer::no_such_customer)
            }
            "searchCustomers" => Ok(Some(json!({ "customers": self.search(&asked.body) }))),
            "changeOwnCustomerInfo" => {
                // Left to go wrong: a field that is new in the contract.
                let change = serde_json::from_value(asked.body.clone());
                let refusal = |_| Answer::bad_request("body: more than the sandbox can hold");
                self.change(user, change.map_err(refusal)?);
                Ok(None)
            }
            "changeExternalReference" | "removeExternalReference" => {
                let code = asked.parameters.get("referenceCode").and_then(Value::as_str).unwrap_or_default();
                let id = asked.body["externalId"].as_str();
                let is_done = self.set_external_reference(number, code, id);
                if is_done { Ok(None) } else { Err(Answer::no_such_reference()) }
            }
            _ => Ok(None),
        }
    }
}
