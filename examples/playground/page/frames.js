// frames returns a function that runs a call in this page, in a sandboxed frame (its
// origin is null), or in a frame of another origin.
export async function frames(setup) {
  const [sandbox, elsewhere] = await Promise.all([
    frame(`${setup.page}/frame.html`, true),
    frame(`${setup.elsewhere}/frame.html`, false),
  ]);
  const windows = { sandbox, elsewhere };
  return (call, api, key) => (call.from ? remote(windows[call.from], call, api, key) : perform(call, api, key));
}

function frame(src, sandboxed) {
  return new Promise((resolve) => {
    const el = document.createElement('iframe');
    if (sandboxed) el.sandbox = 'allow-scripts';
    el.hidden = true;
    el.addEventListener('load', () => resolve(el.contentWindow));
    el.src = src;
    document.body.append(el);
  });
}

function remote(target, call, api, key) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => reject(new Error('the frame did not answer')), 5000);
    port1.onmessage = (event) => {
      clearTimeout(late);
      port1.close();
      resolve(event.data);
    };
    // The target origin is '*', since null cannot be a target origin.
    target.postMessage({ id: call.id, api, key }, '*', [port2]);
  });
}
