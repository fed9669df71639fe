package parity

import (
	"cmp"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// reflecting is the config whose answers reflect the most of a request.
func reflecting() core.Config {
	return core.Config{
		AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true,
	}
}

const (
	from = "Origin: https://app.example.com\n"
	puts = "Access-Control-Request-Method: PUT\n"
	last = "Connection: close\n"

	allowed = `200
Access-Control-Allow-Credentials: true
Access-Control-Allow-Origin: https://app.example.com
Vary: Origin`
	denied    = "200\nVary: Origin"
	refused   = "400\nVary: Origin" // by fiber v3, which runs the policy without the Origin
	preflight = `204
Access-Control-Allow-Credentials: true
Access-Control-Allow-Methods: PUT
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Max-Age: 600
Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers`
)

// TestRawRequests sends requests byte by byte; \n in the table becomes CR LF. fiber's
// server is fasthttp, which parses some requests differently from net/http.
// docs/answers.md lists these differences; fiberadapter tests those of fasthttp 1.51.
func TestRawRequests(t *testing.T) {
	policy, err := core.NewPolicy(reflecting())
	if err != nil {
		t.Fatal(err)
	}
	addrs := make(map[string]string)
	for router, build := range routers() {
		addrs[router] = build(policy).start(t)
	}
	for _, tt := range []struct {
		name, request string
		want          string
		fiber         string // the answer of fiber if it differs
		fiberv3       string // the answer of fiber v3 if it differs
	}{
		{"HTTP/1.0", "GET /items HTTP/1.0\n" + from, allowed, "", ""},
		{"HTTP/1.0 preflight", "OPTIONS /items HTTP/1.0\n" + from + puts, preflight, "", ""},
		{"absolute form", "OPTIONS http://a/items HTTP/1.1\nHost: a\n" + from + puts + last, preflight, "", ""},
		{"folded line", "GET /items HTTP/1.1\nHost: a\nOrigin: https://app\n .example.com\n" + last, denied, "", ""},
		{"blank before the colon", "GET /items HTTP/1.1\nHost: a\nOrigin : https://app.example.com\n" + last, "400", "", refused},
		{"no colon", "GET /items HTTP/1.1\nHost: a\nOrigin\n" + last, "400", "", refused},
		{"repeated in another case", "GET /items HTTP/1.1\nHost: a\noRIGIN: https://app.example.com\n" + from + last, denied, "", ""},
		{"asterisk", "OPTIONS * HTTP/1.1\nHost: a\n" + from + puts + last, "200", preflight, "404"},
		{"no Host", "GET /items HTTP/1.1\n" + from + last, "400", "", refused},
		{"tab before the value", "GET /items HTTP/1.1\nHost: a\nOrigin:\thttps://app.example.com\n" + last, allowed, "", ""},
		{"tab after the value", "GET /items HTTP/1.1\nHost: a\nOrigin: https://app.example.com\t\n" + last, allowed, "", ""},
		{"CR in the origin", "GET /items HTTP/1.1\nHost: a\nOrigin: https://app.example.com\r\rX: y\n" + last, "400", "", refused},
		{"NUL in the origin", "GET /items HTTP/1.1\nHost: a\nOrigin: https://app.example.com\x00\n" + last, "400", "", refused},
		{"CR in the method", "OPTIONS /items HTTP/1.1\nHost: a\n" + from + "Access-Control-Request-Method: PUT\rX: y\n" + last, "400", "", refused},
		{"CR in the headers", "OPTIONS /items HTTP/1.1\nHost: a\n" + from + puts + "Access-Control-Request-Headers: x\rX: y\n" + last, "400", "", refused},
		{"unknown method", "PROPFIND /items HTTP/1.1\nHost: a\n" + from + last, "405" + allowed[3:], "400", "501"},
		{"method in lower case", "options /items HTTP/1.1\nHost: a\n" + from + puts + last, "405" + allowed[3:], "400", "501"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw := strings.ReplaceAll(tt.request, "\n", "\r\n") + "\r\n"
			for router, addr := range addrs {
				want := tt.want
				if router == "fiber" {
					want = cmp.Or(tt.fiber, want)
				}
				if router == "fiberv3" {
					want = cmp.Or(tt.fiberv3, want)
				}
				if got := send(t, addr, raw, "GET"); got != want {
					t.Errorf("%s answers %q, want %q", router, got, want)
				}
			}
		})
	}
}

// TestHTTP2 sends requests over HTTP/2 to the routers whose server supports it.
func TestHTTP2(t *testing.T) {
	policy, err := core.NewPolicy(reflecting())
	if err != nil {
		t.Fatal(err)
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: protocols}}
	t.Cleanup(client.CloseIdleConnections)
	for router, build := range routers() {
		if router == "fiber" || router == "fiberv3" {
			continue // fasthttp does not support HTTP/2
		}
		addr := build(policy).start(t)
		for _, tt := range []struct {
			method string
			header http.Header
			want   string
		}{
			{"GET", http.Header{"Origin": {"https://app.example.com"}}, allowed},
			{"GET", http.Header{"Origin": {"https://evil.example"}}, denied},
			{"GET", http.Header{"Origin": {"https://app.example.com", "https://app.example.com"}}, denied},
			{"GET", nil, denied},
			{"OPTIONS", http.Header{"Origin": {"https://app.example.com"}, "Access-Control-Request-Method": {"PUT"}}, preflight},
			{"OPTIONS", http.Header{"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"PUT"}}, "403\nVary: Origin, Access-Control-Request-Method"},
		} {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, "http://"+addr+"/items", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header = tt.header
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if got := summary(t, res); res.ProtoMajor != 2 || got != tt.want {
				t.Errorf("%s: the answer to %s %v over %s is %q, want %q", router, tt.method, tt.header, res.Proto, got, tt.want)
			}
		}
	}
}
