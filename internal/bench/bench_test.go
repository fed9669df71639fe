package main

import "testing"

// BenchmarkCORS measures the same as the command, one thing after the other. It is
// for profiles: -bench 'CORS/gin/^allowed$/corsuite' -cpuprofile cpu.out.
func BenchmarkCORS(b *testing.B) {
	for _, c := range contests() {
		b.Run(plain(c.router), func(b *testing.B) {
			for _, g := range groups() {
				for _, s := range g.scenarios {
					b.Run(plain(s.name), func(b *testing.B) { benchmark(b, &c, &g, &s) })
				}
			}
		})
	}
}

func benchmark(b *testing.B, c *contest, g *group, s *scenario) {
	for _, r := range c.rivals {
		if r.runs(s) {
			b.Run(plain(r.name), func(b *testing.B) {
				srv := r.build(g, g.config())(s)
				b.ReportAllocs()
				for b.Loop() {
					srv.serve()
				}
			})
		}
	}
}
