package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/corsuite/corsuite/core/browser"
)

// cause is one reason why a browser blocks the page.
type cause struct {
	name     string // documented in docs/corsprobe.md
	check    string // the check of the ladder that fails
	exchange int    // its index
	why, fix string
	kind     kind
	needs    []need
	follows  bool                 // from another cause, so that only the ladder shows it
	edit     func(*http.Response) // corrects the answer, so that the next check is reached
}

// need is a header that the server has to send.
type need struct {
	preflight     bool
	header, value string
}

// The names of the checks.
const (
	checkOrigin      = "allow-origin"
	checkCredentials = "allow-credentials"
	checkStatus      = "status"
	checkMethod      = "allow-methods"
	checkHeaders     = "allow-headers"
	checkRedirect    = "redirect"
	checkMode        = "mode"
	checkNetwork     = "network"
)

const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowCredentials = "Access-Control-Allow-Credentials"
	allowMethods     = "Access-Control-Allow-Methods"
	allowHeaders     = "Access-Control-Allow-Headers"
	exposeHeaders    = "Access-Control-Expose-Headers"
)

// inspection is a blocked outcome whose cause is looked for.
type inspection struct {
	browser.Outcome
	call    *call
	last    browser.Exchange
	include bool
}

func inspect(c *call, o browser.Outcome) cause {
	i := inspection{Outcome: o, call: c, include: c.request.Credentials == browser.Include}
	index := len(o.Exchanges) - 1
	if index >= 0 {
		i.last = o.Exchanges[index]
	}
	var found cause
	switch o.Step {
	case browser.StepPreflight, browser.StepResponse:
		found = i.cors()
	case browser.StepPreflightStatus:
		found = i.status()
	case browser.StepMethod:
		found = i.method()
	case browser.StepHeaders:
		found = i.headers()
	case browser.StepRedirect:
		found = cause{
			name: "redirect-invalid", check: checkRedirect, why: o.Reason,
			fix: "use the final URL in the page, or let the server answer without a redirect",
		}
	case browser.StepMode:
		found = cause{
			name: "mode-same-origin", check: checkMode, why: o.Reason,
			fix: `write mode: "cors" in the page, or call an URL on the origin of the page`,
		}
	default:
		found = cause{
			name: "mixed-content", check: checkNetwork,
			why: "the page came over https, so the browser sends no request over http",
			fix: "use an https URL in the page, and serve the API with https",
		}
	}
	found.exchange = index
	return found
}

// cors finds why the CORS check of an answer fails.
func (i *inspection) cors() cause {
	if c, ok := i.redirected(); ok {
		return c
	}
	origin := i.last.Request.Get("Origin")
	values := i.last.Response.Values(allowOrigin)
	value := strings.Join(values, ", ")
	c := cause{check: checkOrigin, kind: fixOrigin, fix: "send " + allowOrigin + ": " + origin + ", if this page is yours"}
	c.needs = i.both(allowOrigin, origin)
	c.edit = func(r *http.Response) { r.Header.Set(allowOrigin, origin) }
	switch {
	case len(values) == 0 && !i.last.Preflight && i.last.Status >= 400 && i.call.config == nil:
		c.name, c.kind = "error-without-cors", fixErrors
		c.why = fmt.Sprintf("the answer has status %d and no %s, so the page cannot read the error", i.last.Status, allowOrigin)
		c.fix = "find the error in the log of the server; add the CORS headers to errors too"
	case len(values) == 0:
		c.name, c.why = "allow-origin-missing", "the answer has no "+allowOrigin
	case value == "*":
		c.name = "allow-origin-wildcard"
		c.why = allowOrigin + ` is "*", which no browser accepts for a request with credentials`
	case strings.Contains(value, ","):
		c.name, c.kind = "allow-origin-multiple", fixDuplicate
		c.why = fmt.Sprintf("%s has several values, %s, and a browser accepts one", allowOrigin, quote(value))
		c.fix = "let exactly one layer send the header: the application, or the proxy in front"
		if len(values) == 1 {
			c.kind, c.fix = fixOrigin, "send the origin of the page alone, if this page is yours, and Vary: Origin"
		}
	case value != origin:
		c.name, c.why = mismatch(origin, value)
		i.tainted(&c, origin)
	default:
		return i.credentials()
	}
	if i.include && c.needs != nil {
		c.needs = append(c.needs, i.both(allowCredentials, "true")...)
	}
	return c
}

// both returns the need for a header that the answers to a preflight and to its request have.
func (i *inspection) both(header, value string) []need {
	needs := []need{{i.last.Preflight, header, value}}
	if i.last.Preflight {
		needs = append(needs, need{false, header, value})
	}
	return needs
}

// mismatch names the difference between an origin and the value of Allow-Origin.
func mismatch(origin, value string) (name, why string) {
	page, _ := url.Parse(origin) // the model has parsed it
	sent, err := url.Parse(value)
	is := fmt.Sprintf("%s is %s, and the origin of the page is %s: ", allowOrigin, quote(value), origin)
	switch {
	case value == "":
		return "allow-origin-empty", allowOrigin + " is empty"
	case origin == "null":
		return "origin-null", is + "the page is a file, is in a sandboxed frame, or was redirected"
	case value == "null":
		return "allow-origin-null", is + "null is for pages without an origin"
	case strings.Contains(value, "*"):
		return "allow-origin-pattern", is + "browsers know no patterns, only one origin or a single *"
	case strings.TrimSuffix(value, "/") == origin:
		return "allow-origin-slash", is + "an origin has no final slash"
	case strings.EqualFold(value, origin):
		return "allow-origin-case", is + "browsers compare lower case"
	case value == page.Host || value == page.Hostname():
		return "allow-origin-no-scheme", is + "the scheme is missing"
	case err != nil || sent.Host == "":
	case strings.HasPrefix(value, origin+"/"):
		return "allow-origin-path", is + "an origin has no path"
	case sent.Host == page.Host && sent.Scheme != page.Scheme:
		return "allow-origin-scheme", is + "the schemes differ"
	case sent.Hostname() == page.Hostname() && sent.Scheme == page.Scheme:
		return "allow-origin-port", is + "the ports differ"
	}
	return "allow-origin-mismatch", is + "these are two origins"
}

// tainted corrects the advice for the origin null, which a server should not allow.
func (i *inspection) tainted(c *cause, origin string) {
	if origin != "null" {
		return
	}
	c.kind, c.needs = fixPage, nil
	c.fix = "serve the page from an http or https URL, not from a file, a data URL or a sandboxed frame"
	if i.call.request.Origin != "null" {
		c.name = "origin-null-after-redirect"
		c.why = "the request was redirected from one origin to another, so the browser sends Origin: null"
		c.fix = "use the final URL in the page: " + shown(i.last.URL)
	}
}

// credentials finds why Allow-Credentials fails.
func (i *inspection) credentials() cause {
	values := i.last.Response.Values(allowCredentials)
	c := cause{
		name: "allow-credentials-missing", check: checkCredentials, kind: fixCredentials,
		why:   allowCredentials + " is missing, and the page sends credentials",
		fix:   "send " + allowCredentials + ": true, if this page is yours; or let the page send no credentials",
		needs: i.both(allowCredentials, "true"),
		edit:  func(r *http.Response) { r.Header.Set(allowCredentials, "true") },
	}
	if len(values) > 0 {
		c.name, c.why = "allow-credentials-invalid", fmt.Sprintf("%s is %s, and browsers accept only true, in lower case", allowCredentials, quote(strings.Join(values, ", ")))
	}
	if len(values) > 1 {
		c.kind, c.fix = fixDuplicate, "let exactly one layer send the header: the application, or the proxy in front"
	}
	return c
}

// redirected finds a redirect that the page may not follow.
func (i *inspection) redirected() (cause, bool) {
	location := i.last.Response.Get("Location")
	if i.last.Preflight || location == "" || i.last.Status < 300 || i.last.Status > 399 {
		if first := i.Exchanges[0]; !i.last.Preflight && first.URL != i.last.URL && login(i.last.URL) {
			return loginCause(i.last.URL), true
		}
		return cause{}, false
	}
	to := resolve(i.last.URL, location)
	if login(to) {
		return loginCause(to), true
	}
	if len(i.last.Response.Values(allowOrigin)) > 0 {
		return cause{}, false
	}
	return cause{
		name: "redirect-without-cors", check: checkOrigin, kind: fixPage,
		why: fmt.Sprintf("the server redirects to %s, and the redirect has no %s", shown(to), allowOrigin),
		fix: "use the final URL in the page: " + shown(to),
	}, true
}

func loginCause(to string) cause {
	return cause{
		name: "redirect-login", check: checkOrigin, kind: fixPage,
		why: "the server redirects to " + shown(to) + ", which looks like a login page; a script cannot log in there",
		fix: "log in before the request, and send its cookie (-b) or token (-H 'Authorization: …'); let the API answer 401 instead of a redirect",
	}
}

// login reports whether a URL looks like that of a login page.
func login(to string) bool {
	u, err := url.Parse(to)
	if err != nil {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(u.Hostname()+u.Path), func(r rune) bool { return strings.ContainsRune("/.-_", r) })
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"login", "signin", "sso", "saml", "saml2", "oauth", "oauth2", "openid", "authorize", "auth", "logon"}, w)
	})
}

// resolve returns the URL that a redirect leads to.
func resolve(base, location string) string {
	b, err := url.Parse(base)
	if err != nil {
		return location
	}
	to, err := b.Parse(location)
	if err != nil {
		return location
	}
	return to.String()
}

// status finds why the status of a preflight's answer is wrong.
func (i *inspection) status() cause {
	status := i.last.Status
	c := cause{
		check: checkStatus, kind: fixPreflight,
		why:  fmt.Sprintf("the preflight's answer has status %d, and a browser accepts 200 to 299", status),
		edit: func(r *http.Response) { r.StatusCode = http.StatusNoContent },
	}
	switch {
	case status >= 300 && status < 400:
		c.name, c.kind = "preflight-redirect", fixPage
		to := resolve(i.last.URL, i.last.Response.Get("Location"))
		c.why = fmt.Sprintf("the preflight's answer is a redirect to %s with status %d, and a preflight must not be redirected", shown(to), status)
		c.fix = "use the final URL in the page: " + shown(to)
	case i.call.config != nil: // the policy denies the origin
		c.name = "preflight-status"
	case status == 401 || status == 403 || status == 407:
		c.name = "preflight-unauthorized"
		c.why += "; a preflight has no cookie and no Authorization"
		c.fix = "let the CORS layer answer preflights before authentication and before other checks"
	case status == 404 || status == 405 || status == 501:
		c.name = "preflight-not-found"
		c.why += "; no route answers OPTIONS"
		c.fix = "let the CORS layer answer preflights before the router; check the path of the URL"
	case status == 429:
		c.name = "preflight-rate-limited"
		c.fix = "let the CORS layer answer preflights before the rate limit"
	case status >= 500:
		c.name = "preflight-server-error"
		c.fix = "find the error in the log of the server or of the proxy in front"
	default:
		c.name = "preflight-status"
		c.fix = "answer preflights with 204"
	}
	return c
}

// method finds why Allow-Methods does not allow the method.
func (i *inspection) method() cause {
	method := i.last.Request.Get("Access-Control-Request-Method")
	listed, valid := list(i.last.Response, allowMethods)
	value := kept(without(listed, "*", method))
	c := cause{check: checkMethod, kind: fixMethods, name: "method-missing"}
	all := strings.Trim(value+", "+method, ", ")
	c.why = fmt.Sprintf("%s is %s, which lacks %s", allowMethods, quote(strings.Join(listed, ", ")), method)
	c.fix = "send " + allowMethods + ": " + all + ", if this page is yours"
	switch fold := slices.IndexFunc(listed, func(m string) bool { return strings.EqualFold(m, method) }); {
	case !valid:
		c.name, all = "methods-malformed", method
		c.why = fmt.Sprintf("%s is %s, which is not a list of names with commas", allowMethods, quote(strings.Join(i.last.Response.Values(allowMethods), ", ")))
		c.fix = "send a list of names, such as " + allowMethods + ": " + method
	case slices.Contains(listed, "*"):
		c.name = "method-wildcard"
		c.why = allowMethods + ` is "*", which is not a wildcard for a request with credentials`
	case len(listed) == 0:
		c.why = "the preflight's answer has no " + allowMethods + ", and the method is " + method
	case fold >= 0 && method != strings.ToUpper(method):
		c.name, c.kind = "method-case", fixPage
		c.why = fmt.Sprintf("%s is %s, the page sends %s, and methods are case-sensitive", allowMethods, quote(listed[fold]), method)
		c.fix = "write " + strings.ToUpper(method) + " in the page; browsers correct the case of GET, HEAD, POST, PUT and DELETE only"
	case fold >= 0:
		c.name = "method-case"
		c.why = fmt.Sprintf("%s has %s, and methods are case-sensitive", allowMethods, quote(listed[fold]))
		all = strings.Trim(kept(without(listed, listed[fold]))+", "+method, ", ")
		c.fix = "send " + allowMethods + ": " + all
	}
	if c.kind == fixMethods {
		c.needs = []need{{true, allowMethods, all}}
	}
	c.edit = func(r *http.Response) { r.Header.Set(allowMethods, method) }
	return c
}

// headers finds why Allow-Headers does not allow a header.
func (i *inspection) headers() cause {
	asked := strings.Split(i.last.Request.Get("Access-Control-Request-Headers"), ",")
	listed, valid := list(i.last.Response, allowHeaders)
	missing := slices.DeleteFunc(slices.Clone(asked), func(name string) bool {
		return slices.ContainsFunc(listed, func(l string) bool { return strings.EqualFold(l, name) })
	})
	star := slices.Contains(listed, "*")
	if star && !i.include {
		missing = []string{"authorization"} // the one name that "*" does not cover
	}
	c := cause{check: checkHeaders, kind: fixHeaders, name: "header-missing"}
	var names []string
	for _, name := range missing {
		names = append(names, http.CanonicalHeaderKey(name))
	}
	all := strings.Trim(kept(without(listed, "*"))+", "+strings.Join(names, ", "), ", ")
	c.why = fmt.Sprintf("%s is %s, which lacks %s", allowHeaders, quote(strings.Join(listed, ", ")), strings.Join(missing, ", "))
	switch {
	case !valid:
		c.name, all = "headers-malformed", strings.Join(asked, ", ")
		c.why = fmt.Sprintf("%s is %s, which is not a list of names with commas", allowHeaders, quote(strings.Join(i.last.Response.Values(allowHeaders), ", ")))
	case star && i.include:
		c.name = "header-wildcard"
		c.why = allowHeaders + ` is "*", which is not a wildcard for a request with credentials`
	case star:
		c.name = "header-wildcard-authorization"
		c.why = allowHeaders + ` is "*", which does not cover Authorization`
		all = "*, Authorization"
	case len(listed) == 0:
		c.why = "the preflight's answer has no " + allowHeaders + ", and the page sends " + strings.Join(missing, ", ")
	}
	c.fix = "send " + allowHeaders + ": " + all + ", if this page is yours"
	c.needs = []need{{true, allowHeaders, all}}
	c.edit = func(r *http.Response) { r.Header.Set(allowHeaders, strings.Join(asked, ", ")) }
	return c
}

// list returns the elements of a header, and whether all are names.
func list(header http.Header, name string) (elements []string, valid bool) {
	valid = true
	for _, line := range header.Values(name) {
		for element := range strings.SplitSeq(line, ",") {
			if element = strings.Trim(element, " \t"); element != "" {
				elements = append(elements, element)
				valid = valid && httpguts.ValidHeaderFieldName(element)
			}
		}
	}
	return elements, valid
}

// kept returns the part of a list that a correction repeats. It leaves out a list that is
// longer than any sensible one.
func kept(listed []string) string {
	const longest = 1000
	if text := strings.Join(listed, ", "); len(text) <= longest {
		return text
	}
	return ""
}

func without(list []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(names, s) })
}
