package bench

import (
	"math"
	"runtime"
	"testing"
)

// TestAllocations compares with the exact numbers, so that an improvement is kept
// too. They are those of 64-bit machines.
func TestAllocations(t *testing.T) {
	const size = 16 // of a string, without its bytes
	values := map[string]int64{
		"no-origin":                   1,
		"allowed":                     2,
		"denied":                      1,
		"preflight":                   5,
		"preflight-origin-denied":     1,
		"preflight-method-denied":     5,
		"preflight-1MiB-of-commas":    5,
		"preflight-1000-empty-lines":  5,
		"preflight-1KiB-of-names":     5,
		"any-origin":                  1,
		"credentials":                 4,
		"any-header":                  6,
		"any-header-1MiB-of-commas":   5,
		"any-header-1000-empty-lines": 5,
		"any-header-1KiB-of-names":    6,
		"1000-origins":                2,
		"1000-origins-denied":         1,
		"100000-origins":              2,
		"100000-origins-denied":       1,
		"10000-wildcards":             2,
		"10000-wildcards-denied":      1,
	}
	type memory struct{ allocs, bytes int64 }
	want := func(router string, s *scenario) memory {
		array := memory{1, values[s.name] * size}
		switch router {
		case "fiber", "fiberv3":
			return memory{} // fasthttp copies the values into memory that it keeps
		case "echo":
			return memory{array.allocs + 1, array.bytes + 24} // echo makes a closure for each request
		}
		return array
	}
	for _, r := range routers() {
		for _, g := range groups() {
			cfg := g.config()
			plain, cors := r.rival(without).build(&g, cfg), r.rival(corsuite).build(&g, cfg)
			for _, s := range g.scenarios {
				t.Run(r.name+"/"+s.name, func(t *testing.T) {
					allocs, bytes := measureMemory(plain(&s.request))
					moreAllocs, moreBytes := measureMemory(cors(&s.request))
					if got, want := (memory{moreAllocs - allocs, moreBytes - bytes}), want(r.name, &s); got != want {
						t.Errorf("%+v more than without CORS, want %+v", got, want)
					}
				})
			}
		}
	}
}

// measureMemory returns what one request allocates. It takes the least of several
// requests, since a pool can be empty.
func measureMemory(srv server) (allocs, bytes int64) {
	allocs, bytes = math.MaxInt64, math.MaxInt64
	var before, after runtime.MemStats
	for range 20 {
		runtime.ReadMemStats(&before)
		srv.serve()
		runtime.ReadMemStats(&after)
		allocs = min(allocs, int64(after.Mallocs-before.Mallocs))
		bytes = min(bytes, int64(after.TotalAlloc-before.TotalAlloc))
	}
	return allocs, bytes
}
