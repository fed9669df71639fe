package fiberadapter

import (
	"slices"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// registrations tells apart what fiber joins: it adds the handlers of a route to
// those of the route before, if that has the same method and path. Where those
// end, so do requests.
type registrations struct {
	app  *fiber.App
	mu   sync.Mutex
	ends map[*fiber.Route][]int // how many handlers a route had after each
}

// add is called by fiber after each registration, under the app's lock.
func (r *registrations) add(route fiber.Route) error {
	i := slices.Index(r.app.Config().RequestMethods, route.Method)
	if i < 0 || len(r.app.Stack()[i]) == 0 {
		return nil // Use, joined to another
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last := r.app.Stack()[i][len(r.app.Stack()[i])-1]
	if n := len(last.Handlers); n == len(route.Handlers) || r.ends[last] != nil {
		r.ends[last] = append(r.ends[last], n)
	}
	return nil
}

// handlers is how a route is known after its app was mounted: fiber then copies
// the route, but not its handlers.
type handlers struct {
	first *fiber.Handler
	n     int
}

func handlersOf(r *fiber.Route) handlers {
	if len(r.Handlers) == 0 {
		return handlers{}
	}
	return handlers{&r.Handlers[0], len(r.Handlers)}
}

func (r *registrations) copyTo(ends map[handlers][]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, routes := range r.app.Stack() {
		for _, route := range routes {
			if e := r.ends[route]; e != nil {
				ends[handlersOf(route)] = slices.Clone(e)
			}
		}
	}
}
