package main

import (
	"net/http"
	"reflect"
	"slices"
	"testing"
)

// The recorder has the headers that were sent, for all routers.
func TestRecorderHasSentHeaders(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, api := range p.apis {
		t.Run(api.Name, func(t *testing.T) {
			t.Parallel()
			res, _ := do(t, "GET", api.URL+"/posts?call="+api.Name, "", map[string]string{
				"Origin": p.page, "X-Debug": "1",
				"Cookie": "token=of-another-server; " + sessionName + "=ada",
			})
			exchanges := p.rec.exchanges(api.Name)
			if len(exchanges) != 1 {
				t.Fatalf("got %d exchanges, want 1", len(exchanges))
			}
			x := exchanges[0]
			if want := "/posts?call=" + api.Name; x.target != want || x.method != "GET" || x.status != 200 {
				t.Errorf("got %s %s %d, want GET %s 200", x.method, x.target, x.status, want)
			}
			for _, want := range []field{{"Origin", p.page}, {"Cookie", sessionName + "=ada"}, {"X-Debug", "1"}} {
				if !slices.Contains(x.request, want) {
					t.Errorf("the request %v lacks %v", x.request, want)
				}
			}
			if x.request[0].Name != "Origin" {
				t.Errorf("the request begins with %v, want the headers of CORS", x.request[0])
			}
			want := []field{
				{"Access-Control-Allow-Origin", p.page},
				{"Access-Control-Allow-Credentials", "true"},
				{"Access-Control-Expose-Headers", "X-Total-Count"},
				{"Content-Type", res.Header.Get("Content-Type")},
				{"Vary", "Origin"},
				{"X-Request-Id", requestID},
				{"X-Total-Count", totalCount},
			}
			if !slices.Equal(x.response, want) {
				t.Errorf("response %v, want %v", x.response, want)
			}
			checkOnTheWire(t, x.response, res.Header)
		})
	}
}

// checkOnTheWire compares the recorded headers with those that the client received, except
// for headers that the server adds last.
func checkOnTheWire(t *testing.T, recorded []field, got http.Header) {
	t.Helper()
	for _, name := range []string{"Date", "Content-Length", "Connection"} {
		got.Del(name)
	}
	want := make(http.Header)
	for _, h := range recorded {
		want.Add(h.Name, h.Value)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the client received %v, the recorder has %v", got, want)
	}
}

func TestPreflightsHaveNoContentType(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, api := range p.apis {
		t.Run(api.Name, func(t *testing.T) {
			t.Parallel()
			res, _ := do(t, "OPTIONS", api.URL+"/posts?call="+api.Name, "", map[string]string{
				"Origin": p.page, "Access-Control-Request-Method": "DELETE",
			})
			checkOnTheWire(t, p.rec.exchanges(api.Name)[0].response, res.Header)
		})
	}
}

func TestOnlyOwnCookieIsRecorded(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"":                          "",
		"a=1":                       "",
		sessionName + "=ada":        sessionName + "=ada",
		"a=1; " + sessionName + "=": sessionName + "=",
		";;=":                       "",
	} {
		if got := ownCookie(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
