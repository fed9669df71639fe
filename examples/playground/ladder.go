package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// rung is one request and its answer, with the checks of a browser.
type rung struct {
	Preflight  bool     `json:"preflight"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Request    []header `json:"request"`
	Status     int      `json:"status"`
	StatusText string   `json:"statusText"`
	Response   []header `json:"response"`
	Checks     []check  `json:"checks"`
}

type header struct {
	field
	CORS     bool `json:"cors"`
	Readable bool `json:"readable"` // by the page
}

// check is one check of an answer.
type check struct {
	Name   string `json:"name"`
	Result string `json:"result"` // "passed", "failed", or "not reached" after a failed check
	Detail string `json:"detail"`
}

// ladder returns the rungs of a call. The exchanges are those of the browser, and the outcome
// is that of a model.
func ladder(exchanges []exchange, c call, o browser.Outcome) []rung {
	rungs := []rung{}
	for i, x := range exchanges {
		path, _, _ := strings.Cut(x.target, "?")
		r := rung{
			Preflight: x.cors.RequestMethod != nil && x.method == http.MethodOptions,
			Method:    x.method, Path: path, Status: x.status, StatusText: http.StatusText(x.status),
			Request: []header{}, Response: []header{},
		}
		for _, f := range x.request {
			if isCORS(f.Name) || f.Name == "Cookie" || c.sets(f.Name) {
				r.Request = append(r.Request, header{field: f, CORS: isCORS(f.Name)})
			}
		}
		for _, f := range x.response {
			readable := o.Response != nil && !r.Preflight && len(o.Response.Header.Values(f.Name)) > 0
			r.Response = append(r.Response, header{f, isCORS(f.Name), readable})
		}
		step := browser.StepNone
		if i == len(exchanges)-1 {
			step = o.Step
		}
		r.Checks = checks(x, r.Preflight, c.Credentials, step, o.Reason)
		rungs = append(rungs, r)
	}
	return rungs
}

// sets reports whether the call sets a request header.
func (c call) sets(name string) bool {
	return c.Body != "" && name == "Content-Type" ||
		slices.ContainsFunc(c.Headers, func(f field) bool { return strings.EqualFold(f.Name, name) })
}

// checks returns the checks of an answer, in the order of the Fetch standard. failed is the
// step at which the model blocks the page.
func checks(x exchange, preflight, credentials bool, failed browser.Step, reason string) []check {
	value := func(name string) string {
		values := x.values(name)
		if len(values) == 0 {
			return "no " + name
		}
		return name + ": " + strings.Join(values, ", ")
	}
	origin := value("Access-Control-Allow-Origin")
	if credentials {
		origin += ", and " + value("Access-Control-Allow-Credentials")
	}
	all := []struct {
		step         browser.Step
		name, detail string
		applies      bool
	}{
		{browser.StepPreflight, "origin", origin, preflight},
		{browser.StepPreflightStatus, "status", fmt.Sprint(x.status, " ", http.StatusText(x.status)), preflight},
		{browser.StepMethod, "method", value("Access-Control-Allow-Methods"), preflight && !safelisted(x)},
		{browser.StepHeaders, "headers", value("Access-Control-Allow-Headers"), preflight && x.cors.RequestHeaders != nil},
		{browser.StepResponse, "origin", origin, !preflight},
	}
	result := []check{}
	outcome := "passed"
	for _, c := range all {
		switch {
		case !c.applies:
			continue
		case c.step == failed:
			result, outcome = append(result, check{c.name, "failed", reason}), "not reached"
		default:
			result = append(result, check{c.name, outcome, c.detail})
		}
	}
	return result
}

// safelisted reports whether a preflight asks for a method that needs no permission.
func safelisted(x exchange) bool {
	return slices.Contains([]string{"GET", "HEAD", "POST"}, strings.Join(x.cors.RequestMethod, ","))
}

func (x exchange) values(name string) (values []string) {
	for _, f := range x.response {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}
