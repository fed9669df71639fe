package main

import (
	"context"

	"github.com/corsuite/corsuite/core"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// counters count decisions. Their labels have few values, whoever asks: what a
// request chooses, its origin above all, would make a series of each value.
type counters struct {
	decisions   *prometheus.CounterVec
	differences *prometheus.CounterVec
}

func newCounters(registry prometheus.Registerer) counters {
	factory := promauto.With(registry)
	return counters{
		decisions: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "cors_decisions_total",
			Help: "CORS decisions, by the reason for which browsers block the page (none: they do not).",
		}, []string{"policy", "kind", "reason"}),
		differences: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "cors_candidate_differences_total",
			Help: "CORS decisions that the candidate would change: a page that it would block or allow, and the reason for which it or the policy blocks it.",
		}, []string{"policy", "kind", "candidate", "reason"}),
	}
}

// observe is the policy's observer.
func (c counters) observe(_ context.Context, o core.Verdict) {
	c.decisions.WithLabelValues(o.PolicyName, o.Kind.String(), o.Reason.String()).Inc()
	switch {
	case !o.Differs():
	case o.Allowed():
		c.differences.WithLabelValues(o.PolicyName, o.Kind.String(), "blocks", o.Candidate.String()).Inc()
	default:
		c.differences.WithLabelValues(o.PolicyName, o.Kind.String(), "allows", o.Reason.String()).Inc()
	}
}
