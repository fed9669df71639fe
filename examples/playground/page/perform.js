'use strict';

// perform makes a call on one router and returns what the page gets. The key in the URL tells
// the server which call a request belongs to.
async function perform(call, api, key) {
  let request;
  try {
    const url = new URL(api + call.path);
    if (url.origin !== api) throw new TypeError('the path leads to another server');
    url.searchParams.set('call', key);
    request = new Request(url, {
      method: call.method,
      headers: call.headers.map(({ name, value }) => [name, value]),
      body: call.body || undefined,
      credentials: call.credentials ? 'include' : 'same-origin',
    });
  } catch (err) {
    return { invalid: `${err.name}: ${err.message}` };
  }
  try {
    const response = await fetch(request);
    return {
      allowed: true,
      status: response.status,
      reads: [...response.headers.keys()].sort(),
      body: (await response.text()).slice(0, 2000),
    };
  } catch (err) {
    return { allowed: false, error: `${err.name}: ${err.message}` };
  }
}
