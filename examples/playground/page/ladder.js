import { compare } from './compare.js';
import { html, nothing } from './lit-html.js';

// ladderView shows one call: the verdicts on it side by side, and the messages between page,
// browser and server.
export function ladderView(call, result, chosen, setup, choose) {
  const { browsers, judged } = result;
  const browser = browsers[chosen];
  const router = judged.routers[chosen];
  if (browser.invalid || !router) {
    return html`<p class="why">The browser refuses to make this call: ${browser.invalid ?? judged.invalid}</p>`;
  }
  const api = setup.apis[chosen];
  const { word, same, why } = compare(browser, router);
  return html`
    <div class="shown">
      <p class="why"><strong class=${same ? 'yes' : 'no'}>${same ? '✓' : '✗'} ${word}</strong> ${sentence(why) || 'The page may read the answer.'}</p>
      <h4>What happened on ${api.name}, <code>${new URL(api.url).host}</code></h4>
      ${ladder(call, browser, router, api)}
      ${judged.log ? html`
        <h4>The server’s log says <small>(in the terminal, each cause once a minute)</small></h4>
        <pre class="log">${judged.log}</pre>` : nothing}
      <h4>Verdicts side by side <small>(a model computes what that browser does)</small></h4>
      ${verdicts(result, chosen, setup, choose)}
    </div>`;
}

function sentence(text) {
  return text ? `${text[0].toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}` : '';
}

function verdicts({ browsers, judged }, chosen, setup, choose) {
  const engines = judged.routers[0].models.map((m) => m.engine);
  return html`
    <table>
      <thead>
        <tr><td colspan="3"></td><th colspan=${engines.length} scope="colgroup">Models of browsers</th></tr>
        <tr><th scope="col">Router</th><th scope="col">Policy</th><th scope="col">Your browser</th>
          ${engines.map((engine) => html`<th scope="col">${engine}</th>`)}</tr>
      </thead>
      <tbody>
        ${judged.routers.map((router, i) => html`
          <tr class=${i === chosen ? 'chosen' : ''}>
            <th scope="row"><button type="button" aria-pressed=${String(i === chosen)} @click=${() => choose(i)}>${setup.apis[i].name}</button></th>
            ${[router.policy, browsers[i], ...router.models].map((v) => html`<td title=${v.why || v.reason || v.error || ''}>${v.allowed ? 'allowed' : 'blocked'}</td>`)}
          </tr>`)}
      </tbody>
    </table>`;
}

function ladder(call, browser, { ladder: rungs }, api) {
  const last = rungs.at(-1);
  const unsent = last?.preflight && last.checks.some((c) => c.result === 'failed');
  return html`
    <div class="lanes" aria-hidden="true"><span>Page</span><span>Browser</span><span>Server</span></div>
    <ol class="ladder">
      ${message('ask', 'Page to browser', html`fetch ${call.method} ${call.path}`)}
      ${rungs.map((rung) => html`
        ${message('send', `Browser to server${rung.preflight ? ', preflight' : ''}`, html`${rung.preflight ? html`<em>preflight</em> ` : nothing}${rung.method} ${rung.path}${rung.preflight ? html` <small>(the browser asks before it sends the ${call.method})</small>` : nothing}`, rung.request)}
        ${message('answer', 'Server to browser', `${rung.status} ${rung.statusText}`, rung.response, !rung.preflight && browser.allowed)}
        <li class="checks"><span class="who">Browser checks</span>
          <ul>${rung.checks.map(checkView)}</ul>
        </li>`)}
      ${unsent ? html`<li class="unsent"><span class="who">Browser</span> The browser does not send the ${call.method}.</li>` : nothing}
      ${message('give', 'Browser to page', browser.allowed ? html`${browser.status} <code>${wrapped(browser.body)}</code>` : html`<span class="no">${browser.error}</span>`)}
    </ol>
    <p class="use">${api.name} applies the policy with <code>${api.use}</code></p>`;
}

// wrapped lets a line of JSON break after its commas.
const wrapped = (text) => text.split(',').map((part, i) => (i ? html`,<wbr>${part}` : part));

const marks = { passed: '✓', failed: '✗', 'not reached': '–' };

function checkView({ name, result, detail }) {
  return html`<li class=${result.replace(' ', '-')}><span class="mark">${marks[result]}</span> <strong>${name}:</strong> ${result === 'not reached' ? 'is not reached' : detail}</li>`;
}

function message(kind, who, text, headers = [], reads = false) {
  return html`
    <li class="message ${kind}">
      <span class="who">${who}</span>
      <div class="text">${text}</div>
      <div class="arrow" aria-hidden="true"></div>
      ${headers.length ? html`<ul class="headers">${headers.map((h) => html`
        <li class=${h.cors ? 'cors' : ''}><span class="name">${h.name}:</span> ${h.value}${reads && !h.cors && !h.readable ? html` <small>(hidden from the page)</small>` : nothing}</li>`)}</ul>` : nothing}
    </li>`;
}
