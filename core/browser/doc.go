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
//   - With [http.Transport], an answer with a control character in a header is a network
//     error. Browsers accept some of these.
//
// # Engine modes
//
// A test plays random pages, calls and servers in the three engines and in their models. At
// least 99 of 100 samples agree in every engine. Known differences are not followed if they
// need rare bytes or several redirects, and change no decision about CORS for ordinary pages:
//
//   - Chromium sends a Range in its shortest form, such as "bytes=0-3" for "bytes=00-3".
//   - Chromium keeps some client hints after a redirect, depending on their values.
//   - Chromium's XMLHttpRequest and WebKit follow some redirects to URLs with a user name.
//   - Firefox sends only one of two Content-Type or Authorization headers.
//   - Firefox and WebKit can send a Content-Type again after a second redirect. Firefox can
//     also send Content-Language again.
//   - Firefox has another preflight for some calls after an upload with a listener.
//   - Chromium accepts some malformed Locations with redirect mode "manual".
//   - Chromium and Firefox reject two different Location headers even without a redirect.
//   - Firefox encodes a tab in a Location, instead of removing it.
//   - Firefox caches preflights for 127.0.0.1 and [::1] after the first ones.
//   - Firefox's XMLHttpRequest does not read a malformed Access-Control-Expose-Headers, and
//     uses the preflight cache for conditional requests.
//   - WebKit reads bytes outside ASCII in a Location as Latin-1.
//   - WebKit does not send the User-Agent of the script after some redirects.
//   - WebKit lets a page read the body of an opaqueredirect answer without a Location.
//   - WebKit demands Access-Control-Allow-Credentials of a redirect from another origin, if a
//     redirect from the page's own origin led there.
//   - Chains of redirects to the same URL can have another length or other preflights.
//   - XMLHttpRequest rewrites the charset of a Content-Type in all engines.
package browser
