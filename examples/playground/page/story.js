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
          <pre tabindex="0">${story ? marked(story.curl) : '…'}</pre>
          <p>The API answers everyone. CORS is a rule of browsers, so curl always gets the answer.</p>
        </li>
        <li class="card ${story?.error ? 'bad' : 'good'}" aria-live="polite">
          <h3>${story?.error ? 'The page does not' : 'The page gets the answer'}</h3>
          <pre tabindex="0">&gt; await fetch('${setup.first}/posts')

${story ? story.error ?? story.got : '…'}</pre>
          ${story?.console ? html`<p>Your browser’s console (F12) says:</p><pre class="console" tabindex="0">${story.console}</pre>` : nothing}
          ${cors ? nothing : html`<p>An <dfn>origin</dfn> is scheme, host and port, so the page and the API have two. A page may read another origin only if the answer permits it.</p>`}
          ${cors ? html`<p>The API answered before, too. Now its answer names the page’s origin, so the browser hands it over.</p>` : nothing}
        </li>
        <li class="card">
          <h3>${cors ? 'One change has cured it' : 'One change cures it'}</h3>
          <pre tabindex="0">mux.HandleFunc("GET /posts", list)
<ins class=${cors ? 'in' : ''}>cors := nethttp.New(core.Config{
	AllowOrigins: []string{"${setup.page}"},
})</ins>
http.ListenAndServe("${port(setup.first)}", <ins class=${cors ? 'in' : ''}>cors(</ins>mux<ins class=${cors ? 'in' : ''}>)</ins>)</pre>
          <p>The middleware adds one header for the origins that you list. The browser does the rest.</p>
          <p class="actions">
            <button type="button" class=${cors ? '' : 'primary'} @click=${() => change(!cors)}>${cors ? 'Take the middleware away' : 'Add the middleware to the API'}</button>
            ${cors ? html`<a class="button primary" href="#playground" @click=${toPlayground}>Now change a whole policy</a>` : nothing}
          </p>
        </li>
      </ol>
    </section>`;
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
