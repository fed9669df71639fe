package corstest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
)

// testCase is one application and the requests that it gets, one after the
// other on one connection.
type testCase struct {
	name    string
	configs []core.Config // the policies, the outermost first
	outer   func(Header)  // runs before the policies
	after   func(Header)  // runs when they and the handler are done
	handle  func(Header)
	steps   []step
}

// step is one request and all that its answer must be.
type step struct {
	request string   // "GET /items", then a field line a line
	status  int      // 200 is the handler's
	want    []string // every CORS and Vary line, without "Access-Control-"
	spoiled bool     // the handler spoils its own answer, which is not looked at
}

const (
	handled = http.StatusOK // only the handler answers so
	passed  = 0             // for the router's own answer, whose status is its business
)

// path is where the application's handler is.
const path = "/items"

// check builds the application and asks it.
func (c testCase) check(ctx context.Context, build Build, w way) error {
	var ran runs
	app := App{
		Outer: c.around, Inner: ran.inner, Path: path, Status: handled,
		Methods: []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"},
		Handle: func(h Header) {
			ran.handler.Add(1)
			if c.handle != nil {
				c.handle(h)
			}
		},
	}
	for _, cfg := range c.configs {
		policy, err := core.NewPolicy(cfg)
		if err != nil {
			return err
		}
		app.Policies = append(app.Policies, policy)
	}
	return ran.ask(ctx, build(app), w, c.steps)
}

func (c testCase) around(h Header, next func()) {
	if c.outer != nil {
		c.outer(h)
	}
	next()
	if c.after != nil {
		c.after(h)
	}
}

// runs counts how often code behind the policies runs.
type runs struct{ middleware, handler atomic.Int64 }

func (r *runs) inner(_ Header, next func()) {
	r.middleware.Add(1)
	next()
}

// ask sends one request after the other.
func (r *runs) ask(ctx context.Context, s Server, w way, steps []step) (err error) {
	a, err := w.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	for _, s := range steps {
		r.middleware.Store(0)
		r.handler.Store(0)
		res, body, err := a.ask(ctx, s.request)
		if err != nil {
			return fmt.Errorf("%.200q: %w", s.request, err)
		}
		if s.spoiled {
			continue
		}
		if err := s.compare(res, body, r); err != nil {
			return fmt.Errorf("%.200q: %w", s.request, err)
		}
	}
	return nil
}

// compare reports everything that is wrong with an answer.
func (s step) compare(res *http.Response, body string, ran *runs) error {
	var problems []error
	switch {
	case s.status == passed && (res.StatusCode < 300 && res.StatusCode != http.StatusNoContent || res.StatusCode == http.StatusForbidden):
		problems = append(problems, fmt.Errorf("status %d, want that of the router", res.StatusCode))
	case s.status != passed && res.StatusCode != s.status:
		problems = append(problems, fmt.Errorf("status %d, want %d", res.StatusCode, s.status))
	}
	want := int64(0)
	if s.status == handled {
		want = 1
	}
	if calls := ran.handler.Load(); calls != want {
		problems = append(problems, fmt.Errorf("the handler ran %d times, want %d", calls, want))
	}
	if calls := ran.middleware.Load(); calls != want && s.status != http.StatusNotFound && s.status != passed {
		problems = append(problems, fmt.Errorf("middleware behind the policy ran %d times, want %d", calls, want))
	}
	if got, want := lines(res.Header), slices.Sorted(slices.Values(s.want)); !slices.Equal(got, want) {
		problems = append(problems, fmt.Errorf("headers\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t")))
	}
	if s.status != handled && s.status != http.StatusNotFound && s.status != passed && body != "" {
		problems = append(problems, fmt.Errorf("a preflight's answer has a body of %d bytes", len(body)))
	}
	return errors.Join(problems...)
}

// lines returns the CORS and Vary lines of an answer, sorted.
func lines(h http.Header) (lines []string) {
	for name, values := range h {
		short, cors := strings.CutPrefix(name, "Access-Control-")
		if !cors && name != "Vary" {
			continue
		}
		for _, value := range values {
			lines = append(lines, short+": "+value)
		}
	}
	slices.Sort(lines)
	return lines
}
