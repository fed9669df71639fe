import { html, nothing } from './lit-html.js';

// consoles are the messages of the browsers' consoles for an answer without CORS headers.
// REASONS.md has them, too.
export const consoles = {
  chromium: "Access to fetch at 'URL' from origin 'ORIGIN' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
  firefox: 'Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at URL. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.',
  webkit: 'Origin ORIGIN is not allowed by Access-Control-Allow-Origin. Status code: 200',
};

export function engine(agent) {
  if (agent.includes('Firefox/')) return 'firefox';
  return agent.includes('Chrome/') ? 'chromium' : 'webkit';
}

// live makes the requests of the story, with the middleware or without it.
export async function live(post, setup, cors) {
  const curl = await post('story', { cors });
  const url = `${setup.first}/posts`;
  try {
    return { cors, curl, got: await (await fetch(url)).text() };
  } catch (err) {
    const text = consoles[engine(navigator.userAgent)].replace('URL', url).replace('ORIGIN', setup.page);
    return { cors, curl, error: `${err.name}: ${err.message}`, console: text };
  }
}

const port = (origin) => `:${new URL(origin).port || 80}`;

export function storyView({ setup, story }, change) {
  const cors = story?.cors;
  return html`
    <section class="story" aria-labelledby="story-title">
      <h2 id="story-title">What CORS is: a page on ${port(setup.page)} reads an API on ${port(setup.first)}</h2>
      <ol>
        <li class="card">
          <h3>curl gets the answer</h3>
          <pre>${story ? marked(story.curl) : '…'}</pre>
          <p>The API answers everyone. CORS (cross-origin resource sharing) is a rule of browsers, so curl always gets the answer.</p>
        </li>
        <li class="card ${story?.error ? 'bad' : 'good'}" aria-live="polite">
          <h3>${story?.error ? 'The page does not' : 'The page gets the answer'}</h3>
          <pre>&gt; await fetch('${setup.first}/posts')

${story ? story.error ?? story.got : '…'}</pre>
          ${story?.console ? html`<p>Your browser’s console (F12) says:</p><pre class="console">${story.console}</pre>` : nothing}
          ${cors ? nothing : html`<p>An <dfn>origin</dfn> is scheme, host and port. The ports differ, so the page and the API have different origins. A page may read an answer from another origin only if a header of the answer permits it.</p>`}
          ${cors ? html`<p>The API answered before, too. Now its answer names the page’s origin, so the browser gives the answer to the page.</p>` : nothing}
        </li>
        <li class="card">
          <h3>${cors ? 'One change has fixed it' : 'One change fixes it'}</h3>
          <pre>mux.HandleFunc("GET /posts", list)
<ins class=${cors ? 'in' : ''}>cors := nethttp.New(core.Config{
	AllowOrigins: []string{"${setup.page}"},
})</ins>
http.ListenAndServe("${port(setup.first)}", <ins class=${cors ? 'in' : ''}>cors(</ins>mux<ins class=${cors ? 'in' : ''}>)</ins>)</pre>
          <p>${cors ? '' : 'The API does not have the underlined code yet. '}For the origins that you list, the middleware adds <code>Access-Control-Allow-Origin</code> to the answer. The browser reads that header.</p>
          <p class="actions">
            <button type="button" class=${cors ? '' : 'primary'} @click=${(e) => switched(e, change(!cors))}>${cors ? 'Take the middleware away' : 'Add the middleware to the API'}</button>
            ${cors ? html`<a class="button primary" href="#playground" @click=${toPlayground}>Now change a whole policy</a>` : nothing}
          </p>
        </li>
      </ol>
    </section>`;
}

// switched shows what the browser does now. On a phone, that is above the button.
async function switched(event, changed) {
  const steps = event.target.closest('ol');
  await changed;
  steps.children[1].scrollIntoView({ block: 'nearest' });
}

// toPlayground moves to the next section. The fragment of the URL is for the state.
function toPlayground(event) {
  event.preventDefault();
  const title = document.getElementById('playground-title');
  title.scrollIntoView();
  title.focus();
}

// marked highlights the header of CORS.
function marked(text) {
  return text.split(/^(Access-Control-.*)$/m).map((part, i) => (i % 2 ? html`<mark>${part}</mark>` : part));
}
