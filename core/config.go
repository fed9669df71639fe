package core

import (
	"slices"
	"time"
)

// Config lists which pages on other origins may read a server's answers, and with which
// methods and headers. It is plain data. [NewPolicy] copies it, so a later change to it has
// no effect. The zero Config is an error: an empty list never means everyone. To read a
// Config from JSON, YAML or the environment, use module configfile.
//
// A prohibited value is an error ([Problem]). A value without effect is a warning
// ([Policy.Warnings]).
type Config struct {
	// AllowOrigins lists the origins whose pages may read the answers.
	//
	// Permitted:
	//   - one origin, as browsers send it (RFC 6454 section 6.2):
	//     "https://app.example.com", "http://localhost:3000",
	//     "http://127.0.0.1:8080", "http://[::1]:8080", "capacitor://localhost",
	//     "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb";
	//   - every subdomain at any depth, but not the domain itself:
	//     "https://*.example.com";
	//   - at least one character of exactly one label:
	//     "https://preview-*.example.com", "https://*-shop.example.com";
	//   - any port, also the default one: "http://localhost:*";
	//   - any host of a scheme: "chrome-extension://*", "app://*", "https://*";
	//   - "*": every origin, also null.
	//
	// Prohibited:
	//   - more than scheme, host and port: a path (even a final slash), a query, a user
	//     name; also a default port, upper case, blanks;
	//   - non-ASCII hosts: write the Punycode form;
	//   - "null", schemes whose pages send null, and file, since it has no host;
	//   - "https://*example.com", which would match evilexample.com;
	//   - "*" together with AllowCredentials.
	//
	// With AllowCredentials, these are prohibited too, since strangers could act as your
	// users. A Dangerously field permits them:
	//   - http origins other than loopback;
	//   - a wildcard at or inside the registrable domain: "https://*.github.io",
	//     "https://preview-*.vercel.app", "https://*";
	//   - a public suffix itself: "https://github.io", "https://s3.amazonaws.com";
	//   - a wildcard in a label whose first words are a public suffix:
	//     "https://s3-*.amazonaws.com", since s3.amazonaws.com is one.
	//
	// Limits:
	//   - With AllowCredentials, "https://*.amazonaws.com" matches neither a longer public
	//     suffix, such as s3.amazonaws.com, nor the names below it.
	//   - A host without a dot is no public suffix, even if it is a top-level domain: it is
	//     a name in an intranet.
	//   - The list of public suffixes is that of golang.org/x/net. Require a newer version
	//     of that module for a newer list.
	AllowOrigins []string

	// AllowMethods lists the methods that pages may use, case-sensitively, for
	// Access-Control-Allow-Methods. GET, HEAD and POST are always allowed (Fetch,
	// CORS-safelisted method), so an API with only these may leave the list empty.
	//
	// Permitted: any token (RFC 9110 section 9.1); "*" for every method.
	//
	// Prohibited: DELETE, GET, HEAD, OPTIONS, POST and PUT in lower or mixed case, since
	// browsers send them in upper case (Fetch, normalize a method).
	//
	// Without effect: CONNECT, TRACE and TRACK, which no page can send (Fetch, forbidden
	// method).
	AllowMethods []string

	// AllowHeaders lists the request headers that pages may set, in any case, for
	// Access-Control-Allow-Headers. An API that reads JSON needs "Content-Type" here.
	//
	// Permitted: any field name (RFC 9110 section 5.1); "*" for every header except
	// Authorization, which must be listed by name (Fetch, CORS non-wildcard
	// request-header name).
	//
	// Without effect: headers that no page can set, such as Origin, Cookie and
	// Sec-Fetch-Mode (Fetch, forbidden request-header), and the response headers of CORS.
	AllowHeaders []string

	// ExposeHeaders lists the response headers that pages may read beyond the
	// safelisted ones (Cache-Control, Content-Language, Content-Length,
	// Content-Type, Expires, Last-Modified, Pragma).
	//
	// Permitted: any field name; "*" for all, without AllowCredentials.
	//
	// Without effect: Set-Cookie and Set-Cookie2 (Fetch, forbidden response-header name),
	// and the response headers of CORS.
	ExposeHeaders []string

	// AllowCredentials allows pages to send cookies, client certificates and HTTP
	// authentication, and to read the answer. Every allowed origin can then act as the
	// user who opens its page. So list only origins that you trust with your users.
	AllowCredentials bool

	// MaxAge is how long a browser may reuse the answer to a preflight.
	//
	// Permitted: one second to one day; 0 for ten minutes, the longest time that every
	// engine honours; a negative value, so that the answer is never reused. More than a day
	// counts as a day, and a fraction of a second is dropped.
	//
	// Prohibited: less than a second, since it is a number without its unit.
	MaxAge time.Duration

	// PreflightStatus is the status of the answer to a preflight from an allowed origin.
	//
	// Permitted: 200 to 299, since browsers accept no other (Fetch, ok status); 0 for 204.
	PreflightStatus int

	// RejectDeniedOrigins answers an actual request with 403 if its origin is denied, before
	// a handler runs. Without it, such a request goes on to its handler, and only the answer
	// is hidden from the page. The server's own pages are not rejected: those for which
	// Sec-Fetch-Site says so or, without that field, those whose Origin has the host that the
	// request was sent to. A request without an Origin goes on. The origin null is rejected.
	//
	// It protects against pages that send what no preflight announces, such as a POST of
	// text/plain to a server on localhost. It is no protection against CSRF by itself, since
	// a GET and a navigation may have no Origin; use net/http's CrossOriginProtection.
	RejectDeniedOrigins bool

	// DangerouslyAllowInsecureOrigins permits http origins together with
	// AllowCredentials. An attacker in the network between such a page and its user can
	// then act as that user. Loopback origins (localhost, 127.0.0.0/8, [::1]) do not need
	// it.
	DangerouslyAllowInsecureOrigins bool

	// DangerouslyAllowPublicSuffixes permits public suffixes, and wildcards at or inside the
	// registrable domain, together with AllowCredentials. Strangers can have a page at such
	// an origin, and can then act as any user. Wildcards then match public suffixes, too.
	DangerouslyAllowPublicSuffixes bool
}

// clone shares no memory with c.
func (c Config) clone() Config {
	c.AllowOrigins = slices.Clone(c.AllowOrigins)
	c.AllowMethods = slices.Clone(c.AllowMethods)
	c.AllowHeaders = slices.Clone(c.AllowHeaders)
	c.ExposeHeaders = slices.Clone(c.ExposeHeaders)
	return c
}
