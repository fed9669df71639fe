package origincache_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/origincache"
)

func ExampleCache() {
	calls := 0
	cache := &origincache.Cache{Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		calls++ // a real Func would query a database
		return o.Host == "shop.tenant.example", nil
	}}
	policy, err := core.NewPolicy(core.Config{AllowCredentials: true}, core.WithOriginFunc(cache.Allow))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 1000 {
		for _, origin := range []string{"https://shop.tenant.example", "https://other.example"} {
			policy.Decide(context.Background(), &core.Request{Method: "GET", Origin: []string{origin}}, nil)
		}
	}
	fmt.Println("calls of Func:", calls)
	// Output: calls of Func: 2
}

// With StaleFor, an origin that was allowed remains allowed while the database is
// down. An origin without an entry is denied.
func ExampleCache_Allow() {
	down := false
	cache := &origincache.Cache{
		AllowedFor: -1, // no caching, so that the example calls Func each time
		StaleFor:   time.Hour,
		Func: func(context.Context, core.Origin, core.Target) (bool, error) {
			if down {
				return false, errors.New("the database is down")
			}
			return true, nil
		},
	}
	ask := func(host string) {
		allowed, err := cache.Allow(context.Background(), core.Origin{Scheme: "https", Host: host}, core.Target{})
		fmt.Println(host, allowed, err)
	}
	ask("shop.tenant.example")
	down = true
	ask("shop.tenant.example")
	ask("other.tenant.example")
	// Output:
	// shop.tenant.example true <nil>
	// shop.tenant.example true <nil>
	// other.tenant.example false the database is down
}

func ExampleCache_Forget() {
	tenants := map[string]bool{"https://shop.tenant.example": true}
	cache := &origincache.Cache{Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		return tenants[o.String()], nil
	}}
	ask := func() {
		fmt.Println(cache.Allow(context.Background(), core.Origin{Scheme: "https", Host: "shop.tenant.example"}, core.Target{}))
	}
	ask()
	delete(tenants, "https://shop.tenant.example")
	ask()
	cache.Forget("https://shop.tenant.example")
	ask()
	// Output:
	// true <nil>
	// true <nil>
	// false <nil>
}

// Clear is for a change that can affect every origin.
func ExampleCache_Clear() {
	domain := "tenant.example"
	cache := &origincache.Cache{Func: func(_ context.Context, o core.Origin, _ core.Target) (bool, error) {
		return o.Host == "shop."+domain, nil
	}}
	ask := func() {
		fmt.Println(cache.Allow(context.Background(), core.Origin{Scheme: "https", Host: "shop.tenant.example"}, core.Target{}))
	}
	ask()
	domain = "moved.example"
	cache.Clear()
	ask()
	// Output:
	// true <nil>
	// false <nil>
}

// Expire is for changes that may have been missed. The database is asked again, and while it
// is down, the tenants stay allowed.
func ExampleCache_Expire() {
	removed, down := false, false
	cache := &origincache.Cache{StaleFor: time.Hour, Func: func(context.Context, core.Origin, core.Target) (bool, error) {
		if down {
			return false, errors.New("the database is down")
		}
		return !removed, nil
	}}
	ask := func() {
		fmt.Println(cache.Allow(context.Background(), core.Origin{Scheme: "https", Host: "shop.tenant.example"}, core.Target{}))
	}
	ask()
	removed, down = true, true
	cache.Expire()
	ask()
	down = false
	cache.Expire()
	ask()
	// Output:
	// true <nil>
	// true <nil>
	// false <nil>
}
