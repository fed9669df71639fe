package corstest

import (
	"net/http"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// installer is an Install for http.ServeMux, taken apart so that each part can be
// broken.
type installer struct {
	find   func(nethttp.Route, string) nethttp.Route // changes what is found for a method
	method func(string) string                       // changes the method that is looked up
	serve  func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) (next bool)
	late   bool // other middleware is in front
}

func soundInstall() installer {
	return installer{
		find:   func(r nethttp.Route, _ string) nethttp.Route { return r },
		method: func(method string) string { return method },
		serve: func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
			return reg.Serve(w, r)
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

// TestBrokenInstallsAreRejected breaks a sound Install in one place at a time.
func TestBrokenInstallsAreRejected(t *testing.T) {
	for name, breakIt := range map[string]func(*installer){
		"sound":            func(*installer) {},
		"looks up OPTIONS": func(i *installer) { i.method = func(string) string { return "OPTIONS" } },
		"finds no policies": func(i *installer) {
			i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Policy = nil; return r }
		},
		"finds no routes": func(i *installer) { i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Name = ""; return r } },
		"finds routes that do not exist": func(i *installer) {
			i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Name += "route"; return r }
		},
		"takes every route for an OPTIONS route": func(i *installer) {
			i.find = func(r nethttp.Route, method string) nethttp.Route {
				if method == http.MethodOptions {
					return nethttp.Route{Name: "OPTIONS"}
				}
				return r
			}
		},
		"overlooks OPTIONS routes": func(i *installer) {
			i.find = func(r nethttp.Route, method string) nethttp.Route {
				if method == http.MethodOptions {
					return nethttp.Route{}
				}
				return r
			}
		},
		"hides every route": func(i *installer) { i.find = func(r nethttp.Route, _ string) nethttp.Route { r.Fix = "?"; return r } },
		"lets the policy of the application answer alone": func(i *installer) {
			i.serve = func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
				return reg.Policy == nil || nethttp.Serve(reg.Policy, w, r)
			}
		},
		"lets every preflight go on": func(i *installer) {
			i.serve = func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
				return r.Method == http.MethodOptions || reg.Serve(w, r)
			}
		},
		"takes all OPTIONS requests for preflights": func(i *installer) {
			i.serve = func(w http.ResponseWriter, r *http.Request, reg *nethttp.Registration) bool {
				if r.Method == http.MethodOptions {
					w.WriteHeader(http.StatusForbidden)
					return false
				}
				return reg.Serve(w, r)
			}
		},
		"answers behind other middleware": func(i *installer) { i.late = true },
	} {
		t.Run(name, func(t *testing.T) {
			i := soundInstall()
			breakIt(&i)
			var failed []string
			for _, c := range installCases() {
				if c.check(t.Context(), i.build, way{"in process", inProcess}) != nil {
					failed = append(failed, c.name)
				}
			}
			if (name == "sound") != (len(failed) == 0) {
				t.Errorf("the suite rejects %q", failed)
			}
		})
	}
}
