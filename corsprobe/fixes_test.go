package main

import (
	"go/parser"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// TestAdvice checks the lines for each server and each kind of correction.
func TestAdvice(t *testing.T) {
	r := probeServer(t, api{say(204), say(200)}, put().with(browser.Include))
	want := map[string]string{
		"corsuite":    `core.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}`,
		"gin-contrib": `cors.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}`,
		"echo":        `middleware.CORSConfig{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}`,
		"fiber":       `cors.Config{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"}}`,
		"fiber-v2":    `cors.Config{AllowOrigins: "https://app.example.com", AllowCredentials: true, AllowMethods: "PUT", AllowHeaders: "Content-Type"}`,
		"rs/cors":     `cors.Options{AllowedOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"Content-Type"}}`,
		"nginx":       "add_header Access-Control-Allow-Origin \"https://app.example.com\" always;\nadd_header Access-Control-Allow-Credentials \"true\" always;\nadd_header Access-Control-Allow-Methods \"PUT\" always;\nadd_header Access-Control-Allow-Headers \"Content-Type\" always;",
		"Apache":      "Header always set Access-Control-Allow-Origin \"https://app.example.com\"\nHeader always set Access-Control-Allow-Credentials \"true\"\nHeader always set Access-Control-Allow-Methods \"PUT\"\nHeader always set Access-Control-Allow-Headers \"Content-Type\"",
		"HAProxy":     "http-after-response set-header Access-Control-Allow-Origin \"https://app.example.com\"\nhttp-after-response set-header Access-Control-Allow-Credentials \"true\"\nhttp-after-response set-header Access-Control-Allow-Methods \"PUT\"\nhttp-after-response set-header Access-Control-Allow-Headers \"Content-Type\"",
		"Caddy":       "header {\n\tAccess-Control-Allow-Origin \"https://app.example.com\"\n\tAccess-Control-Allow-Credentials \"true\"\n\tAccess-Control-Allow-Methods \"PUT\"\n\tAccess-Control-Allow-Headers \"Content-Type\"\n}",
		"Express":     `cors({ origin: ["https://app.example.com"], credentials: true, methods: ["PUT"], allowedHeaders: ["Content-Type"] })`,
		"Spring":      `registry.addMapping("/**").allowedOrigins("https://app.example.com").allowCredentials(true).allowedMethods("PUT").allowedHeaders("Content-Type");`,
	}
	got := advise(r.causes, r.failed, "")
	if len(got) != len(want) {
		t.Errorf("%d servers, want %d", len(got), len(want))
	}
	for _, a := range got {
		if a.Write != want[a.Server] {
			t.Errorf("%s: write\n%s\nwant\n%s", a.Server, a.Write, want[a.Server])
		}
		if strings.Contains(a.Write, "Config{") || strings.Contains(a.Write, "Options{") {
			if _, err := parser.ParseExpr(a.Write); err != nil {
				t.Errorf("%s: %v", a.Server, err)
			}
		}
	}
	for name, server := range map[string]api{
		"a preflight without a route": {say(405), say(200)},
		"two layers":                  {say(204, allowPage, allowPage, puts, types), say(200)},
		"an error":                    {say(204, allowPage, puts, types), say(500)},
	} {
		r := probeServer(t, server, put())
		got := advise(r.causes, r.failed, "")
		if len(got) != len(want) {
			t.Errorf("%s: there is advice for %d servers, want %d: %q", name, len(got), len(want), got)
		}
	}
	r = probeServer(t, say(200, allowPage, allowPage, credentials, credentials), get().with(browser.Include))
	const hidden = "proxy_hide_header Access-Control-Allow-Origin; # or remove add_header\nproxy_hide_header Access-Control-Allow-Credentials; # or remove add_header"
	if got := advise(r.causes, r.failed, "nginx"); len(got) != 1 || got[0].Write != hidden {
		t.Errorf("two layers with credentials: %q, want %q", got, hidden)
	}
	r = probeServer(t, api{say(301, "Location: /x"), say(200)}, put())
	if got := advise(r.causes, r.failed, ""); got != nil {
		t.Errorf("for a redirect, whose correction is in the page: %q", got)
	}
}
