// The page: which view is shown, and reading the state of the sandbox.

import { read } from "./api.js";
import * as customers from "./customers.js";
import { byId } from "./dom.js";
import * as faults from "./faults.js";
import * as reference from "./reference.js";
import * as requests from "./requests.js";

const VIEWS = ["customers", "faults", "reference", "requests"];
/** Milliseconds between two looks. While the page is hidden, there are none. */
const PACE = 1000;

let revision = "";
let timer;

const settings = await read("/ui/settings");
byId("base-url").textContent = location.origin + settings.basePath;
customers.start(refresh);
faults.start(settings.operations, refresh);
requests.start(refresh);
addEventListener("hashchange", () => showView(true));
document.addEventListener("visibilitychange", look);
showView(false);
look();

/** Shows the view that the address names. */
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

/** Looks now, and then again and again as long as somebody can see it. */
async function look() {
  clearTimeout(timer);
  if (document.hidden) {
    say("Paused while the page is hidden.");
    return;
  }
  await refresh();
  clearTimeout(timer);
  timer = setTimeout(look, PACE);
}

/** Reads the state, and shows what has changed. */
async function refresh() {
  try {
    const wanted = customers.wanted();
    const query = new URLSearchParams({ after: revision, ...wanted });
    const state = await read(`/ui/state?${query}`);
    if (state.run !== settings.run) {
      location.reload(); // Another sandbox listens here now.
      return;
    }
    customers.show(state, wanted.search);
    faults.show(state.faults);
    if (state.requests === null || requests.show(state.requests)) revision = state.revision;
    say("Live.");
  } catch (error) {
    say(`No connection: ${error.message}.`);
  }
}

/** Only what is new, since a screen reader reads it out. */
function say(text) {
  const status = byId("connection");
  if (status.textContent !== text) status.textContent = text;
}
