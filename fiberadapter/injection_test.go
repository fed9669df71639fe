package fiberadapter_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/fiberadapter"
)

// fasthttp takes a bare CR in a value and writes it out again, where some
// clients read it as the end of a line.
func TestNothingIsInjected(t *testing.T) {
	policies := map[string]core.Config{
		"reflecting": {AllowOrigins: []string{"https://*.example.com"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true},
		"wildcard":   {AllowOrigins: []string{"https://preview-*.example.com:*", page}, AllowHeaders: []string{"*"}},
		"everyone":   {AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}},
	}
	const method, headers = "Access-Control-Request-Method: ", "Access-Control-Request-Headers: "
	for name, cfg := range policies {
		api := serve(t, behind(text("posts"), fiberadapter.New(cfg)))
		got := api.dial(t).ask(t, "OPTIONS", "Origin: "+page, method+"PUT", headers+"x-a")
		if reflects := strings.Contains(got.cors, "Access-Control-Allow-Headers: x-a\n"); reflects != (name == "reflecting") {
			t.Errorf("%s was answered\n%s", name, got.cors)
		}
		for _, lines := range [][]string{
			{"Origin: " + page + "\rX-Injected: 1"},
			{"Origin: " + page + "\rX-Injected: 1", method + "PUT"},
			{"Origin: \rX-Injected: 1", method + "PUT"},
			{"Origin: https://a\rX-Injected.example.com", method + "PUT"},
			{"Origin: " + page, method + "PUT\rX-Injected: 1"},
			{"Origin: " + page, method + "PUT", headers + "x-a\rX-Injected: 1"},
			{"Origin: " + page, method + "PUT", headers + "x-a,\rX-Injected: 1"},
			{"Origin: " + page, method + "PUT", headers + "x-a", headers + "x-b\rX-Injected: 1"},
			{"Origin: " + page, method + "PUT", headers + "x-a,\r\n X-Injected: 1"},
			{"Origin: " + page, method + "PUT", headers + "x-a\x00,X-Injected"},
		} {
			for _, verb := range []string{"GET", "OPTIONS"} {
				conn := api.dial(t)
				conn.write(t, verb, append(slices.Clone(lines), "Connection: close")...)
				var raw strings.Builder
				if _, err := conn.answers.WriteTo(&raw); err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(raw.String(), "HTTP/1.1 ") || strings.Contains(raw.String(), "X-Injected") ||
					strings.Count(raw.String(), "\r") != strings.Count(raw.String(), "\r\n") {
					t.Errorf("%s, %s %q was answered\n%q", name, verb, lines, raw.String())
				}
			}
		}
	}
}
