// Elements made of text. Nothing here reads markup, so whatever a customer is called stays a text.

export const byId = (id) => document.getElementById(id);

/** Creates an element: `element("td", {title: "…"}, "text", another)`. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) {
      made[key] = value;
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children);
  return made;
}

/** Calls `render` when the value differs from the last one: what did not change keeps its focus and selection. */
export function onChange(render) {
  let last;
  return (value) => {
    const text = JSON.stringify(value);
    if (text !== last) {
      last = text;
      render(value);
    }
  };
}
