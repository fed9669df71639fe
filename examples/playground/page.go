package main

import (
	"embed"
	"io/fs"
	"net"
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
)

//go:embed page
var pageFiles embed.FS

// setup is what the page has to know of this run.
type setup struct {
	APIs      []api  `json:"apis"`
	Page      string `json:"page"`
	Elsewhere string `json:"elsewhere"` // the same server under another origin
	Policy    string `json:"policy"`
}

// newPage serves the page, its setup and the recorded exchanges. They have no
// CORS headers, so no other origin can read them.
func newPage(p *playground, cfg core.Config, policy *core.Policy, rec *recorder) (http.Handler, error) {
	text, err := source(cfg)
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return nil, err
	}
	elsewhere := strings.Replace(p.page, "localhost", "127.0.0.1", 1)
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /setup", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, setup{p.apis, p.page, elsewhere, text})
	})
	mux.HandleFunc("GET /exchanges", func(w http.ResponseWriter, r *http.Request) {
		reports := []report{}
		for _, x := range rec.exchanges(r.URL.Query().Get(callKey)) {
			reports = append(reports, explain(r.Context(), policy, x))
		}
		writeJSON(w, http.StatusOK, reports)
	})
	return p.secure(elsewhere, p.atHome(mux)), nil
}

// atHome sends whoever opens the page at 127.0.0.1 to localhost, the origin
// that the policy lists. The frame stays where it is: it is there to be denied.
func (p *playground) atHome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if r.URL.Path == "/" && host != "localhost" {
			http.Redirect(w, r, p.page+"/", http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// secure lets the page load what is its own and connect to the four routers. A
// sandboxed frame has no origin that 'self' could mean, so it is spelled out.
func (p *playground) secure(elsewhere string, next http.Handler) http.Handler {
	self := p.page + " " + elsewhere
	var apis []string
	for _, api := range p.apis {
		apis = append(apis, api.URL)
	}
	policy := strings.Join([]string{
		"default-src 'none'",
		"script-src " + self,
		"style-src " + self,
		"img-src " + self,
		"connect-src " + self + " " + strings.Join(apis, " "),
		"frame-src " + self,
		"frame-ancestors " + p.page,
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
