package browser

import (
	"fmt"
	"slices"

	model "github.com/corsuite/corsuite/core/browser"
)

// visitKind is a way in which a page makes its twelve calls: six sets of method
// and headers, each twice.
type visitKind struct {
	name  string
	order []int // of the sets
	// alone is how many calls wait for the answer to the one before. The others
	// are made at once.
	alone int
	// apart is a page with a URL for each set. Otherwise all have the same.
	apart bool
	// conditional has If-None-Match in the last set.
	conditional bool
	// preflights are those that reach the server.
	preflights map[manner]counts
}

// manner is how a library answers preflights.
type manner int

const (
	lists    manner = iota // all methods and headers that are allowed
	saysBack               // the method and headers that were asked for
)

// counts are numbers of preflights by engine.
type counts [model.WebKit + 1]int

func visitKinds() []visitKind {
	const calls = 12
	passes := []int{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5}
	pairs := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}
	// Chromium and WebKit keep one answer for a URL, so a set that comes round
	// again finds that of another set. Firefox and the standard keep all.
	sequence := map[manner]counts{
		lists:    each(1),
		saysBack: {model.Standard: 6, model.Chromium: 12, model.Firefox: 6, model.WebKit: 12},
	}
	return []visitKind{
		{name: "one after another", order: passes, alone: calls, preflights: sequence},
		{
			name: "each twice in a row", order: pairs, alone: calls,
			preflights: map[manner]counts{lists: each(1), saysBack: each(6)},
		},
		{
			// The first answer covers the first set's second call at most, if it
			// says back what was asked.
			name: "one, then the others at once", order: passes, alone: 1,
			preflights: map[manner]counts{
				lists:    each(1),
				saysBack: {model.Chromium: 12, model.Firefox: 11, model.WebKit: 12},
			},
		},
		{
			// Nobody has an answer yet, and engines do not wait for one that is
			// under way. Firefox makes one GET of a URL at a time, so that the
			// other three come after an answer.
			name: "all at once", order: passes,
			preflights: map[manner]counts{
				lists:    {model.Chromium: 12, model.Firefox: 9, model.WebKit: 12},
				saysBack: {model.Chromium: 12, model.Firefox: 11, model.WebKit: 12},
			},
		},
		{
			// Answers are kept for each URL.
			name: "six URLs, one after another", order: passes, alone: calls, apart: true,
			preflights: map[manner]counts{lists: each(6), saysBack: each(6)},
		},
		{
			// Chromium and Firefox ask anew for every call with If-None-Match,
			// whatever they keep, as they go past the HTTP cache for it.
			name: "with If-None-Match, one after another", order: passes, alone: calls, conditional: true,
			preflights: map[manner]counts{
				lists:    {model.Standard: 1, model.Chromium: 3, model.Firefox: 3, model.WebKit: 1},
				saysBack: {model.Standard: 6, model.Chromium: 12, model.Firefox: 7, model.WebKit: 12},
			},
		},
	}
}

func each(n int) (all counts) {
	for i := range all {
		all[i] = n
	}
	return all
}

// traffic returns what has to reach the server in an engine, and in its model.
func (k *visitKind) traffic(e model.Engine, r *rival) traffic {
	return traffic{k.preflights[r.answers][e], len(k.order)}
}

// waits reports whether every call waits for the one before, as those of the
// model do.
func (k *visitKind) waits() bool { return k.alone == len(k.order) }

// calls returns the page's calls to a server, on URLs that no other visit has.
func (k *visitKind) calls(origin, server string, visit int) (all []call) {
	sets := callSets()
	if k.conditional {
		last := &sets[len(sets)-1]
		last.Headers = slices.Concat(last.Headers, headers{{Name: "If-None-Match", Value: `"0"`}})
	}
	for _, set := range k.order {
		c := sets[set]
		c.Origin = origin
		c.URL = fmt.Sprintf("%s/%d/items", server, visit)
		if k.apart {
			c.URL += fmt.Sprint(set)
		}
		all = append(all, c)
	}
	return all
}

// callSets are what a page does with an API. None goes without a preflight.
func callSets() []call {
	token := model.Header{Name: "Authorization", Value: "Bearer t"}
	json := model.Header{Name: "Content-Type", Value: "application/json"}
	body := model.Text(`{"name":"x"}`)
	return []call{
		{Method: "GET", Headers: headers{token}},
		{Method: "POST", Headers: headers{json}, Body: body},
		{Method: "PUT", Headers: headers{json, token}, Body: body},
		{Method: "PATCH", Headers: headers{{Name: "X-Request-Id", Value: "1"}}},
		{Method: "DELETE", Headers: headers{token}},
		{Method: "GET", Headers: headers{{Name: "X-Requested-With", Value: "fetch"}}},
	}
}
