package core

import (
	"context"
	"strings"
)

// Verdict is a decision in words: what a browser will make of the answer. It
// holds its own copy of the request's bytes and may be kept.
type Verdict struct {
	// Kind is what the request is.
	Kind Kind
	// Reason is why the browser will keep the page from reading the answer or,
	// for a preflight, from sending its request: that of the first step that has
	// one. ReasonNone means it will not.
	Reason Reason
	// Subject is the origin, method or header that Reason is about, as the
	// request has it: escape it before you show it.
	Subject string
	// Fix says what to change so that the browser lets the page go on, in all
	// steps. It quotes names of the request, escaped. It is empty if nothing
	// stands in the way.
	Fix string
	// Steps are what the browser looks at, in its order, also those behind the
	// one that it stops at. They are empty if CORS does not apply.
	Steps []Step
	// Err is the error of the origin function.
	Err error
}

// Step is one thing that a browser looks at in an answer.
type Step struct {
	// Field is the request header field that the step is about.
	Field string
	// Subject is the origin, method or header name, as the request has it: escape
	// it before you show it.
	Subject string
	// Reason is why the browser stops here; ReasonNone if it does not.
	Reason Reason
}

// Allowed reports whether the browser lets the page go on.
func (v Verdict) Allowed() bool { return v.Reason == ReasonNone }

// Explain decides like [Policy.Decide] and looks at a preflight's method and
// headers too, as the browser does with the answer. It is for people: it costs
// more than Decide, asks the origin function once more, and tells no observer.
func (p *Policy) Explain(ctx context.Context, r *Request) Verdict {
	s := p.state.Load()
	own := *r // deciding writes to a Request, and r may have been decided already
	d, err := s.decide(ctx, &own, p.options.originFunc)
	return s.explain(&own, d, err)
}

// mostSteps is more than any browser takes: one for each header that it asks for.
const mostSteps = 64

func (s *state) explain(r *Request, d Decision, err error) Verdict {
	v := Verdict{Kind: d.Kind(), Err: err}
	s.walk(r, d, func(step Step) (more bool) {
		step.Subject = strings.Clone(step.Subject) // a server may reuse the request's memory
		if v.Reason == ReasonNone {
			v.Reason, v.Subject = step.Reason, step.Subject
		}
		v.Steps = append(v.Steps, step)
		return len(v.Steps) < mostSteps
	})
	if v.Reason == ReasonNone {
		v.Subject = ""
	}
	v.Fix = s.fix(v.Steps)
	return v
}

// why returns what the browser stops at, without the words. Its subject is the
// request's.
func (s *state) why(r *Request, d Decision) (stops Step) {
	s.walk(r, d, func(step Step) (more bool) {
		if step.Reason == ReasonNone {
			return true
		}
		stops = step
		return false
	})
	return stops
}
