package main

import "testing"

// TestAllocations is exact in both directions: what has become less must not
// become more again. The numbers are those of machines with words of 64 bits.
func TestAllocations(t *testing.T) {
	const each = 16 // bytes of a string, without those that it refers to
	values := map[string]int64{
		"no Origin":                      1,
		"allowed":                        2,
		"denied":                         1,
		"preflight":                      5,
		"preflight, origin denied":       1,
		"preflight, method denied":       5,
		"preflight, header denied":       5,
		"preflight, 1 MiB of commas":     5,
		"preflight, 1 MiB of blanks":     5,
		"preflight, 1,000 empty lines":   5,
		"preflight, 1 KiB of names":      5,
		"any origin":                     1,
		"credentials, exposed headers":   4,
		"1,000 origins":                  2,
		"1,000 origins, missed":          1,
		"100,000 origins":                2,
		"100,000 origins, missed":        1,
		"100 wildcards":                  2,
		"100 wildcards, missed":          1,
		"10,000 wildcards":               2,
		"10,000 wildcards, missed":       1,
		"mixed, listed":                  2,
		"mixed, wildcard":                2,
		"mixed, missed":                  1,
		"any headers":                    6,
		"any headers, 1 MiB of commas":   5,
		"any headers, 1 MiB of blanks":   5,
		"any headers, 1,000 empty lines": 5,
		"any headers, 1 KiB of names":    6,
	}
	type spent struct{ allocs, bytes int64 }
	want := func(router string, s *scenario) spent {
		array := spent{1, values[s.name] * each}
		switch {
		case router == "fiber":
			return spent{} // fasthttp copies what is set into memory that it keeps
		case router == "echo" && s.request.preflight():
			return spent{array.allocs, array.bytes + 8} // a word more than the function that answers without CORS
		case router == "echo":
			return spent{array.allocs + 1, array.bytes + 24} // the function that echo makes anew for each request
		}
		return array
	}
	for _, c := range contests() {
		baseline, ours := c.rival(without), c.rival(corsuite)
		for _, g := range groups() {
			cfg := g.config()
			plain, cors := baseline.build(&g, cfg), ours.build(&g, cfg)
			for _, s := range g.scenarios {
				t.Run(c.router+"/"+s.name, func(t *testing.T) {
					allocs, bytes := memory(plain(&s))
					moreAllocs, moreBytes := memory(cors(&s))
					if got := (spent{moreAllocs - allocs, moreBytes - bytes}); got != want(c.router, &s) {
						t.Errorf("%d allocations of %d bytes more than without CORS, want %d of %d",
							got.allocs, got.bytes, want(c.router, &s).allocs, want(c.router, &s).bytes)
					}
				})
			}
		}
	}
}
