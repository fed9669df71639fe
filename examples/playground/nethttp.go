package main

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

func newNetHTTP(policy *core.Policy) http.Handler {
	mux := http.NewServeMux()

	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Total-Count", totalCount)
		w.Header().Set("X-Request-Id", requestID)
		writeJSON(w, http.StatusOK, posts())
	})
	save := func(w http.ResponseWriter, r *http.Request) {
		var p post
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			writeJSON(w, http.StatusBadRequest, failure{err.Error()})
			return
		}
		writeJSON(w, http.StatusCreated, saved(p))
	}
	mux.HandleFunc("POST /posts", save)
	mux.HandleFunc("PATCH /posts/{id}", save)
	mux.HandleFunc("DELETE /posts/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != demoToken {
			writeJSON(w, http.StatusUnauthorized, failure{cannotDelete})
			return
		}
		writeJSON(w, http.StatusOK, deletion{r.PathValue("id")})
	})
	mux.HandleFunc("OPTIONS /posts", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allow)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, allow)
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, sessionCookie())
		writeJSON(w, http.StatusOK, user{sessionUser})
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		session, err := r.Cookie(sessionName)
		if err != nil {
			writeJSON(w, http.StatusUnauthorized, failure{notSignedIn})
			return
		}
		writeJSON(w, http.StatusOK, user{session.Value})
	})
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusInternalServerError, failure{outOfOrder})
	})
	return nethttp.Middleware(policy)(mux)
}
