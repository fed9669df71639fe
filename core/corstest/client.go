package corstest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

// The origins of the pages in tests. [Policy] allows Page and denies Stranger.
const (
	Page     = app
	Stranger = evil
)

// Policy returns a policy that allows the origin [Page] with credentials, the method PUT
// and the request header Content-Type, and exposes X-Total.
func Policy(tb testing.TB) *core.Policy {
	tb.Helper()
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins:     []string{Page},
		AllowMethods:     []string{"PUT"},
		AllowHeaders:     []string{"Content-Type"},
		ExposeHeaders:    []string{"X-Total"},
		AllowCredentials: true,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return policy
}

// The CORS and Vary lines of the answers of [Policy], in the form of [Answer.CORS].
// Allowed and Denied are for actual requests, Approved and Refused for preflights.
const (
	Allowed  = "Allow-Credentials: true\nAllow-Origin: " + Page + "\nExpose-Headers: X-Total\n" + varyOrigin
	Denied   = varyOrigin
	Approved = "Allow-Credentials: true\nAllow-Headers: Content-Type\nAllow-Methods: PUT\nAllow-Origin: " + Page + "\nMax-Age: 600\n" + varyOptions
	Refused  = varyOptions
)

// Answer is the part of a response that tests compare.
type Answer struct {
	Status int
	CORS   string // CORS and Vary lines without "Access-Control-", sorted
	Body   string
}

// Client sends requests to one server in one test. A method that finds a difference
// reports it with tb.Error.
type Client struct {
	tb        testing.TB
	transport http.RoundTripper
	addr      string
}

// Open starts a server and returns a client for it. The server stops when the test ends.
func Open(tb testing.TB, s Server) *Client {
	tb.Helper()
	addr, stop, err := start(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := stop(); err != nil {
			tb.Error(err)
		}
	})
	return &Client{tb, s.Transport, addr}
}

// Addr returns the address of the server's socket.
func (c *Client) Addr() string { return c.addr }

// Ask sends a request in process and over a socket, and requires equal answers. The head
// is "GET /items?page=1", then one header field per line.
func (c *Client) Ask(head string) Answer {
	c.tb.Helper()
	socket, err := dial(c.tb.Context(), c.addr, func() error { return nil })
	if err != nil {
		c.tb.Fatal(err)
	}
	inProcess, overSocket := c.ask(processAsker{c.transport}, head), c.ask(socket, head)
	if inProcess != overSocket {
		c.tb.Errorf("%.200q: the answer in process is %+v, the answer over a socket is %+v; want equal answers", head, inProcess, overSocket)
	}
	return inProcess
}

func (c *Client) ask(a asker, head string) Answer {
	c.tb.Helper()
	res, body, err := a.ask(c.tb.Context(), head)
	if err = errors.Join(err, a.close()); err != nil {
		c.tb.Fatalf("%.200q: %v", head, err)
	}
	if strings.HasPrefix(head, http.MethodHead+" ") {
		body = "" // in process, the answer to HEAD may have a body
	}
	return Answer{res.StatusCode, strings.Join(lines(res.Header), "\n"), body}
}

// Want sends a request as [Client.Ask] does, and compares the answer. If want.Body is
// empty, it does not compare the body.
func (c *Client) Want(head string, want Answer) {
	c.tb.Helper()
	got := c.Ask(head)
	if want.Body == "" {
		got.Body = ""
	}
	if got != want {
		c.tb.Errorf("the answer to %.200q differs:\ngot  %+v\nwant %+v", head, got, want)
	}
}

// Answers sends each request for an allowed and for a denied page, and compares status,
// body and the headers of [Policy]. The keys are heads such as "GET /items"; the CORS
// field of the values is not used.
func (c *Client) Answers(want map[string]Answer) {
	c.tb.Helper()
	for head, answer := range want {
		for origin, cors := range map[string]string{Page: Allowed, Stranger: Denied} {
			answer.CORS = cors
			c.Want(head+"\nOrigin: "+origin, answer)
		}
	}
}

// Fetch returns the outcome of fetch() in a browser. r.URL is a path. If r.Origin is
// empty, the page is [Page]. The default of r.Credentials is [browser.Include].
func (c *Client) Fetch(r browser.Request) browser.Outcome {
	c.tb.Helper()
	if r.Origin == "" {
		r.Origin = Page
	}
	if r.Credentials == browser.SameOriginCredentials {
		r.Credentials = browser.Include
	}
	r.URL = "http://" + c.addr + r.URL
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	outcome, err := (&browser.Browser{Transport: transport}).Fetch(c.tb.Context(), r)
	if err != nil {
		c.tb.Fatal(err)
	}
	return outcome
}

// Reads requires that the page can read an answer with the given status, and that a page
// on [Stranger] cannot.
func (c *Client) Reads(r browser.Request, status int) {
	c.tb.Helper()
	outcome := c.Fetch(r)
	if !outcome.Allowed || outcome.Response.Status != status {
		c.tb.Errorf("%s %s: the page has to be able to read an answer with status %d; got %+v %s", r.Method, r.URL, status, outcome.Response, outcome.Reason)
	}
	r.Origin = Stranger
	if outcome := c.Fetch(r); outcome.Allowed {
		c.tb.Errorf("%s %s: a page on %s can read the answer, although the policy denies that origin", r.Method, r.URL, Stranger)
	}
}

// Blocked requires that the browser blocks the page at the given step.
func (c *Client) Blocked(r browser.Request, step browser.Step) {
	c.tb.Helper()
	if outcome := c.Fetch(r); outcome.Allowed || outcome.Step != step {
		c.tb.Errorf("%s %s: the browser has to block the page at step %q; got %+v, step %q: %s", r.Method, r.URL, step, outcome.Response, outcome.Step, outcome.Reason)
	}
}

// Place is one way to register [Policy] in an application that has GET and PUT for
// /api/posts.
type Place struct {
	Name   string
	Server Server
	// Covers names the answers that have the policy's headers: "preflight" of PUT
	// /api/posts, "preflight 404" of PUT /api/none, "actual", "404" and "405".
	Covers []string
}

// CheckPlaces requires that each place covers exactly the answers that it lists. It is
// for tables in the documentation of an adapter.
func CheckPlaces(t *testing.T, places []Place) {
	for _, p := range places {
		t.Run(p.Name, func(t *testing.T) {
			c := Open(t, p.Server)
			for name, request := range map[string]struct{ head, covered string }{
				"preflight":     {asks("PUT", "/api/posts", Page), Approved},
				"preflight 404": {asks("PUT", "/api/none", Page), Approved},
				"actual":        {"GET /api/posts\nOrigin: " + Page, Allowed},
				"404":           {"GET /api/none\nOrigin: " + Page, Allowed},
				"405":           {"DELETE /api/posts\nOrigin: " + Page, Allowed},
			} {
				want := ""
				if slices.Contains(p.Covers, name) {
					want = request.covered
				}
				if got := c.Ask(request.head); got.CORS != want {
					t.Errorf("%s: got %+v, want the CORS and Vary lines %q", name, got, want)
				}
			}
		})
	}
}
