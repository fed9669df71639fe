// Package rules has the CORS policies of a blog's API. The example programs share
// it, so that each shows its own router and little else.
package rules

import (
	"log/slog"

	"github.com/corsuite/corsuite/core"
)

// Policies are one for the whole API and two for groups of routes, which differ
// from it.
type Policies struct {
	// Readers lets the blog's own pages read, also what is no route.
	Readers *core.Policy
	// Authors lets them write too.
	Authors *core.Policy
	// Feed lets every page read.
	Feed *core.Policy
}

// New returns the policies of a blog whose pages are on the origins. They log why
// browsers block other pages, and what would let them in; a nil log is none. The
// error tells what is wrong with an origin.
func New(origins []string, log *slog.Logger) (p Policies, err error) {
	p.Readers, err = core.NewPolicy(core.Config{
		AllowOrigins:  origins,
		ExposeHeaders: []string{"X-Request-Id", "X-Total-Count"},
	}, core.WithName("readers"), core.WithLogger(log))
	if err != nil {
		return Policies{}, err
	}
	p.Authors, err = core.NewPolicy(core.Config{
		AllowOrigins:  origins,
		AllowMethods:  []string{"DELETE"},
		AllowHeaders:  []string{"Authorization", "Content-Type"},
		ExposeHeaders: []string{"Location", "X-Request-Id", "X-Total-Count"},
	}, core.WithName("authors"), core.WithLogger(log))
	if err != nil {
		return Policies{}, err
	}
	p.Feed, err = core.NewPolicy(core.Config{
		AllowOrigins:  []string{"*"},
		AllowHeaders:  []string{"If-None-Match"},
		ExposeHeaders: []string{"X-Total-Count"},
	}, core.WithName("feed"), core.WithLogger(log))
	return p, err
}
