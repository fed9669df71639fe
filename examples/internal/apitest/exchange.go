package apitest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// exchange is one request and what its answer must be.
type exchange struct {
	name   string
	method string
	path   string
	origin string
	header map[string]string
	body   io.Reader
	anyone bool // the policy is the feed's

	status int               // 0 for any refusal from 400 to 499
	fields map[string]string // by header name, what its value contains
	lacks  string            // a header's name
	text   string            // what the body contains
}

// asks is a preflight's header.
func asks(method, headers string) map[string]string {
	return map[string]string{"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
}

// authorized is an author's header, with more names and values in turn.
func authorized(more ...string) map[string]string {
	h := map[string]string{"Authorization": "Bearer " + Token, "Content-Type": "application/json"}
	for pair := range slices.Chunk(more, 2) {
		h[pair[0]] = pair[1]
	}
	return h
}

func (e exchange) preflight() bool {
	return e.method == http.MethodOptions && e.header["Access-Control-Request-Method"] != ""
}

// with sends the request to a server and checks the answer. It follows no
// redirect: a page on another origin could not either.
func (e exchange) with(t *testing.T, addr string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), e.method, "http://"+addr+e.path, e.body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range e.header {
		req.Header.Set(name, value)
	}
	if e.origin != "" {
		req.Header.Set("Origin", e.origin)
	}
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	e.checkAnswer(t, resp, string(body))
	e.checkCORS(t, resp)
}

func (e exchange) checkAnswer(t *testing.T, resp *http.Response, body string) {
	t.Helper()
	got := resp.StatusCode
	refused := got >= 400 && got <= 499
	switch {
	case e.status == 0 && !refused:
		t.Errorf("status %d, want a refusal; %.200s", got, body)
	case e.status != 0 && got != e.status:
		t.Errorf("status %d, want %d; %.200s", got, e.status, body)
	}
	for name, want := range e.fields {
		if got := strings.Join(resp.Header.Values(name), ", "); got == "" || !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := resp.Header.Values(e.lacks); got != nil {
		t.Errorf("%s is %q", e.lacks, got)
	}
	if !strings.Contains(body, e.text) {
		t.Errorf("the answer is %.200s, without %s", body, e.text)
	}
	// Routers answer what they have no handler for, and a preflight has no body.
	if !refused || got == http.StatusMethodNotAllowed || e.preflight() {
		return
	}
	var answer struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error == "" {
		t.Errorf("a refusal that does not say why in JSON: %.200q", body)
	}
	if got := resp.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Errorf("Content-Type is %q", got)
	}
}

// checkCORS makes sure that the page can read the answer, whatever its status,
// and that nobody else can.
func (e exchange) checkCORS(t *testing.T, resp *http.Response) {
	t.Helper()
	if e.anyone {
		if got := resp.Header.Values("Access-Control-Allow-Origin"); !slices.Equal(got, []string{"*"}) {
			t.Errorf("Access-Control-Allow-Origin is %q, so not every page can read the answer", got)
		}
		return
	}
	if vary := strings.Join(resp.Header.Values("Vary"), ", "); !strings.Contains(vary, "Origin") {
		t.Errorf("Vary is %q, so a cache would mix pages up", vary)
	}
	if e.origin == "" || e.origin == stranger {
		for _, name := range core.ResponseHeaders() {
			if got := resp.Header.Values(name); got != nil {
				t.Errorf("%s is %q, which allows a stranger something", name, got)
			}
		}
		return
	}
	if got := resp.Header.Values("Access-Control-Allow-Origin"); !slices.Equal(got, []string{e.origin}) {
		t.Errorf("Access-Control-Allow-Origin is %q, so the page cannot read status %d", got, resp.StatusCode)
	}
	if exposed := resp.Header.Get("Access-Control-Expose-Headers"); !e.preflight() && !strings.Contains(exposed, "X-Total-Count") {
		t.Errorf("X-Total-Count is not among the exposed headers %q", exposed)
	}
}
