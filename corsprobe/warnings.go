package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// warnings returns what works, but not as the server's author may expect.
func (p *prober) warnings(ctx context.Context, r *result) (all []string) {
	if o, err := p.fetch(ctx, browser.Standard); err == nil && r.allowed && !o.Allowed && o.Step != browser.StepNetwork {
		all = append(all, "the Fetch standard blocks this request, and engines may do so one day: "+o.Reason)
	}
	for i, e := range r.exchanges {
		if !crosses(r, i) || e.Response == nil {
			continue
		}
		all = append(all, misspelled(e.Response)...)
		if e.Preflight && r.allowed {
			all = append(all, maxAge(e.Response)...)
		}
		if r.allowed && e.Response.Get(allowOrigin) == "*" && e.Response.Get(allowCredentials) != "" {
			all = append(all, allowCredentials+` has no effect beside `+allowOrigin+`: *`)
		}
		if !e.Preflight && r.allowed && e.Method == "GET" && e.Response.Get(allowOrigin) != "*" && !variesByOrigin(e.Response) {
			all = append(all, "Vary lacks Origin, so a cache can give the answer for this page to another page; add Vary: Origin")
		}
	}
	if !r.allowed && len(r.failed) > 0 && r.failed[0].check != checkOrigin {
		return all
	}
	return append(all, hidden(r)...)
}

// crosses reports whether CORS applies to an exchange.
func crosses(r *result, i int) bool {
	if r.call.request.Mode != browser.CORS {
		return false
	}
	for _, e := range r.exchanges[:i+1] {
		if !strings.HasPrefix(e.URL, r.call.request.Origin+"/") {
			return true
		}
	}
	return false
}

// maxAge judges how long a preflight is cached.
func maxAge(header http.Header) []string {
	const name = "Access-Control-Max-Age"
	values := header.Values(name)
	value := strings.Join(values, ", ")
	seconds, err := strconv.Atoi(value)
	switch {
	case len(values) == 0:
		return []string{name + " is missing, so browsers keep the preflight for 5 seconds; send " + name + ": 600"}
	case err != nil:
		return []string{fmt.Sprintf("%s is %s, which is not a number of seconds, so browsers ignore the value", name, quote(value))}
	case seconds <= 0:
		return []string{fmt.Sprintf("%s is %s, so browsers send a preflight before every request", name, value)}
	case seconds > 7200:
		return []string{fmt.Sprintf("%s is %s; Chromium keeps a preflight for at most two hours, WebKit for ten minutes, Firefox for a day", name, value)}
	}
	return nil
}

func variesByOrigin(header http.Header) bool {
	elements, _ := list(header, "Vary")
	return slices.ContainsFunc(elements, func(e string) bool { return e == "*" || strings.EqualFold(e, "Origin") })
}

// misspelled finds headers that look like those of CORS.
func misspelled(header http.Header) (all []string) {
	known := []string{
		allowOrigin, allowCredentials, allowMethods, allowHeaders, exposeHeaders, "Access-Control-Max-Age",
		"Access-Control-Allow-Private-Network", "Access-Control-Allow-Local-Network", "Access-Control-Request-Method", "Access-Control-Request-Headers",
	}
	const most = 5
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if !strings.HasPrefix(name, "Access-Control-") || slices.Contains(known, name) || len(all) == most {
			continue
		}
		near := slices.MinFunc(known[:6], func(a, b string) int { return distance(name, a) - distance(name, b) })
		all = append(all, fmt.Sprintf("no browser knows the header %s; did you mean %s?", shown(name), near))
	}
	return all
}

// distance returns the number of letters to change (Levenshtein).
func distance(a, b string) int {
	a, b = a[:min(len(a), 100)], b[:min(len(b), 100)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// hidden names the headers that the page cannot read.
func hidden(r *result) []string {
	if r.response == nil || r.response.Type != "cors" {
		return nil
	}
	last := r.exchanges[len(r.exchanges)-1].Response
	var names []string
	for name := range last {
		if _, visible := r.response.Header[name]; !visible && !technical(name) {
			names = append(names, name)
		}
	}
	if names == nil {
		return nil
	}
	slices.Sort(names)
	text := fmt.Sprintf("the page cannot read %s; if it has to, send %s: %s", shown(strings.Join(names, ", ")), exposeHeaders, shown(strings.Join(names, ", ")))
	if slices.Contains(last.Values(exposeHeaders), "*") {
		text += `; "*" is not a wildcard for a request with credentials`
	}
	return []string{text}
}

// technical reports whether no script is interested in a header.
func technical(name string) bool {
	switch name {
	case "Date", "Server", "Vary", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Encoding", "Accept-Ranges", "Age", "Via", "Alt-Svc",
		"Set-Cookie", "Set-Cookie2", "Strict-Transport-Security", "Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Allow",
		"X-Content-Type-Options", "X-Frame-Options", "X-Xss-Protection", "X-Powered-By", "Report-To", "Nel", "Server-Timing", "Timing-Allow-Origin":
		return true
	}
	return strings.HasPrefix(name, "Access-Control-") || strings.HasPrefix(name, "Cf-") || strings.HasPrefix(name, "Cross-Origin-") || strings.HasPrefix(name, "X-Cache") || strings.HasPrefix(name, "X-Amz-")
}
