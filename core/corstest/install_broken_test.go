package corstest

import (
	"net/http"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// installer is an Install for http.ServeMux whose parts are functions, so that a test
// can replace each part with a broken one.
type installer struct {
	find   func(nethttp.Route, string) nethttp.Route // changes the route that is found for a method
	method func(string) string                       // changes the method that is looked up
	serve  func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) (next bool)
	late   bool // other middleware is outside
}

func correctInstall() installer {
	return installer{
		find:   func(r nethttp.Route, _ string) nethttp.Route { return r },
		method: func(method string) string { return method },
		serve: func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) (next bool) {
			next, _ = reg.Serve(w, r)
			return next
		},
	}
}

func (i installer) build(site Site) Server {
	mux := http.NewServeMux()
	routes := make(map[string]nethttp.Route)
	for _, g := range site.Groups {
		for _, r := range g.Routes {
			var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				site.Handle(w.Header())
				w.WriteHeader(site.Status)
			})
			route := nethttp.Route{Name: r.Method + " " + g.Prefix + r.Path, Policy: g.Policy}
			if r.Policy != nil {
				route.Policy = r.Policy
			}
			for _, policy := range slices.Backward([]*core.Policy{g.Policy, r.Policy}) {
				if policy != nil {
					h = nethttp.Middleware(policy)(h)
				}
			}
			routes[route.Name] = route
			mux.Handle(route.Name, h)
		}
	}
	reg := &nethttp.Registration{Policy: site.Policy, Find: func(method string, r *http.Request) nethttp.Route {
		return i.find(routes[i.method(method)+" "+r.URL.Path], method)
	}}
	serve := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if i.serve(w, r, reg) {
				next.ServeHTTP(w, r)
			}
		})
	}
	if i.late {
		return HTTP(Around(site.Inner, serve(mux)))
	}
	return HTTP(serve(Around(site.Inner, mux)))
}

// TestBrokenInstallsFail replaces one part of a correct Install at a time.
func TestBrokenInstallsFail(t *testing.T) {
	correct := correctInstall()
	for name, breakIt := range map[string]func(*installer){
		"correct":          func(*installer) {},
		"looks up OPTIONS": func(i *installer) { i.method = func(string) string { return "OPTIONS" } },
		"finds no policies": func(i *installer) {
			i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Policy = nil; return r }
		},
		"finds no routes": func(i *installer) { i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Name = ""; return r } },
		"finds routes that do not exist": func(i *installer) {
			i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Name += "route"; return r }
		},
		"finds an OPTIONS route everywhere": func(i *installer) {
			i.find = func(r nethttp.Route, method string) nethttp.Route {
				if method == http.MethodOptions {
					return nethttp.Route{Name: "OPTIONS"}
				}
				return r
			}
		},
		"does not find OPTIONS routes": func(i *installer) {
			i.find = func(r nethttp.Route, method string) nethttp.Route {
				if method == http.MethodOptions {
					return nethttp.Route{}
				}
				return r
			}
		},
		"sets Fix for every route": func(i *installer) { i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Fix = "?"; return r } },
		"uses only the policy of the application": func(i *installer) {
			i.serve = func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
				alone := &nethttp.Registration{Policy: reg.Policy}
				return reg.Policy == nil || correct.serve(w, r, alone)
			}
		},
		"passes every preflight on": func(i *installer) {
			i.serve = func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
				return r.Method == http.MethodOptions || correct.serve(w, r, reg)
			}
		},
		"rejects all OPTIONS requests": func(i *installer) {
			i.serve = func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
				if r.Method == http.MethodOptions {
					w.WriteHeader(http.StatusForbidden)
					return false
				}
				return correct.serve(w, r, reg)
			}
		},
		"is inside other middleware": func(i *installer) { i.late = true },
	} {
		t.Run(name, func(t *testing.T) {
			i := correctInstall()
			breakIt(&i)
			var failed []string
			for _, c := range installCases() {
				if c.check(t.Context(), i.build, way{"in process", inProcess}) != nil {
					failed = append(failed, c.name)
				}
			}
			if (name == "correct") != (len(failed) == 0) {
				t.Errorf("failed cases: %q; only the correct Install may pass all cases", failed)
			}
		})
	}
}
