package ginadapter

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/gin-gonic/gin"
)

// table finds the route of a request in a copy of gin's trees, whose handlers
// do nothing but name their route. It is immutable.
type table struct {
	copy     *gin.Engine
	settings settings
	policies []*core.Policy // on the engine
	none     *route         // for what gin answers with 404 or 405, under all of them
	methods  []string
	checked  time.Time
}

// settings are those of an engine that the copy depends on.
type settings struct {
	rawPath, escapedPath, extraSlash bool
	redirectSlash, redirectFixed     bool
	handlers                         int
}

func settingsOf(e *gin.Engine) settings {
	return settings{
		e.UseRawPath, e.UseEscapedPath, e.RemoveExtraSlash,
		e.RedirectTrailingSlash, e.RedirectFixedPath,
		len(e.Handlers),
	}
}

// recheck is how long routes that were added without Group may go unnoticed.
// gin can only list them all, which takes longer than a lookup should.
const recheck = time.Second

// current returns a table of the routes there are.
func (r *Resolver) current() *table {
	now := time.Now()
	fresh := func(t *table) bool {
		return t != nil && now.Sub(t.checked) < recheck && t.settings == settingsOf(r.engine)
	}
	if t := r.table.Load(); fresh(t) {
		return t
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.table.Load(); fresh(t) {
		return t
	}
	r.learn(true)
	var next table
	if t := r.table.Load(); t != nil && t.settings == settingsOf(r.engine) {
		next = *t
	} else {
		next = r.build()
	}
	next.checked = now
	r.table.Store(&next)
	return &next
}

// build copies the trees. A colon that gin shows only now may start a parameter
// or not. It is taken for one, which at worst hides a route with a policy, until
// it cannot be one beside the others.
func (r *Resolver) build() table {
	routes := slices.Clone(r.routes)
	for {
		t := newTable(r.engine)
		i := slices.IndexFunc(routes, func(added *route) bool { return !t.add(added) })
		if i < 0 {
			return t
		}
		conflict := routes[i]
		if escaped := escape(conflict.pattern); escaped != conflict.pattern {
			conflict.pattern = escaped
			continue
		}
		if !conflict.reported.Swap(true) {
			report("gin does not show whether a colon starts a parameter, so this method's preflights are not resolved",
				"call ginadapter.Preflights(r) once more after the routes", "route", conflict.String())
		}
		routes = slices.DeleteFunc(routes, func(other *route) bool { return other.method == conflict.method })
	}
}

// escape marks the colons inside a segment as starting no parameter.
func escape(pattern string) string {
	var b strings.Builder
	for i := range len(pattern) {
		if pattern[i] == ':' && pattern[i-1] != '/' && pattern[i-1] != '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(pattern[i])
	}
	return b.String()
}

func newTable(engine *gin.Engine) table {
	t := table{copy: gin.New(), settings: settingsOf(engine), policies: policiesOf(engine)}
	t.none = newRoute(endpoint{}, "", len(t.policies))
	t.copy.UseRawPath, t.copy.UseEscapedPath = engine.UseRawPath, engine.UseEscapedPath
	t.copy.RemoveExtraSlash = engine.RemoveExtraSlash
	t.copy.RedirectTrailingSlash, t.copy.RedirectFixedPath = engine.RedirectTrailingSlash, engine.RedirectFixedPath
	t.copy.NoRoute(finder(t.none))
	return t
}

// finder returns the handler of a route in the copy.
func finder(of *route) gin.HandlerFunc {
	return func(c *gin.Context) {
		w, _ := c.Writer.(interface{ Unwrap() http.ResponseWriter })
		w.Unwrap().(*lookup).found = of
		c.Status(http.StatusOK) // gin writes a body to 404
	}
}

// add reports whether a route fits in; if not, the copy is damaged.
func (t *table) add(added *route) (ok bool) {
	defer func() { ok = recover() == nil }()
	if !slices.Contains(t.methods, added.method) {
		t.methods = append(t.methods, added.method)
	}
	t.copy.Match([]string{added.method}, added.pattern, finder(added))
	return true
}

// find returns the route that a method has at a URL, and nil if gin redirects.
func (t *table) find(method string, u *url.URL) (found *route) {
	// With more parameters side by side than its longest pattern has slashes,
	// gin panics for some paths. The actual request gets no further either.
	defer func() {
		if recover() != nil {
			found = nil
		}
	}()
	l := &lookup{url: *u} // gin writes where it redirects to into it
	l.request = http.Request{Method: method, URL: &l.url}
	t.copy.ServeHTTP(l, &l.request)
	return l.found
}

// policy returns the innermost policy before a route, or nil.
func (t *table) policy(of *route) *core.Policy { return of.innermost(t.policies) }

// methodsOf returns the methods that have a policy at a URL.
func (t *table) methodsOf(policy *core.Policy, u *url.URL) (methods []string) {
	for _, method := range t.methods {
		if found := t.find(method, u); found != nil && found != t.none && t.policy(found) == policy {
			methods = append(methods, method)
		}
	}
	return methods
}

// lookup is a request to the copy and the answer to it, of which only found
// matters.
type lookup struct {
	request http.Request
	url     url.URL
	found   *route
}

func (*lookup) Header() http.Header         { return make(http.Header) }
func (*lookup) Write(b []byte) (int, error) { return len(b), nil }
func (*lookup) WriteHeader(int)             {}
