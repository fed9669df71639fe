package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

// models make calls as three browser engines do.
type models struct {
	jar       http.CookieJar
	transport http.RoundTripper
}

func newModels() (models, error) {
	jar, err := cookiejar.New(nil)
	return models{jar, &http.Transport{DisableCompression: true}}, err
}

func engines() []browser.Engine {
	return []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit}
}

// judgement is what the policies and the models say about a call.
type judgement struct {
	Invalid string   `json:"invalid"` // why no page can make the call
	Routers []router `json:"routers"` // in the order of playground.apis
	Log     string   `json:"log"`     // what the policy logs about the call
}

// router has the verdicts on a call to one router.
type router struct {
	Policy verdict    `json:"policy"`
	Models []modelled `json:"models"`
	Ladder []rung     `json:"ladder"` // what the browser sent, and what a model checks in the answers
}

// verdict is the opinion of a policy.
type verdict struct {
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason"` // its name
	Why     string `json:"why"`
}

// modelled is the outcome of a model.
type modelled struct {
	Engine  string   `json:"engine"`
	Allowed bool     `json:"allowed"`
	Reason  string   `json:"reason"`
	Status  int      `json:"status"`
	Reads   []string `json:"reads"` // the names of the headers that the page can read

	outcome browser.Outcome
}

// judge makes a call with the models. key is the beginning of the keys with which the browser
// has made the call; the name of the router follows.
func (p *playground) judge(ctx context.Context, c call, key string) (judgement, error) {
	var j judgement
	for _, api := range p.apis {
		var r router
		for _, e := range engines() {
			m, err := p.models.fetch(ctx, p, e, c, api.URL)
			if err != nil {
				return judgement{Invalid: err.Error(), Routers: []router{}}, ctx.Err()
			}
			r.Models = append(r.Models, m)
		}
		outcome := r.Models[0].outcome
		var refused *core.Request
		r.Policy, refused = p.says(ctx, c, outcome)
		r.Ladder = ladder(p.rec.exchanges(key+api.Name), c, outcome)
		if j.Log == "" && refused != nil {
			j.Log = logLine(ctx, p.policy.Config(), refused, details{c})
		}
		j.Routers = append(j.Routers, r)
	}
	return j, nil
}

// fetch makes a call with one model. An error is about a call that no page can make.
func (m models) fetch(ctx context.Context, p *playground, e browser.Engine, c call, api string) (modelled, error) {
	r, err := c.request(p, api, "")
	if err != nil {
		return modelled{}, err
	}
	b := browser.Browser{Transport: m.transport, Jar: m.jar, Engine: e}
	o, err := b.Fetch(ctx, r)
	if err != nil {
		return modelled{}, err
	}
	result := modelled{Engine: e.String(), Allowed: o.Allowed, Reason: o.Reason, Reads: []string{}, outcome: o}
	if o.Response != nil {
		result.Status = o.Response.Status
		for name := range maps.Keys(o.Response.Header) {
			result.Reads = append(result.Reads, strings.ToLower(name))
		}
		slices.Sort(result.Reads)
	}
	return result, nil
}

// says returns the policy's verdict on the requests of a call, and the request that it refuses.
func (p *playground) says(ctx context.Context, c call, o browser.Outcome) (verdict, *core.Request) {
	for _, r := range requests(c.origin(p), o) {
		if v := p.policy.Explain(ctx, &r, details{c}); !v.Allowed() {
			return verdict{Reason: v.Reason.String(), Why: v.String()}, &r
		}
	}
	return verdict{Allowed: true, Reason: core.ReasonNone.String()}, nil
}

// requests returns the preflight and the request of a call, even if a browser does not send
// the second because of the first.
func requests(origin string, o browser.Outcome) (all []core.Request) {
	for _, x := range o.Exchanges {
		method := x.Method
		if x.Preflight {
			method = x.Request.Get("Access-Control-Request-Method")
			all = append(all, core.Request{
				Method: x.Method, Origin: x.Request["Origin"],
				RequestMethod:  x.Request["Access-Control-Request-Method"],
				RequestHeaders: x.Request["Access-Control-Request-Headers"],
			})
		}
		if last := len(o.Exchanges) - 1; x.Preflight == o.Exchanges[last].Preflight {
			all = append(all, core.Request{Method: method, Origin: []string{origin}})
		}
	}
	return all
}

// details are the parts of a call that its requests may lack. A call with credentials counts
// as one with a cookie, since a browser treats both in the same way.
type details struct{ call call }

func (details) Host() string   { return "localhost" }
func (d details) Path() string { path, _, _ := strings.Cut(d.call.Path, "?"); return path }
func (d details) Field(name string) string {
	if name == "Cookie" && d.call.Credentials {
		return sessionName + "=" + sessionUser
	}
	return ""
}

// logLine returns the line that a policy logs about a request. The log of the program has each
// cause once a minute, so a new policy with the same config writes the line.
func logLine(ctx context.Context, cfg core.Config, r *core.Request, d core.Details) string {
	lines := make(written, 64)
	logger := slog.New(slog.NewTextHandler(lines, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	policy, err := core.NewPolicy(cfg, core.WithLogger(logger))
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	policy.Decide(ctx, r, d)
	for {
		select {
		case line := <-lines:
			if strings.Contains(line, " reason=") { // other lines warn about the config
				return strings.TrimSpace(line)
			}
		case <-ctx.Done():
			return ""
		}
	}
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// written receives the lines of a log. It does not block.
type written chan string

func (w written) Write(line []byte) (int, error) {
	select {
	case w <- string(line):
		return len(line), nil
	default:
		return 0, errors.New("too many lines")
	}
}
