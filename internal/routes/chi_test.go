package routes

import (
	"io"
	"net/http"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func chiFramework() framework {
	return framework{
		name:     "chi",
		settings: []string{"StripSlashes", "CleanPath", "NotFound"},
		lacks:    []kind{host, useBelow},
		methods:  []string{"QUERY"},
		build: func(s *site) app {
			b := chiBuilder{site: s, policies: instances[chiWare]{site: s, make: chiadapter.Middleware}}
			return serveHTTP(b.router(), s.ran)
		},
	}
}

type chiWare = func(http.Handler) http.Handler

type chiBuilder struct {
	*site
	policies instances[chiWare]
}

func (b *chiBuilder) router() http.Handler {
	r := chi.NewRouter()
	if b.setting("StripSlashes") {
		r.Use(middleware.StripSlashes)
	}
	if b.setting("CleanPath") {
		r.Use(middleware.CleanPath)
	}
	r.Use(b.wares(b.before, true)...)
	if b.line {
		chiadapter.Preflights(r)
	}
	b.elements(r, b.set.elements, true)
	b.at = nil
	if b.setting("NotFound") {
		r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(nothing)
			_, _ = io.WriteString(w, b.missing())
		})
	}
	return r
}

func (b *chiBuilder) elements(r chi.Router, elements []element, atApp bool) {
	for i := range elements {
		b.at = &elements[i]
		b.element(r, &elements[i], atApp)
	}
}

func (b *chiBuilder) element(r chi.Router, e *element, atApp bool) {
	wares := b.wares(e.wares, atApp && e.kind == use)
	inside := func(r chi.Router) {
		if !e.outside {
			r.Use(wares...)
		}
		b.elements(r, e.inside, false)
		b.at = e // who mounts it
	}
	switch e.kind {
	case route:
		b.route(r, e, wares)
	case use:
		r.Use(wares...)
	case inline:
		if e.outside {
			r = r.With(wares...)
		}
		r.Group(inside)
	case group:
		if e.outside {
			r = r.With(wares...)
		}
		r.Route(chiPattern(e.path), inside)
	case mount:
		sub := chi.NewRouter()
		inside(sub)
		if e.outside {
			r = r.With(wares...)
		}
		r.Mount(chiPattern(e.path), sub)
	case useBelow, host: // chi has none
	}
}

func (b *chiBuilder) route(r chi.Router, e *element, wares []chiWare) {
	if len(wares) != 0 {
		r = r.With(wares...)
	}
	h := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, b.handle(e.number)) }
	if len(e.methods) == 0 {
		if mounted(r, chiPattern(e.path)) {
			panic("a mount would be hidden")
		}
		r.HandleFunc(chiPattern(e.path), h)
	}
	for _, m := range e.methods {
		r.MethodFunc(m, chiPattern(e.path), h)
	}
}

func (b *chiBuilder) wares(wares []ware, atApp bool) (list []chiWare) {
	for _, w := range wares {
		list = append(list, b.ware(w, atApp))
	}
	return list
}

func (b *chiBuilder) ware(w ware, atApp bool) chiWare {
	if w.does == policy {
		return b.policies.of(w.number)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Add("X-Ran", w.String())
			if !b.enter(w, atApp, r.Header.Get("Authorization")) {
				rw.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(rw, r)
		})
	}
}

// chiPattern writes :name as {name} and :name<int> as {name:\d+}.
func chiPattern(pattern string) string {
	return rewrite(pattern, ":", func(name, kind string) string {
		if kind == "<int>" {
			name += `:\d+`
		}
		return "{" + name + "}"
	}, func(string) string { return "*" })
}
