package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// controls sends more preflights if a preflight's answer has no CORS headers at all. Some
// libraries leave all of them out if they reject the origin, the method or a header, so the
// answer does not show which one. missing is the cause by the answer alone. controls returns
// what the server rejects, or nil. It sends OPTIONS requests only.
func (p *prober) controls(ctx context.Context, preflight browser.Exchange, missing cause) (found []cause) {
	asks := func(method string, names ...string) bool {
		header := preflight.Request.Clone()
		header.Set("Access-Control-Request-Method", method)
		header.Del("Access-Control-Request-Headers")
		if len(names) > 0 {
			header.Set("Access-Control-Request-Headers", strings.Join(names, ","))
		}
		status, answer := p.options(ctx, preflight.URL, header)
		return status >= 200 && status <= 299 && len(answer.Values(allowOrigin)) > 0
	}
	if len(preflight.Response.Values(allowOrigin)) > 0 || !mayReject(preflight.Status) {
		return nil
	}
	method := preflight.Request.Get("Access-Control-Request-Method")
	allowed := method
	if !asks(method) {
		if allowed = "GET"; method == allowed || !asks(allowed) {
			return p.rejectedOrigin(ctx, preflight, missing)
		}
		found = append(found, cause{
			name: "method-missing", check: checkMethod, exchange: missing.exchange, kind: fixMethods,
			why:   fmt.Sprintf("the server sends CORS headers if the page asks for GET, and none if it asks for %s, so it does not allow %s", method, method),
			fix:   "allow " + method + " beside the methods that the server allows, if this page is yours",
			needs: []need{{true, allowMethods, "GET, " + method}},
		})
	}
	asked := preflight.Request.Get("Access-Control-Request-Headers")
	if names := strings.Split(asked, ","); asked != "" && !asks(allowed, names...) {
		const most = 10 // more requests could look like an attack
		for i, name := range names {
			names[i] = http.CanonicalHeaderKey(name)
		}
		all := strings.Join(names, ", ")
		rejected := slices.DeleteFunc(slices.Clone(names[:min(most, len(names))]), func(name string) bool { return asks(allowed, strings.ToLower(name)) })
		lacking := cmp.Or(strings.Join(rejected, ", "), all)
		found = append(found, cause{
			name: "header-missing", check: checkHeaders, exchange: missing.exchange, kind: fixHeaders,
			why:   fmt.Sprintf("the server sends CORS headers if the page asks for no header, and none if it asks for %s, so it does not allow %s", lacking, lacking),
			fix:   "allow " + lacking + " beside the headers that the server allows, if this page is yours",
			needs: []need{{true, allowHeaders, all}},
		})
	}
	return found
}

// mayReject reports whether a library may answer a preflight that it rejects with a status.
func mayReject(status int) bool {
	return status >= 200 && status <= 299 || status == http.StatusBadRequest || status == http.StatusForbidden
}

// rejectedOrigin finds a server whose error depends on the origin. It is not that of
// authentication.
func (p *prober) rejectedOrigin(ctx context.Context, preflight browser.Exchange, missing cause) []cause {
	header := preflight.Request.Clone()
	for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"} {
		header.Del(name)
	}
	status, _ := p.options(ctx, preflight.URL, header)
	if preflight.Status < 400 || status == 0 || status == preflight.Status {
		return nil
	}
	missing.why = fmt.Sprintf("the preflight's answer has status %d and no %s; without an origin the status is %d, so the server rejects this origin", preflight.Status, allowOrigin, status)
	return []cause{missing}
}

// options sends an OPTIONS request. The status is 0 if there is no answer.
func (p *prober) options(ctx context.Context, url string, header http.Header) (status int, answer http.Header) {
	r, err := http.NewRequestWithContext(ctx, http.MethodOptions, url, nil)
	if err != nil {
		return 0, nil
	}
	r.Header = header
	p.memory.complete(r)
	res, err := p.memory.next.RoundTrip(r)
	if err != nil {
		return 0, nil
	}
	_ = res.Body.Close() // the answer is complete without its body
	return res.StatusCode, res.Header
}
