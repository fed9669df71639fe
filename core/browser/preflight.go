package browser

import (
	"net/http"
	"strings"
)

// preflight follows Fetch, CORS-preflight fetch, and reports whether the actual
// request may be sent.
func (f *fetch) preflight() bool {
	unsafe := f.unsafeNames()
	header := http.Header{
		"Accept":                        {"*/*"},
		"Origin":                        {f.preflightOrigin()},
		"Access-Control-Request-Method": {f.method},
	}
	if len(unsafe) != 0 {
		header.Set("Access-Control-Request-Headers", strings.Join(unsafe, ","))
	}
	response := f.roundTrip(Exchange{Preflight: true, Method: "OPTIONS", Request: header}, nil, false)
	if response == nil || !f.checkPreflight(response) {
		return false
	}
	methods, ok := f.listed(response.header, "Access-Control-Allow-Methods", StepMethod)
	if !ok {
		return false
	}
	names, ok := f.listed(response.header, "Access-Control-Allow-Headers", StepHeaders)
	if !ok {
		return false
	}
	if methods == nil && f.preflights && f.browser.Engine.uploadImpliesMethod() {
		methods = []string{f.method}
	}
	allowed := f.checkMethod(methods) && f.checkHeaders(names, unsafe)
	if allowed || f.browser.Engine.keepsRefusals() {
		f.browser.cache.keep(f, methods, names, f.maxAge(response.header))
	}
	return allowed
}

// preflightOrigin returns the Origin of a preflight.
func (f *fetch) preflightOrigin() string {
	if f.browser.Engine.preflightsAsPage() {
		return f.origin
	}
	return f.serializedOrigin()
}

// checkPreflight makes the CORS check of a preflight's answer, and checks that its status
// is an ok status.
func (f *fetch) checkPreflight(response *answer) bool {
	sameOrigin := f.browser.Engine.preflightsAsPage() && f.url().origin() == f.origin
	if reason := f.corsCheck(f.preflightOrigin(), response.header); reason != "" && !sameOrigin {
		f.block(StepPreflight, "the preflight fails: %s", reason)
		return false
	}
	switch {
	case redirectStatus(response.status):
		f.block(StepPreflightStatus, "the preflight's answer is a redirect with status %d; a preflight must not be redirected", response.status)
		return false
	case response.status < 200 || response.status > 299:
		f.block(StepPreflightStatus, "the preflight's answer has status %d; the status must be 200 to 299", response.status)
		return false
	}
	return true
}
