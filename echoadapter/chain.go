package echoadapter

import (
	"net/http"
	"reflect"
	"runtime"

	"github.com/labstack/echo/v4"
)

// registrations returns those of a chain that [Middleware] made. A method value
// shows whose it is by its code; which one, only by what it does with a probe.
func registrations(chain []echo.MiddlewareFunc) (found []*middleware) {
	for _, mw := range chain {
		if code(mw) != code((*middleware)(nil).wrap) {
			continue
		}
		if p := new(probe); mw(nil)(p) == nil && p.found != nil {
			found = append(found, p.found)
		}
	}
	return found
}

// probe is a preflight that a middleware answers with itself.
type probe struct {
	echo.Context

	found *middleware
}

func (*probe) Request() *http.Request { return &http.Request{Method: http.MethodOptions} }

// hooked reports whether Preflights stands on e, if no function of the user's
// stands before its own.
func hooked(e *echo.Echo) bool {
	return e.OnAddRouteHandler != nil && code(e.OnAddRouteHandler) == code((*preflights)(nil).record)
}

func code(function any) uintptr { return reflect.ValueOf(function).Pointer() }

// routerOf returns the router that echo takes for a host.
func routerOf(e *echo.Echo, host string) *echo.Router {
	if r, ok := e.Routers()[host]; ok {
		return r
	}
	return e.Router()
}

// match returns what a router finds for a request. The pattern is empty if that
// is echo's own answer: 404, 405 or, to OPTIONS, 204.
func match(e *echo.Echo, router *echo.Router, method, path string) (pattern string, handler echo.HandlerFunc) {
	c := e.AcquireContext()
	c.Reset(nil, nil) // another request's route would look like a match
	router.Find(method, path, c)
	if c.Get(echo.ContextKeyHeaderAllow) == nil {
		pattern, handler = c.Path(), c.Handler()
	}
	c.Reset(nil, nil)
	e.ReleaseContext(c)
	return pattern, handler
}

// begun reports whether the caller runs inside the handler that echo has found
// for c, and so in the chain of a route, not on the Echo. No middleware can see
// that but from its callers.
func begun(c echo.Context) bool {
	handler, top := code(c.Handler()), code((*echo.Echo).ServeHTTP)
	var pcs [32]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			f := runtime.FuncForPC(pc - 1)
			if f == nil {
				continue
			}
			switch f.Entry() {
			case handler:
				return true
			case top:
				return false
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}
