package main

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

// TestRivalsAnswer holds every library, and what is written by hand, to what the
// scenarios claim, but for the flaws that stand in the notes.
func TestRivalsAnswer(t *testing.T) {
	for _, c := range contests() {
		for _, g := range groups() {
			cfg := shortened(g.config())
			for _, r := range c.rivals {
				if r.name == without || r.name == nothing {
					continue
				}
				build := r.build(&g, cfg)
				for _, s := range g.scenarios {
					t.Run(c.router+"/"+s.name+"/"+r.name, func(t *testing.T) {
						got := flaws(t, &s, build, cfg.AllowCredentials, cfg.AllowOrigins[0] != "*")
						if want := noted(&r, &s); !slices.Equal(got, want) {
							t.Errorf("got %q, and the notes say %q", got, want)
						}
					})
				}
			}
		}
	}
}

// shortened keeps what surrounds the page: what a list of a thousand shows, a
// longer one shows too, but some rivals need seconds for it.
func shortened(cfg core.Config) core.Config {
	if n := len(cfg.AllowOrigins); n > 1_000 {
		cfg.AllowOrigins = cfg.AllowOrigins[n/2-500 : n/2+500]
	}
	return cfg
}

// noted lists what the notes say of a rival in a scenario that can be found.
func noted(r *rival, s *scenario) (list []flaw) {
	for _, n := range notes() {
		if n.rival != r.name || !n.about(s) || n.flaw == keepsOut && !s.lets || n.flaw == noVary && s.name == "any origin" {
			continue
		}
		list = append(list, n.flaw)
	}
	slices.Sort(list)
	return list
}

func flaws(t *testing.T, s *scenario, build func(*scenario) server, credentials, varies bool) (found []flaw) {
	t.Helper()
	srv := build(s)
	srv.serve()
	a := srv.answer()
	lines := 0
	for _, values := range a.header {
		lines += len(strings.Join(values, ""))
	}
	if lines > 1<<20 {
		found = append(found, saysBack)
	}
	if !s.hostile && s.request.origin != "" {
		if let := fetch(t, s, build, credentials); let && !s.lets {
			t.Error("lets in a page that should be kept out")
		} else if !let && s.lets {
			found = append(found, keepsOut)
		}
	}
	if !s.request.preflight() && a.status != http.StatusOK {
		found = append(found, ends)
	}
	if varies && !strings.Contains(strings.Join(a.header["Vary"], ","), "Origin") {
		found = append(found, noVary)
	}
	if sharing(srv) {
		found = append(found, shares)
	}
	slices.Sort(found)
	return found
}

// fetch asks a browser whether it lets the page have its way.
func fetch(t *testing.T, s *scenario, build func(*scenario) server, credentials bool) bool {
	t.Helper()
	question := browser.Request{Origin: s.request.origin, Method: s.request.method, URL: "https://" + host + path}
	if credentials {
		question.Credentials = browser.Include
	}
	if s.request.preflight() {
		question.Method = s.request.asks
		for name := range strings.SplitSeq(s.request.headers[0], ",") {
			question.Headers = append(question.Headers, browser.Header{Name: name, Value: "value"})
		}
	}
	b := &browser.Browser{Transport: browser.TransportFunc(func(r *http.Request) (*http.Response, error) {
		sent := request{method: r.Method, origin: r.Header.Get("Origin"), asks: r.Header.Get(requestMethod), headers: r.Header[requestHeaders]}
		if first := sent.preflight() || !s.request.preflight(); first && !reflect.DeepEqual(sent, s.request) {
			t.Errorf("a browser sends %+v, and the scenario has %+v", sent, s.request)
		}
		srv := build(&scenario{request: sent})
		srv.serve()
		a := srv.answer()
		return &http.Response{StatusCode: a.status, Header: a.header, Body: http.NoBody, Request: r}, nil
	})}
	outcome, err := b.Fetch(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	// What becomes of the request after its preflight is another scenario's.
	return outcome.Allowed || s.request.preflight() && len(outcome.Exchanges) > 1
}

// sharing reports whether a change of one answer changes the next. It leaves
// the memory as it was, for others share it too.
func sharing(srv server) bool {
	srv.serve()
	changed := srv.answer().header
	before := clone(changed)
	var restore []func()
	for _, values := range changed {
		for i, value := range values {
			restore = append(restore, func() { values[i] = value })
			values[i] = "changed"
		}
	}
	srv.serve()
	after := clone(srv.answer().header)
	for _, f := range restore {
		f()
	}
	return !reflect.DeepEqual(before, after)
}

func clone(h http.Header) http.Header { return maps.Clone(h).Clone() }

// TestByHandAnswersAlike keeps the floor honest: it is the least for corsuite's
// answer, not for a smaller one.
func TestByHandAnswersAlike(t *testing.T) {
	for _, c := range contests() {
		for _, g := range groups() {
			cfg := shortened(g.config())
			answers := make(map[string]map[string]answer)
			for _, r := range c.rivals {
				if r.name == hand || r.name == corsuite {
					build := r.build(&g, cfg)
					answers[r.name] = make(map[string]answer)
					for _, s := range slices.Concat(g.scenarios, g.malformed()) {
						srv := build(&s)
						srv.serve()
						answers[r.name][s.name] = srv.answer()
					}
				}
			}
			for name, got := range answers[hand] {
				if want := answers[corsuite][name]; !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %s: by hand %v, corsuite %v", c.router, name, got, want)
				}
			}
		}
	}
}

// malformed asks as the scenarios of a group do, but as no browser does.
func (g *group) malformed() (scenarios []scenario) {
	add := func(s scenario) {
		s.name = fmt.Sprintf("%+v", s.request)
		scenarios = append(scenarios, s)
	}
	for _, s := range g.scenarios {
		if s.request.origin != "" {
			s.request.twice = true
			add(s)
			s.request.twice = false
		}
		for _, origin := range []string{"null", "https://.pages.example.com", "https://A.pages.example.com", "https://a/.pages.example.com"} {
			if s.request.origin == below {
				s.request.origin = origin
				add(s)
			}
		}
	}
	return scenarios
}
