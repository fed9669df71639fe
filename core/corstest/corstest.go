// Package corstest is the conformance suite for adapters that bring a policy of
// package core to a router.
//
// The author of an adapter writes one function that builds a small application
// with the router, and runs the suite:
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
//			for _, policy := range slices.Backward(app.Policies) {
//				h = nethttp.Middleware(policy)(h)
//			}
//			return corstest.HTTP(corstest.Around(app.Outer, h))
//		})
//	}
//
// Each case builds an application of its own and sends it raw requests, in
// process and over a socket. The cases are about what an adapter can get wrong:
// which header lines it reads, what it writes and where, whether it stops, and
// whose memory it writes to. What a policy allows is tested in package core.
package corstest

import (
	"context"
	"net"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// App is the application to build: one path behind one or two policies.
type App struct {
	// Outer is a middleware around the policies, for every request: it gets the
	// answer's headers, and next runs everything further in.
	Outer func(h Header, next func())
	// Inner is a middleware between the policies and the handler, for every request
	// that the policies let go on.
	Inner func(h Header, next func())
	// Policies are registered for the whole application, the outermost first.
	Policies []*core.Policy
	// Path is the only path that exists. Its handler is the same for each of
	// Methods: it calls Handle and answers with Status and no body.
	Path    string
	Methods []string
	Handle  func(Header)
	Status  int
}

// Header is access to the headers of an answer; [http.Header] is one. Values
// returns what the answer holds itself if it keeps slices, and otherwise a copy.
type Header interface {
	Add(name, value string)
	Set(name, value string)
	Values(name string) []string
}

// Server is an application that can be asked. It must accept heads of 16 KiB.
type Server struct {
	// Transport sends one request in process.
	Transport http.RoundTripper
	// Serve answers the connections of l until Shutdown.
	Serve func(l net.Listener) error
	// Shutdown ends Serve.
	Shutdown func(ctx context.Context) error
}

// Build makes a server of an application with the adapter under test.
type Build func(App) Server

// Run runs the whole suite as subtests of t.
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
	t.Run("observers", func(t *testing.T) {
		for _, way := range ways() {
			if err := observed(t.Context(), build, way); err != nil {
				t.Errorf("%s: %v", way.name, err)
			}
		}
	})
}

// theme is a group of cases about one thing.
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
	}
}
