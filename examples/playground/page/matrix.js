import { code, el, icon } from './dom.js';

export function drawSetup({ apis, policy }) {
  document.getElementById('policy').replaceChildren(...code(policy.trimEnd()));
  document.getElementById('uses').replaceChildren(...code(apis.map((api) => api.use).join('\n')));
}

// drawMatrix draws the table. It sets roles explicitly, because narrow screens have
// another layout, and browsers then do not treat the elements as a table.
export function drawMatrix(calls, apis, cells, select) {
  const table = document.getElementById('matrix');
  table.setAttribute('role', 'table');
  table.replaceChildren(el('thead', {}, el('tr', { role: 'row' },
    el('th', { scope: 'col', role: 'columnheader' }, 'Call'),
    el('th', { scope: 'col', role: 'columnheader', className: 'says' }, 'Policy says'),
    apis.map((api) => el('th', { scope: 'col', role: 'columnheader' }, api.name, el('small', {}, `:${new URL(api.url).port}`))),
  )));
  for (const group of new Set(calls.map((call) => call.group))) {
    table.append(el('tbody', {},
      el('tr', { role: 'row', className: 'group' }, el('th', { colSpan: apis.length + 2, scope: 'rowgroup', role: 'rowheader' }, group)),
      calls.filter((call) => call.group === group).map((call) => row(call, cells.filter((cell) => cell.call === call), select)),
    ));
  }
}

function row(call, cells, select) {
  const says = el('td', { role: 'cell', className: 'says' });
  return el('tr', { role: 'row' },
    el('th', { scope: 'row', role: 'rowheader' }, el('span', { className: 'method' }, call.method), el('span', { className: 'title' }, call.title)),
    says,
    cells.map((cell) => {
      cell.says = says;
      cell.button = el('button', { type: 'button', onclick: () => select(cell) });
      return el('td', { role: 'cell' }, cell.button);
    }),
  );
}

export function drawCell({ call, api, outcome, button, says }) {
  if (!outcome) {
    button.className = 'cell pending';
    button.setAttribute('aria-label', `${call.title}, ${api.name}: running`);
    button.replaceChildren(el('span', { className: 'router' }, api.name), el('span', { className: 'word' }, '…'));
    says.replaceChildren(el('span', { className: 'word' }, '…'));
    return;
  }
  const agreement = outcome.agrees ? 'yes' : 'no';
  button.className = `cell ${outcome.browser} ${agreement}`;
  button.setAttribute('aria-label', `${call.title}, ${api.name}: browser: ${outcome.browser}, ${outcome.agrees ? 'matches the policy' : `but the policy says ${outcome.policy}`}`);
  button.replaceChildren(
    el('span', { className: 'router' }, api.name),
    icon(outcome.browser), el('span', { className: 'word' }, outcome.browser), icon(agreement, 'agreement'),
  );
  says.replaceChildren(el('span', { className: 'word' }, outcome.policy));
}

export function markSelected(cells, selected) {
  for (const cell of cells) {
    cell.button.ariaPressed = String(cell === selected);
  }
}

export function drawScore(cells) {
  const done = cells.filter((cell) => cell.outcome);
  const good = done.filter((cell) => cell.outcome.agrees).length;
  const score = document.getElementById('score');
  score.className = `score ${good < done.length ? 'red' : 'green'}`;
  score.replaceChildren(el('b', {}, `${good} of ${cells.length}`), ' ', el('span', {}, done.length < cells.length ? 'checked so far' : 'match the policy'));
}
