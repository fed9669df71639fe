package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// severity says how much an attacker gains.
type severity uint8

const (
	info severity = iota // works as written, and can surprise; not a fault
	low
	medium
	high
	critical
)

func severities() []string { return []string{"info", "low", "medium", "high", "critical"} }

func (s severity) String() string { return severities()[s] }

// MarshalText implements [encoding.TextMarshaler].
//
//nolint:unparam // the interface has the error
func (s severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// The names of the findings, documented in docs/corsprobe-audit.md.
const (
	originReflected    = "origin-reflected"
	originNull         = "origin-null"
	originContains     = "origin-contains"
	originPrefix       = "origin-prefix"
	originSpecial      = "origin-special"
	originSuffix       = "origin-suffix"
	originSibling      = "origin-sibling"
	originDot          = "origin-dot"
	originPart         = "origin-part"
	originPort         = "origin-port"
	originHTTP         = "origin-http"
	originSubdomain    = "origin-subdomain"
	preflightReflected = "preflight-reflected"
	wildcardIgnored    = "wildcard-credentials"
	varyMissing        = "vary-missing"
	headerDoubled      = "header-doubled"
	maxAgeIgnored      = "max-age-ignored"
	errorHidden        = "error-without-cors"
	redirectHidden     = "redirect-without-cors"
	trustedBlocked     = "trusted-blocked"
)

// finding is a fault of the server.
type finding struct {
	Name        string   `json:"name"`
	Severity    severity `json:"severity"`
	Origin      string   `json:"origin"`
	Credentials bool     `json:"credentials"`
	Engines     []string `json:"engines"`
	What        string   `json:"what"`
	Fix         string   `json:"fix"`
	Evidence    []proof  `json:"evidence"`
	Write       []advice `json:"write"`
}

// fault describes what a server does that allows an origin which it should not allow.
type fault struct {
	name     string
	severity severity // if the page sends credentials
	without  severity // if not
	why      string   // % is the host of the trusted page
	fix      string
	covers   []string // findings that follow from the same fault
}

const exactly = "compare the whole origin, with scheme and port, with a list of your pages"

// faultOf returns the fault that accepts a kind of origin.
func faultOf(name string) fault {
	i := slices.IndexFunc(faults(), func(f fault) bool { return f.name == name })
	return faults()[i]
}

// faults returns the faults that allow an origin which is not in a list. Reflection without
// credentials is what * permits, so its severity is info.
func faults() []fault {
	return []fault{
		{originReflected, critical, info, "the server allows every origin", exactly, nil},
		{originNull, high, low, "the server allows null, which is the origin of a sandboxed frame in any page", "remove null from the list; serve your pages from an http or https URL", nil},
		{originContains, high, low, "the server looks for % anywhere in the origin, and anyone can have such a host", exactly, []string{originPrefix, originSpecial, originSuffix, originSibling, originDot, originSubdomain, originPort, originHTTP}},
		{originPrefix, high, low, "the server compares only the beginning of the origin with %, and anyone can have such a host", exactly, []string{originSpecial, originPort}},
		{originSpecial, high, low, "the server takes a character after % for the end of the host, and anyone can have such a host", exactly, nil},
		{originSuffix, high, low, "the server compares only the end of the origin with the domain of %, and anyone can register such a domain", exactly + "; to allow subdomains, compare the end with a dot before the domain", []string{originSibling, originSubdomain, originDot, originHTTP}},
		{originSubdomain, info, info, "the server allows every subdomain, so one that others can take over is enough", "list the subdomains that you use, if there are few", []string{originSibling}},
		{originSibling, low, info, "the server compares only the end of the origin with %, so other hosts of the same domain can end so", exactly, []string{originSubdomain, originHTTP}},
		{originDot, high, low, "the server takes a dot in % for any character, as a regular expression does, and anyone can register such a domain", exactly + "; in a regular expression, write \\. for a dot", nil},
		{originPart, high, low, "the server accepts a part of the trusted origin, and anyone can register such a domain", exactly + "; do not look for the origin inside the list", nil},
		{originPort, low, info, "the server ignores the port, so each program that serves a page on % is trusted", exactly, nil},
		{originHTTP, medium, low, "the server allows http for %, so an attacker in the network of a user can write such a page", "allow https only; a page on http can be changed on its way", nil},
	}
}

// reads says what a page can do.
func (f fault) reads(t trick, engines []browser.Engine, credentials bool) string {
	page := "A page on " + t.origin
	switch f.name {
	case originReflected:
		page = "Every page"
	case originNull:
		page = "Every page, by a sandboxed frame,"
	}
	with := "without credentials"
	if credentials {
		with = "with the credentials of the user"
	}
	return fmt.Sprintf("%s can read the answer %s, in %s: %s.", page, with, nameEngines(engines), strings.ReplaceAll(f.why, "%", t.host))
}

func nameEngines(engines []browser.Engine) string {
	verdicts := make([]verdict, len(engines))
	for i, e := range engines {
		verdicts[i].engine = e
	}
	return engineNames(verdicts)
}

// proof is a request and its answer: what is shown as evidence. It has few headers, and no
// secrets.
type proof struct {
	Method   string   `json:"method"`
	URL      string   `json:"url"`
	Request  []string `json:"request"`
	Status   int      `json:"status"`
	Response []string `json:"response"`
}

// prove returns the evidence of an exchange.
func prove(e browser.Exchange) proof {
	p := proof{Method: e.Method, URL: e.URL, Request: []string{}, Status: e.Status, Response: []string{}}
	for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Cookie"} {
		if value := e.Request.Get(name); value != "" {
			p.Request = append(p.Request, name+": "+shown(value))
		}
	}
	for _, name := range []string{allowCredentials, allowHeaders, allowMethods, allowOrigin, "Access-Control-Max-Age", "Cache-Control", "Location", "Vary"} {
		const most = 4
		for i, value := range e.Response.Values(name) {
			if i == most {
				p.Response = append(p.Response, name+": …")
				break
			}
			p.Response = append(p.Response, name+": "+shown(value))
		}
	}
	return p
}
