// Adds, shows and removes faults.

import { onSubmit, send } from "./api.js";
import { byId, element, onChange } from "./dom.js";

/** The keys of a fault that do not describe its effect. */
const NOT_EFFECT = ["id", "operation", "times", "always", "after", "happened"];

/** Sets up the form. `refresh` reads the state again. */
export function start(operations, refresh) {
  byId("fault-operation").append(
    element("option", { value: "any" }, "Any operation"),
    element("option", { value: "token" }, "The token endpoint"),
    ...operations.map((operation) => element("option", { value: operation }, operation)),
  );
  const kind = byId("fault-kind");
  const always = byId("fault-always");
  kind.addEventListener("change", showValueField);
  always.addEventListener("change", () => (byId("fault-times").disabled = always.checked));
  showValueField();
  onSubmit(byId("fault-form"), byId("fault-message"), async () => {
    await send("POST", "/admin/faults", faultInForm());
    await refresh();
    return "The fault is switched on.";
  });
  byId("fault-rows").addEventListener("click", async (event) => {
    if (event.target.dataset.fault) {
      await send("DELETE", `/admin/faults/${event.target.dataset.fault}`).catch(() => {});
      await refresh();
      byId("fault-operation").focus();
    }
  });
  byId("clear-faults").addEventListener("click", async () => {
    await send("DELETE", "/admin/faults").catch(() => {});
    await refresh();
  });
}

/** Shows the field for a number if the kind of fault needs one. */
function showValueField() {
  const { unit, value } = byId("fault-kind").selectedOptions[0].dataset;
  byId("fault-value-row").hidden = !unit;
  byId("fault-value").disabled = !unit;
  byId("fault-unit").textContent = unit ?? "";
  byId("fault-value").value = value ?? "";
}

/** Returns the fault in the form. */
function faultInForm() {
  const number = (id) => Number(byId(id).value);
  const kind = byId("fault-kind").value;
  const fault = { operation: byId("fault-operation").value, after: number("fault-after") };
  fault[kind] = byId("fault-value").disabled ? true : number("fault-value");
  if (kind === "html") fault.status = 502;
  if (byId("fault-always").checked) {
    fault.always = true;
  } else {
    fault.times = number("fault-times");
  }
  return fault;
}

export const show = onChange((faults) => {
  byId("no-faults").hidden = faults.length > 0;
  byId("clear-faults").hidden = faults.length === 0;
  byId("fault-rows").replaceChildren(...faults.map(row));
});

function row(fault) {
  const does = Object.entries(fault).filter(([key]) => !NOT_EFFECT.includes(key));
  const what = does.map(([key, value]) => (value === true ? key : `${key} ${value}`)).join(", ") || "status 500";
  const times = fault.always ? `${fault.happened}, every time` : `${fault.happened} of ${fault.times}`;
  const after = fault.after ? `, after ${fault.after}` : "";
  const remove = { type: "button", "data-fault": fault.id, "aria-label": `Remove ${fault.operation}: ${what}` };
  return element(
    "tr",
    {},
    element("th", { scope: "row", "data-label": "Operation" }, fault.operation),
    element("td", { "data-label": "What goes wrong" }, what),
    element("td", { "data-label": "Happened" }, times + after),
    element("td", { className: "actions" }, element("button", remove, "Remove")),
  );
}
