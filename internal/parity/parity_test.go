package parity

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// policies returns configs whose answers depend on different parts of a request.
func policies() map[string]core.Config {
	lists := core.Config{
		AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"Content-Type", "X-Id"}, ExposeHeaders: []string{"X-Total"},
	}
	with := func(change func(*core.Config)) core.Config {
		cfg := lists
		change(&cfg)
		return cfg
	}
	return map[string]core.Config{
		"listed": with(func(c *core.Config) { c.AllowOrigins = []string{"https://app.example.com"} }),
		"credentialed": with(func(c *core.Config) {
			c.AllowOrigins, c.AllowCredentials, c.PreflightStatus = []string{"https://app.example.com", "http://localhost:3000"}, true, 200
		}),
		"patterns": with(func(c *core.Config) {
			c.AllowOrigins = []string{"https://*.example.com", "https://pr-*.example.net:*", "http://[::1]:*"}
		}),
		"every": with(func(c *core.Config) { c.AllowOrigins, c.MaxAge = []string{"*"}, -1 }),
		"wildcards": {
			AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*", "Authorization"}, ExposeHeaders: []string{"*"},
		},
		"reflecting": {
			AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"},
		},
		"bare": {AllowOrigins: []string{"https://app.example.com"}},
	}
}

// requests returns request heads without Host and without the final blank line.
func requests() []string {
	origins := []string{
		"https://app.example.com", "https://evil.example", "https://a.b.example.com", "https://example.com",
		"https://pr-7.example.net:8443", "http://localhost:3000", "http://[::1]:5173", "http://[0:0::1]:5173", "null", "NULL", "*",
		"https://app.example.com/", "https://app.example.com:443", "HTTPS://APP.example.com", "https://app.example.com.",
		"https://app.example.com, https://evil.example", "https://app.example.com https://evil.example", "https://evil.example/.example.com",
		"https://éxample.com", "https://" + strings.Repeat("a.", 5000) + "example.com", "",
	}
	asks := []string{
		"", "content-type", "content-type,x-id", "x-debug", "authorization", "CONTENT-TYPE , X-Id", "a b", ",,,,", "x(y)", "é",
		strings.Repeat(",", 1<<20), strings.Repeat("x", 5000), strings.Repeat(" ", 5000) + "x", "*",
	}
	methods := []string{"GET", "PUT", "PATCH", "put", "TRACE", "P(T", "", strings.Repeat("M", 100), "PUT, DELETE"}
	var heads []string
	for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS", "HEAD"} {
		heads = append(heads, method+" /items", method+" /nothing")
	}
	for _, origin := range origins {
		for _, method := range []string{"GET", "DELETE", "OPTIONS"} {
			heads = append(heads, method+" /items\nOrigin: "+origin)
		}
		heads = append(heads,
			"OPTIONS /items\nOrigin: "+origin+"\nAccess-Control-Request-Method: PUT",
			"OPTIONS /nothing\nOrigin: "+origin+"\nAccess-Control-Request-Method: PUT",
			"GET /nothing\nOrigin: "+origin)
	}
	const asking = "OPTIONS /items\nOrigin: https://app.example.com\n"
	for _, ask := range asks {
		heads = append(heads, asking+"Access-Control-Request-Method: PUT\nAccess-Control-Request-Headers: "+ask)
	}
	for _, method := range methods {
		heads = append(heads, asking+"Access-Control-Request-Method: "+method)
	}
	return append(heads,
		"GET /items\nOrigin: https://app.example.com\nOrigin: https://app.example.com",
		"GET /items\nOrigin: https://app.example.com\nOrigin: https://evil.example",
		"GET /items\nOrigin: https://evil.example\nOrigin: https://app.example.com",
		"GET /items\nOrigin: https://app.example.com\norigin: https://evil.example",
		"GET /items\norigin: https://app.example.com",
		"GET /items\nORIGIN:https://app.example.com",
		"GET /items\nOrigin:   https://app.example.com   ",
		asking+"Origin: https://app.example.com\nAccess-Control-Request-Method: PUT",
		asking+"access-control-request-method: PUT",
		asking+"Access-Control-Request-Method: PUT\nAccess-Control-Request-Method: GET",
		asking+"Access-Control-Request-Method: PUT\nAccess-Control-Request-Headers: x-a\nAccess-Control-Request-Headers: x-b, authorization",
		asking+"Access-Control-Request-Method: PUT"+strings.Repeat("\nAccess-Control-Request-Headers:", 1000),
		asking+"Access-Control-Request-Headers: x-id",
		"OPTIONS /items\nAccess-Control-Request-Method: PUT",
		"GET /items\nOrigin: https://app.example.com\nAccess-Control-Request-Method: PUT",
		"HEAD /items\nOrigin: https://app.example.com",
		"POST /items\nOrigin: https://app.example.com\nContent-Length: 0",
	)
}

// TestRoutersAnswerAlike sends the same bytes to every router, and compares the answers.
func TestRoutersAnswerAlike(t *testing.T) {
	heads := requests()
	if len(heads) < 60 {
		t.Fatalf("only %d requests", len(heads))
	}
	for name, cfg := range policies() {
		t.Run(name, func(t *testing.T) {
			policy, err := core.NewPolicy(cfg)
			if err != nil {
				t.Fatal(err)
			}
			addrs := make(map[string]string)
			for router, build := range routers() {
				addrs[router] = build(policy).start(t)
			}
			for _, head := range heads {
				want := exchange(t, addrs["nethttp"], head)
				for router, addr := range addrs {
					if got := exchange(t, addr, head); got != want {
						t.Errorf("%.200q:\n%s answers %q\nnethttp answers %q", head, router, got, want)
					}
				}
			}
		})
	}
}

// exchange sends a head of requests and returns the summary of the answer.
func exchange(t *testing.T, addr, head string) string {
	t.Helper()
	requestLine, fields, _ := strings.Cut(head, "\n")
	if fields != "" {
		fields = strings.ReplaceAll(fields, "\n", "\r\n") + "\r\n"
	}
	method, _, _ := strings.Cut(head, " ")
	return send(t, addr, requestLine+" HTTP/1.1\r\nHost: api.example\r\n"+fields+"Connection: close\r\n\r\n", method)
}

// send writes one request on a new connection and returns the summary of the answer.
func send(t *testing.T, addr, raw, method string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%.200q: %v", raw, err)
	}
	return summary(t, res)
}

// summary returns the status and every CORS and Vary line of an answer, sorted.
func summary(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for name, values := range res.Header {
		if name != "Vary" && !strings.HasPrefix(name, "Access-Control-") {
			continue
		}
		if name != "Vary" && len(values) != 1 {
			t.Errorf("the answer has %s %d times", name, len(values))
		}
		for _, value := range values {
			lines = append(lines, name+": "+value)
		}
	}
	slices.Sort(lines)
	return strings.Join(slices.Concat([]string{res.Status[:3]}, lines), "\n")
}
