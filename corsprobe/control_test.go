package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// strict is a library that sends no CORS headers if it rejects anything in a preflight.
type strict struct {
	origins, methods, headers []string
	rejected                  int // the status for a preflight that it rejects
	other                     int // the status for other OPTIONS requests
	asked                     chan string
}

func (s strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := r.Header.Get("Access-Control-Request-Method")
	s.asked <- r.Method
	allowed := slices.Contains(s.origins, r.Header.Get("Origin")) && slices.Contains(s.methods, asked)
	for name := range strings.SplitSeq(r.Header.Get("Access-Control-Request-Headers"), ",") {
		allowed = allowed && (name == "" || slices.Contains(s.headers, name))
	}
	switch {
	case asked == "":
		w.WriteHeader(s.other)
	case allowed:
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Methods", asked)
		w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(s.rejected)
	}
}

// If the answer to a preflight has no CORS headers at all, further preflights show what the
// server rejects.
func TestControls(t *testing.T) {
	none, pages, puts, types := []string(nil), []string{page}, []string{"GET", "PUT"}, []string{"content-type"}
	for name, test := range map[string]struct {
		server     strict
		want, need string
	}{
		"the origin":             {strict{none, puts, types, 204, 404, nil}, "allow-origin-missing method-missing header-missing", page + " PUT Content-Type"},
		"the method":             {strict{pages, []string{"GET"}, types, 204, 404, nil}, "method-missing", "GET, PUT"},
		"a header":               {strict{pages, puts, none, 204, 404, nil}, "header-missing", "Content-Type"},
		"a header, and GET":      {strict{pages, []string{"PUT"}, none, 204, 404, nil}, "header-missing", "Content-Type"},
		"both":                   {strict{pages, []string{"GET"}, none, 200, 404, nil}, "method-missing header-missing", "GET, PUT Content-Type"},
		"everything":             {strict{none, none, none, 200, 200, nil}, "allow-origin-missing method-missing header-missing", page + " PUT Content-Type"},
		"the origin, with 403":   {strict{none, puts, types, 403, 404, nil}, "allow-origin-missing", page},
		"the method, with 403":   {strict{pages, []string{"GET"}, types, 403, 403, nil}, "method-missing", "GET, PUT"},
		"a header, with 403":     {strict{pages, puts, none, 403, 401, nil}, "header-missing", "Content-Type"},
		"all requests, with 403": {strict{none, none, none, 403, 403, nil}, "preflight-unauthorized", page + " PUT Content-Type"},
		"a missing login":        {strict{none, none, none, 401, 404, nil}, "preflight-unauthorized", page + " PUT Content-Type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.server.asked = make(chan string, 20)
			r := probeServer(t, test.server, put())
			close(test.server.asked)
			var causes, needs []string
			for _, c := range r.causes {
				causes = append(causes, c.name)
			}
			for _, n := range r.needs {
				if n.preflight {
					needs = append(needs, n.value)
				}
			}
			if got := strings.Join(causes, " "); got != test.want || strings.Join(needs, " ") != test.need {
				t.Errorf("causes %q, want %q; needs %q, want %q", got, test.want, needs, test.need)
			}
			for method := range test.server.asked {
				if method != "OPTIONS" {
					t.Errorf("the server received %s", method)
				}
			}
			advice := advise(r.causes, r.failed, "rs/cors")
			if len(advice) != 1 || strings.Contains(advice[0].Write, "AllowedOrigins") != strings.Contains(test.need, page) {
				t.Errorf("advice %q", advice)
			}
		})
	}
}

// The controls name the rejected header alone.
func TestControlsOfOneHeader(t *testing.T) {
	c := put()
	c.request.Headers = append(c.request.Headers, browser.Header{Name: "X-A", Value: "1"}, browser.Header{Name: "X-B", Value: "1"})
	server := strict{[]string{page}, []string{"GET", "PUT"}, []string{"content-type", "x-b"}, 204, 404, make(chan string, 20)}
	r := probeServer(t, server, c)
	if len(r.causes) != 1 || !strings.Contains(r.causes[0].why, "asks for X-A, so") || r.causes[0].needs[0].value != "Content-Type, X-A, X-B" {
		t.Errorf("%+v", r.causes)
	}
}
