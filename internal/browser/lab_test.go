package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/internal/programs"
)

// client sends the request of a page. It is an engine or a model.
type client interface {
	fetch(ctx context.Context, p place) (report, error)
}

// engineClient is a page in an engine.
type engineClient struct{ *programs.Client }

func open(t *testing.T, l *lab, p programs.Program) engineClient {
	t.Helper()
	return engineClient{programs.Open(t.Context(), t, l.pages, p)}
}

func (c engineClient) fetch(ctx context.Context, p place) (report, error) {
	r, err := c.Fetch(ctx, p.call)
	return report{Report: r}, err
}

// lab has the servers for one client: one for pages, and one for each router with an
// application for each scenario.
type lab struct {
	wire  wire
	pages *programs.Pages
	cells []cell
}

// cell is one scenario on one router.
type cell struct {
	scenario scenario
	router   string
	place    place // without the fields of a step
	policies policies
}

func newLab(t *testing.T, scenarios []scenario) *lab {
	t.Helper()
	l := &lab{pages: programs.ServePages(t)}
	f := front{page: l.pages.HTML, wire: &l.wire}
	for _, r := range routers() {
		listener := listen(t)
		apps := make(map[string]policies)
		for i, s := range scenarios {
			c := cell{scenario: s, router: r.name}
			c.place = place{pagePort: l.pages.Port, apiPort: port(listener), prefix: fmt.Sprintf("/%s/%d", r.name, i)}
			c.policies = policies{c.policy(t, s.config), c.policy(t, s.group), c.policy(t, s.route)}
			apps[c.place.prefix] = c.policies
			l.cells = append(l.cells, c)
		}
		start(t, r.serve(f, apps), listener)
	}
	return l
}

func (c cell) policy(t *testing.T, cfg core.Config) *core.Policy {
	t.Helper()
	if len(cfg.AllowOrigins) == 0 {
		return nil
	}
	policy, err := core.NewPolicy(c.place.fillConfig(cfg))
	if err != nil {
		t.Fatalf("%s: %v", c.scenario.name, err)
	}
	return policy
}

// play runs the steps of a cell.
func (l *lab) play(ctx context.Context, cl client, c cell) (all []seen, err error) {
	for i, st := range c.scenario.steps {
		if st.reload != nil {
			if err := c.policies.app.Reload(c.place.fillConfig(*st.reload)); err != nil {
				return nil, err
			}
		}
		p := c.place.at(c.scenario, st)
		r, err := cl.fetch(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("%s on %s, step %d: %w", c.scenario.name, c.router, i+1, err)
		}
		arrived := l.wire.take()
		if err := p.compare(r.exchanges, arrived); err != nil {
			return nil, fmt.Errorf("%s on %s, step %d: %w", c.scenario.name, c.router, i+1, err)
		}
		s := seen{sees: p.sight(r), reason: r.Error}
		for _, r := range arrived {
			s.wire = append(s.wire, p.line(r))
		}
		all = append(all, s)
	}
	return all, nil
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func port(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// start serves until the test ends.
func start(t *testing.T, s server, l net.Listener) {
	t.Helper()
	served := make(chan error, 1)
	go func() { served <- s.serve(l) }()
	t.Cleanup(func() {
		if err := s.shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil && !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}
