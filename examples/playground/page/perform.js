'use strict';

// perform runs a call and records the answers that the page can read. It adds the key
// to every URL, so that the recorder knows the call of a request.
async function perform(call, api, key) {
  const result = { answers: [] };
  const keyed = async (address, init) => {
    const url = new URL(address);
    url.searchParams.set('call', key);
    try {
      const res = await fetch(url, init);
      result.answers.push({ status: res.status, headers: [...res.headers] });
      return res;
    } catch (err) {
      result.blocked = true;
      throw err;
    }
  };
  try {
    result.value = await call.run(keyed, api);
  } catch (err) {
    result.error = `${err.name}: ${err.message}`;
  }
  return result;
}
