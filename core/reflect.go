package core

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Bounds of what is said back when the policy allows any method or header with
// credentials. Beyond them nothing is reflected, and the browser refuses. Pages
// ask for some hundred bytes, in one line, which gateways may split. The bounds
// are a multiple of that, and keep small what a hostile request can cost.
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
		r.reflectedMethod = r.RequestMethod[0]
	case r.OneMethod:
		d = s.answers.noMethod.to(r)
	case s.reflectsMethods():
		if !reflectsMethod(r.RequestMethod) {
			d = s.answers.refused.to(r)
			d.reason = ReasonMethodMalformed
			return d
		}
		r.reflectedMethod = r.RequestMethod[0]
	}
	if s.reflectsHeaders() {
		r.reflectedHeaders = reflectHeaders(r.RequestHeaders, s.authorizationListed)
		if r.reflectedHeaders == "" {
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

// reflectHeaders returns the header names that a preflight asked for as one
// list. It returns nothing if one of them is no token or if there is more than
// the bounds allow. Authorization is left out unless it is listed by name.
func reflectHeaders(lines []string, authorizationListed bool) string {
	if !withinBounds(lines, maxReflectedLines, maxReflectedHeaders) {
		return ""
	}
	whole := len(lines) == 1 // lines[0] can be returned as it is
	for _, line := range lines {
		ok, authorizes := scanNames(line)
		if !ok {
			return ""
		}
		whole = whole && (authorizationListed || !authorizes)
	}
	if whole {
		return lines[0]
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
	return strings.Join(names, ",")
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
