package ginadapter

import (
	"context"
	"net/http"
	"reflect"
	"runtime"

	"github.com/gin-gonic/gin"
)

// A method value shows whose it is by its code.
func isPolicy(h gin.HandlerFunc) bool { return codeOf(h) == codeOf((*middleware)(nil).serve) }
func isHook(h gin.HandlerFunc) bool   { return codeOf(h) == codeOf((*Resolver)(nil).hook) }

func count(chain gin.HandlersChain) (policies int) {
	for _, h := range chain {
		if isPolicy(h) {
			policies++
		}
	}
	return policies
}

func codeOf(h gin.HandlerFunc) uintptr { return reflect.ValueOf(h).Pointer() }

// nameOf returns what gin calls a handler.
func nameOf(h gin.HandlerFunc) string { return runtime.FuncForPC(codeOf(h)).Name() }

// markKey is for what a preflight carries from one of this package's functions
// to another: stray or *probe. gin's own values would not reach another engine
// that a handler sends the request to.
type markKey struct{}

// stray marks a preflight that asks about a route without a policy. It goes on
// to where gin's 404 leads, maybe to a policy that the route is not under.
type stray struct{}

// probe is filled in by one of this package's functions that is called with it.
// It tells which of them a function is, which its code does not.
type probe struct {
	middleware *middleware
	resolver   *Resolver
}

// identify asks h, which must be a policy or a hook.
func identify(h gin.HandlerFunc) *probe {
	p := new(probe)
	r := &http.Request{Method: http.MethodOptions, Header: http.Header{
		"Origin":                        {"null"},
		"Access-Control-Request-Method": {http.MethodGet},
	}}
	h(&gin.Context{Request: withMark(r, p)})
	return p
}

func markOf(r *http.Request) any { return r.Context().Value(markKey{}) }

func withMark(r *http.Request, mark any) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), markKey{}, mark))
}
