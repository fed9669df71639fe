package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/release/modules"
)

// TestAcceptanceHoldsForOneModule shows that an accepted vulnerability fails the check if
// another module reaches it, or if no module does any more.
func TestAcceptanceHoldsForOneModule(t *testing.T) {
	var f finding
	if err := json.Unmarshal([]byte(`{"osv": "GO-1", "trace": [{"module": "example.org/vulnerable", "package": "p", "function": "F"}]}`), &f); err != nil {
		t.Fatal(err)
	}
	known := map[exposure]string{{"GO-1", "a"}: "reason"}
	for name, tt := range map[string]struct {
		reached []exposure
		want    string
	}{
		"accepted":       {[]exposure{{"GO-1", "a"}}, ""},
		"another module": {[]exposure{{"GO-1", "a"}, {"GO-1", "b"}}, "b: GO-1 in example.org/vulnerable, corrected in no version: p.F"},
		"another ID":     {[]exposure{{"GO-1", "a"}, {"GO-2", "a"}}, "a: GO-2 in example.org/vulnerable, corrected in no version: p.F"},
		"not reached":    {nil, "a: GO-1 is not reached; remove it from the accepted ones"},
		"moved": {[]exposure{{"GO-1", "b"}}, "b: GO-1 in example.org/vulnerable, corrected in no version: p.F\n" +
			"a: GO-1 is not reached; remove it from the accepted ones"},
	} {
		t.Run(name, func(t *testing.T) {
			reached := make(map[exposure]finding)
			for _, e := range tt.reached {
				reached[e] = f
			}
			got := ""
			if err := errors.Join(compare(reached, known)...); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestAcceptedModules shows that each acceptance names a module with its reason.
func TestAcceptedModules(t *testing.T) {
	for e, reason := range accepted() {
		if !strings.HasPrefix(e.module, modules.Prefix) || e.module == modules.Prefix || reason == "" {
			t.Errorf("%+v: %q", e, reason)
		}
	}
}
