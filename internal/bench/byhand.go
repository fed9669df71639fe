package main

import (
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// byHand is the least that a careful programmer could write for one group of
// scenarios, and for nothing else: no look at what other middleware has set, no
// second thought. It sets the headers that corsuite sets, one array for the
// values of each answer, and returns the status of an answer that ends here.
type byHand func(h http.Header, r *http.Request) (status int)

const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowCredentials = "Access-Control-Allow-Credentials"
	allowMethods     = "Access-Control-Allow-Methods"
	allowHeaders     = "Access-Control-Allow-Headers"
	exposeHeaders    = "Access-Control-Expose-Headers"
	maxAge           = "Access-Control-Max-Age"
	requestMethod    = "Access-Control-Request-Method"
	requestHeaders   = "Access-Control-Request-Headers"

	varyPreflight = "Origin, Access-Control-Request-Method"
	varyReflected = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
)

func list(names []string) string { return strings.Join(names, ", ") }

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && len(r.Header[requestMethod]) != 0
}

func byHandOne(cfg core.Config) byHand {
	app, methods, headers := cfg.AllowOrigins[0], list(cfg.AllowMethods), list(cfg.AllowHeaders)
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		allowed := len(origin) == 1 && origin[0] == app
		switch {
		case !isPreflight(r):
			write(h, allowed, app)
			return 0
		case !allowed:
			h["Vary"] = []string{varyPreflight}
			return http.StatusForbidden
		}
		v := []string{app, "600", methods, headers, varyPreflight}
		h[allowOrigin] = v[0:1:1]
		h[maxAge] = v[1:2:2]
		h[allowMethods] = v[2:3:3]
		h[allowHeaders] = v[3:4:4]
		h["Vary"] = v[4:5:5]
		return http.StatusNoContent
	}
}

// write answers an actual request.
func write(h http.Header, allowed bool, origin string) {
	if !allowed {
		h["Vary"] = []string{"Origin"}
		return
	}
	v := []string{origin, "Origin"}
	h[allowOrigin] = v[0:1:1]
	h["Vary"] = v[1:2:2]
}

func byHandAny(core.Config) byHand {
	return func(h http.Header, _ *http.Request) int {
		h[allowOrigin] = []string{"*"}
		return 0
	}
}

func byHandCredentialed(cfg core.Config) byHand {
	app, expose := cfg.AllowOrigins[0], list(cfg.ExposeHeaders)
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		if len(origin) != 1 || origin[0] != app {
			h["Vary"] = []string{"Origin"}
			return 0
		}
		v := []string{app, "true", expose, "Origin"}
		h[allowOrigin] = v[0:1:1]
		h[allowCredentials] = v[1:2:2]
		h[exposeHeaders] = v[2:3:3]
		h["Vary"] = v[3:4:4]
		return 0
	}
}

func byHandListed(cfg core.Config) byHand {
	known := set(cfg.AllowOrigins)
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		if len(origin) != 1 {
			h["Vary"] = []string{"Origin"}
			return 0
		}
		_, ok := known[origin[0]]
		write(h, ok, origin[0])
		return 0
	}
}

func set(names []string) map[string]struct{} {
	known := make(map[string]struct{}, len(names))
	for _, name := range names {
		known[name] = struct{}{}
	}
	return known
}

func byHandWildcards(cfg core.Config) byHand {
	known := set(domains(cfg))
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		if len(origin) != 1 {
			h["Vary"] = []string{"Origin"}
			return 0
		}
		_, ok := known[domain(origin[0])]
		write(h, ok, origin[0])
		return 0
	}
}

// domains lists what stands below the wildcards.
func domains(cfg core.Config) (names []string) {
	for _, origin := range cfg.AllowOrigins {
		if name, ok := strings.CutPrefix(origin, "https://*."); ok {
			names = append(names, name)
		}
	}
	return names
}

// domain cuts off the scheme and one label, which must be one: it is said back.
func domain[T string | []byte](origin T) (below T) {
	const scheme = "https://"
	if len(origin) < len(scheme) || string(origin[:len(scheme)]) != scheme {
		return below
	}
	host := origin[len(scheme):]
	for i := range len(host) {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_':
		case c == '.' && i > 0:
			return host[i+1:]
		default:
			return below
		}
	}
	return below
}

func byHandMixed(cfg core.Config) byHand {
	exact, below := set(cfg.AllowOrigins), set(domains(cfg))
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		if len(origin) != 1 {
			h["Vary"] = []string{"Origin"}
			return 0
		}
		_, ok := exact[origin[0]]
		if !ok {
			_, ok = below[domain(origin[0])]
		}
		write(h, ok, origin[0])
		return 0
	}
}

func byHandReflecting(cfg core.Config) byHand {
	app, methods, names := cfg.AllowOrigins[0], list(cfg.AllowMethods), nameBytes()
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		if len(origin) != 1 || origin[0] != app {
			h["Vary"] = []string{varyPreflight}
			return http.StatusForbidden
		}
		v := []string{app, "true", "600", methods, varyReflected, ""}
		h[allowOrigin] = v[0:1:1]
		h[allowCredentials] = v[1:2:2]
		h[maxAge] = v[2:3:3]
		h[allowMethods] = v[3:4:4]
		h["Vary"] = v[4:5:5]
		if asked := r.Header[requestHeaders]; len(asked) == 1 && spells(names, asked[0]) {
			v[5] = asked[0]
			h[allowHeaders] = v[5:6:6]
		}
		return http.StatusNoContent
	}
}

// alphabet tells which bytes a list of field names may have: those of tokens (RFC
// 9110 section 5.6.2) and the comma.
type alphabet [256]bool

func nameBytes() *alphabet {
	var a alphabet
	for c := range byte(0x80) {
		a[c] = '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("!#$%&'*+-.^_`|~,", c) >= 0
	}
	return &a
}

// spells reports whether names may be said back. What it allows beyond real
// lists, two commas in a row, does no harm.
func spells[T string | []byte](a *alphabet, names T) bool {
	if len(names) == 0 || len(names) > 1024 {
		return false
	}
	for i := range len(names) {
		if !a[names[i]] {
			return false
		}
	}
	return true
}
