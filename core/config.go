package core

import (
	"slices"
	"time"
)

// Config says who may read a server's answers from a page on another origin,
// and with which methods and headers. It is plain data, and it is copied by
// [NewPolicy], so a later change to it has no effect. The zero Config is an error; an
// empty list never means everyone. To read a Config from JSON, YAML or the
// environment, use module configfile.
type Config struct {
	// AllowOrigins lists the origins whose pages may read the answers.
	//
	// Permitted:
	//   - one origin, as browsers send it (RFC 6454 section 6.2):
	//     "https://app.example.com", "http://localhost:3000",
	//     "http://127.0.0.1:8080", "http://[::1]:8080", "capacitor://localhost",
	//     "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb";
	//   - every subdomain, one or more labels deep, but not the domain itself:
	//     "https://*.example.com";
	//   - part of exactly one label, at least one character:
	//     "https://preview-*.example.com", "https://*-shop.example.com";
	//   - any port, the default one included: "http://localhost:*";
	//   - "*" alone: every origin, null included.
	//
	// Prohibited:
	//   - anything beyond scheme, host and port: a path (a final slash too),
	//     a query, credentials, a default port, upper case, blanks;
	//   - non-ASCII hosts: write the Punycode form;
	//   - "null", and schemes whose pages send null, such as file;
	//   - "https://*example.com", which would match evilexample.com;
	//   - "*" together with AllowCredentials.
	//
	// With AllowCredentials two more are refused unless the Dangerously fields
	// say otherwise: origins with http other than loopback, and a wildcard at
	// or inside the registrable domain, such as "https://*.github.io". For the
	// same reason "https://*.amazonaws.com" then does not match names below a
	// longer public suffix, such as the buckets of s3.amazonaws.com.
	AllowOrigins []string

	// AllowMethods lists the methods that pages may use, case-sensitively, as
	// Access-Control-Allow-Methods carries them. GET, HEAD and POST are always
	// allowed (Fetch, CORS-safelisted method) and need no listing; so nothing
	// has to be listed for an API that has only these.
	//
	// Permitted: any token (RFC 9110 section 9.1); "*" for every method.
	// Prohibited: CONNECT, TRACE and TRACK, which no page can send (Fetch,
	// forbidden method); the methods that browsers send in upper case, in any
	// other case.
	AllowMethods []string

	// AllowHeaders lists the request headers that pages may set, in any case,
	// as Access-Control-Allow-Headers carries them. An API that reads JSON
	// needs "Content-Type" here.
	//
	// Permitted: any field name (RFC 9110 section 5.1); "*" for every header
	// but Authorization, which must be listed by name (Fetch, CORS
	// non-wildcard request-header name).
	// Prohibited: headers that no page can set, such as Origin, Cookie and
	// Sec-Fetch-Mode (Fetch, forbidden request-header), and the response
	// headers of CORS itself.
	AllowHeaders []string

	// ExposeHeaders lists the response headers that pages may read beyond the
	// safelisted ones (Cache-Control, Content-Language, Content-Length,
	// Content-Type, Expires, Last-Modified, Pragma).
	//
	// Permitted: any field name; "*" for all, without AllowCredentials.
	// Prohibited: Set-Cookie and Set-Cookie2 (Fetch, forbidden response-header
	// name), and the response headers of CORS itself.
	ExposeHeaders []string

	// AllowCredentials lets pages send cookies, client certificates and HTTP
	// authentication along and still read the answer. Every allowed origin can
	// then act as the user who has it open, so list only origins you trust
	// with your users.
	AllowCredentials bool

	// MaxAge says how long a browser may reuse a preflight's answer. 0 means
	// ten minutes, the longest that every engine honours; a negative value
	// means never. Otherwise whole seconds from one second to one day.
	MaxAge time.Duration

	// PreflightStatus is the status of a preflight's answer to an allowed
	// origin. 0 means 204; otherwise 200 to 299, for browsers refuse a
	// preflight that is answered with anything else (Fetch, ok status).
	PreflightStatus int

	// DangerouslyAllowInsecureOrigins permits origins with the scheme http
	// together with AllowCredentials. Whoever controls the network between
	// such a page and its user can then act as that user. Loopback origins
	// (localhost, 127.0.0.0/8, [::1]) do not need it.
	DangerouslyAllowInsecureOrigins bool

	// DangerouslyAllowPublicSuffixes permits wildcards at or inside the
	// registrable domain together with AllowCredentials. Anyone can register a
	// name that such a wildcard matches, and can then act as any user.
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
