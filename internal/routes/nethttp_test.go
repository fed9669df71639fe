package routes

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/nethttp"
)

func nethttpFramework() framework {
	return framework{name: "ServeMux", lacks: []kind{useBelow}, methods: []string{"PURGE", "BREW", "put"}, build: buildMux}
}

// muxRouter is a mux with the prefix and middleware of the current groups. http.ServeMux
// has no groups, so each pattern gets them.
type muxRouter struct {
	*http.ServeMux
	host, prefix string
	wares        []ware
	mounted      bool
}

func buildMux(s *site) app {
	wares := maker(s, nethttp.Middleware, s.httpWare)
	wrap := func(list []ware, h http.Handler) http.Handler {
		for _, mw := range slices.Backward(wares(list)) {
			h = mw(h)
		}
		return h
	}
	b := builder[muxRouter]{
		site: s,
		use: func(r muxRouter, _ string, list []ware, rest func(muxRouter)) {
			r.wares = slices.Concat(r.wares, list)
			rest(r)
		},
		group: func(r muxRouter, e *element, outer []ware, inside func(muxRouter)) {
			r.wares = slices.Concat(r.wares, outer)
			switch e.kind {
			case host:
				r.host = e.path
			case mount:
				r.prefix += muxPattern(e.path)
				sub := muxRouter{http.NewServeMux(), "", r.prefix, nil, true}
				inside(sub)
				r.Handle(r.host+r.prefix+"/", wrap(s.seenByMux(r), s.mountedMux(sub)))
				return
			case group:
				r.prefix += muxPattern(e.path)
			default:
			}
			inside(r)
		},
		route: func(r muxRouter, e *element) {
			r.wares = slices.Concat(r.wares, e.wares)
			pattern, h := r.host+r.prefix+muxPattern(e.path), wrap(s.seenByMux(r), s.httpHandler(e.number))
			if len(e.methods) == 0 {
				r.Handle(pattern, h)
			}
			for _, m := range e.methods {
				r.Handle(m+" "+pattern, h)
			}
		},
	}
	mux := http.NewServeMux()
	b.elements(muxRouter{ServeMux: mux}, s.elements)
	if s.version == installed {
		return serveHTTP(wrap(s.before, nethttp.Install(mux, s.appPolicy())(mux)), s.ran)
	}
	return serveHTTP(wrap(slices.Concat(s.before, s.app), mux), s.ran)
}

func muxPattern(pattern string) string {
	return strings.ReplaceAll(rewrite(pattern, "/{$1}", "/{$1...}"), `\:`, ":")
}

// httpWare is middleware for net/http.
type httpWare = func(http.Handler) http.Handler

func (s *site) httpWare(w ware) httpWare {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !s.enter(w, r.Header.Get("Authorization")) {
				rw.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(rw, r)
		})
	}
}

func (s *site) httpHandler(number int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s.handle(number)) })
}
