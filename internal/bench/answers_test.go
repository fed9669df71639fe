package bench

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// TestAnswers checks that each rival does in each scenario what the scenario says.
// Only then can their times be compared. Libraries have flaws; the test finds
// exactly those that are known.
func TestAnswers(t *testing.T) {
	for _, r := range routers() {
		for _, g := range groups() {
			cfg := g.config()
			for _, rival := range r.rivals {
				if rival.name == without || g.large && (rival.name == r.own || slices.Contains(r.others, rival.name)) {
					continue
				}
				app := rival.build(&g, cfg)
				for _, s := range g.scenarios {
					t.Run(r.name+"/"+s.name+"/"+rival.name, func(t *testing.T) {
						got := flaws(t, &s, app, cfg.AllowCredentials, cfg.AllowOrigins[0] != "*")
						want := rival.known(&s)
						if slices.Sort(want); !slices.Equal(got, want) {
							t.Errorf("got the flaws %q, want %q", got, want)
						}
					})
				}
			}
		}
	}
}

func flaws(t *testing.T, s *scenario, app app, credentials, varies bool) (found []flaw) {
	t.Helper()
	srv := app(&s.request)
	srv.serve()
	a := srv.answer()
	size := 0
	for _, values := range a.header {
		size += len(strings.Join(values, ""))
	}
	if size > 1<<20 {
		found = append(found, reflectsAll)
	}
	if !s.hostile && s.request.header.Get("Origin") != "" {
		if allowed := fetch(t, s, app, credentials); allowed && !s.allowed {
			t.Error("allows a page that should be denied")
		} else if !allowed && s.allowed {
			found = append(found, blocks)
		}
	}
	if !s.request.preflight() && a.status != http.StatusOK {
		found = append(found, rejects)
	}
	if varies && !strings.Contains(strings.Join(a.header["Vary"], ","), "Origin") {
		found = append(found, lacksVary)
	}
	if shares(srv) {
		found = append(found, sharesMemory)
	}
	slices.Sort(found)
	return found
}

// fetch reports whether a browser allows what the page of the scenario does.
func fetch(t *testing.T, s *scenario, app app, credentials bool) bool {
	t.Helper()
	wanted := browser.Request{Origin: s.request.header.Get("Origin"), Method: s.request.method, URL: "https://" + host + path}
	if credentials {
		wanted.Credentials = browser.Include
	}
	if s.request.preflight() {
		wanted.Method = s.request.header.Get(requestMethod)
		for name := range strings.SplitSeq(s.request.header.Get(requestHeaders), ",") {
			wanted.Headers = append(wanted.Headers, browser.Header{Name: name, Value: "value"})
		}
	}
	b := &browser.Browser{Transport: browser.TransportFunc(func(r *http.Request) (*http.Response, error) {
		sent := request{method: r.Method, header: make(http.Header)}
		for _, name := range []string{"Origin", requestMethod, requestHeaders} {
			if values := r.Header[name]; values != nil {
				sent.header[name] = values
			}
		}
		if sent.preflight() == s.request.preflight() && !reflect.DeepEqual(sent, s.request) {
			t.Errorf("a browser sends %v, the scenario %v", sent, s.request)
		}
		srv := app(&sent)
		srv.serve()
		a := srv.answer()
		return &http.Response{StatusCode: a.status, Header: a.header, Body: http.NoBody, Request: r}, nil
	})}
	outcome, err := b.Fetch(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	// A scenario with a preflight ends when the browser sends the actual request.
	return outcome.Allowed || s.request.preflight() && len(outcome.Exchanges) > 1
}

// shares reports whether a change of one answer changes the next. It restores the
// memory, which other servers may share too.
func shares(srv server) bool {
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

// TestMinimum checks that the code written by hand gives corsuite's answers, and no
// smaller ones.
func TestMinimum(t *testing.T) {
	for _, r := range routers() {
		for _, g := range groups() {
			cfg := g.config()
			ours, theirs := r.rival(corsuite).build(&g, cfg), r.rival(byHand).build(&g, cfg)
			for _, request := range g.malformed() {
				a, b := ours(&request), theirs(&request)
				a.serve()
				b.serve()
				if want, got := a.answer(), b.answer(); !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %.200s: by hand %v, corsuite %v", r.name, fmt.Sprint(request), got, want)
				}
			}
		}
	}
}

// malformed returns the requests of the group, and with them some that no browser
// sends: with two Origin lines, or with an origin that only looks like a subdomain.
func (g *group) malformed() (requests []request) {
	for _, s := range g.scenarios {
		r := s.request
		requests = append(requests, r)
		with := func(origins ...string) {
			r.header = s.request.header.Clone()
			r.header["Origin"] = origins
			requests = append(requests, r)
		}
		origin := r.header.Get("Origin")
		if origin != "" {
			with(origin, origin)
		}
		if origin == below {
			with("null")
			with("https://.pages.example.com")
			with("https://A.pages.example.com")
			with("https://a/.pages.example.com")
		}
	}
	return requests
}
