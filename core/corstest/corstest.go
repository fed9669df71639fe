// Package corstest tests what a browser lets pages do with an application:
//
//	func TestPages(t *testing.T) {
//		pages := corstest.Pages{TB: t, Transport: browser.Handler(newRouter())}
//		pages.May("https://app.example.com", "POST /posts", "Content-Type: application/json")
//		pages.MayNot("https://other.example.com", "GET /posts")
//	}
//
// [Pages] works with every server that has an [http.RoundTripper]. If the browser blocks a
// page, the test fails with the reason. [Pages.Golden] keeps what pages may do in a file.
//
// # For authors of adapters
//
// The rest of the package tests adapters, which apply a policy of package core to a router.
// The author of an adapter writes one function that builds a small application with the
// router, and runs the suite:
//
//	func TestConformance(t *testing.T) {
//		corstest.Run(t, func(app corstest.App) corstest.Server {
//			mux := http.NewServeMux()
//			for _, method := range app.Methods {
//				mux.HandleFunc(method+" "+app.Path, func(w http.ResponseWriter, r *http.Request) {
//					app.Handle(w.Header())
//					w.WriteHeader(app.Status)
//				})
//			}
//			h := corstest.Around(app.Inner, mux)
//			if app.Keep {
//				h = nethttp.KeepCORS(h)
//			}
//			for _, policy := range slices.Backward(app.Policies) {
//				h = nethttp.Middleware(policy)(h)
//			}
//			return corstest.HTTP(corstest.Around(app.Outer, h))
//		})
//	}
//
// Each case builds a new application and sends raw requests to it, in process and over a
// socket. The cases test which header lines an adapter reads, which headers it writes,
// and when it stops a request. They also test that answers share no memory. They do not
// test what a policy allows; the tests of package core do.
package corstest

import (
	"context"
	"net"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// App is the application to build. It has one path, behind one or two policies.
type App struct {
	// Outer is middleware outside the policies, for every request. It receives the
	// headers of the answer, and next calls the policies and the handler.
	Outer func(h Header, next func())
	// Inner is middleware between the policies and the handler, for every request that
	// the policies pass on.
	Inner func(h Header, next func())
	// Policies are registered for the whole application, the outermost first.
	Policies []*core.Policy
	// Keep asks for KeepCORS of the adapter between the policies and Inner.
	Keep bool
	// Path is the only path that has routes: one for each of Methods. The handler calls
	// Handle and then answers with Status and no body.
	Path    string
	Methods []string
	Handle  func(Header)
	Status  int
}

// Header gives access to the headers of an answer. [http.Header] implements it. If the
// router stores values as slices, Values must return the stored slice, because the suite
// writes to it. Otherwise Values may return a copy.
type Header interface {
	Add(name, value string)
	Set(name, value string)
	Values(name string) []string
}

// Server is a running application. It must accept request headers of 16 KiB.
type Server struct {
	// Transport sends one request in process.
	Transport http.RoundTripper
	// Serve answers the connections of l until Shutdown is called, and then returns nil.
	Serve func(l net.Listener) error
	// Shutdown stops Serve.
	Shutdown func(ctx context.Context) error
}

// Build builds an application with the adapter under test. It is called for each case.
type Build func(App) Server

// Run runs the suite for middleware as subtests of t. See [RunInstall] for Install, and
// [RunHTTP] for routers on net/http.
func Run(t *testing.T, build Build) {
	for _, theme := range themes() {
		t.Run(theme.name, func(t *testing.T) {
			for _, c := range theme.cases {
				t.Run(c.name, func(t *testing.T) {
					for _, way := range ways() {
						if err := c.check(t.Context(), build, way); err != nil {
							t.Errorf("%s: %v", way.name, err)
						}
					}
				})
			}
		})
	}
	for name, check := range logChecks() {
		t.Run(name, func(t *testing.T) {
			for _, way := range ways() {
				if err := check(t.Context(), build, way); err != nil {
					t.Errorf("%s: %v", way.name, err)
				}
			}
		})
	}
}

// logChecks are about what observers and the log receive.
func logChecks() map[string]func(context.Context, Build, way) error {
	return map[string]func(context.Context, Build, way) error{"observers": observed, "handlers that override": overridden}
}

// theme is a named group of cases.
type theme struct {
	name  string
	cases []testCase
}

func themes() []theme {
	return []theme{
		{"requests that are not CORS", notCORSCases()},
		{"actual requests", actualCases()},
		{"preflights", preflightCases()},
		{"request lines", lineCases()},
		{"Vary", varyCases()},
		{"nested policies", nestedCases()},
		{"memory", memoryCases()},
		{"KeepCORS", keepCases()},
	}
}
