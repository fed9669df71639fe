// Package browser implements the browser's part of the CORS protocol. Given a page, a
// request and a server, it sends what a browser sends and reports what the page can read.
//
//	b := &browser.Browser{Transport: browser.Handler(handler)}
//	outcome, err := b.Fetch(ctx, browser.Request{
//		Origin: "https://app.example.com",
//		Method: "DELETE",
//		URL:    "https://api.example.com/posts/1",
//	})
//	if err != nil {
//		t.Fatal(err)
//	}
//	if !outcome.Allowed {
//		t.Error(outcome.Reason)
//	}
//
// The [Outcome] has the result of fetch(), the answer as the page can see it, and all
// requests and answers, preflights included. If the browser blocks the page, it also has
// the step and the reason.
//
// The server is an [http.RoundTripper]: an [http.Handler] in process ([Handler]), a
// server on the network ([http.Transport]), or a function ([TransportFunc]).
//
// The package follows the Fetch standard (https://fetch.spec.whatwg.org). Comments name
// its sections, as in (Fetch, CORS check). The package shares no code with the policy of
// package core, so that each can test the other. [Browser.Engine] reproduces known
// differences between a browser engine and the standard.
//
// # Limits
//
//   - The package does not implement these checks: mixed content, content security
//     policy, resource and embedder policies, blocked ports, SameSite cookies.
//   - It does not implement service workers, the HTTP cache, referrers, authentication
//     dialogs or streamed request bodies.
//   - It parses URLs with package net/url, which rejects some URLs that browsers correct.
package browser
