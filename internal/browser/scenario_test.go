package browser

import (
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// PAGE and API are placeholders for ports, which are known when the servers listen.
const (
	page      = "http://localhost:PAGE" // the origin of most pages
	api       = "http://localhost:API"  // the origin of the router
	elsewhere = "https://app.example.com"
)

// scenario is a page that calls fetch() on a router with one or more policies.
type scenario struct {
	name   string
	config core.Config // of the application; without origins it has no policy
	group  core.Config // of the group below /group
	route  core.Config // of single routes: PUT /route/items, PUT /group/own and PUT /shared/items
	origin string      // of the page; empty means page
	steps  []step
}

// policies are the policies of a scenario, or nil.
type policies struct{ app, group, route *core.Policy }

// alone reports whether only the application has a policy. Then it does not need Install,
// and preflight answers list all methods.
func (p policies) alone() bool { return p.app != nil && p.group == nil && p.route == nil }

// step is one call, with its result according to the standard.
type step struct {
	reload *core.Config // for the policy, before the call
	host   string       // of the router's server; empty means localhost
	do     call         // URL is a path of the router; empty means /items
	wire   lines        // the requests that reach the server, by [place.line]
	sees   string       // the result for the page, by [place.sight]
	cached bool         // engines use their HTTP cache; the model has none
}

type (
	call    = model.Request
	headers = []model.Header
	lines   = []string
)

// These are results for /items. Every page may read the headers in safelisted.
const (
	blocked    = "blocked"
	safelisted = " cache-control content-language content-type expires last-modified pragma"
	items      = "cors 200 items" + safelisted
	nothing    = "cors 200" + safelisted // for HEAD, whose answer has no body
	own        = "basic 200 items" + safelisted + " etag x-secret x-total"
)

// answered returns the headers of /items.
func answered() map[string]string {
	return map[string]string{
		"cache-control":    "no-store",
		"content-language": "en",
		"content-type":     "text/plain; charset=utf-8",
		"etag":             `"1"`,
		"expires":          "Thu, 01 Jan 1970 00:00:00 GMT",
		"last-modified":    "Wed, 01 Jan 2025 00:00:00 GMT",
		"pragma":           "no-cache",
		"x-secret":         "swordfish",
		"x-total":          "3",
	}
}

// looked returns the headers that sight reports: those of /items, and two others.
func looked() []string {
	return append(strings.Fields(safelisted), "access-control-allow-origin", "etag", "set-cookie", "x-secret", "x-total")
}

// seen is the result of one step.
type seen struct {
	wire   lines
	sees   string
	reason string // the error of the page or the model, for the test's log
}

func (s seen) equal(want seen) bool { return s.sees == want.sees && slices.Equal(s.wire, want.wire) }

func (s seen) String() string {
	text := s.sees + "\n\ton the wire: " + strings.Join(s.wire, " | ")
	if s.reason != "" {
		text += "\n\t" + s.reason
	}
	return text
}

// only returns a config for the origin of most pages, with these methods.
func only(methods ...string) core.Config {
	return core.Config{AllowOrigins: []string{page}, AllowMethods: methods}
}

// preflights returns the number of preflights.
func (s seen) preflights() (n int) {
	for _, line := range s.wire {
		if strings.HasPrefix(line, "preflight ") {
			n++
		}
	}
	return n
}
