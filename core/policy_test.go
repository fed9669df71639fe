package core_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

func TestOriginFunc(t *testing.T) {
	failure := errors.New("database is away")
	type ctxKey struct{}
	var asked []core.Origin
	p := mustPolicy(t, core.Config{
		AllowOrigins:     []string{app, "https://*.example.com:*"},
		AllowCredentials: true,
	}, core.WithOriginFunc(func(ctx context.Context, o core.Origin, _ core.Target) (bool, error) {
		if ctx.Value(ctxKey{}) != "request" {
			t.Error("the function did not get the request's context")
		}
		asked = append(asked, o)
		switch o.Host {
		case "error.example":
			return true, failure
		case "nil.example":
			panic(nil) //nolint:govet // the value of a panic must not matter
		case "panic.example":
			panic("boom")
		}
		return strings.HasSuffix(o.Host, ".tenants.example") || o.Host == "localhost", nil
	}))
	ctx := context.WithValue(t.Context(), ctxKey{}, "request")
	for _, tt := range []struct {
		origin string
		asked  []core.Origin
		want   core.Reason
		err    string
	}{
		{app, nil, core.ReasonNone, ""},
		{"https://a.example.com:1", nil, core.ReasonNone, ""},
		{"https://a.tenants.example", []core.Origin{{Scheme: "https", Host: "a.tenants.example"}}, core.ReasonNone, ""},
		{"https://a.tenants.example:8443", []core.Origin{{Scheme: "https", Host: "a.tenants.example", Port: 8443}}, core.ReasonNone, ""},
		{"http://localhost:3000", []core.Origin{{Scheme: "http", Host: "localhost", Port: 3000}}, core.ReasonNone, ""},
		{"http://a.tenants.example", nil, core.ReasonOriginInsecure, ""},
		{evil, []core.Origin{{Scheme: "https", Host: "evil.example"}}, core.ReasonOriginRefused, ""},
		{"https://error.example", []core.Origin{{Scheme: "https", Host: "error.example"}}, core.ReasonOriginFuncFailed, "origin function: database is away"},
		{"https://panic.example", []core.Origin{{Scheme: "https", Host: "panic.example"}}, core.ReasonOriginFuncFailed, "origin function panicked: boom"},
		{"https://nil.example", []core.Origin{{Scheme: "https", Host: "nil.example"}}, core.ReasonOriginFuncFailed, "origin function panicked: "},
		{"wss://a.tenants.example", nil, core.ReasonOriginMalformed, ""},
		{"null", nil, core.ReasonOriginNull, ""},
		{"https://A.tenants.example", nil, core.ReasonOriginMalformed, ""},
		{"https://a.tenants.example/", nil, core.ReasonOriginMalformed, ""},
		{"", nil, core.ReasonOriginEmpty, ""},
	} {
		t.Run(tt.origin, func(t *testing.T) {
			for _, r := range []core.Request{get(tt.origin), preflight(tt.origin, "GET")} {
				asked = nil
				d := p.Decide(ctx, &r, nil)
				if d.OriginAllowed() != (tt.want == core.ReasonNone) || !slices.Equal(asked, tt.asked) {
					t.Errorf("allowed %v after calls for %v, want %v after %v", d.OriginAllowed(), asked, tt.want, tt.asked)
				}
				if got := d.Len() != 0; got != (tt.want == core.ReasonNone) {
					t.Errorf("Allow-Origin is set: %v", got)
				}
				for _, o := range asked {
					if o.String() != tt.origin {
						t.Errorf("%#v prints as %q", o, o.String())
					}
				}
				v := p.Explain(ctx, &r, nil)
				if v.Reason != tt.want || (v.Err == nil) != (tt.err == "") || v.Err != nil && !strings.HasPrefix(v.Err.Error(), tt.err) {
					t.Errorf("explained as %v with error %v", v.Reason, v.Err)
				}
				if tt.origin == "https://error.example" && !errors.Is(v.Err, failure) {
					t.Error("the function's error is not wrapped")
				}
			}
		})
	}
}

// TestExplainLeavesTheRequestAlone shows that a Decision stays valid after Explain.
func TestExplainLeavesTheRequestAlone(t *testing.T) {
	cfg := core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"*"}, AllowCredentials: true}
	p := mustPolicy(t, cfg)
	r := preflight(app, "GET", "authorization,x-id")
	d := p.Decide(t.Context(), &r, nil)
	cfg.AllowHeaders = append(cfg.AllowHeaders, "Authorization")
	if err := p.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	p.Explain(t.Context(), &r, nil)
	if _, value := d.Header(d.Len() - 1); value != "x-id" {
		t.Errorf("the decision now allows %q", value)
	}
}

func TestOriginFuncNeedsNoList(t *testing.T) {
	yes := core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil })
	p := mustPolicy(t, core.Config{}, yes)
	if !allowed(t, p, evil) || allowed(t, p, "null") {
		t.Error("an empty list with a function denies")
	}
	_, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}}, yes)
	var ce *core.ConfigError
	if !errors.As(err, &ce) || ce.Problems[0].Code != "origin-any-func" {
		t.Errorf(`"*" with a function that is never called: %v`, err)
	}
	if _, err := core.NewPolicy(core.Config{}, core.WithOriginFunc(nil), nil); err == nil {
		t.Error("a nil function counts as a function")
	}
}

func TestConfigIsCopied(t *testing.T) {
	cfg := core.Config{
		AllowOrigins: []string{app, "https://*.example.org", "https://c.example"}, AllowMethods: []string{"PUT"},
		AllowHeaders: []string{"X-Id"}, ExposeHeaders: []string{"X-Total"},
	}
	p := mustPolicy(t, cfg)
	want := decide(t, p, preflight(app, "PUT")) + decide(t, p, get(app))
	for _, list := range [][]string{cfg.AllowOrigins, cfg.AllowMethods, cfg.AllowHeaders, cfg.ExposeHeaders} {
		for i := range list {
			list[i] = evil
		}
	}
	if got := decide(t, p, preflight(app, "PUT")) + decide(t, p, get(app)); got != want || allowed(t, p, evil) {
		t.Errorf("the policy shares the caller's lists: %s", got)
	}
}

func TestReloadKeepsTheOldPolicyOnError(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}})
	var ce *core.ConfigError
	if err := p.Reload(core.Config{AllowOrigins: []string{evil, "example.com"}}); !errors.As(err, &ce) {
		t.Fatalf("Reload = %v", err)
	}
	if !allowed(t, p, app) || allowed(t, p, evil) {
		t.Error("a bad config changed the policy")
	}
	if err := p.Reload(core.Config{AllowOrigins: []string{evil}}); err != nil {
		t.Fatal(err)
	}
	if allowed(t, p, app) || !allowed(t, p, evil) {
		t.Error("a good config did not replace the policy")
	}
}

// TestReloadWhileServing looks for answers that mix two configs.
func TestReloadWhileServing(t *testing.T) {
	const generations = 500
	config := func(i int) core.Config {
		id := fmt.Sprint(i)
		return core.Config{
			AllowOrigins: []string{app}, AllowMethods: []string{"M" + id}, AllowHeaders: []string{"H" + id},
			MaxAge: time.Duration(i+1) * time.Second,
		}
	}
	p := mustPolicy(t, config(0))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r := preflight(app, "PUT")
				d := p.Decide(t.Context(), &r, nil)
				var id int
				_, age := d.Header(1)
				if _, err := fmt.Sscan(age, &id); err != nil {
					t.Error(err)
				}
				_, methods := d.Header(2)
				_, headers := d.Header(3)
				if methods != "M"+fmt.Sprint(id-1) || headers != "H"+fmt.Sprint(id-1) {
					t.Errorf("mixed: %s %s %s", age, methods, headers)
				}
			}
		})
	}
	for i := range generations {
		if err := p.Reload(config(i)); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}
