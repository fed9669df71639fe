// The state of the page is in the fragment of its URL: the policy and the calls if they are not
// those of the start, and the open call. A call of the start is only a number. Links come from strangers, so read accepts only the
// types and sizes that the page itself writes. The values are only ever shown as text.
const longest = 16000;
const mostEntries = 100;

export function write(state, start) {
  const parts = new URLSearchParams();
  const policy = JSON.stringify(state.policy);
  const same = (a) => (b) => JSON.stringify(a) === JSON.stringify(b);
  const number = (call) => start.calls.findIndex(same(call));
  if (policy !== JSON.stringify(start.policy)) parts.set('policy', policy);
  if (!same(state.calls)(start.calls)) {
    parts.set('calls', JSON.stringify(state.calls.map((call) => (number(call) < 0 ? call : number(call)))));
  }
  if (state.open) parts.set('open', `${state.open.call}.${state.open.router}`);
  const text = parts.toString();
  return text.length <= longest ? text : '';
}

export function read(fragment, start) {
  const state = { ...start };
  if (fragment.length > longest) return state;
  const parts = new URLSearchParams(fragment.slice(1));
  state.policy = policyOf(parse(parts.get('policy'))) ?? start.policy;
  state.calls = callsOf(parse(parts.get('calls')), start.calls) ?? start.calls;
  const open = /^(\d{1,3})\.(\d)$/.exec(parts.get('open') ?? '');
  state.open = open && Number(open[1]) < state.calls.length ? { call: Number(open[1]), router: Number(open[2]) } : null;
  return state;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isText = (value) => typeof value === 'string';
const isList = (value, of) => Array.isArray(value) && value.length <= mostEntries && value.every(of);

// policyOf returns an object with the values of a policy whose types are right.
function policyOf(value) {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).filter(([key, v]) => /^\w{1,40}$/.test(key)
    && (isText(v) || v === true || isList(v, isText))).slice(0, mostEntries));
}

function callsOf(value, known) {
  const isHeader = (h) => isText(h?.name) && isText(h.value);
  const isCall = (c) => c && isText(c.title) && isText(c.method) && isText(c.path) && isText(c.body) && isList(c.headers, isHeader);
  if (!isList(value, (c) => (Number.isInteger(c) ? known[c] : isCall(c)))) return null;
  return value.map((c) => (Number.isInteger(c) ? known[c] : {
    title: c.title, method: c.method, path: c.path, body: c.body, credentials: c.credentials === true,
    headers: c.headers.map((h) => ({ name: h.name, value: h.value })),
    from: ['other', 'sandbox'].includes(c.from) ? c.from : 'page',
  }));
}
