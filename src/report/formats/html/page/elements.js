/** The element of an id; null where the page has none. */
export function byId(id) {
  return document.getElementById(id);
}

/** An element with properties and children; a child that is a string becomes text, never markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A control with its label. */
export function labelled(text, control) {
  return element('label', {}, text, control);
}

/** A button that does something. */
export function button(text, onclick) {
  return element('button', { type: 'button', onclick }, text);
}

/** A choice of values, each with its text. */
export function choice(entries, onchange) {
  const options = entries.map(([value, text]) => element('option', { value }, text));
  return element('select', { onchange }, ...options);
}
