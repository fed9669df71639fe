package bench

import (
	"fmt"
	"slices"
	"strings"
)

// named returns the server of the cell "router/case/cors".
func named(cell string) (server, error) {
	names := strings.SplitN(cell, "/", 3)
	for _, r := range routers() {
		for _, g := range groups() {
			for _, s := range g.scenarios {
				for _, rival := range r.rivals {
					if slices.Equal(names, []string{r.name, s.name, rival.name}) {
						return rival.build(&g, g.config())(&s.request), nil
					}
				}
			}
		}
	}
	return server{}, fmt.Errorf("there is no cell %q", cell)
}

// repeat is what valgrind measures.
//
//go:noinline
func repeat(srv server, requests int) {
	for range requests {
		srv.serve()
	}
}
