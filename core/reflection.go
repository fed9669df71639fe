package core

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Bounds of what is reflected when the policy allows any method or header with
// credentials. Beyond them nothing is reflected, and the browser blocks the request.
// Pages request some hundred bytes, in one line, which gateways may split. The bounds
// are a multiple of that, and limit the cost of a hostile request.
const (
	maxReflectedMethod  = 64
	maxReflectedHeaders = 1024 // bytes, over all lines
	maxReflectedLines   = 16
)

// reflect completes the answer to a preflight with the requested method, headers
// or both. A method that must not be reflected denies the preflight; headers that
// must not are left out, and the browser blocks the request.
func (s *state) reflect(r *Request) Decision {
	d := s.answers.preflight.to(r)
	switch {
	case r.OneMethod && s.allowsMethod(r.RequestMethod):
		d = s.answers.oneMethod.to(r)
	case r.OneMethod:
		d = s.answers.noMethod.to(r)
	case s.reflectsMethods():
		if !reflectsMethod(r.RequestMethod) {
			d = s.answers.refused.to(r)
			d.reason = ReasonMethodMalformed
			return d
		}
	}
	if s.reflectsHeaders() {
		d.headers = reflectHeaders(r.RequestHeaders, s.authorizationListed)
		if d.headers == nil {
			d.len-- // they are the last field
		}
	}
	return d
}

// allowsMethod reports whether AllowMethods covers the requested method.
func (s *state) allowsMethod(lines []string) bool {
	return reflectsMethod(lines) && (s.methods.any || s.methods.has(lines[0]))
}

// reflectsMethod reports whether a preflight asked for one token that is no
// method forbidden to pages.
func reflectsMethod(lines []string) bool {
	return len(lines) == 1 && len(lines[0]) <= maxReflectedMethod && httpguts.ValidHeaderFieldName(lines[0]) &&
		!forbiddenMethod(strings.ToUpper(lines[0]))
}

// reflectHeaders returns the header names that a preflight asked for as one value, which
// is the request's own line if that can be reflected as a whole. It returns nil if there
// is none, if one of them is no token, or if there is more than the bounds allow.
// Authorization is left out unless it is listed by name.
func reflectHeaders(lines []string, authorizationListed bool) (value []string) {
	if !withinBounds(lines, maxReflectedLines, maxReflectedHeaders) {
		return nil
	}
	whole := len(lines) == 1
	for _, line := range lines {
		ok, authorizes := scanNames(line)
		if !ok {
			return nil
		}
		whole = whole && (authorizationListed || !authorizes)
	}
	if whole && lines[0] != "" {
		return lines
	}
	var names []string
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.Trim(name, " \t")
			if name != "" && (authorizationListed || !strings.EqualFold(name, authorization)) {
				names = append(names, name)
			}
		}
	}
	if names == nil {
		return nil
	}
	return []string{strings.Join(names, ",")}
}

// scanNames reports whether a line is a list of tokens, some of them perhaps empty
// (RFC 9110 section 5.6.1), and whether Authorization is among them. It looks at
// each byte once.
func scanNames(line string) (ok, authorizes bool) {
	for {
		line = skipBlanks(line)
		n := 0
		for n < len(line) && httpguts.IsTokenRune(rune(line[n])) {
			n++
		}
		authorizes = authorizes || n == len(authorization) && strings.EqualFold(line[:n], authorization)
		switch line = skipBlanks(line[n:]); {
		case line == "":
			return true, authorizes
		case line[0] != ',':
			return false, false
		}
		line = line[1:]
	}
}

func skipBlanks(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	return s
}

// withinBounds looks at lengths only.
func withinBounds(lines []string, lineBound, byteBound int) bool {
	if len(lines) > lineBound {
		return false
	}
	total := 0
	for _, line := range lines {
		total += len(line)
	}
	return total <= byteBound
}
