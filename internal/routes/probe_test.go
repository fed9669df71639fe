package routes

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// probe is what a page would like to send.
type probe struct{ method, host, target string }

func (p probe) String() string { return fmt.Sprintf("%s http://%s%s", p.method, p.host, p.target) }

func (p probe) request(method string, header ...[2]string) request {
	return request{method, p.host, p.target, header}
}

func from(origin string) [2]string { return [2]string{"Origin", origin} }

func asking(method string) [2]string { return [2]string{"Access-Control-Request-Method", method} }

func authorized() [2]string { return [2]string{"Authorization", token} }

// actual is the request itself, with what every auth wants.
func (p probe) actual() request { return p.request(p.method, from(page), authorized()) }

// preflight asks for it.
func (p probe) preflight() request { return p.request("OPTIONS", from(page), asking(p.method)) }

// denied asks for it from a page that no policy lists.
func (p probe) denied() request {
	return p.request("OPTIONS", from("https://evil.example"), asking(p.method))
}

// options is for the user's own OPTIONS route.
func (p probe) options() request { return p.request("OPTIONS", from(page), authorized()) }

// others are requests that are no preflight, or none that asks about a method.
func (p probe) others() []request {
	return []request{
		p.actual(),
		p.options(),
		p.request(p.method),
		p.request(p.method, from(page)),
		p.request(p.method, from("https://evil.example"), authorized()),
		p.request("OPTIONS"),
		p.request("OPTIONS", asking(p.method), authorized()),
		p.request("OPTIONS", from(page), asking("P(T"), authorized()),
		p.request("OPTIONS", from(page), asking(p.method), asking(p.method)),
		p.request("POST", from(page), asking(p.method), authorized()),
	}
}

// place is a route of a set, as seen from outside.
type place struct {
	host    string
	pattern string
	methods []string
}

// places lists them, with prefixes in front.
func (s *set) places() []place { return placesOf(s.elements, "api.example.com", "") }

func placesOf(elements []element, at, prefix string) (all []place) {
	for i := range elements {
		switch e := &elements[i]; e.kind {
		case route:
			all = append(all, place{at, prefix + e.path, e.methods})
		case host:
			all = append(all, placesOf(e.inside, e.path, prefix)...)
		case inline:
			all = append(all, placesOf(e.inside, at, prefix)...)
		case group, mount:
			all = append(all, placesOf(e.inside, at, prefix+e.path)...)
		case use, useBelow:
		}
	}
	return all
}

// prober makes probes for a set.
type prober struct {
	*rand.Rand
	framework
	places []place
}

func (p *prober) probe() probe {
	at := place{"api.example.com", pick(p.Rand, "/nothing", "/", "/api", "/users/1"), nil}
	if len(p.places) != 0 && !chance(p.Rand, 3) {
		at = pick(p.Rand, p.places...)
	}
	q := probe{pick(p.Rand, methods()...), at.host, p.path(at.pattern)}
	if len(at.methods) != 0 && chance(p.Rand, 75) {
		q.method = pick(p.Rand, at.methods...)
	}
	switch {
	case chance(p.Rand, 1):
		q.method = "put"
	case chance(p.Rand, 2):
		q.method = pick(p.Rand, append(p.methods, "BREW")...)
	}
	if chance(p.Rand, 4) {
		q.host = pick(p.Rand, append(hosts(), "api.example.com", "a.example.com:80", "A.example.com")...)
	}
	if target := p.near(q.target); chance(p.Rand, 35) && readable(target) {
		q.target = target
	}
	return q
}

// path fills in a pattern.
func (p *prober) path(pattern string) string {
	segments := strings.Split(strings.ReplaceAll(pattern, `\:`, "\x00"), "/")
	for i, s := range segments {
		switch {
		case strings.HasPrefix(s, ":"):
			segments[i] = pick(p.Rand, "1", "42", "me", "users", "x", "posts", "v1", "api", "apiary", "a.b", "a%20b", "%C3%A9", "users:purge")
		case strings.HasPrefix(s, "*"):
			segments[i] = pick(p.Rand, "", "x", "users", "me", "1/posts", "users/1", "a/b/c")
		}
	}
	path := strings.ReplaceAll(strings.Join(segments, "/"), "\x00", ":")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if chance(p.Rand, 80) { // most groups do not repeat the slash
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// near changes a path a little.
func (p *prober) near(path string) string {
	cut := 1 + p.IntN(len(path))
	slash := strings.LastIndex(path, "/")
	return pick(p.Rand,
		path+"/", strings.TrimSuffix(path, "/"), path+"//", path+"x", path+"/x", path+"ry", path+"/..", path+"/.", path+"/../",
		path[:cut], path[:slash], path[:slash+1], "/"+path, path[:cut]+"/"+path[cut:], path[:slash]+"//"+path[slash+1:],
		path[:slash]+"%2F"+path[slash+1:], path[:slash]+"%2f"+path[slash+1:], path+"%2F", path+"%2Fx", path[:slash+1]+"x%2F"+path[slash+1:],
		strings.ToUpper(path), strings.ToLower(path), strings.Replace(path, "a", "A", 1), strings.Replace(path, "a", "%61", 1), strings.Replace(path, "s", "%73", 1),
		"/.."+path, "/x/.."+path, "/api/.."+path, "/api"+path, "/./"+path[1:], path[:slash]+"/../"+path[slash+1:], path[:slash]+"/%2e%2e"+path[slash:],
		path+"?a=/users", path+"%3F", path+";a=1", path+"%00", path+"%25", path+"*", path+":", "/nothing"+path, path+".json",
	)
}

// readable reports whether servers take a path.
func readable(target string) bool {
	_, err := url.ParseRequestURI(target)
	return err == nil && strings.HasPrefix(target, "/")
}

// known reports whether a framework routes a method at all.
func (f framework) known(method string) bool {
	return slices.Contains(f.methods, method) || method != "PURGE" && slices.Contains(methods(), method)
}
