package main

import (
	"strings"
	"testing"
)

// benchstatPrinted is what benchstat makes of a few samples.
const benchstatPrinted = `goos: linux
,linux,
,sec/op,CI
CORS/gin/allowed/without_CORS,3.5e-08,1%
CORS/gin/allowed/corsuite,1.3e-07,2%
geomean,6.7e-08,

,linux,
,over-sec/op,CI
CORS/gin/allowed/corsuite,1.2345e-05,2%
"CORS/gin/preflight,_origin_denied/corsuite",8.5e-08,4%
geomean,,

,linux,
,over-allocs/op,CI
CORS/gin/allowed/corsuite,1,0%
geomean,1,

,linux,
,x-hand,CI
CORS/gin/allowed/by_hand,1.1,3%
CORS/gin/allowed/corsuite,1.34,9%
"CORS/gin/preflight,_origin_denied/corsuite",1.1,∞
geomean,1.2,
`

func TestTable(t *testing.T) {
	all, err := parse(strings.NewReader(benchstatPrinted))
	if err != nil {
		t.Fatal(err)
	}
	c := onGin()
	var told []string
	for _, test := range []struct{ rival, scenario, want string }{
		{without, "allowed", "35"},
		{corsuite, "allowed", "12,345 (1)"},
		{corsuite, "preflight, origin denied", "85 (0)"},
		{corsuite, "denied", "–"},
		{"gin-contrib/cors", "any headers", "– a"},
	} {
		if got := c.cell(all, c.rival(test.rival), &scenario{name: test.scenario, request: actual(page)}, &told); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.rival, test.scenario, got, test.want)
		}
	}
	if len(told) != 1 || !strings.Contains(told[0], string(keepsOut)) {
		t.Errorf("notes below the table: %q", told)
	}
	const want = "1.22, at worst 1.34 ✗ 1 of 2"
	if got := goals()[0].measured(all, "gin"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
