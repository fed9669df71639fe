package core

import (
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core/internal/origins"
	"golang.org/x/net/http/httpguts"
)

// check is one thing that a browser looks at in an answer. Its texts are the request's.
type check struct {
	field   string // the request header field that the check is about
	subject string // the origin, method or header name
	reason  Reason // why the browser stops here; ReasonNone if it does not
}

// The request fields that a browser's checks are about.
const (
	fieldOrigin         = "Origin"
	fieldRequestMethod  = "Access-Control-Request-Method"
	fieldRequestHeaders = "Access-Control-Request-Headers"
	fieldCookie         = "Cookie"
)

// Bounds of a list of header names that is walked only to explain an answer. Few pages
// request as many headers.
const (
	maxWalkedNames = 32
	maxWalkedEmpty = 8    // elements (RFC 9110 section 5.6.1.2)
	maxWalkedBytes = 1024 // over all lines, each with its end
	maxWalkedName  = 128  // bytes
)

// approves reports whether a preflight asks for a method and headers that are listed, and
// the answer d has them. It knows the preflights that most pages cause; if it is false, walk
// tells more.
func (s *state) approves(r *Request, d Decision) bool {
	if len(r.RequestMethod) != 1 || len(r.RequestHeaders) > 1 || d.withheld != ReasonNone {
		return false
	}
	method := r.RequestMethod[0]
	if len(method) > maxReflectedMethod {
		return false
	}
	return (safelistedMethod(method) || s.methods.has(method)) && (len(r.RequestHeaders) == 0 || s.headers.covers(r.RequestHeaders[0]))
}

// failedCheck returns the first check that fails, or the zero check.
func (s *state) failedCheck(r *Request, cookies bool, d Decision) (failed check) {
	s.walk(r, cookies, d, func(c check) (more bool) {
		if c.reason != ReasonNone {
			failed = c
		}
		return c.reason == ReasonNone
	})
	return failed
}

// walk goes through what a browser checks in the answer d, in its order, until visit
// returns false (Fetch, CORS check and CORS-preflight fetch). cookies is true if the page
// has sent cookies.
func (s *state) walk(r *Request, cookies bool, d Decision, visit func(check) (more bool)) {
	if d.Kind() == NotCORS {
		return
	}
	origin := check{field: fieldOrigin, subject: few(r.Origin)}
	switch {
	case d.reason == ReasonOriginNotListed:
		origin.reason = whyNotListed(r.Origin[0])
	case d.reason.aboutOrigin():
		origin.reason = d.reason
	}
	switch more := visit(origin); {
	case !more:
	case d.Kind() == Preflight:
		s.walkPreflight(r, d, visit)
	case cookies && !s.credentials:
		visit(check{fieldCookie, r.Origin[0], ReasonCredentialsNotAllowed})
	}
}

func (s *state) walkPreflight(r *Request, d Decision, visit func(check) (more bool)) {
	method := check{field: fieldRequestMethod, subject: few(r.RequestMethod)}
	switch {
	case len(r.RequestMethod) != 1 || len(method.subject) > maxReflectedMethod || !httpguts.ValidHeaderFieldName(method.subject):
		method.reason = ReasonMethodMalformed
	case s.methods.any && s.credentials && !reflectsMethod(r.RequestMethod):
		method.reason = ReasonMethodMalformed
	case !s.methods.any && !safelistedMethod(method.subject) && !s.methods.has(method.subject):
		method.reason = ReasonMethodNotListed
	}
	if !visit(method) {
		return
	}
	if !s.reflectsHeaders() {
		s.walkHeaders(r.RequestHeaders, visit)
		return
	}
	withheld := d.withheld
	if !d.OriginAllowed() { // the answer reflects nothing
		_, withheld = reflectHeaders(r.RequestHeaders, s.authorizationListed)
	}
	header := check{field: fieldRequestHeaders, reason: withheld}
	if withheld == ReasonHeaderNotListed {
		header.subject = authorization
	}
	visit(header)
}

func (s *state) walkHeaders(lines []string, visit func(check) (more bool)) {
	names, empty, listed, left := 0, 0, 0, maxWalkedBytes
	for _, line := range lines {
		if left -= len(line) + 1; left < 0 {
			line = line[:max(len(line)+left, 0)]
			line = line[:strings.LastIndexByte(line, ',')+1] // the last name may be cut
		}
		for more := true; more; {
			var name string
			name, line, more = strings.Cut(line, ",")
			if name = trimBlanks(name); name == "" {
				if empty++; empty > maxWalkedEmpty {
					return
				}
				continue
			}
			if names++; names > maxWalkedNames {
				return
			}
			header := check{field: fieldRequestHeaders, subject: name}
			switch {
			case s.headers.has(name):
				// A browser names each header once, so the rest is not from a browser.
				if listed++; listed > len(s.headers.names) {
					return
				}
			case len(name) > maxWalkedName || !httpguts.ValidHeaderFieldName(name):
				header.reason = ReasonHeadersMalformed
			case !s.headers.any || strings.EqualFold(name, authorization):
				header.reason = ReasonHeaderNotListed
			}
			if !visit(header) {
				return
			}
		}
		if left < 0 {
			return
		}
	}
}

// why returns the reason and what it means for the page.
func (c check) why(kind Kind) string {
	switch {
	case c.reason.ofNoBrowser():
		return c.sentence()
	case kind == Preflight:
		return c.sentence() + ", so the browser does not send the page's request"
	default:
		return c.sentence() + ", so the page cannot read the answer"
	}
}

func (c check) sentence() string {
	subject := quote(c.subject)
	switch c.reason {
	case ReasonOriginNotListed:
		return "the origin " + subject + " matches no entry of AllowOrigins"
	case ReasonOriginNull:
		return "the page has the opaque origin null (a sandboxed frame, a file, a data URL, or a redirect), which no list allows"
	case ReasonOriginUnlistable:
		if strings.HasSuffix(c.subject, "://") {
			return "the origin " + subject + " has no host, which only the browser inside an application sends"
		}
		return "the host of the origin " + subject + " has a final dot, so it is another origin than the host without the dot"
	case ReasonOriginMalformed:
		return "the Origin header is " + subject + ", which is not an origin as browsers send it"
	case ReasonOriginEmpty:
		return "the Origin header is empty, which no browser sends"
	case ReasonOriginRepeated:
		return "the request has more than one Origin header"
	case ReasonOriginInsecure:
		return "the origin " + subject + " is not encrypted, and the policy allows credentials"
	case ReasonOriginRefused:
		return "the origin function refused " + subject
	case ReasonOriginFuncFailed:
		return "the origin function failed for " + subject
	case ReasonMethodNotListed:
		return "the method " + subject + " is not in AllowMethods"
	case ReasonMethodMalformed:
		return "Access-Control-Request-Method is " + subject + ", which no browser sends"
	case ReasonHeaderNotListed:
		return "the request header " + subject + " is not in AllowHeaders"
	case ReasonHeadersMalformed:
		return "Access-Control-Request-Headers is not a list of header names, or it is longer than any browser's"
	case ReasonCredentialsNotAllowed:
		return "the page sent cookies, and the policy does not allow credentials"
	default:
		return "the reason is unknown"
	}
}

const (
	longestQuote = 200 // bytes of one text of a request, also when it is escaped
	ellipsis     = "…"
)

// few returns one line as it is, and the beginnings of the first two of several lines.
func few(lines []string) string {
	switch len(lines) {
	case 0:
		return ""
	case 1:
		return lines[0]
	}
	both := copyStart(lines[0]) + ", " + copyStart(lines[1])
	if len(lines) > 2 {
		both += ellipsis
	}
	return both
}

// copyStart copies the beginning of a text of the request, since a server may reuse the
// request's memory.
func copyStart(s string) string {
	if len(s) > longestQuote {
		return s[:longestQuote] + ellipsis
	}
	return strings.Clone(s)
}

// quote cuts a text short, escapes it and puts it in quotation marks. The ellipsis of a
// text that was cut already stays outside of them.
func quote(s string) string {
	end := ""
	if short, ok := strings.CutSuffix(s, ellipsis); ok || len(s) > longestQuote {
		s, end = short[:min(len(short), longestQuote)], ellipsis
	}
	quoted := strconv.QuoteToASCII(s)
	for len(quoted) > longestQuote+len(`""`) {
		s, end = s[:len(s)/2], ellipsis
		quoted = strconv.QuoteToASCII(s)
	}
	return quoted + end
}

// escape is quote without quotation marks.
func escape(s string) string {
	quoted := quote(s)
	last := strings.LastIndexByte(quoted, '"')
	return quoted[1:last] + quoted[last+1:]
}

// The most headers and other changes that a fix names. No page that means well has more.
const (
	mostHeadersInFix = 16
	mostOtherFixes   = 8
	longestFix       = 1400 // bytes
)

// fix lists the changes for all checks of the answer d that fail.
func (s *state) fix(r *Request, cookies bool, d Decision) string {
	var fixes, headers []string
	more := 0
	malformed := false
	s.walk(r, cookies, d, func(c check) bool {
		switch {
		case c.reason == ReasonNone:
		case c.reason == ReasonHeaderNotListed && c.subject != wildcard && objectToRequestHeader(c.subject).code == "":
			if len(headers) == mostHeadersInFix {
				more++
				break
			}
			headers = append(headers, quote(c.subject))
		case c.reason == ReasonHeadersMalformed && malformed:
		default:
			malformed = c.reason == ReasonHeadersMalformed
			fixes = append(fixes, s.fixOf(c))
		}
		return len(fixes) < mostOtherFixes
	})
	if headers != nil {
		fixes = append(fixes, "add "+strings.Join(headers, ", ")+" to AllowHeaders")
	}
	if more != 0 {
		fixes = append(fixes, strconv.Itoa(more)+" more are missing there")
	}
	text := strings.Join(fixes, "; ")
	if len(text) > longestFix {
		text = text[:strings.LastIndexByte(text[:longestFix], ' ')] + " " + ellipsis
	}
	return text
}

func (s *state) fixOf(c check) string {
	if c.reason.ofNoBrowser() {
		return "look for a proxy or a client that writes " + c.field + " itself"
	}
	switch c.reason {
	case ReasonOriginNotListed:
		return s.originFix(c.subject)
	case ReasonOriginNull:
		return "serve the page from an http or https URL, not from a file, a data URL or a sandboxed frame, and without a redirect between origins"
	case ReasonOriginUnlistable:
		if strings.HasSuffix(c.subject, "://") {
			return "load the page from a URL with a host, such as app://example, or decide about the origin in core.WithOriginFunc"
		}
		return "open the page at its URL without the final dot, or decide about the origin in core.WithOriginFunc"
	case ReasonOriginInsecure:
		return "serve the page with https"
	case ReasonOriginRefused:
		return "if this page is yours, let the origin function allow it"
	case ReasonOriginFuncFailed:
		return "see the origin function's error"
	case ReasonMethodNotListed:
		return s.methodFix(c.subject)
	case ReasonHeaderNotListed:
		return "leave " + quote(c.subject) + " out of the page's request, since no page may set that header"
	case ReasonCredentialsNotAllowed:
		return s.credentialsFix(c.subject)
	default:
		return ""
	}
}

// originFix names the entry to add, or the correction of validation for it.
func (s *state) originFix(origin string) string {
	p, ok := origins.Parse(origin)
	switch {
	case !ok:
		return "decide about the origin in core.WithOriginFunc, since no entry can list it"
	case s.credentials && !s.config.DangerouslyAllowPublicSuffixes && p.NamedSuffix() != "":
		return "if this page is yours, serve it from a host below " + p.NamedSuffix() + ", a public suffix that strangers share"
	case s.credentials && !s.insecureAllowed && p.Insecure():
		if secure := p.Secure(); s.origins.Listed(secure) || s.origins.Matches(secure) {
			return "if this page is yours, serve it with https: " + strconv.QuoteToASCII(secure) + " is allowed"
		}
		return "if this page is yours, serve it with https and add " + strconv.QuoteToASCII(p.Secure()) + " to AllowOrigins"
	}
	return "if this page is yours, add " + strconv.QuoteToASCII(origin) + " to AllowOrigins" + s.near(origin) // bounded, since it is valid
}

// credentialsFix is about a page that sends cookies to a policy without credentials. Before
// it advises to set AllowCredentials, it makes sure that the origin is listed, and that
// NewPolicy accepts it.
func (s *state) credentialsFix(origin string) string {
	const set = "set AllowCredentials to true"
	cfg := s.config
	cfg.AllowCredentials = true
	p, ok := origins.Parse(origin)
	ok = ok && needsCare(p, &cfg).code == ""
	switch quoted := quote(origin); {
	case ok && s.origins.Listed(origin):
		return "if this page is yours, " + set
	case ok && s.anyOrigin:
		return `if this page is yours, replace "*" in AllowOrigins by ` + quoted + "; " + set
	case ok && s.origins.Matches(origin):
		return "if this page is yours, replace the wildcard in AllowOrigins by " + quoted + "; " + set
	case s.anyOrigin:
		return `if this page is yours, serve it with https on a domain of yours, replace "*" in AllowOrigins by that origin, and ` + set
	case s.origins.Listed(origin) || s.origins.Matches(origin):
		return "if this page is yours, serve it with https on a domain of yours, add that origin to AllowOrigins, and " + set
	default:
		return "if all allowed pages are yours, " + set
	}
}

// mostCompared bounds the entries that are compared with an origin for a log line.
const mostCompared = 1000

// near names the entry that probably means the origin.
func (s *state) near(origin string) string {
	list := s.config.AllowOrigins
	for _, entry := range list[:min(len(list), mostCompared)] {
		if difference := origins.Near(entry, origin); difference != "" {
			return " (listed is " + strconv.QuoteToASCII(entry) + ": " + difference + ")"
		}
	}
	return ""
}

func (s *state) methodFix(method string) string {
	upper := strings.ToUpper(method)
	switch {
	case upper != method && (s.methods.has(upper) || safelistedMethod(upper)):
		return "write " + quote(upper) + " in the page, because methods are case-sensitive"
	case method == wildcard || objectToMethod(method).code != "":
		return "use another method in the page; AllowMethods cannot list this one"
	}
	return "add " + quote(method) + " to AllowMethods"
}
