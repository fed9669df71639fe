package bench

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/valyala/fasthttp"
)

// minimumFast is [minimum] for fasthttp, which copies the values that are set. It
// uses canonical names, which fasthttp then need not normalize.
type minimumFast func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) (status int)

type field struct{ name, value []byte }

func newField(name, value string) field { return field{[]byte(name), []byte(value)} }

func (f *field) set(h *fasthttp.ResponseHeader) { h.SetCanonical(f.name, f.value) }

// oneOrigin returns the value of the Origin line, or nil if there are two.
func oneOrigin(r *fasthttp.RequestHeader) []byte {
	if lines := r.PeekAll("Origin"); len(lines) == 1 {
		return lines[0]
	}
	return nil
}

func isPreflightFast(r *fasthttp.RequestHeader) bool {
	return r.IsOptions() && r.Peek(requestMethod) != nil
}

func minimumFastOne(cfg core.Config) minimumFast {
	app, vary, varyOptions := newField(allowOrigin, cfg.AllowOrigins[0]), newField("Vary", "Origin"), newField("Vary", varyPreflight)
	age, methods := newField(maxAge, "600"), newField(allowMethods, join(cfg.AllowMethods))
	headers := newField(allowHeaders, join(cfg.AllowHeaders))
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		allowed := string(oneOrigin(r)) == string(app.value)
		switch {
		case !isPreflightFast(r):
			if allowed {
				app.set(h)
			}
			vary.set(h)
			return 0
		case !allowed:
			varyOptions.set(h)
			return http.StatusForbidden
		}
		app.set(h)
		age.set(h)
		methods.set(h)
		headers.set(h)
		varyOptions.set(h)
		return http.StatusNoContent
	}
}

func minimumFastAny(core.Config) minimumFast {
	every := newField(allowOrigin, "*")
	return func(h *fasthttp.ResponseHeader, _ *fasthttp.RequestHeader) int {
		every.set(h)
		return 0
	}
}

func minimumFastListed(cfg core.Config) minimumFast {
	origins, vary := []byte(allowOrigin), newField("Vary", "Origin")
	known, wildcards := names(cfg)
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		origin := oneOrigin(r)
		name := origin
		if wildcards {
			name = domain(name)
		}
		if known[string(name)] {
			h.SetCanonical(origins, origin)
		}
		vary.set(h)
		return 0
	}
}

func minimumFastReflecting(cfg core.Config) minimumFast {
	app, vary, expose := newField(allowOrigin, cfg.AllowOrigins[0]), newField("Vary", "Origin"), newField(exposeHeaders, join(cfg.ExposeHeaders))
	varyOptions, varyHeaders := newField("Vary", varyPreflight), newField("Vary", varyReflected)
	credentials, age := newField(allowCredentials, "true"), newField(maxAge, "600")
	methods, headers, valid := newField(allowMethods, join(cfg.AllowMethods)), []byte(allowHeaders), nameBytes()
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		allowed := string(oneOrigin(r)) == string(app.value)
		switch {
		case !isPreflightFast(r):
			if allowed {
				app.set(h)
				credentials.set(h)
				expose.set(h)
			}
			vary.set(h)
			return 0
		case !allowed:
			varyOptions.set(h)
			return http.StatusForbidden
		}
		app.set(h)
		credentials.set(h)
		age.set(h)
		methods.set(h)
		varyHeaders.set(h)
		if asked := r.Peek(requestHeaders); reflectable(valid, asked) {
			h.SetCanonical(headers, asked)
		}
		return http.StatusNoContent
	}
}
