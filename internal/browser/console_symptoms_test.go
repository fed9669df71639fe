package browser

import (
	"fmt"
	"slices"
	"strings"

	model "github.com/corsuite/corsuite/core/browser"
)

// symptom is the failed check of a browser, as its console reports it.
type symptom int

const (
	noOrigin symptom = iota
	preflightRefused
	preflightUnanswered
	redirected
	refusedXHR
	methodMissing
	headerMissing
	headersMissing
	authorizationStar
	credentialsMissing
	credentialsMissingPreflight
	credentialsStar
	credentialsStarPreflight
	twoOrigins
	otherOrigin
	preflightStatus
	preflightMoved
	brokenOff

	symptomCount
)

// texts has the console messages of the engines for a symptom. URL is the requested URL,
// MOVED the URL after redirects, ORIGIN the origin of the page, and METHOD the method.
type texts struct {
	found                     string
	chromium, firefox, webkit []string
}

// These parts of the messages are the same for all symptoms.
const (
	chromiumBegins       = "Access to fetch at 'URL' from origin 'ORIGIN' has been blocked by CORS policy: "
	firefoxBegins        = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at URL. "
	firefoxEndsPreflight = firefoxBegins + "(Reason: CORS request did not succeed). Status code: (null)."
	webkitEnds           = "Fetch API cannot load URL due to access control checks."
)

// complaint returns the error that a page receives for every blocked request.
func complaint(e model.Engine) string {
	switch e {
	case model.Firefox:
		return "TypeError: NetworkError when attempting to fetch resource."
	case model.WebKit:
		return "TypeError: Load failed"
	default:
		return "TypeError: Failed to fetch"
	}
}

// pageError returns the error that the page of a trial with this symptom reports.
func (s symptom) pageError(e model.Engine) string {
	switch s {
	case refusedXHR:
		return "XMLHttpRequest failed" // from page.html of internal/programs
	case authorizationStar:
		return ""
	default:
		return complaint(e)
	}
}

func (s symptom) texts() texts {
	const (
		preflight        = chromiumBegins + "Response to preflight request doesn't pass access control check: "
		noAllowOrigin    = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
		noCredentials    = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'."
		noStar           = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."
		firefoxNoOrigin  = firefoxBegins + "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: "
		firefoxNoTrue    = firefoxBegins + "(Reason: expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’)."
		firefoxNoStar    = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ‘URL’. (Reason: Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’)."
		firefoxNoHeader  = firefoxBegins + "(Reason: header ‘x-debug’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response)."
		webkitNoOrigin   = "Origin ORIGIN is not allowed by Access-Control-Allow-Origin. Status code: 200"
		webkitNoTrue     = `Credentials flag is true, but Access-Control-Allow-Credentials is not "true".`
		webkitNoStar     = "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true."
		webkitNoHeader   = "Request header field X-Debug is not allowed by Access-Control-Allow-Headers."
		webkitPreflight  = "Preflight response is not successful. Status code: "
		chromiumNoHeader = "Request header field %s is not allowed by Access-Control-Allow-Headers in preflight response."
	)
	lines := func(l ...string) []string { return l }
	return [symptomCount]texts{
		noOrigin: {
			"an answer without the header",
			lines(chromiumBegins + noAllowOrigin), lines(firefoxNoOrigin + "200."), lines(webkitNoOrigin, webkitEnds),
		},
		preflightRefused: {
			"a preflight that the policy rejected",
			lines(preflight + noAllowOrigin), lines(firefoxNoOrigin+"403.", firefoxEndsPreflight), lines(webkitPreflight+"403", webkitEnds),
		},
		preflightUnanswered: {
			"a preflight that no policy answered",
			lines(preflight + noAllowOrigin), lines(firefoxNoOrigin+"405.", firefoxEndsPreflight), lines(webkitPreflight+"405", webkitEnds),
		},
		redirected: {
			"an answer after a redirect to another origin",
			lines("Access to fetch at 'MOVED' (redirected from 'URL') from origin 'ORIGIN' has been blocked by CORS policy: " + noAllowOrigin),
			lines(strings.ReplaceAll(firefoxNoOrigin, "URL", "MOVED") + "200."),
			lines("Origin null is not allowed by Access-Control-Allow-Origin. Status code: 200", strings.ReplaceAll(webkitEnds, "URL", "MOVED")),
		},
		refusedXHR: {
			"the preflight of an XMLHttpRequest",
			lines(strings.Replace(preflight, "fetch", "XMLHttpRequest", 1) + noAllowOrigin),
			lines(firefoxNoOrigin+"403.", firefoxEndsPreflight),
			lines(webkitPreflight+"403", strings.Replace(webkitEnds, "Fetch API", "XMLHttpRequest", 1)),
		},
		methodMissing: {
			"a preflight's answer without the method",
			lines(chromiumBegins + "Method METHOD is not allowed by Access-Control-Allow-Methods in preflight response."),
			lines(firefoxBegins+"(Reason: Did not find method in CORS header ‘Access-Control-Allow-Methods’).", firefoxEndsPreflight),
			lines("Method METHOD is not allowed by Access-Control-Allow-Methods.", webkitEnds),
		},
		headerMissing: {
			"a preflight's answer without X-Debug",
			lines(chromiumBegins + fmt.Sprintf(chromiumNoHeader, "x-debug")), lines(firefoxNoHeader, firefoxEndsPreflight), lines(webkitNoHeader, webkitEnds),
		},
		headersMissing: {
			"a preflight's answer without X-Debug and X-Other",
			lines(chromiumBegins + fmt.Sprintf(chromiumNoHeader, "x-other")), lines(firefoxNoHeader, firefoxEndsPreflight), lines(webkitNoHeader, webkitEnds),
		},
		authorizationStar: {
			"a preflight for Authorization, and only `*` in the answer",
			nil,
			lines("Cross-Origin Request Warning: The Same Origin Policy will disallow reading the remote resource at URL soon. (Reason: When the `Access-Control-Allow-Headers` is `*`, the `Authorization` header is not covered. To include the `Authorization` header, it must be explicitly listed in CORS header `Access-Control-Allow-Headers`)."),
			nil,
		},
		credentialsMissing: {
			"an answer without Allow-Credentials",
			lines(chromiumBegins + noCredentials), lines(firefoxNoTrue), lines(webkitNoTrue, webkitEnds),
		},
		credentialsMissingPreflight: {
			"a preflight's answer without Allow-Credentials",
			lines(preflight + noCredentials), lines(firefoxNoTrue, firefoxEndsPreflight), lines(webkitNoTrue, webkitEnds),
		},
		credentialsStar: {
			"an answer for every origin",
			lines(chromiumBegins + noStar), lines(firefoxNoStar), lines(webkitNoStar, webkitEnds),
		},
		credentialsStarPreflight: {
			"a preflight's answer for every origin",
			lines(preflight + noStar), lines(firefoxNoStar, firefoxEndsPreflight), lines(webkitNoStar, webkitEnds),
		},
		twoOrigins: {
			"two values of Allow-Origin",
			lines(chromiumBegins + "The 'Access-Control-Allow-Origin' header contains multiple values 'ORIGIN, *', but only one is allowed. Have the server send the header with a valid value."),
			lines(firefoxBegins + "(Reason: Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed)."),
			lines("Access-Control-Allow-Origin cannot contain more than one origin.", webkitEnds),
		},
		otherOrigin: {
			"another origin in Allow-Origin",
			lines(chromiumBegins + "The 'Access-Control-Allow-Origin' header has a value 'https://app.example.com' that is not equal to the supplied origin. Have the server send the header with a valid value."),
			lines(firefoxBegins + "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://app.example.com’)."),
			lines(webkitNoOrigin, webkitEnds),
		},
		preflightStatus: {
			"a preflight answered with 401",
			lines(preflight + "It does not have HTTP ok status."),
			lines(firefoxBegins+"(Reason: CORS preflight response did not succeed). Status code: 401.", firefoxEndsPreflight),
			lines(webkitPreflight+"401", webkitEnds),
		},
		preflightMoved: {
			"a preflight answered with a redirect",
			lines(preflight + "Redirect is not allowed for a preflight request."),
			lines(firefoxBegins+"(Reason: CORS request external redirect not allowed).",
				firefoxBegins+"(Reason: CORS preflight response did not succeed). Status code: 301.", firefoxEndsPreflight),
			lines(webkitPreflight+"301", webkitEnds),
		},
		brokenOff: {
			"no answer at all",
			nil, lines(firefoxBegins + "(Reason: CORS request did not succeed). Status code: (null)."), nil,
		},
	}[s]
}

// of returns the messages of an engine.
func (x texts) of(e model.Engine) []string {
	switch e {
	case model.Firefox:
		return x.firefox
	case model.WebKit:
		return x.webkit
	default:
		return x.chromium
	}
}

// row returns the row of a table in REASONS.md, without the parts that are the same for all
// symptoms.
func (x texts) row() string {
	cells := []string{x.found}
	for _, lines := range [][]string{x.chromium, x.firefox, x.webkit} {
		var short []string
		for _, line := range lines {
			if len(lines) > 1 && slices.Contains([]string{firefoxEndsPreflight, webkitEnds, strings.ReplaceAll(webkitEnds, "URL", "MOVED")}, line) {
				continue
			}
			short = append(short, code(line))
		}
		if lines == nil {
			short = []string{"nothing about CORS"}
		}
		cells = append(cells, strings.Join(short, "<br>"))
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

// code returns text as Markdown code, without its beginning if that is the same for all
// symptoms.
func code(text string) string {
	for _, begins := range []string{chromiumBegins, firefoxBegins} {
		text = strings.TrimPrefix(text, begins)
	}
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}
