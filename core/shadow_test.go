package core_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core"
)

func TestShadow(t *testing.T) {
	inForce := core.Config{AllowOrigins: []string{app, evil}, AllowMethods: []string{"PUT", "DELETE"}}
	candidate := core.Config{AllowOrigins: []string{app, "https://new.example.org"}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-Id"}}
	saw := func(reason, then core.Reason, subject string) core.Verdict {
		return core.Verdict{Kind: core.Preflight, Reason: reason, Shadowed: true, Candidate: then, Subject: subject}
	}
	for _, tt := range []struct {
		name    string
		req     core.Request
		want    core.Verdict
		differs bool
	}{
		{"allowed by both", preflight(app, "PUT"), saw(core.ReasonNone, core.ReasonNone, ""), false},
		{"blocked by both", preflight("https://other.example", "PUT"), saw(core.ReasonOriginNotListed, core.ReasonOriginNotListed, "https://other.example"), false},
		{"blocked for two reasons", preflight(app, "PATCH", "x-b"), saw(core.ReasonMethodNotListed, core.ReasonMethodNotListed, "PATCH"), false},
		{"newly blocked, origin", preflight(evil, "PUT"), saw(core.ReasonNone, core.ReasonOriginNotListed, evil), true},
		{"newly blocked, method", preflight(app, "DELETE"), saw(core.ReasonNone, core.ReasonMethodNotListed, "DELETE"), true},
		{"newly allowed, origin", preflight("https://new.example.org", "PUT"), saw(core.ReasonOriginNotListed, core.ReasonNone, "https://new.example.org"), true},
		{"newly allowed, header", preflight(app, "PUT", "x-id"), saw(core.ReasonHeaderNotListed, core.ReasonNone, "x-id"), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var o observed
			p := mustPolicy(t, inForce, o.option())
			before := decide(t, p, tt.req)
			if err := p.Shadow(&candidate); err != nil {
				t.Fatal(err)
			}
			if got := decide(t, p, tt.req); got != before {
				t.Errorf("the candidate changes the answer:\n%s\nwas\n%s", got, before)
			}
			if got := o.all[1]; got != tt.want || got.Differs() != tt.differs {
				t.Errorf("got %+v, differs %v; want %+v", got, got.Differs(), tt.want)
			}
			if err := p.Shadow(nil); err != nil {
				t.Fatal(err)
			}
			decide(t, p, tt.req)
			if o.all[2] != o.all[0] || o.all[0].Shadowed {
				t.Errorf("after the candidate, the observer receives %+v", o.all[2])
			}
		})
	}
}

// TestShadowErrors shows that a bad candidate changes nothing, and that a policy without an
// observer and a logger accepts none.
func TestShadowErrors(t *testing.T) {
	var o observed
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, o.option())
	if err := p.Shadow(&core.Config{AllowOrigins: []string{evil}}); err != nil {
		t.Fatal(err)
	}
	var bad *core.ConfigError
	if err := p.Shadow(&core.Config{AllowOrigins: []string{app + "/"}}); !errors.As(err, &bad) || bad.Problems[0].Code != "origin-path" {
		t.Errorf("got %v", err)
	}
	decide(t, p, get(app))
	if want := (core.Verdict{Kind: core.Actual, Shadowed: true, Candidate: core.ReasonOriginNotListed, Subject: app}); !slices.Equal(o.all, []core.Verdict{want}) {
		t.Errorf("a bad candidate changes something: %+v", o.all)
	}
	if err := mustPolicy(t, core.Config{AllowOrigins: []string{app}}, core.WithLogger(nil)).Shadow(&core.Config{AllowOrigins: []string{app}}); err == nil {
		t.Error("a candidate without an observer and a logger is accepted")
	}
}

// TestShadowAsksOnce shows that a candidate does not cause a second call of the origin
// function.
func TestShadowAsksOnce(t *testing.T) {
	for name, f := range map[string]core.OriginFunc{
		"yes":    func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil },
		"no":     func(context.Context, core.Origin, core.Target) (bool, error) { return false, nil },
		"error":  func(context.Context, core.Origin, core.Target) (bool, error) { return false, errors.New("down") },
		"panics": func(context.Context, core.Origin, core.Target) (bool, error) { panic("down") },
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			var o observed
			p := mustPolicy(t, core.Config{}, o.option(), core.WithOriginFunc(func(ctx context.Context, origin core.Origin, to core.Target) (bool, error) {
				asked++
				return f(ctx, origin, to)
			}))
			if err := p.Shadow(&core.Config{AllowOrigins: []string{"https://new.example.org"}}); err != nil {
				t.Fatal(err)
			}
			decide(t, p, get(app))
			if asked != 1 || o.all[0].Reason != o.all[0].Candidate {
				t.Errorf("%d calls, and the verdicts %+v", asked, o.all)
			}
		})
	}
}
