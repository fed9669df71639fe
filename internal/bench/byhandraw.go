package main

import (
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/valyala/fasthttp"
)

// byHandRaw is [byHand] for fasthttp, which copies what is set. Its names are
// in canonical form, so they need not be made so. A second Origin line goes
// unseen, as it does in fiber's own.
type byHandRaw func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) (status int)

// field is a header to set.
type field struct{ name, value []byte }

func rawField(name, value string) field { return field{[]byte(name), []byte(value)} }

func (f *field) set(h *fasthttp.ResponseHeader) { h.SetCanonical(f.name, f.value) }

// oneOrigin returns the value of the Origin line, or nothing if there are two.
func oneOrigin(r *fasthttp.RequestHeader) []byte {
	if lines := r.PeekAll("Origin"); len(lines) == 1 {
		return lines[0]
	}
	return nil
}

func byHandRawOne(cfg core.Config) byHandRaw {
	app, vary := rawField(allowOrigin, cfg.AllowOrigins[0]), rawField("Vary", "Origin")
	varyOptions := rawField("Vary", varyPreflight)
	age, methods := rawField(maxAge, "600"), rawField(allowMethods, list(cfg.AllowMethods))
	headers := rawField(allowHeaders, list(cfg.AllowHeaders))
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		allowed := string(oneOrigin(r)) == string(app.value)
		switch {
		case !r.IsOptions() || r.Peek(requestMethod) == nil:
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

func byHandRawAny(core.Config) byHandRaw {
	every := rawField(allowOrigin, "*")
	return func(h *fasthttp.ResponseHeader, _ *fasthttp.RequestHeader) int {
		every.set(h)
		return 0
	}
}

func byHandRawCredentialed(cfg core.Config) byHandRaw {
	app, vary := rawField(allowOrigin, cfg.AllowOrigins[0]), rawField("Vary", "Origin")
	credentials, expose := rawField(allowCredentials, "true"), rawField(exposeHeaders, list(cfg.ExposeHeaders))
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		if string(oneOrigin(r)) == string(app.value) {
			app.set(h)
			credentials.set(h)
			expose.set(h)
		}
		vary.set(h)
		return 0
	}
}

func byHandRawListed(cfg core.Config) byHandRaw {
	known, origins, vary := set(cfg.AllowOrigins), []byte(allowOrigin), rawField("Vary", "Origin")
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		origin := oneOrigin(r)
		if _, ok := known[string(origin)]; ok {
			h.SetCanonical(origins, origin)
		}
		vary.set(h)
		return 0
	}
}

func byHandRawWildcards(cfg core.Config) byHandRaw {
	known, origins, vary := set(domains(cfg)), []byte(allowOrigin), rawField("Vary", "Origin")
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		origin := oneOrigin(r)
		if _, ok := known[string(domain(origin))]; ok {
			h.SetCanonical(origins, origin)
		}
		vary.set(h)
		return 0
	}
}

func byHandRawMixed(cfg core.Config) byHandRaw {
	exact, below := set(cfg.AllowOrigins), set(domains(cfg))
	origins, vary := []byte(allowOrigin), rawField("Vary", "Origin")
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		origin := oneOrigin(r)
		_, ok := exact[string(origin)]
		if !ok {
			_, ok = below[string(domain(origin))]
		}
		if ok {
			h.SetCanonical(origins, origin)
		}
		vary.set(h)
		return 0
	}
}

func byHandRawReflecting(cfg core.Config) byHandRaw {
	app, varyOptions, vary := rawField(allowOrigin, cfg.AllowOrigins[0]), rawField("Vary", varyPreflight), rawField("Vary", varyReflected)
	credentials, age := rawField(allowCredentials, "true"), rawField(maxAge, "600")
	methods, headers, names := rawField(allowMethods, list(cfg.AllowMethods)), []byte(allowHeaders), nameBytes()
	return func(h *fasthttp.ResponseHeader, r *fasthttp.RequestHeader) int {
		if string(oneOrigin(r)) != string(app.value) {
			varyOptions.set(h)
			return http.StatusForbidden
		}
		app.set(h)
		credentials.set(h)
		age.set(h)
		methods.set(h)
		vary.set(h)
		if asked := r.Peek(requestHeaders); spells(names, asked) {
			h.SetCanonical(headers, asked)
		}
		return http.StatusNoContent
	}
}
