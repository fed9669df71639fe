package origincache_test

import (
	"context"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

// TestPerHost shows what Func receives of the target, and that an entry is for one host.
func TestPerHost(t *testing.T) {
	for _, perHost := range []bool{false, true} {
		var targets []core.Target
		cache := &origincache.Cache{PerHost: perHost, Func: func(_ context.Context, o core.Origin, to core.Target) (bool, error) {
			targets = append(targets, to)
			return o.Host == "app."+to.Host, nil
		}}
		other := core.Origin{Scheme: "https", Host: "app.b.example"}
		app := core.Origin{Scheme: "https", Host: "app.a.example"}
		ask := func(o core.Origin, host string) bool {
			allowed, err := cache.Allow(t.Context(), o, core.Target{Host: host, Path: "/posts"})
			if err != nil {
				t.Fatal(err)
			}
			return allowed
		}
		for range 2 {
			if ask(app, "a.example") != perHost || ask(app, "b.example") || ask(other, "b.example") != perHost {
				t.Errorf("PerHost %v: an answer is wrong", perHost)
			}
		}
		want := []core.Target{{}, {}}
		if perHost {
			want = []core.Target{{Host: "a.example"}, {Host: "b.example"}, {Host: "b.example"}}
		}
		if len(targets) != len(want) {
			t.Fatalf("PerHost %v: Func was called for %v, want %v", perHost, targets, want)
		}
		for i := range want {
			if targets[i] != want[i] {
				t.Errorf("PerHost %v: Func was called for %v, want %v", perHost, targets, want)
			}
		}
		targets = nil
		cache.Forget("https://app.a.example")
		ask(app, "a.example")
		ask(app, "b.example")
		ask(other, "b.example")
		if forgotten := len(want) - 1; len(targets) != forgotten {
			t.Errorf("PerHost %v: after Forget, Func was called for %v", perHost, targets)
		}
	}
}
