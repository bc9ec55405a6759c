// Searches, adds and removes customers.

import { onSubmit, send } from "./api.js";
import { byId, element, onChange } from "./dom.js";

/** The search and the revision of the customers that the page shows. */
let current = { search: null, revision: "" };

/** Returns the query. The sandbox sends customers only if they have changed since the revision `customersAfter`. */
export function wanted() {
  const search = byId("search").value;
  return { search, customersAfter: search === current.search ? current.revision : "" };
}

/** Sets up the forms. `refresh` reads the state again. */
export function start(refresh) {
  byId("customer-search").addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", refresh);
  byId("customer-rows").addEventListener("click", async (event) => {
    const { number, action } = event.target.dataset;
    if (action === "remove") {
      await send("DELETE", `/admin/customers/${number}`).catch(() => {});
      await refresh();
      byId("search").focus();
    } else if (action === "details") {
      toggle(event.target);
    }
  });
  const form = byId("customer-form");
  onSubmit(form, byId("customer-message"), async () => {
    const customer = customerInForm();
    await send("POST", "/admin/customers", customer);
    form.reset();
    byId("number").focus();
    await refresh();
    return `Customer ${customer.customerNumber} was added.`;
  });
}

/** Returns the customer in the form, without the empty fields. */
function customerInForm() {
  const value = (id) => byId(id).value.trim();
  const list = (text) => text.split(/\s+/).filter(Boolean);
  const customer = { customerNumber: Number(value("number")), name: {} };
  if (value("first-name")) customer.name.firstName = value("first-name");
  if (value("last-name")) customer.name.lastName = value("last-name");
  if (value("email")) customer.emails = [value("email")];
  if (value("phone")) customer.phoneNumbers = [{ phoneNumber: value("phone"), phoneNumberType: "mobile" }];
  if (value("products")) customer.products = list(value("products"));
  return customer;
}

/** Shows the customers that the sandbox sent for a search. */
export function show({ customers, customersRevision }, search) {
  if (customers === null) return;
  current = { search, revision: customersRevision };
  render(customers);
}

const render = onChange(({ all, found, shown }) => {
  const count = shown.length < found ? `the first ${shown.length} of ${found} found` : `${found} found`;
  byId("customer-count").textContent = found === all ? `${all} in all` : `${count}, ${all} in all`;
  if (shown.length < found && found === all) {
    byId("customer-count").textContent = `the first ${shown.length} of ${all}`;
  }
  byId("customer-rows").replaceChildren(...shown.map(row));
});

function row(customer) {
  const { customerNumber: number, address = {}, products = [] } = customer;
  const contact = [...(customer.emails ?? []), ...(customer.phoneNumbers ?? []).map((phone) => phone.phoneNumber)];
  const place = [address.postalCode, address.postalPlace].filter(Boolean).join(" ");
  const cell = (label, text) => element("td", { "data-label": label }, text);
  const button = (action, text) =>
    element("button", { type: "button", "data-action": action, "data-number": number, "aria-label": `${text} ${number}` }, text);
  const details = button("details", "Details");
  details.setAttribute("aria-expanded", "false");
  details.customer = customer;
  return element(
    "tr",
    {},
    element("th", { scope: "row", "data-label": "Number" }, String(number)),
    cell("Name", name(customer.name ?? {})),
    element("td", { "data-label": "Contact", className: "lines" }, ...contact.map((text) => element("span", {}, text))),
    cell("Place", place),
    cell("Products", products.join(", ")),
    element("td", { className: "actions" }, details, button("remove", "Remove")),
  );
}

function name({ firstName, middleName, lastName, companyName, departmentName }) {
  return [firstName, middleName, lastName, companyName, departmentName].filter(Boolean).join(" ");
}

/** Shows or hides all fields of a customer, in an additional row below the customer. */
function toggle(button) {
  const row = button.closest("tr");
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) {
    row.nextElementSibling.remove();
  } else {
    const json = element("pre", {}, JSON.stringify(button.customer, null, 2));
    row.after(element("tr", { className: "details" }, element("td", { colSpan: 6 }, json)));
  }
}
