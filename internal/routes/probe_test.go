package routes

import (
	"fmt"
	"net/url"
	"strings"
)

// probe is an actual request of a page.
type probe struct{ method, host, target string }

func (p probe) String() string { return fmt.Sprintf("%s http://%s%s", p.method, p.host, p.target) }

func (p probe) request(method string, header ...string) request {
	return request{method, p.host, p.target, header}
}

// actual returns the request itself, with the token that auth requires.
func (p probe) actual() request {
	return p.request(p.method, "Origin", page, "Authorization", token)
}

// options returns a request for the OPTIONS route at the path.
func (p probe) options() request {
	return p.request("OPTIONS", "Origin", page, "Authorization", token)
}

// preflight returns the preflight for the request, from a page on origin.
func (p probe) preflight(origin string) request {
	return p.request("OPTIONS", "Origin", origin, "Access-Control-Request-Method", p.method)
}

// others returns requests that Install must not answer: they are not preflights, or do
// not have exactly one valid requested method.
func (p probe) others() []request {
	const asks = "Access-Control-Request-Method"
	return []request{
		p.actual(),
		p.options(),
		p.request(p.method),
		p.request(p.method, "Origin", page),
		p.request(p.method, "Origin", stranger, "Authorization", token),
		p.request("OPTIONS"),
		p.request("OPTIONS", asks, p.method, "Authorization", token),
		p.request("OPTIONS", "Origin", page, asks, "P(T", "Authorization", token),
		p.request("OPTIONS", "Origin", page, asks, p.method, asks, p.method),
		p.request("POST", "Origin", page, asks, p.method, "Authorization", token),
	}
}

// place is a route of a set, with its whole pattern.
type place struct {
	host    string
	pattern string
	methods []string
}

// places returns the routes of elements below a prefix.
func places(elements []element, at, prefix string) (all []place) {
	for _, e := range elements {
		switch e.kind {
		case route:
			all = append(all, place{at, prefix + e.path, e.methods})
		case host:
			all = append(all, places(e.inside, e.path, prefix)...)
		default:
			all = append(all, places(e.inside, at, prefix+e.path)...)
		}
	}
	return all
}

// probe returns a random request for one of places, or for a path near it.
func (g *generator) probe(places []place) probe {
	at := place{"api.example.com", pick(g.Rand, "/nothing", "/", "/api", "/users/1"), nil}
	if len(places) != 0 && !chance(g.Rand, 3) {
		at = pick(g.Rand, places...)
	}
	q := probe{pick(g.Rand, methods()...), at.host, g.path(at.pattern)}
	if len(at.methods) != 0 && chance(g.Rand, 75) {
		q.method = pick(g.Rand, at.methods...)
	}
	switch {
	case chance(g.Rand, 1):
		q.method = "put"
	case chance(g.Rand, 2):
		q.method = pick(g.Rand, append(g.methods, "BREW")...)
	}
	if chance(g.Rand, 4) {
		q.host = pick(g.Rand, append(hosts(), "api.example.com", "a.example.com:80", "A.example.com")...)
	}
	target := g.near(q.target)
	if _, err := url.ParseRequestURI(target); chance(g.Rand, 35) && err == nil && target[0] == '/' {
		q.target = target
	}
	return q
}

// path returns a random path that matches a pattern.
func (g *generator) path(pattern string) string {
	segments := strings.Split(strings.ReplaceAll(pattern, `\:`, "\x00"), "/")
	for i, s := range segments {
		switch {
		case strings.HasPrefix(s, ":"):
			segments[i] = pick(g.Rand, "1", "42", "me", "users", "x", "posts", "v1", "api", "apiary", "a.b", "a%20b", "%C3%A9", "users:purge")
		case strings.HasPrefix(s, "*"):
			segments[i] = pick(g.Rand, "", "x", "users", "me", "1/posts", "users/1", "a/b/c")
		}
	}
	path := strings.ReplaceAll(strings.Join(segments, "/"), "\x00", ":")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if chance(g.Rand, 80) { // in most programs, patterns have no double slash
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// near returns a small random change of a path.
func (g *generator) near(path string) string {
	cut := 1 + g.IntN(len(path))
	slash := strings.LastIndex(path, "/")
	return pick(g.Rand,
		path+"/", strings.TrimSuffix(path, "/"), path+"//", path+"x", path+"/x", path+"ry", path+"/..", path+"/.", path+"/../",
		path[:cut], path[:slash], path[:slash+1], "/"+path, path[:cut]+"/"+path[cut:], path[:slash]+"//"+path[slash+1:],
		path[:slash]+"%2F"+path[slash+1:], path[:slash]+"%2f"+path[slash+1:], path+"%2F", path+"%2Fx", path[:slash+1]+"x%2F"+path[slash+1:],
		strings.ToUpper(path), strings.ToLower(path), strings.Replace(path, "a", "A", 1), strings.Replace(path, "a", "%61", 1), strings.Replace(path, "s", "%73", 1),
		"/.."+path, "/x/.."+path, "/api/.."+path, "/api"+path, "/./"+path[1:], path[:slash]+"/../"+path[slash+1:], path[:slash]+"/%2e%2e"+path[slash:],
		path+"?a=/users", path+"%3F", path+";a=1", path+"%00", path+"%25", path+"*", path+":", "/nothing"+path, path+".json",
	)
}
