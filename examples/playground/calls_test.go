package main

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

// call is one call of the page, as a browser sends it: a preflight if it is necessary, and
// the request itself if the preflight allows it.
type call struct {
	name    string
	method  string
	path    string
	body    string
	origin  string // empty for the page
	headers map[string]string

	asks       string // Access-Control-Request-Headers
	preflight  int    // its status; 0 if there is no preflight
	refused    string // the reason why the preflight does not allow the request
	status     int    // of the request; 0 if it is not sent
	unreadable string // the reason why the page cannot read the answer
}

func calls() []call {
	json := map[string]string{"Content-Type": "application/json"}
	token := map[string]string{"Authorization": demoToken}
	return []call{
		{name: "get", method: "GET", path: "/posts", status: 200},
		{name: "login", method: "POST", path: "/login", status: 200},
		{name: "cookie", method: "GET", path: "/me", headers: map[string]string{"Cookie": sessionName + "=ada"}, status: 200},
		{name: "no cookie", method: "GET", path: "/me", status: 401},
		{name: "missing", method: "GET", path: "/nowhere", status: 404},
		{name: "broken", method: "GET", path: "/broken", status: 500},
		{name: "json", method: "POST", path: "/posts", body: `{"title":"Hello"}`, headers: json, asks: "content-type", preflight: 204, status: 201},
		{name: "bad json", method: "POST", path: "/posts", body: `{`, headers: json, asks: "content-type", preflight: 204, status: 400},
		{name: "delete", method: "DELETE", path: "/posts/1", headers: token, asks: "authorization", preflight: 204, status: 200},
		{name: "delete without a token", method: "DELETE", path: "/posts/1", preflight: 204, status: 401},
		{name: "options", method: "OPTIONS", path: "/posts", preflight: 204, status: 200},
		{name: "patch", method: "PATCH", path: "/posts/1", headers: json, asks: "content-type", preflight: 204, refused: "method-not-listed"},
		{name: "debug", method: "GET", path: "/posts", asks: "x-debug", preflight: 204, refused: "header-not-listed"},
		{name: "sandbox", method: "GET", path: "/posts", origin: "null", status: 200, unreadable: "origin-null"},
		{name: "elsewhere", method: "DELETE", path: "/posts/1", origin: "http://127.0.0.1:3000", asks: "authorization", preflight: 403, refused: "origin-not-listed"},
	}
}

func TestCallsOnEveryRouter(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, api := range p.apis {
		for i, c := range calls() {
			t.Run(api.Name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				key := api.Name + "-" + string(rune('a'+i))
				c.run(t, p, api.URL+c.path+"?call="+key)
				c.check(t, p.page, p.reports(t, key))
			})
		}
	}
}

func (c call) run(t *testing.T, p *playground, url string) {
	if c.origin == "" {
		c.origin = p.page
	}
	if c.preflight != 0 {
		headers := map[string]string{"Origin": c.origin, "Access-Control-Request-Method": c.method}
		if c.asks != "" {
			headers["Access-Control-Request-Headers"] = c.asks
		}
		if res, _ := do(t, "OPTIONS", url, "", headers); res.StatusCode != c.preflight {
			t.Errorf("preflight: status %d, want %d", res.StatusCode, c.preflight)
		}
	}
	if c.status != 0 {
		headers := map[string]string{"Origin": c.origin}
		maps.Copy(headers, c.headers)
		if res, text := do(t, c.method, url, c.body, headers); res.StatusCode != c.status {
			t.Errorf("status %d, want %d: %s", res.StatusCode, c.status, text)
		}
	}
}

func (c call) check(t *testing.T, page string, reports []report) {
	if c.preflight != 0 {
		if len(reports) == 0 {
			t.Fatal("the preflight was not recorded")
		}
		checkReport(t, reports[0], "preflight", "OPTIONS", c.preflight, c.refused)
		reports = reports[1:]
	}
	if c.status == 0 {
		if len(reports) != 0 {
			t.Errorf("requests were recorded that were not sent: %+v", reports)
		}
		return
	}
	if len(reports) != 1 {
		t.Fatalf("%d requests were recorded, want 1: %+v", len(reports), reports)
	}
	checkReport(t, reports[0], "actual", c.method, c.status, c.unreadable)
	allowOrigin := header{field: field{"Access-Control-Allow-Origin", page}, CORS: true}
	if got, want := slices.Contains(reports[0].Response, allowOrigin), c.unreadable == ""; got != want {
		t.Errorf("the answer has an Allow-Origin for the page: %v, want %v: %+v", got, want, reports[0].Response)
	}
}

func checkReport(t *testing.T, r report, kind, method string, status int, reason string) {
	t.Helper()
	if reason == "" {
		reason = "none"
	}
	if r.Kind != kind || r.Method != method || r.Status != status || r.StatusText != http.StatusText(status) {
		t.Errorf("recorded %s %s %d %s, want %s %s %d", r.Kind, r.Method, r.Status, r.StatusText, kind, method, status)
	}
	if r.Reason != reason || r.Allowed != (reason == "none") || r.Explanation == "" {
		t.Errorf("%s: allowed %v, reason %q (%s), want %q", kind, r.Allowed, r.Reason, r.Explanation, reason)
	}
}
