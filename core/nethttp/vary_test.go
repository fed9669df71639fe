package nethttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/nethttp"
)

// setting returns middleware that sets Vary lines before next runs.
func setting(vary []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Vary"] = vary
		next.ServeHTTP(w, r)
	})
}

func TestVaryFurtherOut(t *testing.T) {
	const accept, origin, method = "Vary: Accept-Encoding", "Vary: Origin", "Vary: Access-Control-Request-Method"
	cors := nethttp.New(config())(text("posts"))
	for _, test := range []struct {
		present           []string
		actual, preflight string
	}{
		{[]string{"Accept-Encoding"}, accept + "\n" + origin, accept + "\n" + origin + ", Access-Control-Request-Method"},
		{[]string{"Origin"}, origin, origin + "\n" + method},
		{[]string{"origin"}, "Vary: origin", "Vary: origin\n" + method},
		{[]string{"Accept-Encoding,ORIGIN"}, accept + ",ORIGIN", accept + ",ORIGIN\n" + method},
		{[]string{"Accept-Encoding", "Origin"}, accept + "\n" + origin, accept + "\n" + origin + "\n" + method},
		{[]string{"*"}, "Vary: *", "Vary: *"},
	} {
		t.Run(strings.Join(test.present, ";"), func(t *testing.T) {
			handler := setting(test.present, cors)
			if got := vary(ask(t, handler, actual("GET", "/", app))); got != test.actual {
				t.Errorf("actual:\n%s\nwant\n%s", got, test.actual)
			}
			if got := vary(ask(t, handler, preflight("/", app, "PUT"))); got != test.preflight {
				t.Errorf("preflight:\n%s\nwant\n%s", got, test.preflight)
			}
		})
	}
}

// vary returns the Vary lines of an answer; they are the last.
func vary(a answer) string {
	return a.cors[strings.Index(a.cors, "Vary: "):]
}

func TestVaryFurtherOutIsNotWrittenTo(t *testing.T) {
	shared := append(make([]string, 0, 2), "Accept-Encoding")
	ask(t, setting(shared, nethttp.New(config())(text("posts"))), actual("GET", "/", app))
	if rest := shared[:2][1]; rest != "" {
		t.Errorf("%q was written behind the values that another middleware owns", rest)
	}
}

func TestVaryOfHandler(t *testing.T) {
	handler := nethttp.New(config())(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Vary", "Accept")
	}))
	check(t, ask(t, handler, actual("GET", "/", app)), http.StatusOK, allowed+"\nVary: Accept")
}
