package main

import (
	"net/http"
	"reflect"
	"testing"
)

// The reports for all routers are equal, and have the headers that were sent.
func TestReportsHaveSentHeaders(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, api := range p.apis {
		t.Run(api.Name, func(t *testing.T) {
			t.Parallel()
			res, _ := do(t, "GET", api.URL+"/posts?call="+api.Name, "", map[string]string{
				"Origin": p.page, "User-Agent": "unrecorded",
				"Cookie": "token=of-another-server; " + sessionName + "=ada",
			})
			reports := p.reports(t, api.Name)
			if len(reports) != 1 {
				t.Fatalf("got %d exchanges, want 1", len(reports))
			}
			r := reports[0]
			if want := "/posts?call=" + api.Name; r.Target != want {
				t.Errorf("target %q, want %q", r.Target, want)
			}
			wantRequest := []header{
				{field: field{"Origin", p.page}, CORS: true},
				{field: field{"Cookie", sessionName + "=ada"}},
			}
			if !reflect.DeepEqual(r.Request, wantRequest) {
				t.Errorf("request %+v, want %+v", r.Request, wantRequest)
			}
			wantResponse := []header{
				{field: field{"Access-Control-Allow-Origin", p.page}, CORS: true},
				{field: field{"Access-Control-Allow-Credentials", "true"}, CORS: true},
				{field: field{"Access-Control-Expose-Headers", "X-Total-Count"}, CORS: true},
				{field: field{"Content-Type", res.Header.Get("Content-Type")}, Readable: true},
				{field: field{"Vary", "Origin"}, Note: `the response header "Vary" is not in ExposeHeaders`},
				{field: field{"X-Request-Id", requestID}, Note: `the response header "X-Request-Id" is not in ExposeHeaders`},
				{field: field{"X-Total-Count", totalCount}, Readable: true},
			}
			if !reflect.DeepEqual(r.Response, wantResponse) {
				t.Errorf("response %+v, want %+v", r.Response, wantResponse)
			}
			checkOnTheWire(t, r.Response, res.Header)
		})
	}
}

// checkOnTheWire compares the recorded headers with those that the client received, except
// for headers that the server adds last.
func checkOnTheWire(t *testing.T, recorded []header, got http.Header) {
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
			checkOnTheWire(t, p.reports(t, api.Name)[0].Response, res.Header)
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
