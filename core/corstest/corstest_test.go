package corstest_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/core/nethttp"
)

// mux builds the application on http.ServeMux.
func mux(app corstest.App) http.Handler {
	m := http.NewServeMux()
	for _, method := range app.Methods {
		m.HandleFunc(method+" "+app.Path, func(w http.ResponseWriter, _ *http.Request) {
			app.Handle(w.Header())
			w.WriteHeader(app.Status)
		})
	}
	return m
}

func TestNetHTTPConforms(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		h := mux(app)
		for _, policy := range slices.Backward(app.Policies) {
			h = nethttp.Middleware(policy)(h)
		}
		return corstest.HTTP(corstest.Outer(app, h))
	})
}
