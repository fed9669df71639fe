package chiadapter_test

import (
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/go-chi/chi/v5"
)

// One allocation holds all the values of an answer. It cannot be spared: values
// kept from answer to answer could be changed by any handler.
func TestAllocations(t *testing.T) {
	with, without := chi.NewRouter(), chi.NewRouter()
	with.Use(chiadapter.New(config()))
	for _, r := range []*chi.Mux{with, without} {
		r.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	}
	for _, test := range []struct {
		name    string
		request *http.Request
	}{
		{"not CORS", notCORS()},
		{"allowed", actual("GET", "/", app)},
		{"denied", actual("GET", "/", other)},
		{"preflight", preflight("/", app, "PUT")},
		{"refused preflight", preflight("/", other, "PUT")},
	} {
		if more := allocations(with, test.request) - allocations(without, test.request); more != 1 {
			t.Errorf("%s: %v allocations more than without CORS, want 1", test.name, more)
		}
	}
}

func notCORS() *http.Request {
	r := actual("GET", "/", app)
	r.Header.Del("Origin")
	return r
}

// allocations takes the least of many requests: a pool that happens to be empty
// is no fault of what is measured.
func allocations(h http.Handler, r *http.Request) float64 {
	w := &writer{header: make(http.Header)}
	request := func() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	least := testing.AllocsPerRun(1, request)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, request))
	}
	return least
}

// writer keeps its header, whose growth is no fault of what is measured either.
type writer struct{ header http.Header }

func (w *writer) Header() http.Header         { return w.header }
func (w *writer) Write(b []byte) (int, error) { return len(b), nil }
func (w *writer) WriteHeader(int)             {}
