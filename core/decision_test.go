package core_test

import (
	"testing"

	"github.com/corsuite/corsuite/core"
)

// A Request is only read, so one or several policies may decide it again.
func TestRequestIsDecidedTwice(t *testing.T) {
	reflecting := core.Config{AllowOrigins: []string{app}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true}
	first, second := mustPolicy(t, reflecting), mustPolicy(t, core.Config{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}})
	r := preflight(app, "PUT", "x-a", "x-b")
	r.OneMethod = true
	one := first.Decide(t.Context(), &r, nil)
	two := second.Decide(t.Context(), &r, nil)
	again := first.Decide(t.Context(), &r, nil)
	if one.Len() != again.Len() || two.Len() == 0 {
		t.Fatalf("got %d, %d and %d headers", one.Len(), two.Len(), again.Len())
	}
	for i := range one.Len() {
		name, value := one.Header(i)
		if n, v := again.Header(i); n != name || v != value {
			t.Errorf("first %s: %s, then %s: %s", name, value, n, v)
		}
	}
}
