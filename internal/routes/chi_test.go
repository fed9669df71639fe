package routes

import (
	"io"
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func chiFramework() framework {
	return framework{
		name:     "chi",
		settings: []string{"StripSlashes", "CleanPath", "GetHead", "NotFound"},
		lacks:    []kind{host, useBelow},
		methods:  []string{"QUERY"},
		build:    buildChi,
	}
}

func buildChi(s *site) app {
	wares := maker(s, chiadapter.Middleware, s.httpWare)
	r := chi.NewRouter()
	if s.setting("StripSlashes") {
		r.Use(middleware.StripSlashes)
	}
	if s.setting("CleanPath") {
		r.Use(middleware.CleanPath)
	}
	if s.setting("GetHead") {
		r.Use(middleware.GetHead)
	}
	r.Use(wares(s.before)...)
	if s.version == installed {
		chiadapter.Install(r, s.appPolicy())
	} else {
		r.Use(wares(s.app)...)
	}
	b := builder[chi.Router]{
		site: s,
		use: func(r chi.Router, _ string, list []ware, rest func(chi.Router)) {
			r.Use(wares(list)...)
			rest(r)
		},
		group: func(r chi.Router, e *element, outer []ware, inside func(chi.Router)) {
			refuseWithoutRoutes(e)
			if len(outer) != 0 {
				r = r.With(wares(outer)...)
			}
			switch e.kind {
			case inline:
				r.Group(inside)
			case group:
				r.Route(chiPattern(e.path), inside)
			default:
				sub := chi.NewRouter()
				inside(sub)
				r.Mount(chiPattern(e.path), sub)
			}
		},
		route: func(r chi.Router, e *element) {
			if len(e.wares) != 0 {
				r = r.With(wares(e.wares)...)
			}
			pattern, h := chiPattern(e.path), s.httpHandler(e.number)
			if len(e.methods) == 0 || s.setting("GetHead") {
				refuseOnMount(r, pattern)
			}
			if len(e.methods) == 0 {
				r.Handle(pattern, h)
			}
			for _, m := range e.methods {
				r.Method(m, pattern, h)
			}
		},
	}
	b.elements(r, s.elements)
	if s.setting("NotFound") {
		r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(nothing)
			_, _ = io.WriteString(w, s.missing())
		})
	}
	return serveHTTP(r, s.ran)
}

func chiPattern(pattern string) string {
	return strings.NewReplacer("<int>", `:\d+`, "?", "", `\:`, ":").Replace(rewrite(pattern, "/{$1$2}", "/*"))
}
