import { callsView } from './calls.js';
import { frames } from './frames.js';
import * as link from './link.js';
import { html, render } from './lit-html.js';
import { copy, policyView, settingsOf } from './policy.js';
import { live, storyView } from './story.js';

const setup = await (await fetch('setup')).json();
const perform = await frames(setup);
const start = { policy: setup.settings, calls: setup.calls.map(({ headers, from, ...call }) => ({ ...call, headers: headers ?? [], from: from || 'page' })), open: null };
const state = {
  setup, ...link.read(location.hash, start), form: 'go', results: [], check: null, story: null,
  choose(form) { state.form = form; draw(); },
};
let run = '';

async function post(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error((await response.json()).error);
  return response.json();
}

// draw shows the state, and writes it into the URL. WebKit permits only 100 new URLs in 30
// seconds, so the URL follows a little later.
function draw() {
  render(view(), document.getElementById('main'));
  if (address() !== location.href) later('address', 400, () => history.replaceState(null, '', address()));
}

function address() {
  const fragment = link.write(state, start);
  return `${setup.page}/${fragment && '#'}${fragment}`;
}

function view() {
  const changed = link.write({ ...state, open: null }, start) !== '';
  return html`
    ${state.failure ? html`<p class="finding problem" role="alert">${state.failure} Is the playground still running? Then reload this page.</p>` : ''}
    ${storyView(state, tell)}
    <section aria-labelledby="playground-title">
      <div class="head">
        <h2 id="playground-title" tabindex="-1">Change a policy, and see what pages may do</h2>
        <p>
          <button type="button" @click=${(e) => copy(e.target, address())}>Copy a link to this state</button>
          <button type="button" ?disabled=${!changed} @click=${reset}>Start again</button>
        </p>
      </div>
      <div class="columns">
        ${policyView(state, changePolicy)}
        ${callsView(state, actions)}
      </div>
    </section>`;
}

async function tell(cors) {
  state.story = await live(post, setup, cors);
  draw();
}

// later calls f when nothing has changed for a moment.
const waiting = {};
function later(name, delay, f) {
  clearTimeout(waiting[name]);
  waiting[name] = setTimeout(f, delay);
}

function changePolicy(policy) {
  state.policy = policy;
  draw();
  later('policy', 250, applyPolicy);
}

// applyPolicy validates the policy. If it has no problem, it is in force, and all calls are
// made again. If the first policy has a problem, the calls show the one in force.
async function applyPolicy() {
  const policy = state.policy;
  const check = await post('policy', settingsOf(policy));
  if (policy !== state.policy) return;
  state.check = check;
  draw();
  if (check.problems.length === 0 || state.results.length === 0) await runAll();
}

// runAll makes the calls one after another, so that the browser's console has the order of the
// page. Each call is made on all routers at the same time.
async function runAll() {
  run = Math.random().toString(36).slice(2, 8);
  const mine = run;
  state.results = state.results.map((result) => result && { ...result, stale: true });
  draw();
  for (let i = 0; i < state.calls.length && run === mine; i++) await runOne(i);
}

async function runOne(i) {
  const call = state.calls[i];
  const key = `${run}-${Math.random().toString(36).slice(2, 8)}-`;
  const mine = run;
  const failed = (err) => ({ invalid: `The playground did not answer: ${err.message}` });
  const browsers = await Promise.all(setup.apis.map((api) => perform(call, api.url, key + api.name).catch(failed)));
  const judged = await post('judge', { call, key }).catch((err) => ({ invalid: err.message, routers: [], log: '' }));
  if (run !== mine || state.calls[i] !== call) return;
  state.results[i] = { browsers, judged };
  draw();
}

const actions = {
  runAll,
  open(call, router) {
    state.open = call === null ? null : { call, router };
    draw();
  },
  edit(i, call) {
    state.calls = state.calls.with(i, { ...call, title: '' }); // the title describes the call of the start
    state.results[i] = state.results[i] && { ...state.results[i], stale: true };
    draw();
    later(`call${i}`, 250, () => runOne(i));
  },
  add() {
    state.calls = [...state.calls, { title: '', method: 'GET', path: '/posts', headers: [], body: '', credentials: false, from: 'page' }];
    state.open = { call: state.calls.length - 1, router: 0 };
    draw();
    document.querySelector('.editor input').focus();
    runOne(state.calls.length - 1);
  },
  remove(i) {
    state.calls = state.calls.toSpliced(i, 1);
    state.results.splice(i, 1);
    state.open = null;
    draw();
    document.querySelector('.calls .foot button').focus();
  },
};

function reset() {
  Object.assign(state, start);
  draw();
  applyPolicy();
}

addEventListener('hashchange', () => {
  Object.assign(state, link.read(location.hash, start));
  draw();
  applyPolicy();
});

addEventListener('unhandledrejection', (event) => {
  state.failure = `${event.reason}.`;
  draw();
});

document.getElementById('main').replaceChildren();
draw();
await tell(false);
await applyPolicy();
