import { drawDetail } from './detail.js';
import { frames } from './frames.js';
import { failed, judge } from './judge.js';
import { drawCell, drawMatrix, drawScore, drawSetup, markSelected } from './matrix.js';

const setup = await (await fetch('setup')).json();
const ask = await frames(setup);
const again = document.getElementById('again');
const cells = calls.flatMap((call) => setup.apis.map((api) => ({ call, api })));
let selected = cells.find((cell) => name(cell) === location.hash.slice(1));

drawSetup(setup);
drawMatrix(calls, setup.apis, cells, select);
again.addEventListener('click', runAll);
document.getElementById('veil').addEventListener('click', close);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') close();
});
await runAll();

function name(cell) {
  return `${cell.call.id}-${cell.api.name}`;
}

// runAll makes the calls one after another, so that the browser's console has the
// order of the page. Each call runs on all routers concurrently.
async function runAll() {
  again.disabled = true;
  const run = Math.random().toString(36).slice(2, 6);
  for (const cell of cells) {
    delete cell.outcome;
    drawCell(cell);
  }
  drawScore(cells);
  for (const call of calls) {
    await Promise.all(cells.filter((cell) => cell.call === call).map(async (cell) => {
      cell.outcome = await attempt(cell, `${run}-${name(cell)}`);
      drawCell(cell);
      if (cell === selected) showDetail();
    }));
    drawScore(cells);
  }
  again.disabled = false;
  if (!selected) {
    selected = cells.find((cell) => cell.call.id === 'patch');
    showDetail();
  }
}

async function attempt(cell, key) {
  try {
    const result = await ask(cell.call, cell.api.url, key);
    const exchanges = await (await fetch(`exchanges?call=${encodeURIComponent(key)}`)).json();
    return judge(cell.call, result, exchanges);
  } catch (err) {
    return failed(`The playground did not answer: ${err.message}`);
  }
}

function select(cell) {
  selected = cell;
  history.replaceState(null, '', `#${name(cell)}`);
  const detail = document.getElementById('detail');
  const within = detail.contains(document.activeElement);
  showDetail();
  document.body.classList.add('opened');
  if (within) {
    detail.querySelector('.tabs [aria-pressed="true"]').focus();
  } else if (getComputedStyle(detail).position === 'fixed') {
    detail.focus({ preventScroll: true });
  }
}

// close hides the details of a call. On a wide screen they are beside the matrix,
// and close does nothing.
function close() {
  if (getComputedStyle(document.getElementById('detail')).position !== 'fixed') return;
  document.body.classList.remove('opened');
  selected?.button.focus({ preventScroll: true });
}

function showDetail() {
  markSelected(cells, selected);
  drawDetail(selected, cells.filter((cell) => cell.call === selected.call), setup, select, close);
}
