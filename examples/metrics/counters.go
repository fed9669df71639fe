package main

import (
	"context"

	"github.com/corsuite/corsuite/core"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// counters count decisions. Their labels have few values. Never use a label for data from a
// request, such as the origin: each value would make a new series.
type counters struct {
	decisions   *prometheus.CounterVec
	differences *prometheus.CounterVec
}

func newCounters(registry prometheus.Registerer) counters {
	factory := promauto.With(registry)
	return counters{
		decisions: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "cors_decisions_total",
			Help: "CORS decisions, by the reason why browsers block the page (none if they do not).",
		}, []string{"policy", "kind", "reason"}),
		differences: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "cors_candidate_differences_total",
			Help: "CORS decisions that the candidate would change. candidate: the candidate blocks or allows the page; reason: why the candidate or the policy blocks it.",
		}, []string{"policy", "kind", "candidate", "reason"}),
	}
}

// observe is the observer of the policy.
func (c counters) observe(_ context.Context, v core.Verdict) {
	c.decisions.WithLabelValues(v.PolicyName, v.Kind.String(), v.Reason.String()).Inc()
	switch {
	case !v.Differs():
	case v.Allowed():
		c.differences.WithLabelValues(v.PolicyName, v.Kind.String(), "blocks", v.Candidate.String()).Inc()
	default:
		c.differences.WithLabelValues(v.PolicyName, v.Kind.String(), "allows", v.Reason.String()).Inc()
	}
}
