// frames returns a function that makes a call in this page, in a page on the other port, or in
// a sandboxed frame, whose origin is null.
export async function frames({ page, other }) {
  const windows = {
    other: await frame(`${other}/frame.html`, false),
    sandbox: await frame(`${page}/frame.html`, true),
  };
  return (call, api, key) => (windows[call.from] ? remote(windows[call.from], call, api, key) : perform(call, api, key));
}

function frame(src, sandboxed) {
  return new Promise((resolve) => {
    const element = document.createElement('iframe');
    if (sandboxed) element.sandbox = 'allow-scripts';
    element.hidden = true;
    element.title = 'A page with another origin';
    element.addEventListener('load', () => resolve(element.contentWindow), { once: true });
    element.src = src;
    document.body.append(element);
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
    target.postMessage({ call, api, key }, '*', [port2]);
  });
}
