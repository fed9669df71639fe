package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// result is what the engines did with one call.
type result struct {
	call      *call
	allowed   bool // by all engines
	engines   []verdict
	exchanges []browser.Exchange // of the first engine that blocks the page, or else of the first one
	unsent    string             // the request that the browser does not send after a failed preflight, or empty
	response  *browser.Response
	causes    []cause
	failed    []cause // all checks that fail, also those that follow from one of the causes
	needs     []need
	warnings  []string
	failure   error // the server cannot be reached
}

// verdict is the outcome of one engine.
type verdict struct {
	engine browser.Engine
	browser.Outcome
}

func allEngines() []browser.Engine {
	return []browser.Engine{browser.Chromium, browser.Firefox, browser.WebKit}
}

// probe sends a call as the engines do. The error is for a call that no page can make.
func probe(ctx context.Context, c call, engines []browser.Engine) (result, error) {
	if c.request.Origin == "" {
		return result{}, errors.New("no origin of a page is given; add --origin https://app.example.com")
	}
	transport, err := c.transport()
	if err != nil {
		return result{}, err
	}
	if t, ok := transport.(*http.Transport); ok {
		defer t.CloseIdleConnections()
	}
	if c.network.maxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.network.timeout())
		defer cancel()
	}
	c.controls = true
	return probeThrough(ctx, c, engines, transport)
}

// probeThrough sends a call through a transport.
func probeThrough(ctx context.Context, c call, engines []browser.Engine, transport http.RoundTripper) (result, error) {
	p := prober{call: &c, memory: newMemory(&c, transport)}
	r := result{call: &c, allowed: true}
	for _, e := range engines {
		o, err := p.fetch(ctx, e)
		if err != nil {
			return result{}, err
		}
		if o.Step == browser.StepNetwork && errors.Is(p.lastFailure(ctx), errNotSent) {
			last := len(o.Exchanges) - 1
			if last == 0 {
				return result{}, errors.New("this request needs no preflight, so --preflight would send nothing; leave the flag out")
			}
			o = browser.Outcome{Allowed: true, Exchanges: o.Exchanges[:last]}
			r.unsent = methodOf(c.request.Method)
		}
		r.engines = append(r.engines, verdict{e, o})
		r.allowed = r.allowed && o.Allowed
	}
	p.judge(ctx, &r)
	return r, nil
}

// transport returns the way to the server.
func (c *call) transport() (http.RoundTripper, error) {
	if c.config != nil {
		return c.config.transport(), nil
	}
	return c.network.transport()
}

type prober struct {
	call   *call
	memory *memory
	edits  []edit
}

// fetch returns the outcome of an engine. If the time is over, the outcome is that of a
// server that cannot be reached.
func (p *prober) fetch(ctx context.Context, e browser.Engine) (browser.Outcome, error) {
	b := browser.Browser{Transport: p.memory, Engine: e}
	if jar := newJar(p.call); jar != nil {
		b.Jar = jar
	}
	if p.edits != nil {
		b.Transport = repaired{p.memory, p.edits}
	}
	o, err := b.Fetch(ctx, p.call.request)
	if err != nil && ctx.Err() == nil {
		return o, err
	}
	if err != nil {
		o = browser.Outcome{Step: browser.StepNetwork, Reason: err.Error()}
	}
	return o, nil
}

// judge explains the verdicts.
func (p *prober) judge(ctx context.Context, r *result) {
	first := r.engines[0]
	for _, v := range r.engines {
		if !v.Allowed {
			first = v
			break
		}
	}
	r.exchanges, r.response = first.Exchanges, first.Response
	if first.Step == browser.StepNetwork {
		if err := p.lastFailure(ctx); !errors.Is(err, errMixedContent) {
			at := p.call.request.URL
			if n := len(r.exchanges); n > 0 {
				at = r.exchanges[n-1].URL
			}
			r.failure = describe(err, at, p.call.network.maxTime)
			return
		}
	}
	if !first.Allowed {
		p.diagnose(ctx, r, first)
	}
	r.warnings = p.warnings(ctx, r)
	p.remark(r)
}

// lastFailure returns the error of the request that got no answer. There is at most one, or
// all have the same cause.
func (p *prober) lastFailure(ctx context.Context) error {
	p.memory.mu.Lock()
	defer p.memory.mu.Unlock()
	for _, err := range p.memory.failures {
		return err
	}
	return ctx.Err()
}

// diagnose finds all checks that fail. After each one it corrects the answer, and asks the
// model again, which then fails at the next one. Nothing is sent for that.
func (p *prober) diagnose(ctx context.Context, r *result, v verdict) {
	const most = 10 // a preflight has fewer checks
	o := v.Outcome
	for range most {
		found := inspect(p.call, o)
		r.failed = append(r.failed, found)
		if found.edit == nil {
			break
		}
		last := o.Exchanges[found.exchange]
		p.edits = append(p.edits, edit{last.Preflight, last.URL, found.edit})
		var err error
		if o, err = p.fetch(ctx, v.engine); err != nil || o.Allowed || o.Step == browser.StepNetwork {
			break
		}
	}
	p.edits = nil
	if n := len(r.exchanges); n > 0 && r.exchanges[n-1].Preflight {
		r.unsent = r.exchanges[n-1].Request.Get("Access-Control-Request-Method")
	}
	if p.call.config != nil {
		p.call.config.correct(ctx, r)
		return
	}
	if first := r.failed[0]; p.call.controls && first.check == checkOrigin && r.exchanges[first.exchange].Preflight {
		if found := p.controls(ctx, r.exchanges[first.exchange], first); found != nil {
			for i := range r.failed {
				r.failed[i].follows = true
			}
			r.failed = append(r.failed, found...)
		}
	}
	r.causes = rank(r.failed, r.exchanges)
	for _, f := range r.failed {
		for _, n := range f.needs {
			if !f.follows && !slices.Contains(r.needs, n) {
				r.needs = append(r.needs, n)
			}
		}
	}
}

// rank returns the causes that the user has to know, the most important one first. If the
// status of a preflight's answer is wrong and the answer has no Allow-Origin, another part of the
// server answered, and the missing headers follow from that.
func rank(failed []cause, exchanges []browser.Exchange) []cause {
	causes := slices.DeleteFunc(slices.Clone(failed), func(c cause) bool { return c.follows })
	slices.SortStableFunc(causes, func(a, b cause) int {
		switch {
		case a.check == checkStatus && b.check != checkStatus:
			return -1
		case a.check != checkStatus && b.check == checkStatus:
			return 1
		}
		return 0
	})
	if first := causes[0]; first.check == checkStatus && len(exchanges[first.exchange].Response.Values(allowOrigin)) == 0 {
		return causes[:1]
	}
	return causes
}

// remark adds notes about calls for which CORS does not decide.
func (p *prober) remark(r *result) {
	u, err := url.Parse(p.call.request.URL)
	if err == nil && u.Scheme+"://"+u.Host == p.call.request.Origin && len(r.exchanges) == 1 {
		p.call.note("the URL has the origin of the page, so CORS does not apply")
	}
	if p.call.request.Mode == browser.NoCORS {
		p.call.note("with mode no-cors, the browser sends the request without a check, and the page cannot read the answer")
	}
	if err == nil && p.call.cookies != "" && site(p.call.request.Origin, u) == "cross-site" {
		p.call.note("the page and the URL are on different sites, so a browser sends only cookies with SameSite=None and Secure")
	}
	if p.call.preflightOnly {
		p.call.note("only a preflight is sent, so the answer to the request is not checked")
	}
	if p.call.network.insecure {
		p.call.note("-k accepts any certificate, which a browser does not")
	}
}

// engineNames returns the engines in words.
func engineNames(verdicts []verdict) string {
	var names []string
	for _, v := range verdicts {
		names = append(names, v.engine.String())
	}
	if names == nil {
		return "no engine"
	}
	return inWords(names)
}

// inWords joins names with commas and "and".
func inWords(names []string) string {
	last := len(names) - 1
	if last <= 0 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
