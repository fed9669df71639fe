package main

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"github.com/corsuite/corsuite/core"
)

//go:embed page
var pageFiles embed.FS

// setup is the configuration of the page.
type setup struct {
	APIs      []api  `json:"apis"`
	Page      string `json:"page"`
	Elsewhere string `json:"elsewhere"` // another origin of the same server
	Policy    string `json:"policy"`
}

// newPage returns a handler for the page, its setup and the recorded exchanges. The answers
// have no CORS headers, so no other origin can read them.
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

// atHome redirects the page from 127.0.0.1 to localhost, the origin that the policy lists. It
// does not redirect the frame, which shows a page that the policy denies.
func (p *playground) atHome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" && hostname(r.Host) != "localhost" {
			http.Redirect(w, r, p.page+"/", http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// secure adds a Content-Security-Policy: the page may load its own files and connect to the
// routers. It lists the origins, since 'self' matches nothing in a sandboxed frame.
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
