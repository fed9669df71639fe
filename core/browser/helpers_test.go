package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"
)

const (
	app   = "https://app.example.com"
	api   = "https://api.example.com"
	other = "https://other.example.com"

	allowApp   = "Access-Control-Allow-Origin: " + app
	allowAll   = "Access-Control-Allow-Origin: *"
	allowNull  = "Access-Control-Allow-Origin: null"
	allowCreds = "Access-Control-Allow-Credentials: true"
)

// answer is an http.Handler that sends exactly this status and these header lines.
type answer struct {
	status int
	lines  []string
}

func say(status int, lines ...string) answer { return answer{status, lines} }

// with returns the answer with more lines.
func (a answer) with(lines ...string) answer {
	return answer{a.status, append(append([]string(nil), a.lines...), lines...)}
}

func (a answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for _, line := range a.lines {
		name, value, _ := strings.Cut(line, ":")
		w.Header()[name] = append(w.Header()[name], strings.TrimPrefix(value, " "))
	}
	w.WriteHeader(a.status)
	io.WriteString(w, "hi")
}

// allowing returns an answer that allows the origin app with credentials. lines can allow
// methods and headers.
func allowing(lines ...string) answer { return say(200, allowApp, allowCreds).with(lines...) }

func allowMethods(list string) string { return "Access-Control-Allow-Methods: " + list }
func allowHeaders(list string) string { return "Access-Control-Allow-Headers: " + list }
func maxAge(value string) string      { return "Access-Control-Max-Age: " + value }

// server calls preflight for preflights, and actual for other requests.
func server(preflight, actual http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "OPTIONS" && r.Header.Get("Access-Control-Request-Method") != "" {
			preflight.ServeHTTP(w, r)
		} else {
			actual.ServeHTTP(w, r)
		}
	})
}

// inTurn calls its handlers one after the other, and then always the last one.
func inTurn(answers ...http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		next := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// mirror allows every origin with credentials.
func mirror(lines ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(200, "Access-Control-Allow-Origin: "+r.Header.Get("Origin"), allowCreds).with(lines...).ServeHTTP(w, r)
	})
}

// agreeable allows every method and header that a preflight requests.
func agreeable() http.Handler {
	return server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		allowing(
			allowMethods(r.Header.Get("Access-Control-Request-Method")),
			allowHeaders(r.Header.Get("Access-Control-Request-Headers")),
		).ServeHTTP(w, r)
	}), allowing())
}

// hosts calls the handler for the host of the request.
func hosts(handlers map[string]http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handlers["https://"+r.Host].ServeHTTP(w, r)
	})
}

func newBrowser(h http.Handler, engine browser.Engine) *browser.Browser {
	return &browser.Browser{Transport: browser.Handler(h), Engine: engine}
}

func engines() []browser.Engine {
	return []browser.Engine{browser.Standard, browser.Chromium, browser.Firefox, browser.WebKit}
}

// fetch returns the outcome of a valid request.
func fetch(t *testing.T, b *browser.Browser, r browser.Request) browser.Outcome {
	t.Helper()
	outcome, err := b.Fetch(t.Context(), complete(r))
	if err != nil {
		t.Fatal(err)
	}
	if (outcome.Response != nil) != outcome.Allowed || (outcome.Reason == "") != outcome.Allowed || (outcome.Step == browser.StepNone) != outcome.Allowed {
		t.Fatalf("the fields of the outcome contradict each other: %+v", outcome)
	}
	return outcome
}

// complete sets the default origin and URL of the tests.
func complete(r browser.Request) browser.Request {
	if r.Origin == "" {
		r.Origin = app
	}
	if r.URL == "" {
		r.URL = api + "/posts"
	}
	return r
}

// headers returns headers from pairs of names and values.
func headers(pairs ...string) (list []browser.Header) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, browser.Header{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// trace lists the methods that were sent. A preflight is "OPTIONS" with the requested
// method and headers.
func trace(o browser.Outcome) string {
	var lines []string
	for _, e := range o.Exchanges {
		line := e.Method
		if e.Preflight {
			line = strings.TrimSpace("OPTIONS " + e.Request.Get("Access-Control-Request-Method") + " " + e.Request.Get("Access-Control-Request-Headers"))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func verdict(o browser.Outcome) string {
	if o.Allowed {
		return "allowed"
	}
	return o.Step.String()
}

// clock is a clock that the test sets.
type clock struct{ time time.Time }

func (c *clock) now() time.Time { return c.time }

// cookies returns the cookies that the answer sets.
func (a answer) cookies() []*http.Cookie {
	w := httptest.NewRecorder()
	a.ServeHTTP(w, nil)
	return w.Result().Cookies()
}
