package browser

// Step is a step of a fetch at which the browser can block the request.
type Step uint8

const (
	// StepNone means that the request was not blocked.
	StepNone Step = iota
	// StepMode is the check whether the request may cross origins at all
	// (Fetch, main fetch).
	StepMode
	// StepNetwork is the connection to the server (Fetch, HTTP-network fetch).
	StepNetwork
	// StepPreflight is the check of Allow-Origin and Allow-Credentials in a
	// preflight's answer (Fetch, CORS check).
	StepPreflight
	// StepPreflightStatus is the check of the status of a preflight's answer
	// (Fetch, CORS-preflight fetch, ok status).
	StepPreflightStatus
	// StepMethod compares the method with Allow-Methods (Fetch, CORS-preflight
	// fetch).
	StepMethod
	// StepHeaders compares the request headers with Allow-Headers (Fetch,
	// CORS-preflight fetch).
	StepHeaders
	// StepRedirect is the redirect from one URL to the next (Fetch, HTTP fetch and
	// HTTP-redirect fetch).
	StepRedirect
	// StepResponse is the check of Allow-Origin and Allow-Credentials in the
	// actual answer (Fetch, CORS check).
	StepResponse
)

// String returns the name of the step, such as "preflight status".
func (s Step) String() string {
	names := [...]string{
		StepNone:            "none",
		StepMode:            "mode",
		StepNetwork:         "network",
		StepPreflight:       "preflight",
		StepPreflightStatus: "preflight status",
		StepMethod:          "method",
		StepHeaders:         "headers",
		StepRedirect:        "redirect",
		StepResponse:        "response",
	}
	if int(s) >= len(names) {
		return "unknown"
	}
	return names[s]
}
