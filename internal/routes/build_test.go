package routes

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/corsuite/corsuite/core"
)

// framework is a router and how a set is built into it.
type framework struct {
	name     string
	settings []string // that a set may have
	lacks    []kind   // that a set cannot have
	methods  []string // that this router routes, beside GET and the like
	build    func(*site) app
}

// shared is a setting of all frameworks: each policy is one middleware.
const shared = "shared policies"

// methods are those that the policies list.
func methods() []string {
	return []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"}
}

// newPolicies makes policies that allow the same, and differ in the mark on
// their answers.
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

// mark returns the mark of the application's policy.
func (s *set) mark() string {
	if len(s.app) == 0 {
		return ""
	}
	return mark(s.app[0].number)
}

// version is one of the three in which a set is built.
type version int

const (
	plain     version = iota // with Use in the place of Install
	installed                // with Install
	seen                     // plain, without the policies that Install cannot see
)

// site is where a set is being built.
type site struct {
	*set
	version
	policies []*core.Policy
	ran      *trace
	at       *element // being registered; a panic is its fault
}

// setting reports whether the set has one.
func (s *site) setting(name string) bool { return slices.Contains(s.settings, name) }

// appPolicy returns the policy for Install.
func (s *site) appPolicy() *core.Policy {
	if len(s.app) == 0 {
		return nil
	}
	return s.policies[s.app[0].number]
}

// enter runs a user's middleware: it reports whether the request goes on.
func (s *site) enter(w ware, authorization string) (next bool) {
	s.ran.names = append(s.ran.names, w.String())
	return w.does != auth || authorization == token
}

// handle runs a route's handler, and returns its body.
func (s *site) handle(number int) string {
	s.ran.handled = true
	return s.run(fmt.Sprint("h", number))
}

// missing runs a handler for what was not found, with this status.
func (s *site) missing() string { return s.run("missing") }

const nothing = http.StatusNotFound

func (s *site) run(name string) string {
	s.ran.names = append(s.ran.names, name)
	return name
}

// maker makes a framework's middleware.
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

// try builds a set. If that panics, at is the element to blame, and problem the
// value of the panic.
func (f framework) try(s *set, v version) (a app, at *element, problem any) {
	place := &site{set: s, version: v, policies: newPolicies(policies), ran: new(trace)}
	defer func() {
		if problem = recover(); problem != nil {
			at = place.at
		}
	}()
	return f.build(place), nil, nil
}

// versions builds a set without Install. It removes from it what the framework
// panics about, and builds anew after each panic, for a panic may leave half a
// route behind. It is false if a panic is no element's fault.
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

// rewrite puts a set's pattern into a framework's words. $2 is what follows a name:
// <int>, ? or nothing.
func rewrite(pattern, param, rest string) string {
	return remainder.ReplaceAllString(parameter.ReplaceAllString(pattern, param), rest)
}
