package main

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/corsuite/corsuite/chiadapter"
	"github.com/corsuite/corsuite/examples/internal/posts"
	"github.com/corsuite/corsuite/examples/internal/rules"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

const maxBody = 64 << 10

// newRouter has one policy on the router and two on groups, which apply in its place
// there. chi runs no middleware of an inline group for a preflight, so Install finds
// the policy of the authors.
func newRouter(policies rules.Policies, store *posts.Store, token string) chi.Router {
	r := chi.NewRouter()
	r.Use(middleware.RequestID, middleware.Logger, middleware.Recoverer)
	chiadapter.Install(r, policies.Readers)
	r.Use(middleware.RequestSize(maxBody))
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) { fail(w, http.StatusNotFound, "there is nothing here") })

	b := blog{store}
	r.Get("/posts", b.list)
	r.Get("/posts/{id}", b.read)
	r.Group(func(r chi.Router) {
		r.Use(chiadapter.Middleware(policies.Authors), requireToken(token))
		r.Post("/posts", b.create)
		r.Delete("/posts/{id}", b.remove)
	})
	r.Route("/feed", func(r chi.Router) {
		r.Use(chiadapter.Middleware(policies.Feed))
		r.Get("/", b.list)
		r.Get("/{id}", b.read)
	})
	return r
}

type blog struct{ store *posts.Store }

func (b blog) list(w http.ResponseWriter, r *http.Request) {
	number := 1
	if s := r.URL.Query().Get("page"); s != "" {
		var err error
		if number, err = strconv.Atoi(s); err != nil || number < 1 {
			fail(w, http.StatusBadRequest, "page is a number from 1")
			return
		}
	}
	page, total := b.store.List(number)
	w.Header().Set("X-Total-Count", strconv.Itoa(total))
	writeJSON(w, http.StatusOK, page)
}

func (b blog) read(w http.ResponseWriter, r *http.Request) {
	post, ok := b.store.Get(postID(r))
	if !ok {
		fail(w, http.StatusNotFound, "there is no such post")
		return
	}
	writeJSON(w, http.StatusOK, post)
}

func (b blog) create(w http.ResponseWriter, r *http.Request) {
	var draft posts.Draft
	err := json.NewDecoder(r.Body).Decode(&draft)
	if err == nil {
		err = draft.Validate()
	}
	if err != nil {
		refuse(w, err)
		return
	}
	post := b.store.Create(draft)
	w.Header().Set("Location", fmt.Sprintf("/posts/%d", post.ID))
	writeJSON(w, http.StatusCreated, post)
}

func (b blog) remove(w http.ResponseWriter, r *http.Request) {
	if !b.store.Delete(postID(r)) {
		fail(w, http.StatusNotFound, "there is no such post")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// postID returns 0, which no post has, for what is no number.
func postID(r *http.Request) int {
	id, err := strconv.Atoi(chi.URLParam(r, "id"))
	if err != nil {
		return 0
	}
	return id
}

func requireToken(token string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !ok || subtle.ConstantTimeCompare([]byte(got), []byte(token)) == 0 {
				w.Header().Set("WWW-Authenticate", "Bearer")
				fail(w, http.StatusUnauthorized, "this needs an author's token")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// refuse says why a body is no draft to publish.
func refuse(w http.ResponseWriter, err error) {
	var invalid posts.DraftError
	switch {
	case errors.As(err, &invalid):
		writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"error": err.Error(), "fields": invalid})
	case errors.As(err, new(*http.MaxBytesError)):
		fail(w, http.StatusRequestEntityTooLarge, "the body is too large")
	default:
		fail(w, http.StatusBadRequest, "the body is no draft in JSON")
	}
}

func fail(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"error": message})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // fails only if the client is gone
}
