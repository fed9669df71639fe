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

// The pages that tests come from: the policy of [Policy] allows Page and denies
// Stranger.
const (
	Page     = app
	Stranger = evil
)

// Policy returns a policy with credentials that allows the origin [Page], the method
// PUT and the request header Content-Type, and exposes X-Total.
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

// The CORS and Vary lines of the answers of [Policy], as [Answer] has them.
const (
	Allowed  = "Allow-Credentials: true\nAllow-Origin: " + Page + "\nExpose-Headers: X-Total\n" + varyOrigin
	Denied   = varyOrigin
	Approved = "Allow-Credentials: true\nAllow-Headers: Content-Type\nAllow-Methods: PUT\nAllow-Origin: " + Page + "\nMax-Age: 600\n" + varyOptions
	Refused  = varyOptions
)

// Answer is what a client sees of a response.
type Answer struct {
	Status int
	CORS   string // CORS and Vary lines without "Access-Control-", sorted
	Body   string
}

// Client asks a server in one test.
type Client struct {
	tb        testing.TB
	transport http.RoundTripper
	addr      string
}

// Open starts a server, which ends with the test, and returns a client of it.
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

// Ask sends a request in process and over a socket, and requires the same answer to
// both. The head is "GET /items", then a field line a line.
func (c *Client) Ask(head string) Answer {
	c.tb.Helper()
	socket, err := dial(c.tb.Context(), c.addr, func() error { return nil })
	if err != nil {
		c.tb.Fatal(err)
	}
	inProcess, overSocket := c.ask(processAsker{c.transport}, head), c.ask(socket, head)
	if inProcess != overSocket {
		c.tb.Errorf("%.200q: in process %+v, over a socket %+v", head, inProcess, overSocket)
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
		body = "" // in process, there may be one
	}
	return Answer{res.StatusCode, strings.Join(lines(res.Header), "\n"), body}
}

// Want requires an answer. An empty body is not compared.
func (c *Client) Want(head string, want Answer) {
	c.tb.Helper()
	got := c.Ask(head)
	if want.Body == "" {
		got.Body = ""
	}
	if got != want {
		c.tb.Errorf("%.200q:\ngot  %+v\nwant %+v", head, got, want)
	}
}

// Answers requires statuses and bodies of requests, and the right headers of [Policy]
// on each for an allowed and for a denied page. The key is "GET /items".
func (c *Client) Answers(want map[string]Answer) {
	c.tb.Helper()
	for head, answer := range want {
		for origin, cors := range map[string]string{Page: Allowed, Stranger: Denied} {
			answer.CORS = cors
			c.Want(head+"\nOrigin: "+origin, answer)
		}
	}
}

// Fetch has a page call fetch(): [Page] with credentials, unless r says otherwise.
// r.URL is a path.
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

// Reads requires that the page can read an answer of that status, and that a page
// that the policy denies cannot read it.
func (c *Client) Reads(r browser.Request, status int) {
	c.tb.Helper()
	outcome := c.Fetch(r)
	if !outcome.Allowed || outcome.Response.Status != status {
		c.tb.Errorf("%s %s: %+v: %s; want status %d", r.Method, r.URL, outcome.Response, outcome.Reason, status)
	}
	r.Origin = Stranger
	if outcome := c.Fetch(r); outcome.Allowed {
		c.tb.Errorf("%s %s: a denied page can read it", r.Method, r.URL)
	}
}

// Blocked requires that the browser blocks the page at that step.
func (c *Client) Blocked(r browser.Request, step browser.Step) {
	c.tb.Helper()
	if outcome := c.Fetch(r); outcome.Allowed || outcome.Step != step {
		c.tb.Errorf("%s %s: %+v, %v: %s; want to be blocked at the %v", r.Method, r.URL, outcome.Response, outcome.Step, outcome.Reason, step)
	}
}

// Place is one way to register [Policy] in front of /api/posts, which has GET and PUT.
type Place struct {
	Name   string
	Server Server
	// Covers names the answers that have the policy's headers: "preflight" of PUT
	// /api/posts, "preflight 404" of PUT /api/none, "actual", "404" and "405".
	Covers []string
}

// CheckPlaces compares places with what they cover, for an adapter's documentation.
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
					t.Errorf("%s: got %+v, want the lines\n%s", name, got, want)
				}
			}
		})
	}
}
