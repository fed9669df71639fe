package corstest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
)

// testCase is one application and its requests, which are sent one after the other on
// one connection.
type testCase struct {
	name    string
	configs []core.Config // the policies, the outermost first
	outer   func(Header)  // called before the policies
	after   func(Header)  // called after the policies and the handler have returned
	handle  func(Header)  // called by the handler
	keep    bool          // KeepCORS is between the policies and the handler
	steps   []step
}

// step is one request and the wanted answer.
type step struct {
	request   string   // "GET /items", then one header field per line
	status    int      // of the answer, or passed
	want      []string // all CORS and Vary lines, without "Access-Control-"
	unchecked bool     // the answer is not compared
}

const (
	handled = http.StatusOK // the status of the handler; nothing else answers with it
	passed  = 0             // the router answers, with its own status
)

// path is the path of the application's handler.
const path = "/items"

// check builds the application and sends its requests.
func (c testCase) check(ctx context.Context, build Build, w way) error {
	var ran runs
	app := App{
		Outer: c.around, Inner: ran.inner, Keep: c.keep, Path: path, Status: handled,
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

// runs counts the calls of the middleware and the handler inside the policies.
type runs struct{ middleware, handler atomic.Int64 }

func (r *runs) inner(_ Header, next func()) {
	r.middleware.Add(1)
	next()
}

// ask sends the requests one after the other and compares the answers.
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
		if s.unchecked {
			continue
		}
		if err := s.compare(res, body, r); err != nil {
			return fmt.Errorf("%.200q: %w", s.request, err)
		}
	}
	return nil
}

// compare returns an error for each difference between the wanted answer and res. The
// errors say what the adapter has to do.
func (s step) compare(res *http.Response, body string, ran *runs) error {
	var problems []error
	routed := s.status == http.StatusNotFound || s.status == passed
	switch {
	case s.status == passed && (res.StatusCode < 300 && res.StatusCode != http.StatusNoContent || res.StatusCode == http.StatusForbidden):
		problems = append(problems, fmt.Errorf("the answer has status %d, which is not that of the router", res.StatusCode))
	case s.status != passed && res.StatusCode != s.status:
		problems = append(problems, fmt.Errorf("the answer has status %d, want %d", res.StatusCode, s.status))
	}
	want := int64(0)
	if s.status == handled {
		want = 1
	}
	if calls := ran.handler.Load(); calls != want {
		problems = append(problems, fmt.Errorf("the handler was called %d times, want %d", calls, want))
	}
	if calls := ran.middleware.Load(); calls != want && !routed {
		problems = append(problems, fmt.Errorf("the middleware inside the policy was called %d times, want %d", calls, want))
	}
	if s.status != handled && !routed && body != "" {
		problems = append(problems, fmt.Errorf("the answer to a preflight has a body of %d bytes, want none", len(body)))
	}
	if len(problems) != 0 {
		problems = append(problems, errors.New(s.rule()))
	}
	if got, want := lines(res.Header), slices.Sorted(slices.Values(s.want)); !slices.Equal(got, want) {
		list := func(lines []string) string { return cmp.Or(strings.Join(lines, "\n\t"), "(none)") }
		problems = append(problems, fmt.Errorf("the answer has these CORS and Vary lines (without \"Access-Control-\"):\n\t%s\nthe adapter has to write exactly these:\n\t%s", list(got), list(want)))
	}
	return errors.Join(problems...)
}

// rule returns what the adapter has to do with the request, apart from the headers.
func (s step) rule() string {
	switch s.status {
	case handled:
		return "the adapter has to call the next handler, once"
	case passed, http.StatusNotFound:
		return "the adapter has to leave this request to the router, which has no route for it"
	default:
		return "the adapter has to answer with the wanted status and no body, and must not call the next handler"
	}
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
