import { html, nothing } from './lit-html.js';

// The fields of core.Config, in its order.
const lists = [
  ['allowOrigins', 'AllowOrigins', 'origins whose pages may read the answers'],
  ['allowMethods', 'AllowMethods', 'methods besides GET, HEAD and POST'],
  ['allowHeaders', 'AllowHeaders', 'request headers that pages may set'],
  ['exposeHeaders', 'ExposeHeaders', 'response headers that pages may read'],
];
const credentials = ['allowCredentials', 'AllowCredentials', 'cookies may be sent'];
const texts = [
  ['maxAge', 'MaxAge', 'how long browsers keep the answer to a preflight', '10m'],
  ['preflightStatus', 'PreflightStatus', '200 to 299', '204'],
];
const switches = [
  ['rejectDeniedOrigins', 'RejectDeniedOrigins', '403 for a page that is not listed, also without a preflight'],
  ['dangerouslyAllowInsecureOrigins', 'DangerouslyAllowInsecureOrigins', 'http pages with credentials'],
  ['dangerouslyAllowPublicSuffixes', 'DangerouslyAllowPublicSuffixes', 'shared domains with credentials'],
];

// settingsOf returns the policy as module configfile reads it: without empty values.
export function settingsOf(policy) {
  const entries = Object.entries(policy).map(([key, value]) => {
    if (Array.isArray(value)) return [key, filled(value)];
    return [key, key === 'preflightStatus' && /^\d+$/.test(value) ? Number(value) : value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== false && value !== '' && value.length !== 0));
}

const filled = (list) => list.map((entry) => entry.trim()).filter(Boolean);

// corrected returns the policy with the correction of a finding.
export function corrected(policy, { field, index, fix }) {
  if (index < 0) return { ...policy, [field]: Array.isArray(policy[field]) ? fix : fix[0] ?? '' };
  return { ...policy, [field]: filled(policy[field]).toSpliced(index, 1, ...fix) };
}

export function policyView(state, change) {
  const { policy, check, form } = state;
  const set = (key, value) => change({ ...policy, [key]: value });
  const more = [...texts, ...switches].map(([key]) => key);
  const found = check ? [...check.problems.map((f) => ({ ...f, problem: true })), ...check.warnings] : [];
  const of = (key, index) => found.filter((f) => f.field === key && f.index === index);
  const findings = (key, index) => of(key, index).map((f) => finding(f, () => change(corrected(policy, f))));
  const described = (key, index) => (of(key, index).length ? `${key}${index}` : nothing);
  const wrong = (key, index) => (of(key, index).some((f) => f.problem) ? 'true' : nothing);

  const listField = ([key, name, hint]) => {
    const entries = [...(policy[key] ?? []), ''];
    let n = 0; // the index without the empty entries
    return html`
      <fieldset class="field">
        <legend>${name} <small>${hint}</small></legend>
        ${entries.map((entry, i) => {
    const index = entry.trim() ? n++ : -2;
    return html`
          <div class="entry">
            <input type="text" spellcheck="false" autocomplete="off" autocapitalize="off" .value=${entry}
              placeholder=${i === entries.length - 1 ? 'add …' : ''}
              aria-label="${name}, entry ${i + 1}" aria-invalid=${wrong(key, index)} aria-describedby=${described(key, index)}
              @input=${(e) => set(key, trimmed(entries.with(i, e.target.value)))}>
            ${i < entries.length - 1 ? html`<button type="button" class="icon" aria-label="Remove ${name} ${entry}"
              @click=${(e) => removed(e, () => set(key, trimmed(entries.toSpliced(i, 1))))}>×</button>` : nothing}
          </div>
          <div id=${`${key}${index}`}>${findings(key, index)}</div>`;
  })}
        ${findings(key, -1)}
      </fieldset>`;
  };
  const textField = ([key, name, hint, otherwise]) => html`
    <div class="field">
      <label for=${key}>${name} <small>${hint}</small></label>
      <div class="entry"><input id=${key} type="text" spellcheck="false" autocomplete="off" placeholder=${otherwise} .value=${policy[key] ?? ''}
        aria-invalid=${wrong(key, -1)} aria-describedby=${described(key, -1)} @input=${(e) => set(key, e.target.value)}></div>
      <div id=${`${key}-1`}>${findings(key, -1)}</div>
    </div>`;
  const switchField = ([key, name, hint]) => html`
    <div class="field">
      <label class="switch"><input type="checkbox" .checked=${policy[key] === true} aria-describedby=${described(key, -1)}
        @change=${(e) => set(key, e.target.checked)}><span>${name} <small>${hint}</small></span></label>
      <div id=${`${key}-1`}>${findings(key, -1)}</div>
    </div>`;
  return html`
    <section class="card policy" aria-labelledby="policy-title">
      <h3 id="policy-title">The policy of all seven servers</h3>
      <p class="status ${check?.problems.length ? 'bad' : ''}" role="status">${statusOf(check)}</p>
      ${lists.map(listField)}
      ${switchField(credentials)}
      <details ?open=${more.some((key) => policy[key])}>
        <summary>More fields</summary>
        ${texts.map(textField)}
        ${switches.map(switchField)}
      </details>
      ${formsView(check?.forms, form, state.choose)}
    </section>`;
}

function trimmed(list) {
  return list.slice(0, list.findLastIndex((entry) => entry !== '') + 1);
}

function statusOf(check) {
  if (!check) return 'Loading …';
  if (check.problems.length) return 'Not applied: the previous policy stays in force.';
  return check.warnings.length ? 'In force, with a warning.' : 'In force on all servers.';
}

function finding({ problem, message, fix }, take) {
  return html`
    <p class="finding ${problem ? 'problem' : 'warning'}"><strong>${problem ? 'Problem' : 'Warning'}:</strong> ${message}.
      ${fix ? html`<button type="button" @click=${(e) => taken(e, take)}>${fix.length ? `Use ${fix.join(', ')}` : 'Remove it'}</button>` : nothing}</p>`;
}

// taken takes a correction, and moves the focus from its button, which disappears, to the field.
function taken(event, take) {
  const field = event.target.closest('.field');
  (field.querySelector('[aria-invalid]') ?? field.querySelector('input')).focus();
  take();
}

// removed removes an entry, and moves the focus from its button to the entry that takes its place.
function removed(event, remove) {
  event.target.closest('.entry').querySelector('input').focus();
  remove();
}

const notations = [['go', 'Go'], ['yaml', 'YAML'], ['env', 'Environment']];

function formsView(forms, form, choose) {
  return html`
    <div class="forms">
      <div class="tabs" role="group" aria-label="Notation">
        ${notations.map(([key, name]) => html`<button type="button" aria-pressed=${String(key === form)} @click=${() => choose(key)}>${name}</button>`)}
        <button type="button" class="copy" ?disabled=${!forms} @click=${(e) => copy(e.target, forms[form])}>Copy</button>
      </div>
      <pre class="code" tabindex="0">${forms?.[form] ?? 'Correct the problems first.'}</pre>
    </div>`;
}

// copy copies a text, and says on the button whether it has.
export async function copy(button, text) {
  const label = button.dataset.label ??= button.textContent;
  button.style.minWidth = `${button.offsetWidth}px`; // the buttons beside it stay in place
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not permitted';
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}
