package browser

import (
	"testing"
	"time"

	"github.com/corsuite/corsuite/internal/programs"
)

// site has the servers for one client: one for each rival, all on one network.
type site struct {
	network *network
	origin  string // of the pages
	servers []string
	control string
	visits  int
}

func newSite(t *testing.T, origin string, delay time.Duration) *site {
	t.Helper()
	s := &site{network: newNetwork(t, delay), origin: origin}
	serve := func(on server) string {
		listener := listen(t)
		start(t, on, listener)
		return "http://localhost:" + port(listener)
	}
	for _, r := range rivals() {
		s.servers = append(s.servers, serve(r.serve(s.network, rivalConfig(origin))))
	}
	s.control = serve(s.network.control())
	return s
}

// visit begins a visit to a rival and returns its calls.
func (s *site) visit(k *visitKind, rival int) []call {
	s.visits++
	s.network.begin(k.alone)
	return k.calls(s.origin, s.servers[rival], s.visits)
}

// batches is a task: the page makes the calls of each batch concurrently, one batch after
// another.
type batches struct {
	Batches [][]programs.Task `json:"batches"`
	Control string            `json:"control"`
}

// order begins a visit to a rival and returns the task for the page.
func (s *site) order(k *visitKind, rival int) batches {
	b := batches{Control: s.control}
	for i, c := range s.visit(k, rival) {
		if i <= k.alone {
			b.Batches = append(b.Batches, nil)
		}
		last := &b.Batches[len(b.Batches)-1]
		*last = append(*last, programs.NewTask(c))
	}
	return b
}
