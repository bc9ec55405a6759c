// The page: shows the selected view and polls the state of the sandbox.

import { read } from "./api.js";
import * as customers from "./customers.js";
import { byId } from "./dom.js";
import * as faults from "./faults.js";
import * as reference from "./reference.js";
import * as requests from "./requests.js";

const VIEWS = ["customers", "faults", "reference", "requests"];
/** The milliseconds between two polls. A hidden page does not poll. */
const INTERVAL = 1000;

let revision = "";
let timer;

const settings = await read("/ui/settings");
byId("base-url").textContent = location.origin + settings.basePath;
customers.start(refresh);
faults.start(settings.operations, refresh);
requests.start(refresh);
addEventListener("hashchange", () => showView(true));
document.addEventListener("visibilitychange", poll);
showView(false);
poll();

/** Shows the view that the URL names. Moves the focus to the view if the user selected it. */
function showView(isChosen) {
  const named = location.hash.slice(1);
  const view = VIEWS.includes(named) ? named : VIEWS[0];
  document.body.dataset.view = view;
  for (const one of VIEWS) byId(one).hidden = one !== view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (isChosen) {
    byId(`${view}-title`).focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  if (view === "reference") {
    reference.show(settings).catch((error) => (byId("viewer").textContent = error.message));
  }
}

/** Reads the state at once and then at intervals, as long as the page is visible. */
async function poll() {
  clearTimeout(timer);
  if (document.hidden) {
    showStatus("Paused while the page is hidden.");
    return;
  }
  await refresh();
  clearTimeout(timer);
  timer = setTimeout(poll, INTERVAL);
}

/** Reads the state and shows the changes. */
async function refresh() {
  try {
    const wanted = customers.wanted();
    const query = new URLSearchParams({ after: revision, ...wanted });
    const state = await read(`/ui/state?${query}`);
    if (state.run !== settings.run) {
      location.reload(); // Another sandbox has been started at this address.
      return;
    }
    customers.show(state, wanted.search);
    faults.show(state.faults);
    if (state.requests === null || requests.show(state.requests)) revision = state.revision;
    showStatus("Live.");
  } catch (error) {
    showStatus(`No connection: ${error.message}.`);
  }
}

/** Shows the state of the connection. Writes the text only if it has changed, because a screen reader reads each one aloud. */
function showStatus(text) {
  const status = byId("connection");
  if (status.textContent !== text) status.textContent = text;
}
