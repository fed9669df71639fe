package routes

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/corsuite/corsuite/core"
)

// framework is a router, with a function that builds a set into it.
type framework struct {
	name     string
	settings []string // optional settings of the router
	lacks    []kind   // kinds of elements that the router does not have
	methods  []string // unusual methods that the router can route
	build    func(*site) app
}

// shared is a setting of all frameworks: all places of a policy use one middleware value.
const shared = "shared policies"

// methods returns the methods that the policies list.
func methods() []string {
	return []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"}
}

// newPolicies returns n policies that allow the same requests. Their answers differ by a
// mark.
func newPolicies(n int) (made []*core.Policy) {
	for i := range n {
		p, err := core.NewPolicy(core.Config{
			AllowOrigins:  []string{page},
			AllowMethods:  methods(),
			AllowHeaders:  []string{mark(i)},
			ExposeHeaders: []string{mark(i)},
		})
		if err != nil {
			panic(err)
		}
		made = append(made, p)
	}
	return made
}

func mark(policy int) string { return fmt.Sprint("X-Policy-", policy) }

// mark returns the mark of the application's policy, or "" if it has none.
func (s *set) mark() string {
	if len(s.app) == 0 {
		return ""
	}
	return mark(s.app[0].number)
}

// version is a way to build a set.
type version int

const (
	plain     version = iota // with Use instead of Install
	installed                // with Install
	seen                     // like plain, but without the policies that Install cannot find
)

// site is the state while a set is built.
type site struct {
	*set
	version
	policies []*core.Policy
	ran      *trace
	at       *element // the element that is being registered, for panics
}

// setting reports whether the set has a setting.
func (s *site) setting(name string) bool { return slices.Contains(s.settings, name) }

// appPolicy returns the policy for Install.
func (s *site) appPolicy() *core.Policy {
	if len(s.app) == 0 {
		return nil
	}
	return s.policies[s.app[0].number]
}

// enter runs a middleware, and reports whether the middleware must call the next handler.
func (s *site) enter(w ware, authorization string) (next bool) {
	s.ran.names = append(s.ran.names, w.String())
	return w.does != auth || authorization == token
}

// handle runs the handler of a route, and returns the body of its answer.
func (s *site) handle(number int) string {
	s.ran.handled = true
	return s.run(fmt.Sprint("h", number))
}

// missing runs the handler for requests without a route, which answers with status nothing.
func (s *site) missing() string { return s.run("missing") }

const nothing = http.StatusNotFound

func (s *site) run(name string) string {
	s.ran.names = append(s.ran.names, name)
	return name
}

// maker returns a function that makes the middleware of a framework.
func maker[W any](s *site, policy func(*core.Policy) W, user func(ware) W) func([]ware) []W {
	policies := make(map[int]W)
	return func(list []ware) (made []W) {
		for _, w := range list {
			if !w.isPolicy() {
				made = append(made, user(w))
				continue
			}
			if _, ok := policies[w.number]; !ok || !s.setting(shared) {
				policies[w.number] = policy(s.policies[w.number])
			}
			made = append(made, policies[w.number])
		}
		return made
	}
}

// builder registers elements on routers of a type R.
type builder[R any] struct {
	*site
	use   func(r R, below string, wares []ware, rest func(R))
	group func(r R, e *element, outer []ware, inside func(R))
	route func(r R, e *element)
}

func (b *builder[R]) elements(r R, elements []element) {
	for i := range elements {
		e := &elements[i]
		b.at = e
		switch e.kind {
		case route:
			b.route(r, e)
		case use, useBelow:
			b.use(r, e.path, e.wares, func(r R) { b.elements(r, elements[i+1:]) })
			return
		default:
			outer, inner := e.split()
			inside := func(r R) { b.elements(r, e.inside) }
			b.group(r, e, outer, func(r R) {
				if len(inner) == 0 {
					inside(r)
				} else {
					b.use(r, "", inner, inside)
				}
				b.at = e
			})
		}
	}
	b.at = nil
}

// try builds a set. If the framework panics, problem is the value of the panic, and at is
// the element that was being registered.
func (f framework) try(s *set, v version) (a app, at *element, problem any) {
	place := &site{set: s, version: v, policies: newPolicies(policies), ran: new(trace)}
	defer func() {
		if problem = recover(); problem != nil {
			at = place.at
		}
	}()
	return f.build(place), nil, nil
}

// versions builds a set without Install. If the framework panics at an element, versions
// removes the element and builds the whole set again, because the panic may leave the
// router incomplete. ok is false if a panic does not belong to an element.
func (f framework) versions(s *set) (t trio, ok bool) {
	for {
		a, at, problem := f.try(s, plain)
		if problem == nil {
			seen, _, problem := f.try(s, seen)
			return trio{framework: f, set: s, plain: a, seen: seen}, problem == nil
		}
		if at == nil {
			return t, false
		}
		s.elements = remove(s.elements, at)
	}
}

func remove(elements []element, unwanted *element) (kept []element) {
	for i := range elements {
		if e := &elements[i]; e != unwanted {
			e.inside = remove(e.inside, unwanted)
			kept = append(kept, *e)
		}
	}
	return kept
}

var (
	parameter = regexp.MustCompile(`/:(\w+)(<int>|\?)?`)
	remainder = regexp.MustCompile(`/\*(\w+)`)
)

// rewrite converts a pattern of a set to the syntax of a framework. In param, $1 is the
// name of a parameter and $2 its suffix: <int>, ? or nothing.
func rewrite(pattern, param, rest string) string {
	return remainder.ReplaceAllString(parameter.ReplaceAllString(pattern, param), rest)
}
