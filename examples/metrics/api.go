package main

import (
	"encoding/json"
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const maxBody = 64 << 10

// newHandler returns the handler of the program. The policy is only around the API, so no
// page can read the metrics.
func newHandler(policy *core.Policy, registry prometheus.Gatherer) http.Handler {
	api := http.NewServeMux()
	api.HandleFunc("GET /limits", limits)
	api.HandleFunc("POST /sum", sum)

	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.Handle("/", nethttp.Middleware(policy)(api))
	return mux
}

func limits(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]int{"bytes": maxBody})
}

// sum answers with the sum of a list of numbers.
func sum(w http.ResponseWriter, r *http.Request) {
	var numbers []float64
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&numbers); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"error": "the body is not a JSON list of numbers"})
		return
	}
	total := 0.0
	for _, n := range numbers {
		total += n
	}
	answer(w, http.StatusOK, map[string]float64{"sum": total})
}

func answer(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // the sum is infinite, which JSON cannot express
		status, body = http.StatusUnprocessableEntity, []byte(`{"error":"the sum is too large"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
