package migrating

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
)

// policy is a policy that does not log.
func policy(cfg core.Config, options ...core.Option) (*core.Policy, error) {
	return core.NewPolicy(cfg, append(options, core.WithLogger(nil))...)
}

// onNetHTTP returns an application with corsuite on net/http.
func onNetHTTP(cfg core.Config, options ...core.Option) []variant {
	return []variant{{config: cfg, extra: extra(options), build: func() (server, error) {
		p, err := policy(cfg, options...)
		if err != nil {
			return nil, err
		}
		return browser.Handler(nethttp.Middleware(p)(posts())), nil
	}}}
}

// extra is the part of a literal for options.
func extra(options []core.Option) string {
	if options == nil {
		return ""
	}
	return "; core.WithOriginFunc(f)"
}

// originFunc is an origin function that allows what f does.
func originFunc(f func(origin string) bool) core.Option {
	return core.WithOriginFunc(func(_ context.Context, o core.Origin, _ core.Target) (bool, error) { return f(o.String()), nil })
}

// posts is an application without CORS.
func posts() http.Handler {
	mux := http.NewServeMux()
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		mux.HandleFunc(method+" /posts", func(http.ResponseWriter, *http.Request) {})
	}
	return mux
}

// fieldsOf returns the exported fields of structs.
func fieldsOf(structs ...any) (names []string) {
	for _, s := range structs {
		for f := range reflect.TypeOf(s).Fields() {
			if f.IsExported() {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// Requests for the settings. None is from a page whose config they test beyond the origin.
func get() request { return request{label: "GET from app", method: "GET", origin: app} }
func put() request { return request{label: "PUT from app", method: "PUT", origin: app} }
func postJSON() request {
	return request{label: "POST with JSON from app", method: "POST", origin: app, header: browser.Header{Name: "Content-Type", Value: "application/json"}}
}

func withToken() request {
	return request{label: "GET with Authorization from app", method: "GET", origin: app, header: browser.Header{Name: "Authorization", Value: "Bearer token"}}
}

func (r request) withCookies() request {
	r.label += ", with cookies"
	r.cookies = true
	return r
}

func (r request) from(label, origin string) request {
	r.label, r.origin = label, origin
	return r
}

// brokenFunc is an origin function whose database fails.
func brokenFunc(context.Context, core.Origin, core.Target) (bool, error) {
	return true, errors.New("no database")
}
