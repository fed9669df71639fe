package core

// Verdict is what a browser makes of the answer to one request. [Policy.Explain] returns
// one, and an observer ([WithObserver]) receives one for each CORS decision. It shares no
// memory with the request, so it may be kept.
//
// PolicyName, Kind, Reason, Shadowed and Candidate have few values and are good labels for
// metrics. Subject, Fix and Err may quote the request: escape them before you show them,
// and never use them as labels.
type Verdict struct {
	// PolicyName is the name from [WithName].
	PolicyName string
	// Kind is what the request is.
	Kind Kind
	// Reason is the first reason for which the browser blocks the page: it does not let
	// the page read the answer or, for a preflight, does not send the page's request.
	// ReasonNone means that the browser does not block the page.
	Reason Reason
	// Subject is the origin, method or header that Reason is about, as the request has
	// it, up to 200 bytes. It is empty without a Reason. For an observer, if only the
	// candidate blocks the page, Subject belongs to Candidate.
	Subject string
	// Fix lists every change that is needed before the browser stops blocking the page.
	// It is empty if the browser does not block it. Only Explain sets it.
	Fix string
	// Err is the error of the origin function.
	Err error
	// Shadowed is true while a candidate is tried ([Policy.Shadow]), and Candidate is
	// what Reason would be under it. Only observers receive these.
	Shadowed  bool
	Candidate Reason
}

// Allowed reports whether the browser does not block the page.
func (v Verdict) Allowed() bool { return v.Reason == ReasonNone }

// Differs reports whether the candidate would allow a page that is blocked now, or block
// a page that is allowed now.
func (v Verdict) Differs() bool {
	return v.Shadowed && v.Allowed() != (v.Candidate == ReasonNone)
}

// String returns the verdict as a sentence: the reason, what it means for the page, and
// the fix, if there is one. It quotes the request escaped and cut short.
func (v Verdict) String() string {
	switch {
	case v.Kind == NotCORS:
		return "the request has no Origin header, so CORS does not apply"
	case !v.Allowed():
		why := check{reason: v.Reason, subject: v.Subject}.why(v.Kind)
		if v.Fix == "" {
			return why
		}
		return why + "; " + v.Fix
	case v.Kind == Preflight:
		return "the page may send its request"
	default:
		return "the page may read the answer"
	}
}

// verdict walks up to the first check that fails.
func (s *state) verdict(r *Request, cookies bool, d Decision, err error) Verdict {
	failed := s.failedCheck(r, cookies, d)
	return Verdict{Kind: d.Kind(), Reason: failed.reason, Subject: copyStart(failed.subject), Err: err}
}
