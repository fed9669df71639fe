'use strict';

// The outer page sends a message with a call and a port. This frame makes the call and sends
// the result through the port.
addEventListener('message', async (event) => {
  if (event.source !== parent) return;
  const { call, api, key } = event.data;
  event.ports[0].postMessage(await perform(call, api, key));
});
