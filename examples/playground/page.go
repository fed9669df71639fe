package main

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"strings"
)

// The page uses one library, which npm provides. Its file is committed unchanged.
//
//go:generate npm ci --ignore-scripts
//go:generate cp node_modules/lit-html/lit-html.js page/lit-html.js
//go:generate cp node_modules/lit-html/LICENSE page/lit-html.LICENSE.txt

//go:embed page
var pageFiles embed.FS

// longestBody is the largest body that the page may send, in bytes.
const longestBody = 64 << 10

// setup is the configuration of the page.
type setup struct {
	APIs     []api           `json:"apis"`
	Page     string          `json:"page"`
	Other    string          `json:"other"`
	First    string          `json:"first"` // the URL of the first API
	Settings json.RawMessage `json:"settings"`
	Calls    []call          `json:"calls"`
}

// pages returns a handler for the page and its data. The answers have no CORS headers, so no
// other origin can read them. No other origin can change anything either.
func (p *playground) pages() (http.Handler, error) {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return nil, err
	}
	settings, err := inJSON(defaultConfig(p.page))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /setup", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, setup{p.apis, p.page, p.other, p.story.url, settings, defaultCalls()})
	})
	mux.HandleFunc("POST /policy", answer(func(_ *http.Request, settings json.RawMessage) (any, error) {
		return p.apply(settings)
	}))
	mux.HandleFunc("POST /judge", answer(func(r *http.Request, asked struct {
		Call call   `json:"call"`
		Key  string `json:"key"`
	}) (any, error) {
		return p.judge(r.Context(), asked.Call, asked.Key)
	}))
	mux.HandleFunc("POST /story", answer(func(r *http.Request, asked struct {
		CORS bool `json:"cors"`
	}) (any, error) {
		p.story.cors.Store(asked.CORS)
		return p.story.curl(r.Context(), p.page)
	}))
	return p.secure(p.atHome(http.NewCrossOriginProtection().Handler(mux))), nil
}

// answer returns a handler that reads JSON, calls f and writes its result.
func answer[T any](f func(*http.Request, T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "application/json" {
			writeJSON(w, http.StatusUnsupportedMediaType, failure{"send application/json"})
			return
		}
		var asked T
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, longestBody)).Decode(&asked); err != nil {
			status := http.StatusBadRequest
			if long := new(http.MaxBytesError); errors.As(err, &long) {
				status = http.StatusRequestEntityTooLarge
			}
			writeJSON(w, status, failure{err.Error()})
			return
		}
		result, err := f(r, asked)
		if err != nil {
			writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, result)
	}
}

// atHome redirects the page to its origin, which the policy lists. It does not redirect the
// frame, which shows a page on another origin.
func (p *playground) atHome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" && "http://"+r.Host != p.page {
			http.Redirect(w, r, p.page+"/", http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// secure adds a Content-Security-Policy: the page may load its own files and connect to the
// routers. It lists the origins, since 'self' matches nothing in a sandboxed frame.
func (p *playground) secure(next http.Handler) http.Handler {
	self := p.page + " " + p.other
	connect := []string{self, p.story.url}
	for _, api := range p.apis {
		connect = append(connect, api.URL)
	}
	policy := strings.Join([]string{
		"default-src 'none'",
		"script-src " + self,
		"style-src " + self,
		"img-src " + self,
		"connect-src " + strings.Join(connect, " "),
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
