package chiadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/go-chi/chi/v5"
)

func TestConformance(t *testing.T) {
	corstest.Run(t, func(app corstest.App) corstest.Server {
		r := chi.NewRouter()
		for _, policy := range app.Policies {
			r.Use(chiadapter.Middleware(policy))
		}
		for _, method := range app.Methods {
			r.MethodFunc(method, app.Path, func(w http.ResponseWriter, _ *http.Request) {
				app.Handle(w.Header())
				w.WriteHeader(app.Status)
			})
		}
		return corstest.HTTP(corstest.Outer(app, r))
	})
}
