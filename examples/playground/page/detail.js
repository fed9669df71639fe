import { body, code, el, icon } from './dom.js';

const places = {
  sandbox: 'This call runs in a sandboxed frame. Its origin is null.',
  elsewhere: 'This call runs in a frame of another origin: ',
};

// drawDetail shows one cell: the results of the browser and of the policy, the code,
// the value that the page got, and the requests and answers.
export function drawDetail(cell, siblings, setup, select, close) {
  const { call, api, outcome } = cell;
  document.getElementById('detail').replaceChildren(
    el('header', {},
      el('h2', {}, el('span', { className: 'method' }, call.method), call.title),
      el('button', { type: 'button', className: 'close', ariaLabel: 'Close', onclick: close }, icon('no')),
    ),
    el('div', { className: 'tabs', role: 'group', ariaLabel: 'Router' }, siblings.map((other) => el('button', {
      type: 'button', ariaPressed: String(other === cell), onclick: () => select(other),
    }, other.api.name))),
    ...(outcome ? [
      verdict(outcome),
      el('h3', {}, 'Code of the page'),
      pre(body(call.run).replaceAll('${api}', api.url)),
      call.from ? el('p', { className: 'aside' }, places[call.from] + (call.from === 'elsewhere' ? setup.elsewhere : '')) : '',
      el('h3', {}, 'Result for the page'),
      gets(outcome),
      el('h3', {}, 'Requests and answers'),
      ...wire(outcome, call),
    ] : [el('p', { className: 'aside' }, 'Running …')]),
  );
}

function verdict({ browser, policy, agrees, reason }) {
  return el('div', { className: `verdict ${agrees ? 'yes' : 'no'}` },
    el('div', { className: 'both' },
      el('dl', {},
        el('div', {}, el('dt', {}, 'Browser'), el('dd', {}, icon(browser), browser)),
        el('div', {}, el('dt', {}, 'Policy'), el('dd', {}, icon(policy), policy)),
      ),
      el('p', { className: 'agreement' }, icon(agrees ? 'yes' : 'no', ''), agreement(browser, agrees)),
    ),
    el('p', { className: 'reason' }, reason),
  );
}

function agreement(browser, agrees) {
  if (browser === 'failed') return 'no result to compare';
  return agrees ? 'matches the policy' : 'does not match the policy';
}

function pre(text) {
  return el('pre', { tabIndex: 0 }, el('code', {}, code(text)));
}

function gets({ result }) {
  if (result.error) {
    return el('pre', { className: 'got error' }, result.error);
  }
  const value = typeof result.value === 'string' ? result.value : JSON.stringify(result.value) ?? 'nothing';
  return el('pre', { className: 'got' }, value);
}

function wire({ exchanges, reason }, call) {
  const blocks = exchanges.map((x) => exchange(x, reason));
  const last = exchanges.at(-1);
  if (last?.kind === 'preflight') {
    blocks.push(el('p', { className: 'unsent' }, icon('blocked'), `The browser did not send the ${call.method} request.`));
  }
  return blocks;
}

// exchange shows a request and its answer. It omits the explanation if that is the
// reason above.
function exchange(x, reason) {
  const url = new URL(x.target, location.origin);
  return el('article', { className: 'exchange' },
    el('h4', {}, x.kind === 'preflight' ? 'Preflight' : 'Request', icon(x.allowed ? 'allowed' : 'blocked')),
    el('div', { className: 'lines' },
      el('p', { className: 'start' }, `${x.method} ${url.pathname}`, el('span', { className: 'query' }, url.search)),
      x.request.map(line),
    ),
    el('div', { className: 'lines' },
      el('p', { className: 'start' }, `${x.status} ${x.statusText}`),
      x.response.map(line),
    ),
    x.explanation === reason ? '' : el('p', { className: 'explanation' }, x.explanation),
  );
}

function line({ name, value, cors, note }) {
  return el('p', { className: cors ? 'cors' : '' },
    el('span', { className: 'name' }, `${name}:`), ' ', el('span', { className: 'value' }, value),
    note ? el('span', { className: 'note', title: note }, icon('hidden'), 'hidden') : '',
  );
}
