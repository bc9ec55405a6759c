// Creates elements from text. Nothing here parses markup, so the data of customers always stays text.

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

/** Calls `render` only if the value has changed, so unchanged elements keep their focus and selection. */
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
