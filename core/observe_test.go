package core_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// observed records the verdicts that an observer receives.
type observed struct {
	mu  sync.Mutex
	all []core.Verdict
}

func (o *observed) option() core.Option {
	return core.WithObserver(func(_ context.Context, seen core.Verdict) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.all = append(o.all, seen)
	})
}

func TestObserver(t *testing.T) {
	cfg := core.Config{AllowOrigins: []string{app, "https://*.example.net"}, AllowMethods: []string{"PUT"}}
	type request struct {
		core.Request
		details core.Details
	}
	plain := func(r core.Request) request { return request{r, nil} }
	with := func(r core.Request, mode, site string, cookies bool) request {
		d := details{"Sec-Fetch-Mode": mode, "Sec-Fetch-Site": site}
		if cookies {
			d["Cookie"] = "a=b"
		}
		return request{r, d}
	}
	saw := func(kind core.Kind, reason core.Reason, subject string) []core.Verdict {
		return []core.Verdict{{PolicyName: "api", Kind: kind, Reason: reason, Subject: subject}}
	}
	long := "https://" + strings.Repeat("a", 1000)
	for _, tt := range []struct {
		name string
		req  request
		want []core.Verdict
	}{
		{"not CORS", plain(get()), nil},
		{"allowed", plain(get(app)), saw(core.Actual, core.ReasonNone, "")},
		{"wildcard", plain(get("https://a.example.net")), saw(core.Actual, core.ReasonNone, "")},
		{"denied", plain(get(evil)), saw(core.Actual, core.ReasonOriginNotListed, evil)},
		{"null", plain(get("null")), saw(core.Actual, core.ReasonOriginNull, "null")},
		{"twice", plain(get(app, evil)), saw(core.Actual, core.ReasonOriginRepeated, app+", "+evil)},
		{"long", plain(get(long)), saw(core.Actual, core.ReasonOriginMalformed, long[:200]+"…")},
		{"as long as may be", plain(get(long[:200])), saw(core.Actual, core.ReasonOriginMalformed, long[:200])},
		{"preflight", plain(preflight(app, "PUT")), saw(core.Preflight, core.ReasonNone, "")},
		{"method", plain(preflight(app, "DELETE", "x-id")), saw(core.Preflight, core.ReasonMethodNotListed, "DELETE")},
		{"header", plain(preflight(app, "PUT", "x-id,x-b")), saw(core.Preflight, core.ReasonHeaderNotListed, "x-id")},
		{"a page's cookies", with(get(app), "cors", "cross-site", true), saw(core.Actual, core.ReasonCredentialsNotAllowed, app)},
		{"cookies, and no Sec-Fetch fields", with(get(app), "", "", true), saw(core.Actual, core.ReasonCredentialsNotAllowed, app)},
		{"cookies of a denied page", with(get(evil), "cors", "cross-site", true), saw(core.Actual, core.ReasonOriginNotListed, evil)},
		{"no cookies", with(get(app), "cors", "cross-site", false), saw(core.Actual, core.ReasonNone, "")},
		{"a form", with(get(evil), "navigate", "cross-site", true), nil},
		{"a WebSocket", with(get(evil), "websocket", "cross-site", true), nil},
		{"a same-origin page", with(get(evil), "cors", "same-origin", true), nil},
		{"a preflight, with the Fetch Metadata of another request", with(preflight(evil, "PUT"), "navigate", "same-origin", false), saw(core.Preflight, core.ReasonOriginNotListed, evil)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var o observed
			p := mustPolicy(t, cfg, core.WithName("api"), o.option())
			p.Decide(t.Context(), &tt.req.Request, tt.req.details)
			if !slices.Equal(o.all, tt.want) {
				t.Errorf("got %+v, want %+v", o.all, tt.want)
			}
			p.Explain(t.Context(), &tt.req.Request, tt.req.details)
			if len(o.all) != len(tt.want) {
				t.Error("Explain calls the observer")
			}
		})
	}
}

// TestObserverOfCancelledRequest shows that a request whose origin function failed because
// the client has gone is not observed.
func TestObserverOfCancelledRequest(t *testing.T) {
	var o observed
	p := mustPolicy(t, core.Config{}, o.option(), core.WithOriginFunc(func(ctx context.Context, _ core.Origin, _ core.Target) (bool, error) {
		return false, ctx.Err()
	}))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	req := get(app)
	p.Decide(gone, &req, nil)
	if len(o.all) != 0 {
		t.Errorf("got %+v", o.all)
	}
	p = mustPolicy(t, core.Config{AllowOrigins: []string{app}}, o.option())
	p.Decide(gone, &req, nil)
	if len(o.all) != 1 {
		t.Errorf("without an error: got %+v", o.all)
	}
}

// TestObservedAnswers shows that an observer and a candidate change no answer.
func TestObservedAnswers(t *testing.T) {
	cfg := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true}
	var o observed
	quiet, watched := mustPolicy(t, cfg), mustPolicy(t, cfg, o.option())
	if err := watched.Shadow(&core.Config{AllowOrigins: []string{evil}, AllowMethods: []string{"PUT"}}); err != nil {
		t.Fatal(err)
	}
	for _, req := range []core.Request{get(), get(app), get(evil), options(app), preflight(app, "PATCH", "x-a,authorization"), preflight(evil, "PUT"), preflight(app, "a b")} {
		if got, want := decide(t, watched, req), decide(t, quiet, req); got != want {
			t.Errorf("%+v: got\n%s\nwant\n%s", req, got, want)
		}
	}
}

// TestObserverPanics shows that the request goes on.
func TestObserverPanics(t *testing.T) {
	for _, value := range []any{"no", errors.New("no"), nil} {
		p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(discard()), core.WithObserver(func(context.Context, core.Verdict) {
			panic(value)
		}))
		if got := decide(t, p, get(app)); got != "Allow-Origin: "+app+"\nVary: Origin" {
			t.Errorf("panic(%v): got %s", value, got)
		}
	}
}

// TestSlowObserver shows that a slow observer delays no other request.
func TestSlowObserver(t *testing.T) {
	slow, begun := make(chan struct{}), make(chan struct{})
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(discard()), core.WithObserver(func(_ context.Context, o core.Verdict) {
		if o.Allowed() {
			close(begun)
			<-slow
		}
	}))
	var wg sync.WaitGroup
	wg.Go(func() {
		req := get(app)
		p.Decide(t.Context(), &req, nil)
	})
	<-begun
	if got := decide(t, p, get(evil)); got != "Vary: Origin" {
		t.Errorf("got %s", got)
	}
	close(slow)
	wg.Wait()
}

// TestObserverGetsTheContext shows that the observer receives the request's context.
func TestObserverGetsTheContext(t *testing.T) {
	type key struct{}
	got := ""
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithObserver(func(ctx context.Context, _ core.Verdict) {
		got, _ = ctx.Value(key{}).(string)
	}))
	req := get(app)
	p.Decide(context.WithValue(t.Context(), key{}, "request"), &req, nil)
	if got != "request" {
		t.Error("the observer receives another context")
	}
}
