package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

const explainUsage = `corsprobe explain says why a browser blocks a page, for a config and without
a server.

  corsprobe explain --config cors.yaml --origin https://app.example.com [URL]
  corsprobe explain --config cors.yaml curl …

Nothing is sent. The flags for the request are those of corsprobe, and the exit
codes too.

`

// explainCommand is the command explain.
func explainCommand(ctx context.Context, args []string, s streams) (int, error) {
	return (&options{explains: true}).run(ctx, args, explainUsage, s)
}

// answer lets the config answer the calls.
func (o *options) answer(calls []call, s streams) error {
	c, err := o.configFlags.read(s)
	if err != nil {
		return err
	}
	for i := range calls {
		calls[i].config = c
		calls[i].note(shown(c.name) + " answers, and nothing is sent")
	}
	return nil
}

// correct sets the causes of a result, each with the correction that the policy names. It
// leaves out what follows from another cause: the status of a preflight's answer, and what
// the policy allows when the other causes are corrected.
func (c *policyFile) correct(ctx context.Context, r *result) {
	fields := map[kind]string{fixOrigin: "AllowOrigins", fixCredentials: "AllowCredentials", fixMethods: "AllowMethods", fixHeaders: "AllowHeaders"}
	causes := slices.DeleteFunc(slices.Clone(r.failed), func(f cause) bool { return f.check == checkStatus })
	corrections := make([][]string, len(causes))
	for _, fix := range c.fixes(ctx, r) {
		to := slices.IndexFunc(causes, func(f cause) bool { return fields[f.kind] != "" && strings.Contains(fix, fields[f.kind]) })
		if to < 0 { // a second field to change for the first cause
			to = slices.IndexFunc(causes, func(f cause) bool { return fields[f.kind] != "" })
		}
		if to >= 0 {
			corrections[to] = append(corrections[to], c.translate(fix))
		}
	}
	corrected := slices.ContainsFunc(corrections, func(fixes []string) bool { return fixes != nil })
	for i, found := range causes {
		switch fixes := corrections[i]; {
		case fixes != nil:
			found.fix = strings.Join(fixes, "; ")
		case fields[found.kind] != "" && corrected:
			continue
		}
		found.kind = fixConfig
		r.causes = append(r.causes, found)
	}
}

// fixes returns the changes that the policy names for the requests of the page.
func (c *policyFile) fixes(ctx context.Context, r *result) (all []string) {
	request := r.call.request
	asked := []core.Request{{Method: methodOf(request.Method), Origin: []string{request.Origin}}}
	for _, e := range r.exchanges {
		if e.Preflight {
			asked = append(asked, core.Request{
				Method: e.Method, Origin: e.Request.Values("Origin"),
				RequestMethod: e.Request.Values("Access-Control-Request-Method"), RequestHeaders: e.Request.Values("Access-Control-Request-Headers"),
			})
		}
	}
	details := sent{header: make(http.Header)}
	details.url, _ = url.Parse(request.URL) // the model has parsed it
	if request.Credentials == browser.Include {
		details.header.Set("Cookie", "name=value")
	}
	for i := range asked {
		for fix := range strings.SplitSeq(c.policy.Explain(ctx, &asked[i], details).Fix, "; ") {
			if fix != "" && !slices.Contains(all, fix) {
				all = append(all, fix)
			}
		}
	}
	return all
}

// translate replaces the names of fields by those of the source.
func (c *policyFile) translate(text string) string {
	for _, found := range c.problems([]core.Problem{{Field: "AllowOrigins", Index: -1, Message: text}}) {
		text = found.Message
	}
	return text
}

// sent is a request for the policy. It implements [core.Details].
type sent struct {
	url    *url.URL
	header http.Header
}

func (s sent) Field(name string) string { return s.header.Get(name) }
func (s sent) Host() string             { return s.url.Host }
func (s sent) Path() string             { return s.url.Path }
