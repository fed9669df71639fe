package main

import (
	"strings"
	"testing"
)

func TestSocketsTable(t *testing.T) {
	all, err := parse(strings.NewReader(`goos: linux
,linux,
,req/s,CI
Sockets/gin/without_CORS/actual,31234.5,3%
Sockets/gin/corsuite/actual,29000,4%

,linux,
,x-req/s,CI
Sockets/gin/without_CORS/actual,1,0%
Sockets/gin/by_hand/actual,0.951,2%
Sockets/gin/gin-contrib-cors/actual,0.85,5%
Sockets/gin/corsuite/actual,0.949,2%

,linux,
,busy-sec,CI
Sockets/gin/without_CORS/actual,2.06e-05,1%

,linux,
,x-busy,CI
Sockets/gin/corsuite/actual,1.052,1%

,linux,
,p50-sec,CI
Tail/gin/corsuite/in_quiet,0.000207,1%
Tail/gin/corsuite/beside_a_hostile_one,0.0018,7%

,linux,
,p99-sec,CI
Tail/gin/corsuite/in_quiet,0.00053,2%
Tail/gin/corsuite/beside_a_hostile_one,0.0301,∞

,linux,
,hostile/s,CI
Tail/gin/corsuite/beside_a_hostile_one,1186,6%
`))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	socketsTable(&out, all)
	for _, want := range []string{
		"| gin, actual | 31,234 ±3% | 0.95 ±2% | 0.85 ±5% | 0.95 ±2% |",
		"| gin, actual | 20.6 µs ±1% | – | – | 1.05 ±1% |",
		"| gin, corsuite | 0.21 ±1% | 0.53 ±2% | 1.80 ±7% | 30.10 ±∞ | 1,186 ±6% |",
		"| chi, preflight | – | – | – | – |",
		"| chi, go-chi/cors | – | – | – | – | – |",
	} {
		if !strings.Contains(out.String(), "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, &out)
		}
	}
}
