// Package examples tests the example programs as pages meet them: each runs in a process,
// and a model of a browser sends its requests.
package examples

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core/browser"

	// The programs import these, so a change to them must not leave a cached result.
	_ "github.com/corsuite/corsuite/chiadapter"
	_ "github.com/corsuite/corsuite/core/nethttp"
	_ "github.com/corsuite/corsuite/echoadapter"
	_ "github.com/corsuite/corsuite/echov5adapter"
	_ "github.com/corsuite/corsuite/fiberadapter"
	_ "github.com/corsuite/corsuite/fiberv3adapter"
	_ "github.com/corsuite/corsuite/ginadapter"
)

const (
	page     = "https://app.example.com"
	devPage  = "http://localhost:3000"
	stranger = "https://other.example.net"
)

// exchange is what a page asks for, and what it gets.
type exchange struct {
	name, origin, method, path string
	headers                    []browser.Header
	body                       string

	blocked  browser.Step // where the browser blocks the page
	status   int          // of the last answer, be it a preflight's; 0 for any
	text     string       // in the body that the page reads
	location string       // that the page reads
	log      []string     // in one line
}

func exchanges() []exchange {
	json := []browser.Header{{Name: "Content-Type", Value: "application/json"}}
	token := []browser.Header{{Name: "Authorization", Value: "Bearer secret"}}
	wrong := []browser.Header{{Name: "Authorization", Value: "Bearer guess"}}
	debug := []browser.Header{{Name: "X-Debug", Value: "1"}}
	const title = `{"title":"New"}`
	return []exchange{
		{name: "list", origin: page, method: "GET", path: "/posts", status: 200, text: `"title":"Hello"`},
		{name: "list in development", origin: devPage, method: "GET", path: "/posts", status: 200, text: `"title":"Hello"`},
		{name: "create", origin: page, method: "POST", path: "/posts", headers: json, body: title, status: 201, location: "/posts/2"},
		{name: "delete", origin: page, method: "DELETE", path: "/posts/1", headers: token, status: 204},

		{name: "no JSON", origin: page, method: "POST", path: "/posts", headers: json, body: title[:9], status: 400},
		{name: "wrong token", origin: page, method: "DELETE", path: "/posts/1", headers: wrong, status: 401},
		{name: "no token", origin: page, method: "DELETE", path: "/posts/1", status: 401},
		{name: "unknown path", origin: page, method: "GET", path: "/comments", status: 404},
		{name: "unknown path with a token", origin: page, method: "DELETE", path: "/comments", headers: token, status: 404},
		{name: "slash too many", origin: page, method: "GET", path: "/posts/"},
		{name: "method without a route", origin: page, method: "GET", path: "/posts/1", status: 405},
		{name: "allowed method without a route", origin: page, method: "DELETE", path: "/posts", headers: token, status: 405},
		{name: "panic", origin: page, method: "GET", path: "/panic", status: 500},
		{name: "method that is not allowed", origin: page, method: "PUT", path: "/posts", blocked: browser.StepMethod, status: 204},
		{name: "header that is not allowed", origin: page, method: "GET", path: "/posts", headers: debug, blocked: browser.StepHeaders, status: 204,
			log: []string{"policy=api", "x-debug", "AllowHeaders"}},

		{name: "stranger's list", origin: stranger, method: "GET", path: "/posts", blocked: browser.StepResponse, status: 200,
			log: []string{"policy=api", stranger, "AllowOrigins"}},
		{name: "stranger's post", origin: stranger, method: "POST", path: "/posts", headers: json, body: title, blocked: browser.StepPreflight, status: 403},
		{name: "stranger's deletion", origin: stranger, method: "DELETE", path: "/posts/1", headers: token, blocked: browser.StepPreflight, status: 403},
		{name: "stranger's unknown path", origin: stranger, method: "GET", path: "/comments", blocked: browser.StepResponse, status: 404},
		{name: "stranger's panic", origin: stranger, method: "GET", path: "/panic", blocked: browser.StepResponse, status: 500},

		{name: "feed", origin: stranger, method: "GET", path: "/feed", status: 200, text: `"title":"Hello"`},
		{name: "page's feed", origin: page, method: "GET", path: "/feed", status: 200, text: `"title":"Hello"`},
		{name: "feed with a header", origin: stranger, method: "GET", path: "/feed", headers: debug, blocked: browser.StepHeaders, status: 204,
			log: []string{"policy=feed", "x-debug", "AllowHeaders"}},
		{name: "feed with the API's header", origin: page, method: "GET", path: "/feed", headers: token, blocked: browser.StepHeaders, status: 204},
	}
}

func TestExamples(t *testing.T) {
	programs := []string{"./gin", "./echo", "./echov5", "./chi", "./fiber", "./fiberv3", "./nethttp"}
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", append([]string{"build", "-buildvcs=false", "-o", dir}, programs...)...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range programs {
		t.Run(filepath.Base(name), func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join(name, "main.go"))
			if command := `"go run ./examples/` + filepath.Base(name) + `"`; err != nil || !bytes.Contains(source, []byte(command)) {
				t.Errorf("%v; want a comment with %s", err, command)
			}
			p := start(t, filepath.Join(dir, name))
			for _, e := range exchanges() {
				t.Run(e.name, func(t *testing.T) {
					e.check(t, p.addr)
					p.await(t, e.log...)
				})
			}
			p.shutdown(t)
		})
	}
}

func (e exchange) check(t *testing.T, addr string) {
	t.Helper()
	r := browser.Request{Origin: e.origin, Method: e.method, URL: "http://" + addr + e.path, Headers: e.headers}
	if e.body != "" {
		r.Body = browser.Text(e.body)
	}
	b := browser.Browser{Transport: &http.Transport{DisableKeepAlives: true}}
	outcome, err := b.Fetch(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	last := outcome.Exchanges[len(outcome.Exchanges)-1]
	switch got := outcome.Response; {
	case outcome.Step != e.blocked:
		t.Errorf("blocked at the %v, want %v; status %d: %s", outcome.Step, e.blocked, last.Status, outcome.Reason)
	case e.status != 0 && last.Status != e.status:
		t.Errorf("status %d, want %d", last.Status, e.status)
	case outcome.Allowed && (!strings.Contains(string(got.Body), e.text) || got.Header.Get("Location") != e.location):
		t.Errorf("the page reads %.200q and Location %q, want %q and %q", got.Body, got.Header.Get("Location"), e.text, e.location)
	}
}

// program is an example that runs.
type program struct {
	cmd  *exec.Cmd
	addr string
	log  chan string // its lines, until it ends
}

// start runs a program without environment, until it listens.
func start(t *testing.T, path string) *program {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	p := &program{cmd: exec.CommandContext(ctx, path, "-addr", "127.0.0.1:0"), log: make(chan string, 1000)}
	p.cmd.Env = []string{}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.log)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.log <- lines.Text()
		}
	}()
	_, p.addr, _ = strings.Cut(p.await(t, "listening addr=127.0.0.1:"), "addr=")
	if strings.HasSuffix(p.addr, ":8080") {
		t.Error("the program ignores -addr")
	}
	return p
}

// await reads the log as far as a line that has all the words.
func (p *program) await(t *testing.T, words ...string) string {
	t.Helper()
	if len(words) == 0 {
		return ""
	}
	var others []string
	for line := range p.log {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
			return line
		}
		others = append(others, line)
	}
	t.Fatalf("no line with %q, but\n%s", words, strings.Join(others, "\n"))
	return ""
}

// shutdown ends a program while it reads a request, which it has to answer first.
func (p *program) shutdown(t *testing.T) {
	t.Helper()
	busy, idle := dial(t, p.addr), dial(t, p.addr)
	busy.send("POST /posts HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
	busy.receive(http.StatusContinue)
	idle.send("GET /posts HTTP/1.1\r\nHost: api\r\n\r\n")
	idle.receive(http.StatusOK)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// Servers close idle connections once they have stopped listening.
	if _, err := idle.answers.ReadByte(); err != io.EOF {
		t.Errorf("the idle connection is not closed: %v", err)
	}
	busy.send("{}")
	busy.receive(http.StatusCreated)
	for range p.log { // Wait is for after its end
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// conn is a connection on which the test decides when each byte is sent.
type conn struct {
	t       *testing.T
	net     net.Conn
	answers *bufio.Reader
}

func dial(t *testing.T, addr string) conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return conn{t, c, bufio.NewReader(c)}
}

func (c conn) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.net, s); err != nil {
		c.t.Fatal(err)
	}
}

// receive reads one whole answer.
func (c conn) receive(status int) {
	c.t.Helper()
	resp, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != status {
		c.t.Errorf("status %d, want %d; %v", resp.StatusCode, status, err)
	}
}
