package main

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/nethttp"
)

const maxBody = 64 << 10

// newHandler returns the handler of the program. The policy of the shop allows the origins
// in the store. The administration has no policy, since no page may use it.
func newHandler(tenants store, g *guard, token string, log *slog.Logger) http.Handler {
	shop := http.NewServeMux()
	shop.HandleFunc("GET /products", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, []string{"bread", "butter"})
	})
	shop.HandleFunc("PUT /orders/{id}", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})

	a := admin{tenants, g, log}
	administration := http.NewServeMux()
	administration.HandleFunc("PUT /tenants/{name}", a.put)
	administration.HandleFunc("DELETE /tenants/{name}", a.remove)
	administration.HandleFunc("GET /status", a.status)

	mux := http.NewServeMux()
	mux.Handle("/", nethttp.Middleware(g.policy)(shop))
	mux.Handle("/tenants/", requireToken(token, administration))
	mux.Handle("/status", requireToken(token, administration))
	return mux
}

// admin adds and removes tenants. It removes changed origins from the cache, which would
// otherwise apply the old state for some minutes.
type admin struct {
	tenants store
	guard   *guard
	log     *slog.Logger
}

func (a admin) put(w http.ResponseWriter, r *http.Request) {
	var tenant struct {
		Origins []string `json:"origins"`
	}
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	err := body.Decode(&tenant)
	if _, end := body.Token(); err != nil || !errors.Is(end, io.EOF) {
		fail(w, http.StatusBadRequest, `the body is malformed; write {"origins":["https://shop.example.com"]}`)
		return
	}
	if err := validate(tenant.Origins); err != nil {
		fail(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	if _, ok := a.set(w, r, tenant.Origins); ok {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (a admin) remove(w http.ResponseWriter, r *http.Request) {
	changed, ok := a.set(w, r, nil)
	switch {
	case !ok:
	case len(changed) == 0:
		fail(w, http.StatusNotFound, "there is no such tenant")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// status describes this instance, for a fleet in which all must have the same policy. It is
// no health check: while a database is down, an instance still serves its known tenants.
func (a admin) status(w http.ResponseWriter, _ *http.Request) {
	following, calls := a.tenants.stats()
	writeJSON(w, http.StatusOK, status{a.guard.version.Load(), following, calls, runtime.NumGoroutine()})
}

type status struct {
	Policy     int64 `json:"policy"`     // the version in force; 0 is the program's own
	Following  bool  `json:"following"`  // changes in the database reach this instance
	Calls      int64 `json:"calls"`      // uses of a connection to the database
	Goroutines int   `json:"goroutines"` // of this instance
}

// set changes the tenant that the request names. If this fails, it answers the request and
// ok is false.
func (a admin) set(w http.ResponseWriter, r *http.Request, origins []string) (changed []string, ok bool) {
	tenant := r.PathValue("name")
	if len(tenant) > 100 || !utf8.ValidString(tenant) || strings.Contains(tenant, "\x00") {
		fail(w, http.StatusUnprocessableEntity, "the name of a tenant has at most 100 bytes of UTF-8")
		return nil, false
	}
	changed, err := a.tenants.set(r.Context(), tenant, origins)
	for _, origin := range changed {
		a.guard.Forget(origin)
	}
	var taken takenError
	switch {
	case errors.As(err, &taken):
		fail(w, http.StatusConflict, err.Error())
	case err != nil:
		a.log.Error("could not change a tenant", "error", err)
		fail(w, http.StatusServiceUnavailable, "the tenants cannot be changed now; try again later")
	}
	return changed, err == nil
}

// validate checks origins with NewPolicy, so that tenants get the same errors as authors of
// a config. It rejects wildcards and every scheme but https, also for localhost.
func validate(origins []string) error {
	for _, origin := range origins {
		if strings.Contains(origin, "*") {
			return errors.New("a tenant cannot have a * in an origin; list its origins one by one")
		}
		if strings.HasPrefix(origin, "https://") {
			continue
		}
		const problem = "an origin of a tenant must begin with https://"
		_, rest, _ := strings.Cut(origin, "://")
		if secure := "https://" + strings.ToLower(rest); validate([]string{secure}) == nil {
			return fmt.Errorf("%s; use %q", problem, secure)
		}
		return errors.New(problem)
	}
	cfg := config()
	cfg.AllowOrigins = origins
	_, err := core.NewPolicy(cfg)
	return err
}

func requireToken(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(got), []byte(token)) == 0 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			fail(w, http.StatusUnauthorized, "send the administrator's token as a bearer token")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func fail(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"error": message})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // fails only if the client has disconnected
}
