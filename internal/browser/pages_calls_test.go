package browser

import (
	"fmt"
	"slices"

	model "github.com/corsuite/corsuite/core/browser"
)

// visitKind is a way in which a page makes its twelve calls: six sets of method and
// headers, each twice.
type visitKind struct {
	name  string
	order []int // of the sets
	// alone is the number of calls that wait for the previous answer. The other calls
	// are concurrent.
	alone int
	// apart is true if each set has its own URL, and false if all have the same.
	apart bool
	// conditional is true if the last set has If-None-Match.
	conditional bool
	// preflights has the number of preflights that reach the server.
	preflights map[manner]counts
}

// manner is a way to answer preflights.
type manner int

const (
	lists    manner = iota // lists all methods and headers that are allowed
	reflects               // reflects the requested method and headers
)

// counts has a number of preflights for each engine.
type counts [model.WebKit + 1]int

func visitKinds() []visitKind {
	const calls = 12
	passes := []int{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5}
	pairs := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}
	// Chromium and WebKit cache only one answer for a URL, so a set cannot use its
	// earlier answer. Firefox and the standard cache all answers.
	sequence := map[manner]counts{
		lists:    each(1),
		reflects: {model.Standard: 6, model.Chromium: 12, model.Firefox: 6, model.WebKit: 12},
	}
	return []visitKind{
		{name: "one after another", order: passes, alone: calls, preflights: sequence},
		{
			name: "each twice in a row", order: pairs, alone: calls,
			preflights: map[manner]counts{lists: each(1), reflects: each(6)},
		},
		{
			// If the first answer reflects the request, it covers at most the second
			// call of the first set.
			name: "one, then the others concurrently", order: passes, alone: 1,
			preflights: map[manner]counts{
				lists:    each(1),
				reflects: {model.Chromium: 12, model.Firefox: 11, model.WebKit: 12},
			},
		},
		{
			// The cache is empty, and engines do not wait for the answer to a concurrent
			// preflight. But Firefox sends the four GETs of one URL one after another,
			// so three of them find an answer.
			name: "all concurrently", order: passes,
			preflights: map[manner]counts{
				lists:    {model.Chromium: 12, model.Firefox: 9, model.WebKit: 12},
				reflects: {model.Chromium: 12, model.Firefox: 11, model.WebKit: 12},
			},
		},
		{
			// Answers are cached for each URL.
			name: "six URLs, one after another", order: passes, alone: calls, apart: true,
			preflights: map[manner]counts{lists: each(6), reflects: each(6)},
		},
		{
			// Calls with If-None-Match bypass the HTTP cache. For these, Chromium and
			// Firefox also bypass the preflight cache.
			name: "with If-None-Match, one after another", order: passes, alone: calls, conditional: true,
			preflights: map[manner]counts{
				lists:    {model.Standard: 1, model.Chromium: 3, model.Firefox: 3, model.WebKit: 1},
				reflects: {model.Standard: 6, model.Chromium: 12, model.Firefox: 7, model.WebKit: 12},
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

// traffic returns the requests that an engine or its model must send to the server.
func (k *visitKind) traffic(e model.Engine, r *rival) traffic {
	return traffic{k.preflights[r.answers][e], len(k.order)}
}

// waits reports whether every call waits for the previous one. A model can make no other
// visits.
func (k *visitKind) waits() bool { return k.alone == len(k.order) }

// calls returns the calls of the page to a server. No other visit has the same URLs.
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

// callSets returns typical calls of a page to an API. All need a preflight.
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
