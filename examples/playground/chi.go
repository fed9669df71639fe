package main

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/core"
	"github.com/go-chi/chi/v5"
)

func newChi(policy *core.Policy) http.Handler {
	r := chi.NewRouter()
	r.Use(chiadapter.Middleware(policy))

	r.Get("/posts", func(w http.ResponseWriter, _ *http.Request) {
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
	r.Post("/posts", save)
	r.Patch("/posts/{id}", save)
	r.Delete("/posts/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != demoToken {
			writeJSON(w, http.StatusUnauthorized, failure{cannotDelete})
			return
		}
		writeJSON(w, http.StatusOK, deletion{chi.URLParam(r, "id")})
	})
	r.Options("/posts", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allow)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, allow)
	})
	r.Post("/login", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, sessionCookie())
		writeJSON(w, http.StatusOK, user{sessionUser})
	})
	r.Get("/me", func(w http.ResponseWriter, r *http.Request) {
		session, err := r.Cookie(sessionName)
		if err != nil {
			writeJSON(w, http.StatusUnauthorized, failure{notSignedIn})
			return
		}
		writeJSON(w, http.StatusOK, user{session.Value})
	})
	r.Get("/broken", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusInternalServerError, failure{outOfOrder})
	})
	return r
}
