package chiadapter

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/corsuite/corsuite/core"
	"github.com/go-chi/chi/v5"
)

// chain is what stands between a request and its handler.
type chain struct {
	routers []*middleware // on routers, which preflights pass too
	own     []*middleware // on the route or on inline groups
	hooked  bool          // Preflights stands on one of the routers
}

// policy returns the innermost one, or nil.
func (c *chain) policy() *core.Policy {
	for _, ms := range [][]*middleware{c.own, c.routers} {
		if len(ms) != 0 {
			return ms[len(ms)-1].policy
		}
	}
	return nil
}

func (c *chain) inline(m *middleware) bool { return slices.Contains(c.own, m) }
func (c *chain) has(m *middleware) bool    { return c.inline(m) || slices.Contains(c.routers, m) }

// through returns c and, further in, the middlewares of a router.
func (c chain) through(mws chi.Middlewares) chain {
	c.routers = slices.Concat(c.routers, registrations(mws)) // other routers go on from c, too
	c.hooked = c.hooked || slices.ContainsFunc(mws, isHook)
	return c
}

// to returns c and, further in, what stands before an endpoint.
func (c chain) to(h http.Handler) chain {
	for {
		switch outer := h.(type) {
		case *chi.ChainHandler:
			c.own = append(c.own, registrations(outer.Middlewares)...)
			h = outer.Endpoint
		case *handler:
			c.own = append(c.own, outer.middleware)
			h = outer.next
		default:
			return c
		}
	}
}

func registrations(mws chi.Middlewares) (found []*middleware) {
	for _, mw := range mws {
		if m := registration(mw); m != nil {
			found = append(found, m)
		}
	}
	return found
}

// registration returns what [Middleware] made, and nil for other functions. A
// method value shows whose it is by its code; which one, only by its result.
func registration(mw func(http.Handler) http.Handler) *middleware {
	if !sameCode(mw, (*middleware)(nil).wrap) {
		return nil
	}
	if h, ok := mw(nil).(*handler); ok {
		return h.middleware
	}
	return nil
}

func isHook(mw func(http.Handler) http.Handler) bool {
	return sameCode(mw, (*preflights)(nil).wrap)
}

func sameCode(f, g func(http.Handler) http.Handler) bool {
	return reflect.ValueOf(f).Pointer() == reflect.ValueOf(g).Pointer()
}
