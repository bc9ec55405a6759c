//! The operations on stored customers and their external references, and those [derived](crate::derived) from a
//! customer. All other operations respond with the contract's examples.

use serde_json::{Value, json};

use super::Customers;
use crate::api_response::ApiResponse;
use crate::contract::Operation;
use crate::customer::Record;
use crate::request_values::RequestValues;

impl Customers {
    /// Returns the body of a successful response, or `None` if the response is the contract's example.
    ///
    /// # Errors
    /// Returns the refusal if the customer or the reference does not exist, or if a change has a field that the sandbox
    /// does not store.
    pub(crate) fn respond(
        &self,
        operation: &Operation,
        values: &RequestValues,
        user: i64,
    ) -> Result<Option<Value>, ApiResponse> {
        let number = values.parameters.get("customerNumber").and_then(Value::as_i64).unwrap_or(user);
        let missing = || ApiResponse::no_such_record(operation.response(Some(404)).is_some());
        match operation.id {
            "getCustomerInfo" | "getOwnCustomerInfo" => {
                self.get(number).map(|customer| Some(customer.info())).ok_or_else(missing)
            }
            "searchCustomers" => Ok(Some(json!({ "customers": self.search(&values.body) }))),
            "changeOwnCustomerInfo" => {
                // The conversion fails only if the contract has a new field that this code does not store.
                let change = serde_json::from_value(values.body.clone());
                let refusal = |_| {
                    ApiResponse::bad_request(
                        "body: the sandbox cannot store a new field of the contract yet; leave the field out",
                    )
                };
                let is_done = self.change(user, change.map_err(refusal)?);
                if is_done { Ok(None) } else { Err(missing()) }
            }
            "changeExternalReference" | "removeExternalReference" => {
                let code = values.parameters.get("referenceCode").and_then(Value::as_str).unwrap_or_default();
                let id = values.body["externalId"].as_str();
                let is_done = self.set_external_reference(number, code, id);
                if is_done { Ok(None) } else { Err(missing()) }
            }
            "checkAccess" | "checkOwnAccess" => Ok(Some(self.access(&values.body))),
            "listConsentEvents" if values.at("subjectType") == Some(&json!("CONNECT")) => {
                self.consent_events(values).map(Some).ok_or_else(missing)
            }
            "listSubscriptions"
            | "listOwnSubscriptions"
            | "listInvoicesOfProduct"
            | "listOwnInvoicesOfProduct"
            | "listOwnOrders" => {
                let customer = self.get(number).ok_or_else(missing)?;
                Ok(customer.derived_body(operation.id, &values.parameters))
            }
            _ => Ok(None),
        }
    }

    /// Returns the response to an access check. The user is found by id or credential, and has access if one of the
    /// user's customers has the product.
    fn access(&self, request: &Value) -> Value {
        let text = |name: &str| request[name].as_str();
        let (id, credential) = (text("uniqueId"), text("credential"));
        let number = request["customerNumber"].as_i64();
        let is_of_user = |customer: &Record| {
            number.is_none_or(|number| number == customer.customer_number)
                && customer.has_user(id, credential)
        };
        let may_read = |customer: &Record| customer.may_read(text("product"));
        let found = id.or(credential).and_then(|user| {
            let reader = self.find(user, |customer| is_of_user(customer) && may_read(customer));
            reader.or_else(|| self.find(user, is_of_user))
        });
        let Some(customer) = found else { return json!({ "access": false, "accesses": [] }) };
        let granted = may_read(&customer);
        let kind = if granted { "A" } else { "D" };
        json!({ "access": granted, "accesses": [{ "access": granted, "accessLevel": "A", "accessType": kind }] })
    }

    /// Returns the consents of a customer, or `None` if the customer does not exist.
    fn consent_events(&self, values: &RequestValues) -> Option<Value> {
        let text = |name: &str| values.parameters.get(name)?.as_str();
        let subject = text("subject")?;
        let customer = self.get(subject.parse().ok()?)?;
        Some(json!({
            "issuer": text("issuer"), "subject": subject, "subjectType": "CONNECT", "consents": customer.consents(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Customer;

    #[test]
    fn a_user_of_several_customers_may_read_what_one_of_them_has() {
        let customers = Customers::new(vec![
            Customer::new(1).user("a"),
            Customer::new(2).user("a").product("NEWS"),
            Customer::new(3).user("a").product("SPORT"),
        ]);
        for (request, granted) in [
            (json!({ "uniqueId": "a", "product": "NEWS" }), true),
            (json!({ "uniqueId": "a", "product": "SPORT" }), true),
            (json!({ "uniqueId": "a", "product": "OTHER" }), false),
            (json!({ "uniqueId": "a", "product": "NEWS", "customerNumber": 3 }), false),
        ] {
            let response = customers.access(&request);
            assert_eq!(
                (&response["access"], &response["accesses"][0]["access"]),
                (&json!(granted), &json!(granted))
            );
        }
    }
}
