package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// report is one exchange as the page gets it, with what the policy says about
// the request that was recorded.
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
	// WithoutCredentials is why a page that sent credentials may not read the
	// answer. Explain cannot say it: no request tells whether a page sent any.
	WithoutCredentials string `json:"withoutCredentials"`
}

type header struct {
	field
	CORS bool `json:"cors"`
	// Readable says whether the page may read a header of the answer, and Note
	// why it may not.
	Readable bool   `json:"readable"`
	Note     string `json:"note,omitempty"`
}

// explain tells what the policy makes of an exchange.
func explain(ctx context.Context, policy *core.Policy, x exchange) report {
	v := policy.Explain(ctx, &x.cors)
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

// readableNames returns what a page may read of an allowed answer (Fetch,
// CORS-safelisted response-header name), in lower case. The star means every
// header, since a policy with credentials cannot expose it.
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
