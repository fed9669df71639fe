package browser

import (
	"context"
	"errors"
	"net/http"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// trial is a request that a browser blocks.
type trial struct {
	symptom symptom
	reason  core.Reason // of the policy; ReasonNone if the policy cannot know it
	// config and opts are for the policy. Without origins and options there is no policy.
	config core.Config
	opts   []core.Option
	// before is middleware outside the policy, or nil.
	before  func(next http.Handler) http.Handler
	rejects bool   // the route has Install without a policy
	origin  string // of the page; empty means page
	do      call
}

// trials returns all trials, sorted by symptom.
func trials() []trial {
	put, remove := call{Method: "PUT"}, call{Method: "DELETE"}
	debug := call{Headers: headers{{Name: "X-Debug", Value: "1"}}}
	cookies := call{Credentials: model.Include}
	putWithCookies := call{Method: "PUT", Credentials: model.Include}
	puts := []string{"PUT"}
	listed := core.Config{AllowOrigins: []string{page}, AllowMethods: puts}
	denied := core.Config{AllowOrigins: []string{elsewhere}, AllowMethods: puts}
	anyone := core.Config{AllowOrigins: []string{"*"}, AllowMethods: puts, AllowHeaders: []string{"*"}}
	everything := core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, AllowCredentials: true}
	ask := func(f core.OriginFunc) []core.Option { return []core.Option{core.WithOriginFunc(f)} }
	var all []trial
	// For all reasons about the origin, the page has the same symptoms.
	for _, about := range []trial{
		{reason: core.ReasonOriginNotListed, config: denied},
		{reason: core.ReasonOriginNull, config: denied, origin: "null"},
		{reason: core.ReasonOriginUnlistable, config: listed, before: rewrite("Origin", "file://")},
		{reason: core.ReasonOriginUnlistable, config: listed, before: rewrite("Origin", "https://app.example.com.")},
		{reason: core.ReasonOriginMalformed, config: listed, before: rewrite("Origin", "localhost")},
		{reason: core.ReasonOriginEmpty, config: listed, before: rewrite("Origin", "")},
		{reason: core.ReasonOriginRepeated, config: listed, before: rewrite("Origin", "https://a.example", "https://b.example")},
		{
			// All origins that the engines can open in a test are secure.
			reason: core.ReasonOriginInsecure, config: core.Config{AllowMethods: puts, AllowCredentials: true}, before: rewrite("Origin", "http://app.example.com"),
			opts: ask(func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil }),
		},
		{reason: core.ReasonOriginRefused, config: core.Config{AllowMethods: puts}, opts: ask(func(context.Context, core.Origin, core.Target) (bool, error) { return false, nil })},
		{reason: core.ReasonOriginFuncFailed, config: core.Config{AllowMethods: puts}, opts: ask(func(context.Context, core.Origin, core.Target) (bool, error) {
			return false, errors.New("the database is down")
		})},
	} {
		about.symptom = noOrigin
		all = append(all, about)
		about.symptom, about.do = preflightRefused, put
		all = append(all, about)
	}
	return append(all,
		trial{symptom: noOrigin},
		trial{symptom: preflightRefused, do: put, rejects: true},
		trial{symptom: preflightUnanswered, do: put},
		trial{symptom: redirected, reason: core.ReasonOriginNull, config: listed, do: call{URL: "/moved"}},

		trial{symptom: methodMissing, reason: core.ReasonMethodNotListed, config: listed, do: remove},
		trial{symptom: methodMissing, reason: core.ReasonMethodNotListed, config: core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PATCH"}}, do: call{Method: "patch"}},
		trial{symptom: preflightRefused, reason: core.ReasonMethodMalformed, config: everything, before: rewrite("Access-Control-Request-Method", "DELETE PUT"), do: remove},
		trial{symptom: headerMissing, reason: core.ReasonHeaderNotListed, config: listed, do: debug},
		trial{symptom: headerMissing, reason: core.ReasonHeadersMalformed, config: everything, before: rewrite("Access-Control-Request-Headers", "x debug"), do: debug},
		trial{symptom: headersMissing, reason: core.ReasonHeaderNotListed, config: listed, do: call{Headers: headers{{Name: "X-Debug", Value: "1"}, {Name: "X-Other", Value: "1"}}}},
		trial{symptom: authorizationStar, reason: core.ReasonHeaderNotListed, config: anyone, do: call{Headers: headers{{Name: "Authorization", Value: "Bearer t"}}}},

		trial{symptom: credentialsMissing, reason: core.ReasonCredentialsNotAllowed, config: listed, do: cookies},
		trial{symptom: credentialsMissingPreflight, config: listed, do: putWithCookies},
		trial{symptom: credentialsStar, reason: core.ReasonCredentialsNotAllowed, config: anyone, do: cookies},
		trial{symptom: credentialsStarPreflight, config: anyone, do: putWithCookies},

		trial{symptom: twoOrigins, config: listed, before: add("Access-Control-Allow-Origin", "*")},
		trial{symptom: otherOrigin, before: add("Access-Control-Allow-Origin", elsewhere)},
		trial{symptom: preflightStatus, config: listed, before: unauthorized, do: put},
		trial{symptom: preflightMoved, before: moveAll, do: put},
		trial{symptom: brokenOff, before: breakOff},
		trial{symptom: refusedXHR, config: denied, reason: core.ReasonOriginNotListed, do: upload("POST")},
	)
}

// rewrite returns a proxy that replaces a request header.
func rewrite(name string, values ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(name) != "" {
				r.Header[name] = values
			}
			next.ServeHTTP(w, r)
		})
	}
}

// add returns a proxy that adds a header to the answer.
func add(name, value string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&adder{w, name, value}, r)
		})
	}
}

type adder struct {
	http.ResponseWriter
	name, value string
}

func (a *adder) WriteHeader(status int) {
	a.Header().Add(a.name, a.value)
	a.ResponseWriter.WriteHeader(status)
}

// unauthorized is authentication outside the policy. Pages can read its answer.
func unauthorized(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.WriteHeader(http.StatusUnauthorized)
	})
}

// breakOff is a server that closes the connection.
func breakOff(http.Handler) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// moveAll is a server that redirects all requests.
func moveAll(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
	})
}
