//! The operations that remember something: customers, and their external references; and those that tell a customer's
//! [story](crate::story). All others are answered by the contract's examples.

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
                self.get(number).map(|customer| Some(customer.info())).ok_or_else(Answer::no_such_customer)
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
            "listSubscriptions" if self.get(number).is_none() => Err(Answer::no_such_customer()),
            "checkAccess" | "checkOwnAccess" => Ok(Some(self.access(&asked.body))),
            "listConsentEvents" => Ok(self.consent_events(asked)),
            _ => {
                let product =
                    ["product", "productCode"].iter().find_map(|name| asked.parameters.get(*name)?.as_str());
                Ok(self.get(number).and_then(|customer| customer.story(operation, product)))
            }
        }
    }

    /// Returns whether somebody may read: a user, by id or credential, of a customer who has the product.
    fn access(&self, question: &Value) -> Value {
        let text = |name: &str| question[name].as_str();
        let (id, credential) = (text("uniqueId"), text("credential"));
        let found = id.or(credential).and_then(|user| {
            self.find(user, |customer| {
                let number = question["customerNumber"].as_i64();
                number.is_none_or(|number| number == customer.customer_number)
                    && customer.has_user(id, credential)
            })
        });
        let Some(customer) = found else { return json!({ "access": false, "accesses": [] }) };
        let granted = customer.may_read(text("product"));
        let kind = if granted { "A" } else { "D" };
        json!({ "access": granted, "accesses": [{ "access": granted, "accessLevel": "A", "accessType": kind }] })
    }

    /// The consents of a subject that is a customer.
    fn consent_events(&self, asked: &Asked) -> Option<Value> {
        let text = |name: &str| asked.parameters.get(name)?.as_str();
        let subject = text("subject")?;
        let customer = self.get(subject.parse().ok()?).filter(|_| text("subjectType") == Some("CONNECT"))?;
        Some(json!({
            "issuer": text("issuer"), "subject": subject, "subjectType": "CONNECT", "consents": customer.consents(),
        }))
    }
}
