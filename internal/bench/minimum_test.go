package bench

import (
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// minimum is the least that a careful programmer can write for the scenarios of
// one group. It sets the same headers as corsuite, with one array for the values of
// an answer, and does not look for headers that other middleware has set. It returns
// the status if it has answered the request.
type minimum func(h http.Header, r *http.Request) (status int)

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

func join(names []string) string { return strings.Join(names, ", ") }

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && len(r.Header[requestMethod]) != 0
}

func minimumOne(cfg core.Config) minimum {
	app, methods, headers := cfg.AllowOrigins[0], join(cfg.AllowMethods), join(cfg.AllowHeaders)
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		allowed := len(origin) == 1 && origin[0] == app
		switch {
		case !isPreflight(r):
			setActual(h, allowed, app)
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

func setActual(h http.Header, allowed bool, origin string) {
	if !allowed {
		h["Vary"] = []string{"Origin"}
		return
	}
	v := []string{origin, "Origin"}
	h[allowOrigin] = v[0:1:1]
	h["Vary"] = v[1:2:2]
}

func minimumAny(core.Config) minimum {
	return func(h http.Header, _ *http.Request) int {
		h[allowOrigin] = []string{"*"}
		return 0
	}
}

func minimumListed(cfg core.Config) minimum {
	known, wildcards := names(cfg)
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		if len(origin) != 1 {
			h["Vary"] = []string{"Origin"}
			return 0
		}
		name := origin[0]
		if wildcards {
			name = domain(name)
		}
		setActual(h, known[name], origin[0])
		return 0
	}
}

// names returns the origins of a config, or the domains of its wildcards.
func names(cfg core.Config) (known map[string]bool, wildcards bool) {
	known = make(map[string]bool, len(cfg.AllowOrigins))
	for _, origin := range cfg.AllowOrigins {
		if name, ok := strings.CutPrefix(origin, "https://*."); ok {
			origin, wildcards = name, true
		}
		known[origin] = true
	}
	return known, wildcards
}

// domain cuts the scheme and the first label off. It validates that label, since
// the answer reflects the origin.
func domain[T string | []byte](origin T) (domain T) {
	const scheme = "https://"
	if len(origin) < len(scheme) || string(origin[:len(scheme)]) != scheme {
		return domain
	}
	host := origin[len(scheme):]
	for i := range len(host) {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_':
		case c == '.' && i > 0:
			return host[i+1:]
		default:
			return domain
		}
	}
	return domain
}

func minimumReflecting(cfg core.Config) minimum {
	app, methods, expose, valid := cfg.AllowOrigins[0], join(cfg.AllowMethods), join(cfg.ExposeHeaders), nameBytes()
	return func(h http.Header, r *http.Request) int {
		origin := r.Header["Origin"]
		allowed := len(origin) == 1 && origin[0] == app
		switch {
		case !isPreflight(r) && !allowed:
			h["Vary"] = []string{"Origin"}
			return 0
		case !isPreflight(r):
			v := []string{app, "true", expose, "Origin"}
			h[allowOrigin] = v[0:1:1]
			h[allowCredentials] = v[1:2:2]
			h[exposeHeaders] = v[2:3:3]
			h["Vary"] = v[3:4:4]
			return 0
		case !allowed:
			h["Vary"] = []string{varyPreflight}
			return http.StatusForbidden
		}
		v := []string{app, "true", "600", methods, varyReflected, ""}
		h[allowOrigin] = v[0:1:1]
		h[allowCredentials] = v[1:2:2]
		h[maxAge] = v[2:3:3]
		h[allowMethods] = v[3:4:4]
		h["Vary"] = v[4:5:5]
		if asked := r.Header[requestHeaders]; len(asked) == 1 && reflectable(valid, asked[0]) {
			v[5] = asked[0]
			h[allowHeaders] = v[5:6:6]
		}
		return http.StatusNoContent
	}
}

// nameBytes returns the bytes that a list of field names may have: those of tokens
// (RFC 9110, section 5.6.2) and the comma.
func nameBytes() *[256]bool {
	var valid [256]bool
	for c := range byte(0x80) {
		valid[c] = '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("!#$%&'*+-.^_`|~,", c) >= 0
	}
	return &valid
}

// reflectable reports whether a list of names can be reflected. It also accepts two
// commas in a row, which do no harm.
func reflectable[T string | []byte](valid *[256]bool, list T) bool {
	if len(list) == 0 || len(list) > 1024 {
		return false
	}
	for i := range len(list) {
		if !valid[list[i]] {
			return false
		}
	}
	return true
}
