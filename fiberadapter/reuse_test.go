package fiberadapter_test

import (
	"context"
	"testing"
	"unsafe"

	"github.com/corsuite/corsuite/core"
)

// TestPolicyOwnsWhatItKeeps overwrites a request's bytes, as fasthttp does when it
// reuses them, and looks at what was made of them before.
func TestPolicyOwnsWhatItKeeps(t *testing.T) {
	var kept core.Origin
	p, err := core.NewPolicy(core.Config{}, core.WithOriginFunc(func(_ context.Context, o core.Origin) (bool, error) {
		kept = o
		return false, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	const app = "https://app.example.com"
	memory := []byte(app)
	r := core.Request{Method: "GET", Origin: []string{unsafe.String(&memory[0], len(memory))}}
	d := p.Decide(t.Context(), &r)
	v := p.Explain(t.Context(), &r)
	copy(memory, "https://evil.example.co")
	if kept.String() != app || d.Reason() != core.ReasonOriginRefused {
		t.Errorf("the origin function was given %v", kept)
	}
	if v.Subject != app || v.String() != `the origin function refused "https://app.example.com", so the page cannot read the answer; let the origin function allow it` {
		t.Errorf("the verdict is now %v", v)
	}
}
