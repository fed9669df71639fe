// Package browser is the browser's half of the CORS protocol: given a page, a
// request and a server, it does what a browser does and says what the page gets.
//
//	b := &browser.Browser{Transport: browser.Handler(handler)}
//	outcome, err := b.Fetch(ctx, browser.Request{
//		Origin: "https://app.example.com",
//		Method: "DELETE",
//		URL:    "https://api.example.com/posts/1",
//	})
//
// The outcome tells whether the page's fetch() succeeds, where and why it is
// blocked if not, what the page can see of the answer, and every exchange that
// went over the wire, preflights included.
//
// The server is anything behind an [http.RoundTripper]: an http.Handler in
// process ([Handler]), a live server (http.Transport), or whatever a function
// can ask ([TransportFunc]).
//
// The package is written from the Fetch standard (https://fetch.spec.whatwg.org),
// whose section names stand in parentheses here and in the code, and shares no
// code with the policy of package core: the two are readings of one standard
// that check each other. Where engines are known to differ from the standard,
// [Browser.Engine] follows one of them.
//
// Left out is what does not bear on CORS: mixed content, content security
// policy, resource and embedder policies, blocked ports, service workers, the
// HTTP cache, referrers, authentication dialogs, streamed request bodies, and
// the SameSite rules of cookies. URLs are read by package net/url, which refuses
// some that browsers repair.
package browser
