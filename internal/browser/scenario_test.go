package browser

import (
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// Ports are known only when the servers listen, so origins name them.
const (
	page      = "http://localhost:PAGE" // where most pages are
	api       = "http://localhost:API"  // a page on the router's own origin
	elsewhere = "https://app.example.com"
)

// scenario is a page that calls fetch() on a router with a policy, or with more.
type scenario struct {
	name   string
	config core.Config // of the application; without origins it has no policy
	group  core.Config // of the group below /group
	route  core.Config // of single routes: PUT /route/items, PUT /group/own and PUT /shared/items
	origin string      // of the page; empty means page
	steps  []step
}

// policies are those of a scenario; nil where it has none.
type policies struct{ app, group, route *core.Policy }

// alone reports whether the application's policy is the only one, so that it needs no
// Install. Then an answer to a preflight lists all methods.
func (p policies) alone() bool { return p.app != nil && p.group == nil && p.route == nil }

// step is one call, and what has to come of it by the standard.
type step struct {
	reload *core.Config // the policy changes before
	host   string       // of the router's server; empty means localhost
	do     call         // URL is a path of the router; empty means /items
	wire   lines        // what reaches the server, as [place.line] puts it
	sees   string       // what the page sees, as [place.sight] puts it
	cached bool         // an engine has the answer in its HTTP cache, which the model has not
}

type (
	call    = model.Request
	headers = []model.Header
	lines   = []string
)

// What pages see of the answer to /items: the headers every page may read, and
// those that the policy exposes.
const (
	blocked    = "blocked"
	safelisted = " cache-control content-language content-type expires last-modified pragma"
	items      = "cors 200 items" + safelisted
	nothing    = "cors 200" + safelisted // to HEAD, which has no body
	own        = "basic 200 items" + safelisted + " etag x-secret x-total"
)

// answered are the headers of /items.
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

// looked are the headers that a page looks for: those of /items, and one that
// CORS adds.
func looked() []string {
	return append(strings.Fields(safelisted), "access-control-allow-origin", "etag", "set-cookie", "x-secret", "x-total")
}

// seen is what happened at one step.
type seen struct {
	wire   lines
	sees   string
	reason string // of the page or the model, for whoever reads a failure
}

func (s seen) equal(want seen) bool { return s.sees == want.sees && slices.Equal(s.wire, want.wire) }

func (s seen) String() string {
	text := s.sees + "\n\ton the wire: " + strings.Join(s.wire, " | ")
	if s.reason != "" {
		text += "\n\t" + s.reason
	}
	return text
}

// only is a policy for the pages' origin with some methods.
func only(methods ...string) core.Config {
	return core.Config{AllowOrigins: []string{page}, AllowMethods: methods}
}

// preflights counts them.
func (s seen) preflights() (n int) {
	for _, line := range s.wire {
		if strings.HasPrefix(line, "ask ") {
			n++
		}
	}
	return n
}
