'use strict';

// The page around this frame asks for a call and gets its result through the
// port that came with the question.
addEventListener('message', async (event) => {
  if (event.source !== parent) return;
  const { id, api, key } = event.data;
  const call = calls.find((call) => call.id === id);
  event.ports[0].postMessage(await perform(call, api, key));
});
