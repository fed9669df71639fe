package core_test

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"golang.org/x/net/http/httpguts"
)

// Each byte is reflected exactly if RFC 9110 has it in a token, at the start, in the middle
// and at the end of a name.
func TestReflectedBytes(t *testing.T) {
	p := mustPolicy(t, core.Config{AllowOrigins: []string{app}, AllowHeaders: []string{"*", "Authorization"}, AllowCredentials: true})
	for c := range 256 {
		name := string([]byte{byte(c)})
		want := httpguts.ValidHeaderFieldName(name) || name == " " || name == "\t" || name == ","
		for _, asked := range []string{"x-a," + name, name + ",x-a", "x-a," + name + ",x-b"} {
			got := decide(t, p, preflight(app, "GET", asked))
			if said := strings.Contains(got, "Allow-Headers: "+asked+"\n"); said != want {
				t.Errorf("%q: reflected %v, want %v", asked, said, want)
			}
		}
	}
}
