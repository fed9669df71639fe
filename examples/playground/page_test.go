package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestPageServesItsFiles(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	types := map[string]string{".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
	err := fs.WalkDir(pageFiles, "page", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "index.html" {
			return err
		}
		res, _ := do(t, "GET", p.page+strings.TrimPrefix(path, "page"), "", nil)
		want := types[path[strings.LastIndexByte(path, '.'):]]
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, Content-Type %q, want %q", path, res.Status, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The Content-Security-Policy forbids inline scripts and styles and files of other origins,
// so the page must not have any.
func TestPageObeysItsContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	reference := regexp.MustCompile(`\b(?:src|href)="([^"#][^"]*)"`)
	inline := regexp.MustCompile(`<script>|<style|\sstyle=|\son\w+=|javascript:`)
	for _, path := range []string{"/", "/frame.html"} {
		res, text := do(t, "GET", p.page+path, "", nil)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, res.Status)
		}
		if found := inline.FindString(text); found != "" {
			t.Errorf("%s has the inline code %q", path, found)
		}
		for _, match := range reference.FindAllStringSubmatch(text, -1) {
			if res, _ := do(t, "GET", p.page+"/"+match[1], "", nil); res.StatusCode != http.StatusOK {
				t.Errorf("%s refers to %q: %s", path, match[1], res.Status)
			}
		}
		policy := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors " + p.page + ";", p.apis[3].URL, p.story.url} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: Content-Security-Policy lacks %q: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: Content-Security-Policy allows too much: %s", path, policy)
		}
	}
}

func TestPageRedirectsToItsOrigin(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, elsewhere := range []string{p.other, strings.Replace(p.page, "localhost", "127.0.0.1", 1)} {
		res, _ := do(t, "GET", elsewhere+"/", "", nil)
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusTemporaryRedirect || got != p.page+"/" {
			t.Errorf("%s: got %s, Location %q, want a redirect to %s/", elsewhere, res.Status, got, p.page)
		}
	}
	if res, _ := do(t, "GET", p.other+"/frame.html", "", nil); res.StatusCode != http.StatusOK {
		t.Errorf("the frame on the other origin: got %s, want 200", res.Status)
	}
}

// TestOtherHosts shows that neither the page nor a router answers under another name.
func TestOtherHosts(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	urls := []string{p.page + "/setup"}
	for _, api := range p.apis {
		urls = append(urls, api.URL+"/posts")
	}
	for _, url := range urls {
		addr, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
		for host, want := range map[string]int{"localhost": 200, "127.0.0.1": 200, "[::1]": 200, "127.0.0.1:3000": 200, "evil.example": 421, "localhost.evil.example": 421, "evil.example:80": 421} {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host)
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != want {
				t.Errorf("%s, %q: status %d, want %d", url, host, res.StatusCode, want)
			}
			res.Body.Close()
			conn.Close()
		}
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	_, text := do(t, "GET", p.page+"/setup", "", nil)
	var got setup
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Page != p.page || got.Other != p.other || got.First != p.story.url || len(got.Calls) != len(defaultCalls()) {
		t.Errorf("got the setup %+v", got)
	}
	for i, name := range []string{"gin", "echo", "echov5", "chi", "fiber", "fiberv3", "net/http"} {
		adapter := name + "adapter"
		if name == "net/http" {
			adapter = "nethttp"
		}
		if api := got.APIs[i]; api.Name != name || !strings.Contains(api.Use, adapter+".Middleware(policy)") {
			t.Errorf("router %d is %+v, want %s", i, api, name)
		}
	}
	if !strings.Contains(string(got.Settings), p.page) {
		t.Errorf("the policy in the setup does not allow the page: %s", got.Settings)
	}
}

// Only the page itself may change the policy and read the exchanges.
func TestOtherOriginsHaveNoAccess(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	const bad, long = `{"allowOrigins":["*"]}`, `{"allowOrigins":["` + "https://a.example" + `"]}`
	tests := []struct {
		name, body string
		headers    map[string]string
		want       int
	}{
		{"another site", bad, map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, 403},
		{"another site, by Fetch Metadata", bad, map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, 403},
		{"the other port", bad, map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"}, 403},
		{"a form", bad, map[string]string{"Content-Type": "text/plain"}, 415},
		{"no JSON", `{`, map[string]string{"Content-Type": "application/json"}, 400},
		{"too long", `"` + strings.Repeat("a", longestBody) + `"`, map[string]string{"Content-Type": "application/json"}, 413},
		{"the page", long, map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}, 200},
	}
	for _, tt := range tests {
		before := p.policy.Config().AllowOrigins[0]
		res, _ := do(t, "POST", p.page+"/policy", tt.body, tt.headers)
		if res.StatusCode != tt.want || res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: got %s with Allow-Origin %q, want %d and none", tt.name, res.Status, res.Header.Get("Access-Control-Allow-Origin"), tt.want)
		}
		if after := p.policy.Config().AllowOrigins[0]; (after != before) != (tt.want == 200) {
			t.Errorf("%s: the policy allows %s", tt.name, after)
		}
	}
}

// The committed file of lit-html is that of npm.
func TestLibraryIsUnchanged(t *testing.T) {
	t.Parallel()
	file, err := fs.ReadFile(pageFiles, "page/lit-html.js")
	if err != nil {
		t.Fatal(err)
	}
	const version3_3_3 = "b878e7f95dec8a9b6e9b217faca6b6a11bad82ebc44c0caa77419ed83edd81f2"
	if got := fmt.Sprintf("%x", sha256.Sum256(file)); got != version3_3_3 {
		t.Errorf("page/lit-html.js has the checksum %s, want %s; run go generate", got, version3_3_3)
	}
}

// The story shows the messages that REASONS.md has for an answer without CORS headers.
func TestStoryHasMessagesOfConsoles(t *testing.T) {
	t.Parallel()
	reasons, err := os.ReadFile("../../REASONS.md")
	if err != nil {
		t.Fatal(err)
	}
	story, err := fs.ReadFile(pageFiles, "page/story.js")
	if err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(string(reasons), "| an answer without the header |")
	row, _, _ = strings.Cut(row, "\n")
	for cell := range strings.SplitSeq(strings.Trim(row, " |"), "|") {
		if message := strings.Trim(cell, " `"); !strings.Contains(string(story), message) {
			t.Errorf("page/story.js lacks %q", message)
		}
	}
}

// The colors have the contrast that WCAG 2.2 asks for (level AA): 4.5 for text, and 3 for the
// frames of fields.
func TestContrast(t *testing.T) {
	t.Parallel()
	style, err := fs.ReadFile(pageFiles, "page/style.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(style), -1)
	if len(schemes) != 2 {
		t.Fatalf("style.css has %d color schemes, want light and dark", len(schemes))
	}
	for i, scheme := range schemes {
		colors := make(map[string]float64)
		for _, match := range regexp.MustCompile(`--([\w-]+): #(\w{6});`).FindAllStringSubmatch(scheme[1], -1) {
			colors[match[1]] = luminance(t, match[2])
		}
		for grounds, texts := range map[string]string{
			"ground card sunk": "ink ink-2 ink-3 accent green red",
			"accent-soft":      "ink ink-2 accent",
			"green-soft":       "ink green ink-2",
			"red-soft":         "ink red",
			"amber-soft":       "ink amber",
			"accent":           "on-accent",
		} {
			for ground := range strings.FieldsSeq(grounds) {
				for text := range strings.FieldsSeq(texts) {
					checkContrast(t, i, colors, text, ground, 4.5)
				}
			}
		}
		checkContrast(t, i, colors, "line", "card", 3)
	}
}

func checkContrast(t *testing.T, scheme int, colors map[string]float64, text, ground string, least float64) {
	t.Helper()
	a, b := colors[text]+.05, colors[ground]+.05
	if got := max(a, b) / min(a, b); got < least {
		t.Errorf("scheme %d: %s on %s has the contrast %.2f, want %.1f", scheme, text, ground, got, least)
	}
}

// luminance returns the relative luminance of a color (WCAG 2.2).
func luminance(t *testing.T, hex string) (sum float64) {
	t.Helper()
	value, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	for i, weight := range []float64{.0722, .7152, .2126} {
		c := float64(value>>(8*i)&0xff) / 255
		if c <= .04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+.055)/1.055, 2.4)
		}
	}
	return sum
}
