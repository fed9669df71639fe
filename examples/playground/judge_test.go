package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// All policies and models agree about the calls with which the page begins.
func TestJudgeDefaultCalls(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	want := []struct {
		reason string
		status int
	}{
		{"none", 200}, {"none", 200}, {"none", 200}, {"none", 404}, {"none", 500}, {"none", 201}, {"none", 200}, {"none", 200},
		{"method-not-listed", 0}, {"header-not-listed", 0}, {"origin-not-listed", 0}, {"origin-null", 0},
	}
	for i, c := range defaultCalls() {
		var j judgement
		p.post(t, "/judge", map[string]any{"call": c, "key": "unknown-"}, &j)
		if len(j.Routers) != len(p.apis) {
			t.Fatalf("%s: got %d routers: %+v", c.Title, len(j.Routers), j)
		}
		for n, r := range j.Routers {
			if r.Policy.Reason != want[i].reason || len(r.Models) != 3 || len(r.Ladder) != 0 {
				t.Errorf("%s, %s: got %+v, want the reason %s", c.Title, p.apis[n].Name, r, want[i].reason)
			}
			for _, m := range r.Models {
				if m.Allowed != r.Policy.Allowed || m.Status != want[i].status {
					t.Errorf("%s, %s, %s: allowed %v with status %d: %s", c.Title, p.apis[n].Name, m.Engine, m.Allowed, m.Status, m.Reason)
				}
			}
		}
		blocked := want[i].reason != "none"
		if blocked != strings.Contains(j.Log, " reason="+want[i].reason+" ") || blocked == (j.Log == "") {
			t.Errorf("%s: the log has %q", c.Title, j.Log)
		}
	}
}

// Without credentials in the policy, a call with credentials is blocked, and its preflight says
// nothing about that to the policy.
func TestJudgeCredentials(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	cfg := defaultConfig(p.page)
	cfg.AllowCredentials = false
	if err := p.policy.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "DELETE"} {
		j, err := p.judge(t.Context(), call{Method: method, Path: "/posts/1", Credentials: true}, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range j.Routers {
			if r.Policy.Reason != core.ReasonCredentialsNotAllowed.String() || r.Models[0].Allowed {
				t.Errorf("%s: got %+v", method, r)
			}
		}
	}
}

func TestJudgeInvalidCalls(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for want, c := range map[string]call{
		"the path has to begin with /":        {Method: "GET", Path: "@evil.example/"},
		"the path is not valid":               {Method: "GET", Path: "/%zz"},
		`the method "TRACE" is forbidden`:     {Method: "TRACE", Path: "/posts"},
		"must not have a body":                {Method: "GET", Path: "/posts", Body: "x"},
		`the header "X Y" with the value ""`:  {Method: "GET", Path: "/posts", Headers: []field{{"X Y", ""}}},
		"the method \"\\x1b\" is not a valid": {Method: "\x1b", Path: "/posts"},
	} {
		if j, err := p.judge(t.Context(), c, ""); err != nil || !strings.Contains(j.Invalid, want) {
			t.Errorf("%+v: got %q, %v, want %q", c, j.Invalid, err, want)
		}
	}
}

// The ladder has what the browser sent, and the checks of the model.
func TestLadder(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, api := range p.apis {
		preflight := func(key, method, headers string) {
			do(t, "OPTIONS", api.URL+"/posts/1?call="+key+api.Name, "", map[string]string{
				"Origin": p.page, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers,
			})
		}
		preflight("a-", "PATCH", "content-type")
		preflight("b-", "DELETE", "authorization")
		do(t, "DELETE", api.URL+"/posts/1?call=b-"+api.Name, "", map[string]string{"Origin": p.page, "Authorization": demoToken})
	}
	allowOrigin := "Access-Control-Allow-Origin: " + p.page
	tests := []struct {
		key  string
		call call
		want [][]check
	}{
		{"a-", call{Method: "PATCH", Path: "/posts/1", Headers: []field{{"Content-Type", "application/json"}}}, [][]check{{
			{"origin", "passed", allowOrigin},
			{"status", "passed", "204 No Content"},
			{"method", "failed", "method PATCH is not allowed by Access-Control-Allow-Methods of the preflight's answer"},
			{"headers", "not reached", "Access-Control-Allow-Headers: Authorization, Content-Type"},
		}}},
		{"b-", call{Method: "DELETE", Path: "/posts/1", Headers: []field{{"Authorization", demoToken}}, Credentials: true}, [][]check{{
			{"origin", "passed", allowOrigin + ", and Access-Control-Allow-Credentials: true"},
			{"status", "passed", "204 No Content"},
			{"method", "passed", "Access-Control-Allow-Methods: DELETE, OPTIONS"},
			{"headers", "passed", "Access-Control-Allow-Headers: Authorization, Content-Type"},
		}, {
			{"origin", "passed", allowOrigin + ", and Access-Control-Allow-Credentials: true"},
		}}},
	}
	for _, tt := range tests {
		j, err := p.judge(t.Context(), tt.call, tt.key)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range j.Routers {
			if len(r.Ladder) != len(tt.want) {
				t.Fatalf("%s, %s: got %d rungs, want %d", tt.call.Method, p.apis[i].Name, len(r.Ladder), len(tt.want))
			}
			for n, rung := range r.Ladder {
				if !slices.Equal(rung.Checks, tt.want[n]) || rung.Preflight != (n == 0) || rung.Path != "/posts/1" {
					t.Errorf("%s, %s: rung %d is %+v, want %+v", tt.call.Method, p.apis[i].Name, n, rung, tt.want[n])
				}
			}
			if last := r.Ladder[len(r.Ladder)-1]; !last.Preflight {
				for _, h := range last.Response {
					if readable := h.Name == "Content-Type" || h.Name == "X-Total-Count"; h.Readable != readable {
						t.Errorf("%s: %s is readable: %v", p.apis[i].Name, h.Name, h.Readable)
					}
				}
				if !slices.Contains(last.Request, header{field: field{"Authorization", demoToken}}) {
					t.Errorf("%s: the request lacks what the call sets: %+v", p.apis[i].Name, last.Request)
				}
			}
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := runCheck(t.Context(), freeEndpoints(), &out); err != nil {
		t.Fatal(err)
	}
	if want := "\n252 of 252 results (12 calls, 7 routers, 3 models of browsers)"; !strings.Contains(out.String(), want) {
		t.Errorf("the output lacks %q:\n%s", want, out.String())
	}
}

// If a policy says something else than what the router does, the check fails.
func TestCheckFails(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	cfg := defaultConfig(p.page)
	cfg.AllowMethods = append(cfg.AllowMethods, "PATCH")
	other, err := core.NewPolicy(cfg, core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	p.policy = other // the routers keep their policy
	var out bytes.Buffer
	err = p.compare(t.Context(), &out)
	if err == nil || !strings.Contains(err.Error(), "A method not listed, fiberv3: WebKit: blocked method PATCH is not allowed") ||
		!strings.Contains(out.String(), "DIFFERS") || !strings.Contains(out.String(), "\n231 of 252 ") {
		t.Errorf("got the error %v and the output\n%s", err, out.String())
	}
}
