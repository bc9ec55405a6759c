// The latest requests, newest first.

import { send } from "./api.js";
import { byId, element } from "./dom.js";

let isPaused = false;
/** The rows on the page, by request id. */
let shown = new Map();

/** Sets up the buttons. `refresh` reads the state again. */
export function start(refresh) {
  const pause = byId("pause-requests");
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? "Resume" : "Pause";
    refresh();
  });
  byId("clear-requests").addEventListener("click", async () => {
    await send("DELETE", "/admin/requests").catch(() => {});
    await refresh();
  });
}

/** Shows exactly these requests. Returns false while paused. */
export function show(requests) {
  if (isPaused) return false;
  const list = byId("request-rows");
  const kept = new Map();
  for (const request of requests) {
    const row = shown.get(request.id) ?? created(request);
    // The status of the request may have changed.
    row.end(request);
    kept.set(request.id, row);
    if (!row.item.isConnected) list.prepend(row.item);
  }
  for (const [id, row] of shown) {
    if (!kept.has(id)) row.item.remove();
  }
  shown = kept;
  byId("no-requests").hidden = shown.size > 0;
  return true;
}

function created({ at, operation, method, path, body }) {
  const status = element("span", { className: "status" }, "…");
  const took = element("dd", {}, "no response yet");
  const time = new Date(at);
  const facts = element("dl", {}, ...fact("Path", element("dd", {}, path)), ...fact("Took", took));
  if (body !== null) {
    facts.append(...fact("Body", element("dd", {}, element("pre", {}, JSON.stringify(body, null, 2)))));
  }
  const summary = element(
    "summary",
    {},
    status,
    element("span", { className: "method" }, method),
    element("span", { className: "name" }, operation ?? path),
    element("time", { dateTime: time.toISOString() }, time.toLocaleTimeString("en-GB")),
  );
  return {
    item: element("li", {}, element("details", {}, summary, facts)),
    end({ status: code, milliseconds }) {
      if (milliseconds === undefined) return;
      status.textContent = code ?? "reset";
      status.dataset.class = code === null ? "5" : String(code)[0];
      took.textContent = `${milliseconds.toFixed(1)} ms`;
    },
  };
}

const fact = (name, value) => [element("dt", {}, name), value];
