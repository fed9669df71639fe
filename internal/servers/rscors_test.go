package servers

import (
	"net/http"
	"testing"

	"github.com/rs/cors"
)

// rsCORS is rs/cors on http.ServeMux.
func rsCORS() server {
	around := func(make func(s *site) cors.Options) func(*testing.T, *site) {
		return handled(func(t *testing.T, s *site) http.Handler {
			t.Helper()
			return cors.New(configured(t, s, make(s))).Handler(mux())
		})
	}
	return library("rs/cors",
		mistake{
			name: "a header is not listed", report: "rs/cors#13", cause: "header-missing", call: with(put(), "Authorization", "Bearer t"),
			serve: around(func(s *site) cors.Options {
				return cors.Options{AllowedOrigins: []string{s.Page}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"Content-Type"}}
			}),
		},
		mistake{
			name: "the default methods", report: "oysterprotocol/brokernode#328", cause: "method-missing", call: put(),
			serve: around(func(s *site) cors.Options {
				return cors.Options{AllowedOrigins: []string{s.Page}, AllowedHeaders: []string{"Content-Type"}}
			}),
		},
		mistake{
			name: "a final slash", report: "couchbase/sync_gateway#998", cause: "allow-origin-missing", call: get(),
			serve: around(func(s *site) cors.Options { return cors.Options{AllowedOrigins: []string{s.Page + "/"}} }),
		},
		mistake{
			name: "* with credentials", report: "rs/cors#55", cause: "allow-origin-wildcard", call: credentialed(get()),
			serve: around(func(*site) cors.Options {
				return cors.Options{AllowedOrigins: []string{"*"}, AllowCredentials: true}
			}),
		},
		mistake{
			name: "on a route that has no OPTIONS", report: "rs/cors#42", cause: "preflight-not-found", call: put(),
			serve: handled(func(t *testing.T, s *site) http.Handler {
				t.Helper()
				c := cors.New(configured(t, s, cors.Options{AllowedOrigins: []string{s.Page}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"Content-Type"}}))
				if s.Fix != "" {
					return c.Handler(mux())
				}
				m := http.NewServeMux()
				m.Handle("PUT /items", c.Handler(http.HandlerFunc(items)))
				return m
			}),
		},
	)
}

// mux has the routes of the calls.
func mux() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("GET /items", items)
	m.HandleFunc("PUT /items", items)
	return m
}
