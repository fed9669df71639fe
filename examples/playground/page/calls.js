'use strict';

// calls lists the calls of the page. The page shows the source of run.
//
//   run          the code of the call; api is the URL of a router
//   reads        the response header that the call reads, if it reads one
//   credentials  true if the call includes cookies, since a request does not show this
//   from         the frame in which the call runs, if it is not the page itself
const calls = [
  {
    id: 'get', group: 'Sent without a preflight', method: 'GET',
    title: 'Read the posts',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`);
      return res.json();
    },
  },
  {
    id: 'exposed', group: 'Sent without a preflight', method: 'GET',
    title: 'Read an exposed header', reads: 'X-Total-Count',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`);
      return res.headers.get('X-Total-Count');
    },
  },
  {
    id: 'unexposed', group: 'Sent without a preflight', method: 'GET',
    title: 'Read a header that is not exposed', reads: 'X-Request-Id',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`);
      return res.headers.get('X-Request-Id');
    },
  },
  {
    id: 'cookie', group: 'Sent without a preflight', method: 'GET',
    title: 'Sign in, then send the cookie', credentials: true,
    run: async (fetch, api) => {
      await fetch(`${api}/login`, {
        method: 'POST',
        credentials: 'include',
      });
      const res = await fetch(`${api}/me`, {
        credentials: 'include',
      });
      return res.json();
    },
  },
  {
    id: 'missing', group: 'Sent without a preflight', method: 'GET',
    title: 'Read a 404',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/nowhere`);
      return `${res.status}: ${await res.text()}`;
    },
  },
  {
    id: 'broken', group: 'Sent without a preflight', method: 'GET',
    title: 'Read a 500',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/broken`);
      const { error } = await res.json();
      return `${res.status}: ${error}`;
    },
  },
  {
    id: 'json', group: 'Sent after a preflight', method: 'POST',
    title: 'Send JSON',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ title: 'Hello' }),
      });
      return res.json();
    },
  },
  {
    id: 'delete', group: 'Sent after a preflight', method: 'DELETE',
    title: 'Delete with a token',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts/1`, {
        method: 'DELETE',
        headers: { Authorization: 'Bearer demo' },
      });
      return res.json();
    },
  },
  {
    id: 'options', group: 'Sent after a preflight', method: 'OPTIONS',
    title: 'Call an OPTIONS handler',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`, { method: 'OPTIONS' });
      return res.text();
    },
  },
  {
    id: 'patch', group: 'Sent after a preflight', method: 'PATCH',
    title: 'Use a method that is not listed',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts/1`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ title: 'Hello again' }),
      });
      return res.json();
    },
  },
  {
    id: 'debug', group: 'Sent after a preflight', method: 'GET',
    title: 'Send a header that is not listed',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`, {
        headers: { 'X-Debug': '1' },
      });
      return res.json();
    },
  },
  {
    id: 'sandbox', group: 'Sent by another page', method: 'GET', from: 'sandbox',
    title: 'Read from a sandboxed frame',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts`);
      return res.json();
    },
  },
  {
    id: 'elsewhere', group: 'Sent by another page', method: 'DELETE', from: 'elsewhere',
    title: 'Delete from another origin',
    run: async (fetch, api) => {
      const res = await fetch(`${api}/posts/1`, {
        method: 'DELETE',
        headers: { Authorization: 'Bearer demo' },
      });
      return res.json();
    },
  },
];
