package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

// story is the first API of the page. It begins without CORS, and the page adds the middleware.
type story struct {
	url     string
	cors    *atomic.Bool // whether the middleware is there
	handler http.Handler
}

// newStory returns an API with one route. Its middleware allows the page.
func newStory(url, page string) (story, error) {
	policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{page}}, core.WithLogger(nil))
	if err != nil {
		return story{}, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, posts()[:1])
	})
	with, cors := nethttp.Middleware(policy)(mux), new(atomic.Bool)
	return story{url, cors, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cors.Load() {
			with.ServeHTTP(w, r)
		} else {
			mux.ServeHTTP(w, r)
		}
	})}, nil
}

// curl sends a request as curl does, and returns the command and the answer. Without the
// middleware, the command has no Origin.
func (s story) curl(ctx context.Context, page string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/posts", nil)
	if err != nil {
		return "", err
	}
	command := "curl -i "
	if s.cors.Load() {
		req.Header.Set("Origin", page)
		command += "-H 'Origin: " + page + "' "
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "$ %s%s\n\n%s %s\n", command, req.URL, res.Proto, res.Status)
	for _, name := range []string{"Access-Control-Allow-Origin", "Content-Type", "Vary"} {
		if value := res.Header.Get(name); value != "" {
			fmt.Fprintf(&text, "%s: %s\n", name, value)
		}
	}
	return text.String() + "\n" + string(body), nil
}
