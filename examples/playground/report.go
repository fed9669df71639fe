package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// report is one exchange for the page, with the policy's explanation.
type report struct {
	Method      string   `json:"method"`
	Target      string   `json:"target"`
	Kind        string   `json:"kind"`
	Request     []header `json:"request"`
	Status      int      `json:"status"`
	StatusText  string   `json:"statusText"`
	Response    []header `json:"response"`
	Allowed     bool     `json:"allowed"`
	Reason      string   `json:"reason"`
	Explanation string   `json:"explanation"`
	// WithoutCredentials is the reason why a page that sent credentials cannot read the
	// answer. Explain cannot report it, since a request does not show whether the page
	// included credentials.
	WithoutCredentials string `json:"withoutCredentials"`
}

type header struct {
	field
	CORS bool `json:"cors"`
	// Readable is true if the page can read this header of the answer. Note is the reason
	// why it cannot.
	Readable bool   `json:"readable"`
	Note     string `json:"note,omitempty"`
}

// explain returns the report of an exchange.
func explain(ctx context.Context, policy *core.Policy, x exchange) report {
	v := policy.Explain(ctx, &x.cors, nil)
	kind := v.Kind
	r := report{
		Method: x.method, Target: x.target, Kind: kind.String(),
		Status: x.status, StatusText: http.StatusText(x.status),
		Allowed: v.Allowed(), Reason: v.Reason.String(), Explanation: v.String(),
	}
	if !slices.Contains(x.response, field{"Access-Control-Allow-Credentials", "true"}) {
		r.WithoutCredentials = "the policy does not allow credentials; set AllowCredentials"
	}
	for _, f := range x.request {
		r.Request = append(r.Request, header{field: f, CORS: isCORS(f.Name)})
	}
	page := kind == core.Actual && v.Allowed()
	readable := readableNames(x.response)
	for _, f := range x.response {
		h := header{field: f, CORS: isCORS(f.Name)}
		switch {
		case !page:
		case strings.EqualFold(f.Name, "Set-Cookie"):
			h.Note = "no page can read Set-Cookie"
		case slices.Contains(readable, strings.ToLower(f.Name)), slices.Contains(readable, "*"):
			h.Readable = true
		case !h.CORS:
			h.Note = fmt.Sprintf("the response header %q is not in ExposeHeaders", f.Name)
		}
		r.Response = append(r.Response, h)
	}
	return r
}

// readableNames returns the names of the headers that a page can read in an allowed answer
// (Fetch, CORS-safelisted response-header name), in lower case. "*" means every header,
// since a policy with credentials cannot expose "*".
func readableNames(response []field) []string {
	names := []string{
		"cache-control", "content-language", "content-length", "content-type",
		"expires", "last-modified", "pragma",
	}
	for _, f := range response {
		if f.Name == "Access-Control-Expose-Headers" {
			for name := range strings.SplitSeq(strings.ToLower(f.Value), ",") {
				names = append(names, strings.TrimSpace(name))
			}
		}
	}
	return names
}
