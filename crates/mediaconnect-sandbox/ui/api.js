// Requests to the sandbox that serves this page.

/** Fetches JSON. An error contains the sandbox's message. */
export async function read(path) {
  return (await send("GET", path)).json();
}

/** Sends a request, with a JSON body if `body` is given. */
export async function send(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  if (!response.ok) {
    const text = await response.text();
    throw new Error(reason(text) ?? `the sandbox responds with status ${response.status}`);
  }
  return response;
}

function reason(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return undefined;
  }
}

/** Calls `act` when a form is submitted, and writes its result or error into `output`. */
export function onSubmit(form, output, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      output.textContent = await act();
      output.className = "";
    } catch (error) {
      output.textContent = error.message;
      output.className = "error";
    }
  });
}
