package nethttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

func TestOriginFuncGetsContextOfRequest(t *testing.T) {
	type tenant struct{}
	policy, err := core.NewPolicy(core.Config{}, core.WithOriginFunc(func(ctx context.Context, o core.Origin, _ core.Target) (bool, error) {
		return ctx.Value(tenant{}) == o.Host, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	h := nethttp.Middleware(policy)(http.NotFoundHandler())
	for _, origin := range []string{"https://a.example", "https://b.example"} {
		r := httptest.NewRequestWithContext(context.WithValue(t.Context(), tenant{}, "a.example"), "GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin") != ""; got != (origin == "https://a.example") {
			t.Errorf("%s is allowed: %v, want %v", origin, got, !got)
		}
	}
}
