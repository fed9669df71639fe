// This script uses the playground, in a frame, as a visitor does, and writes down what the
// playground says. The URL of the test is in the fragment. At the end, it opens that URL with
// the text in the fragment, since the page may not connect to other servers.
const test = decodeURIComponent(location.hash.slice(1));
const lines = [];
const say = (...text) => lines.push(...text.map((t) => t.replace(/\s+/g, ' ').trim()));
let frame;
const page = () => frame.contentDocument;
const all = (selector) => [...page().querySelectorAll(selector)];
const one = (selector) => page().querySelector(selector);
const named = (selector, text) => all(selector).find((e) => e.innerText.replace(/\s+/g, ' ').includes(text));

async function until(what, condition) {
  for (let i = 0; i < 1500; i++) {
    const result = condition();
    if (result) return result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not happen; the page says ${page().body.innerText}`);
}

const settled = () => until('the end of all calls', () => one('.calls .head .yes, .calls .head .no') && !one('.stale, .pending'));

async function open(width, fragment) {
  frame?.remove();
  frame = document.createElement('iframe');
  frame.style = `width: ${width}px; height: 900px`;
  frame.src = `/${fragment}`;
  document.body.append(frame);
  await until('loading', () => page()?.querySelector('.calls'));
  await settled();
}

function type(input, text) {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

const field = (name) => all('.field').find((e) => e.innerText.startsWith(name));
const add = (name, text) => type([...field(name).querySelectorAll('input')].at(-1), text);
const texts = (selector) => all(selector).map((e) => e.innerText);
const row = (title) => all('.calls ol > li > .row').find((e) => e.innerText.includes(title));

async function firstScreen() {
  await open(1400, '');
  say('# The first screen', ...texts('.top, .story h2, .story li'));
  named('.story button', 'Add the middleware').click();
  await until('the cure', () => one('.story .good'));
  say('', '# With the middleware', ...texts('.story li'));
  say('', '# The playground', ...texts('.playground h2, .policy h3, .policy .status, .policy .forms, .calls .head, .calls ol > li'));
}

// removal removes an entry with the keyboard. The focus has to stay in the field.
function removal() {
  add('ExposeHeaders', 'X-Extra');
  const button = one('[aria-label="Remove ExposeHeaders X-Extra"]');
  button.focus();
  button.click();
  say('', '# After a removal', `the focus is on ${page().activeElement.getAttribute('aria-label')}`);
}

async function policy() {
  add('AllowMethods', 'put');
  say('', '# A problem', (await until('a problem', () => field('AllowMethods').querySelector('.warning, .problem'))).innerText, one('.policy .status').innerText);
  field('AllowMethods').querySelector('.finding button').click();
  await until('the correction', () => !one('.finding') && one('.policy .status').innerText.startsWith('In force'));
  add('AllowMethods', 'PATCH');
  await until('the change', () => row('A method not listed').innerText.includes('allowed'));
  await settled();
  say(one('.forms pre').innerText, one('.calls .head').innerText, row('A method not listed').innerText);
  add('AllowHeaders', 'Origin');
  say('', '# A warning', (await until('a warning', () => field('AllowHeaders').querySelector('.warning'))).innerText, one('.policy .status').innerText);
  field('AllowHeaders').querySelector('.finding button').click();
  await until('the correction', () => !one('.finding') && one('.policy .status').innerText === 'In force on all servers.');
  for (const name of ['YAML', 'Environment']) {
    named('.tabs button', name).click();
    await until('the notation', () => named('.tabs [aria-pressed="true"]', name));
    say('', `# The policy in ${name}`, one('.forms pre').innerText);
  }
  await settled();
}

async function ladder(title) {
  row(title).querySelector('.title').click();
  await until('opening', () => one('.ladder'));
  say('', `# ${title}`, ...texts('.why, .shown h4, .ladder > li, .use, .log, tr'));
}

async function ownCall() {
  named('.calls .foot button', 'Add a call').click();
  await until('an own call', () => all('.calls ol > li.open .ladder').length);
  const [method, path] = all('.editor input');
  type(method, 'PUT');
  type(path, '/posts?page=2');
  const from = one('.editor select');
  from.value = 'other';
  from.dispatchEvent(new Event('change', { bubbles: true }));
  await until('the call', () => one('.why')?.innerText.includes('http://localhost:') && !one('.stale'));
  await until('the URL', () => decodeURIComponent(frame.contentWindow.location.hash).includes('"from":"other"'));
  say('', '# An own call', ...texts('.calls .head, li.open .row, .why'), one('li.open .cell').getAttribute('aria-label'), frame.contentWindow.location.hash);
}

async function link() {
  const { hash } = frame.contentWindow.location;
  const before = texts('.calls ol > li, .policy .forms pre');
  await open(1400, hash);
  const after = texts('.calls ol > li, .policy .forms pre');
  say('', '# The link to this state', before.at(-1) === after.at(-1) && before.length === after.length ? 'shows the same' : after.join('\n'));
  const hostile = new URLSearchParams({
    policy: JSON.stringify({ allowOrigins: ['https://<img src=x>.example'], maxAge: '<b>', allowMethods: 7, __proto__: { x: 'y' } }),
    calls: JSON.stringify([{ title: '<img src=x>', method: '<i>', path: '@evil.example/', headers: [], body: '', from: 'nowhere' }]),
    open: '0.0',
  });
  frame.remove();
  frame = document.createElement('iframe');
  frame.src = `/#${hostile}`;
  document.body.append(frame);
  await until('findings', () => page()?.querySelector('.finding') && page().querySelector('.why'));
  say('', '# A hostile link', ...texts('.finding, .policy .status, .calls .head, li.open .row'), `${all('main img, main i, main b').length} injected elements`);
}

// cut returns the texts that do not fit into their element. Code may scroll.
function cut() {
  const found = [];
  const walker = page().createTreeWalker(page().body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    let box = node.parentElement;
    if (!node.textContent.trim() || box.closest('script, noscript, pre.code, .who, select, textarea, datalist') || !box.getClientRects().length) continue;
    while (frame.contentWindow.getComputedStyle(box).display.startsWith('inline')) box = box.parentElement;
    const range = page().createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    const outer = box.getBoundingClientRect();
    if (text.right > outer.right + 1 || text.left < outer.left - 1 || text.right > frame.clientWidth) found.push(node.textContent.trim());
  }
  const root = page().documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);
  return found;
}

const nameless = () => all('button, input, select, textarea, a').filter((e) => e.getClientRects().length && !(e.getAttribute('aria-label') || e.innerText || e.labels?.length));

async function widths() {
  say('', '# Widths');
  for (const width of [390, 768, 1024, 1400, 1920]) {
    await open(width, '#open=6.3');
    one('details').open = true;
    say(`${width}: ${[...cut(), ...nameless().map((e) => `${e.outerHTML} has no name`)].join(', ') || 'everything fits and has a name'}`);
  }
}

// picture shows the playground without a frame around it. A browser takes a screenshot when the
// page has loaded, and an open document delays that.
async function picture() {
  const delay = document.createElement('iframe');
  document.body.append(delay);
  delay.contentDocument.open();
  await open(innerWidth, '#open=11.0');
  frame.style = 'position: fixed; inset: 0; width: 100%; height: 100%; border: 0';
  delay.contentDocument.close();
}

async function visit() {
  try {
    await firstScreen();
    removal();
    await policy();
    await ladder('A header not listed');
    await ladder('Send the cookie');
    await ownCall();
    await link();
    await widths();
  } catch (err) {
    say(`${err}`);
  }
  location.replace(`${test}#${encodeURIComponent(lines.join('\n'))}`);
}

await (test === 'picture' ? picture() : visit());
