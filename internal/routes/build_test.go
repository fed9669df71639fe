package routes

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// framework is a router and how a set is built into it.
type framework struct {
	name     string
	settings []string // that a set may have
	lacks    []kind   // what the builder leaves out
	methods  []string // beyond those everybody has, what the router can route
	build    func(*site) app
}

func frameworks() []framework {
	return []framework{ginFramework(), echoFramework(), chiFramework(), fiberFramework()}
}

// methods are those that the policies list.
func methods() []string {
	return []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"}
}

// newPolicies makes policies that allow the same, and differ in the mark on
// their answers. Every other one tells the methods of the route.
func newPolicies(n int) ([]*core.Policy, error) {
	policies := make([]*core.Policy, n)
	for i := range policies {
		var options []core.Option
		if tellsMethods(mark(i)) {
			options = append(options, core.WithRouteMethods())
		}
		p, err := core.NewPolicy(core.Config{
			AllowOrigins:  []string{page},
			AllowMethods:  methods(),
			AllowHeaders:  []string{mark(i)},
			ExposeHeaders: []string{mark(i)},
		}, options...)
		if err != nil {
			return nil, err
		}
		policies[i] = p
	}
	return policies, nil
}

func mark(policy int) string { return fmt.Sprint("X-Policy-", policy) }

func tellsMethods(mark string) bool { return (mark[len(mark)-1]-'0')%2 == 1 }

// site is where a set is being built.
type site struct {
	*set
	line     bool // whether Preflights is called
	policies []*core.Policy
	ran      *trace
	// at is the element that is being registered, to whom a panic belongs.
	at *element
}

// setting reports whether the set has one.
func (s *site) setting(name string) bool { return slices.Contains(s.settings, name) }

// enter runs a user's middleware: it reports whether the request goes on.
func (s *site) enter(w ware, atApp bool, authorization string) (next bool) {
	s.ran.enter(w.String(), atApp)
	return w.does != auth || authorization == token
}

// handle runs a route's handler, and returns what it has to say.
func (s *site) handle(number int) string {
	name := fmt.Sprint("h", number)
	s.ran.enter(name, false)
	s.ran.handled = true
	return name
}

// missing runs a handler for what was not found.
func (s *site) missing() string {
	s.ran.enter("missing", false)
	return "missing"
}

// nothing is the status of what was not found.
const nothing = http.StatusNotFound

// instances makes the middleware of policies.
type instances[T any] struct {
	site *site
	make func(*core.Policy) T
	made map[int]T
}

func (i *instances[T]) of(number int) T {
	if m, ok := i.made[number]; ok && i.site.shared {
		return m
	}
	if i.made == nil {
		i.made = make(map[int]T)
	}
	i.made[number] = i.make(i.site.policies[number])
	return i.made[number]
}

// try builds a set. If that panics, at is the element to blame, and problem what
// the panic said.
func (f framework) try(s *set, line bool, policies []*core.Policy) (a app, at *element, problem any) {
	place := &site{set: s, line: line, policies: policies, ran: new(trace)}
	defer func() {
		if problem = recover(); problem != nil {
			at = place.at
		}
	}()
	return f.build(place), nil, nil
}

// plain builds a set without the line. It removes from it what the framework
// cannot express or panics about, and builds anew after each panic, for a panic
// may leave half a route behind. It is false if a panic is nobody's fault.
func (f framework) plain(s *set, policies []*core.Policy) (app, bool) {
	f.adapt(s)
	for {
		s.remove(func(e *element) bool { return !f.takes(e) })
		a, at, problem := f.try(s, false, policies)
		switch {
		case problem == nil:
			return a, true
		case at == nil:
			return nil, false
		}
		s.remove(func(e *element) bool { return e == at })
	}
}

func (s *set) remove(unwanted func(*element) bool) { s.elements = removeAll(s.elements, unwanted) }

func removeAll(elements []element, unwanted func(*element) bool) []element {
	var kept []element
	for i := range elements {
		if e := &elements[i]; !unwanted(e) {
			e.inside = removeAll(e.inside, unwanted)
			kept = append(kept, *e)
		}
	}
	return kept
}

// rewrite puts a set's pattern into a framework's words. kind is what follows a
// name: <int>, ? or nothing.
func rewrite(pattern, colon string, param func(name, kind string) string, rest func(name string) string) string {
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		switch {
		case strings.HasPrefix(s, ":"):
			end := strings.IndexAny(s+"?", "<?")
			segments[i] = param(s[1:end], s[end:])
		case strings.HasPrefix(s, "*"):
			segments[i] = rest(s[1:])
		default:
			segments[i] = strings.ReplaceAll(s, `\:`, colon)
		}
	}
	return strings.Join(segments, "/")
}
