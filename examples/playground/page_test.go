package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestPageServesItsFiles(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	types := map[string]string{".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
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
		for _, part := range []string{"default-src 'none'", "frame-ancestors " + p.page + ";", p.apis[3].URL} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: Content-Security-Policy lacks %q: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: Content-Security-Policy allows too much: %s", path, policy)
		}
	}
}

// Each id in a script must belong to exactly one element.
func TestPageHasTheIDsOfItsScripts(t *testing.T) {
	t.Parallel()
	page, err := fs.ReadFile(pageFiles, "page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]int)
	for _, match := range regexp.MustCompile(`\bid="([^"]+)"`).FindAllSubmatch(page, -1) {
		ids[string(match[1])]++
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%d elements have the id %q", n, id)
		}
	}
	scripts, err := fs.Glob(pageFiles, "page/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range scripts {
		script, err := fs.ReadFile(pageFiles, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`getElementById\('([^']+)'\)`).FindAllSubmatch(script, -1) {
			if ids[string(match[1])] == 0 {
				t.Errorf("%s uses the id %q, which no element has", path, match[1])
			}
		}
	}
}

func TestPageRedirectsToLocalhost(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	elsewhere := strings.Replace(p.page, "localhost", "127.0.0.1", 1)
	res, _ := do(t, "GET", elsewhere+"/", "", nil)
	if got := res.Header.Get("Location"); res.StatusCode != http.StatusTemporaryRedirect || got != p.page+"/" {
		t.Errorf("got %s, Location %q, want a redirect to %s/", res.Status, got, p.page)
	}
	if res, _ := do(t, "GET", elsewhere+"/frame.html", "", nil); res.StatusCode != http.StatusOK {
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
	if got.Page != p.page || got.Elsewhere == p.page || len(got.APIs) != len(freeEndpoints())-1 {
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
	if !strings.Contains(got.Policy, p.page) {
		t.Errorf("the policy in the setup does not allow the page: %s", got.Policy)
	}
}

// The exchanges have the headers that a browser sent, so only the page may read them.
func TestOtherOriginsCannotReadExchanges(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, path := range []string{"/exchanges?call=x", "/setup"} {
		res, _ := do(t, "GET", p.page+path, "", map[string]string{"Origin": "https://evil.example"})
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: got Allow-Origin %q, want none", path, got)
		}
	}
	if _, text := do(t, "GET", p.page+"/exchanges?call=unknown", "", nil); strings.TrimSpace(text) != "[]" {
		t.Errorf("an unknown call has exchanges: %s", text)
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	got, err := source(config("http://localhost:3000"))
	if err != nil {
		t.Fatal(err)
	}
	want := `policy, err := core.NewPolicy(core.Config{
	AllowOrigins:     []string{"http://localhost:3000"},
	AllowMethods:     []string{"DELETE", "OPTIONS"},
	AllowHeaders:     []string{"Authorization", "Content-Type"},
	ExposeHeaders:    []string{"X-Total-Count"},
	AllowCredentials: true,
})
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
