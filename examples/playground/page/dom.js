// el makes an element. It sets each prop as a property, or as an attribute if the
// element has no such property. It appends the children; strings become text.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== ''));
  return node;
}

export function icon(name, className = name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `icon ${className}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

// code highlights the Go and JavaScript code of the page.
export function code(text) {
  const tokens = /(["'`])(?:\\.|(?!\1).)*\1|\/\/.*|\b(?:await|const|return|true|string)\b|\b[\w.]+(?=[({])/g;
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    nodes.push(text.slice(end, match.index), el('span', { className: kind(match[0]) }, match[0]));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== '');
}

function kind(token) {
  if (/^["'`]/.test(token)) return 'string';
  if (token.startsWith('//')) return 'comment';
  return /^(?:await|const|return|true|string)$/.test(token) ? 'keyword' : 'call';
}

// body returns the code between the braces of a function, without indentation.
export function body(fn) {
  const lines = fn.toString().split('\n').slice(1, -1);
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
