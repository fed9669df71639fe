package main

import (
	"slices"
	"sync"

	"github.com/corsuite/corsuite/core"
)

// Limits of the recorder, so that clients cannot fill the memory.
const (
	maxCalls     = 512     // enough for several runs of the page
	maxExchanges = 8       // of one call
	maxKey       = 64      // bytes
	maxExchange  = 8 << 10 // bytes of text
)

// exchange is one request and its answer, as they were sent. Its strings do not share memory
// with the server.
type exchange struct {
	method   string
	target   string
	cors     core.Request
	request  []field
	status   int
	response []field
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// recorder keeps the latest exchanges of each call. The key of a call is in the query of its
// URL, so a preflight and its request have the same key. A recorder is safe for concurrent
// use.
type recorder struct {
	mu    sync.Mutex
	calls map[string][]exchange
	order []string // the keys of calls, oldest first
}

func newRecorder() *recorder {
	return &recorder{calls: make(map[string][]exchange)}
}

// exchanges returns the exchanges of a call, in the order of the answers.
func (rec *recorder) exchanges(key string) []exchange {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return slices.Clone(rec.calls[key])
}

// keep records an exchange, unless it is above a limit. The calls of the page are below all
// limits.
func (rec *recorder) keep(key string, x exchange) {
	if key == "" || len(key) > maxKey || x.size() > maxExchange {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	known, ok := rec.calls[key]
	switch {
	case len(known) == maxExchanges:
		return
	case !ok:
		if len(rec.order) == maxCalls {
			delete(rec.calls, rec.order[0])
			rec.order = slices.Delete(rec.order, 0, 1)
		}
		rec.order = append(rec.order, key)
	}
	rec.calls[key] = append(known, x)
}

func (x *exchange) size() int {
	n := len(x.method) + len(x.target)
	for _, fields := range [][]field{x.request, x.response} {
		for _, f := range fields {
			n += len(f.Name) + len(f.Value)
		}
	}
	return n
}
