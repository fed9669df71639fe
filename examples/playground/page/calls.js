import { compare } from './compare.js';
import { html, nothing } from './lit-html.js';
import { ladderView } from './ladder.js';

const froms = { page: 'this page', other: 'another port', sandbox: 'sandboxed frame' };

export function callsView(state, actions) {
  const { calls, results, setup, open } = state;
  return html`
    <section class="card calls" aria-labelledby="calls-title">
      <div class="head">
        <h3 id="calls-title">The calls of the page</h3>
        <p role="status">${score(state)}</p>
      </div>
      <p class="legend">All servers have the same API, each on another Go router. Open a call to see its requests and the browser’s checks.</p>
      <div class="row names" aria-hidden="true"><span></span>${setup.apis.map((api) => html`<span>${api.name}</span>`)}</div>
      <ol>
        ${calls.map((call, i) => callView(call, i, results[i], open?.call === i ? open.router : null, state, actions))}
      </ol>
      <p class="foot">
        <button type="button" @click=${actions.add}>Add a call</button>
        <button type="button" @click=${actions.runAll}>Run all again</button>
      </p>
    </section>`;
}

function score({ calls, results, setup }) {
  const cells = results.flatMap((r) => (r && !r.stale ? setup.apis.map((_, i) => verdictOf(r, i)) : []));
  const good = cells.filter((c) => c.same).length;
  const all = calls.length * setup.apis.length;
  if (cells.length < all) return 'Running …';
  return good === all
    ? html`<span class="yes">✓ ${all} of ${all}</span> as the policy says`
    : html`<span class="no">✗ ${all - good} of ${all}</span> not as the policy says`;
}

export const verdictOf = (result, i) => compare(result.browsers[i], result.judged.routers[i]);

// callView shows a call. Its cells are no tab stops: the title opens the call, and the buttons of
// the open call lead to all routers.
function callView(call, i, result, router, state, actions) {
  const { setup } = state;
  const done = result !== undefined;
  const name = call.title || call.path;
  return html`
    <li class=${router === null ? '' : 'open'}>
      <div class="row">
        <button type="button" class="title" aria-expanded=${String(router !== null)} @click=${() => actions.open(router === null ? i : null, 0)}>
          <span class="method">${call.method}</span> <span class="name">${name}</span>
        </button>
        ${setup.apis.map((api, n) => {
    if (!done) return html`<span class="cell pending"><span class="router">${api.name}</span> …</span>`;
    const { word, same } = verdictOf(result, n);
    return html`
          <button type="button" tabindex="-1" class="cell ${word} ${same ? 'same' : 'differs'} ${result.stale ? 'stale' : ''}" aria-pressed=${String(router === n)}
            aria-label="${name}, ${api.name}: ${word}, ${same ? 'as the policy says' : 'not as the policy says'}"
            @click=${() => actions.open(i, n)}><span class="router">${api.name}</span> <span><span class="mark">${same ? '✓' : '✗'}</span> ${word}</span></button>`;
  })}
      </div>
      ${router === null ? nothing : html`
        <div class="detail">
          ${editor(call, i, setup, actions)}
          ${done ? ladderView(call, result, router, setup, (n) => actions.open(i, n)) : html`<p role="status">Running …</p>`}
        </div>`}
    </li>`;
}

function editor(call, i, setup, actions) {
  const set = (key) => (event) => actions.edit(i, { ...call, [key]: event.target.type === 'checkbox' ? event.target.checked : event.target.value });
  const headers = call.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  const places = { page: setup.page, other: setup.other, sandbox: 'null' };
  return html`
    <form class="editor" aria-label="The call" @submit=${(e) => e.preventDefault()}>
      <label>Method <input type="text" list="methods" spellcheck="false" autocapitalize="off" .value=${call.method} @input=${set('method')}></label>
      <label class="wide">Path <input type="text" spellcheck="false" autocapitalize="off" .value=${call.path} @input=${set('path')}></label>
      <label class="wide">From <select @change=${set('from')}>
        ${Object.keys(froms).map((from) => html`<option value=${from} ?selected=${call.from === from}>${froms[from]}</option>`)}
      </select> <small>Origin: ${places[call.from]}</small></label>
      <label class="wide">Headers, one per line <textarea rows="2" spellcheck="false" .value=${headers}
        @change=${(e) => actions.edit(i, { ...call, headers: headersOf(e.target.value) })}></textarea></label>
      <label class="wide">Body <textarea rows="2" spellcheck="false" .value=${call.body} @input=${set('body')}></textarea></label>
      <label class="switch"><input type="checkbox" .checked=${call.credentials} @change=${set('credentials')}><span>send cookies (credentials)</span></label>
      <datalist id="methods">${['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((m) => html`<option value=${m}></option>`)}</datalist>
      <button type="button" @click=${() => actions.remove(i)}>Remove the call</button>
    </form>`;
}

// headersOf reads lines such as "Content-Type: application/json".
function headersOf(text) {
  return text.split('\n').filter((line) => line.trim()).map((line) => {
    const [name, ...value] = line.split(':');
    return { name: name.trim(), value: value.join(':').trim() };
  });
}
