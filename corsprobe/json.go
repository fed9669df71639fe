package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/corsuite/corsuite/core/browser"
)

// schema is the version of the JSON. It changes when a field changes or goes.
const schema = 1

// report is the JSON of all results. docs/corsprobe.md documents it.
type report struct {
	Schema  int          `json:"schema"`
	Results []jsonResult `json:"results"`
}

type jsonResult struct {
	Origin      string            `json:"origin"`
	Method      string            `json:"method"`
	URL         string            `json:"url"`
	Header      string            `json:"header,omitempty"` // of --try-header
	Credentials bool              `json:"credentials"`
	Verdict     string            `json:"verdict"` // "allowed", "blocked" or "no answer"
	Engines     map[string]string `json:"engines"`
	Error       string            `json:"error,omitempty"`
	Exchanges   []jsonExchange    `json:"exchanges"`
	Causes      []jsonCause       `json:"causes"`
	Needs       []jsonNeed        `json:"needs"`
	Write       []advice          `json:"write"`
	Warnings    []string          `json:"warnings"`
	Notes       []string          `json:"notes"`
}

type jsonExchange struct {
	Kind     string      `json:"kind"` // "preflight", "redirect" or "request"
	Method   string      `json:"method"`
	URL      string      `json:"url"`
	Request  http.Header `json:"request"`
	Status   int         `json:"status"`
	Response http.Header `json:"response"`
	Checks   []check     `json:"checks"`
}

type jsonCause struct {
	Name  string `json:"name"`
	Check string `json:"check"`
	Why   string `json:"why"`
	Fix   string `json:"fix"`
}

type jsonNeed struct {
	In     string `json:"in"` // "preflight" or "request"
	Header string `json:"header"`
	Value  string `json:"value"`
}

// secrets are the headers whose values are not shown.
func secrets() []string { return []string{"Authorization", "Proxy-Authorization", "Set-Cookie"} }

// writeJSON writes a report. only is the name of the only server to give advice for, or empty.
func writeJSON(w io.Writer, results []result, only string) error {
	out := report{Schema: schema, Results: []jsonResult{}}
	for i := range results {
		out.Results = append(out.Results, toJSON(&results[i], only))
	}
	return encode(w, out)
}

// encode writes JSON. It escapes characters that a terminal would execute or hide.
func encode(w io.Writer, v any) error {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	var b strings.Builder
	for _, r := range text.String() {
		if r == '\n' || unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *result) verdict() string {
	switch {
	case r.failure != nil:
		return "no answer"
	case r.allowed:
		return "allowed"
	}
	return "blocked"
}

func toJSON(r *result, only string) jsonResult {
	out := jsonResult{
		Origin: r.call.request.Origin, Method: methodOf(r.call.request.Method), URL: r.call.request.URL, Header: r.call.tried,
		Credentials: r.call.request.Credentials == browser.Include, Verdict: r.verdict(), Engines: make(map[string]string),
		Exchanges: []jsonExchange{}, Causes: []jsonCause{}, Needs: []jsonNeed{}, Write: []advice{}, Warnings: []string{}, Notes: []string{},
	}
	if r.failure != nil {
		out.Error = r.failure.Error()
	}
	for _, v := range r.engines {
		verdict := "blocked"
		if v.Allowed {
			verdict = "allowed"
		} else if r.failure != nil {
			verdict = "no answer"
		}
		out.Engines[engineKey(v.engine)] = verdict
	}
	for i, e := range r.exchanges {
		checks := r.checks(i)
		if checks == nil {
			checks = []check{}
		}
		out.Exchanges = append(out.Exchanges, jsonExchange{r.exchangeKind(i), e.Method, e.URL, masked(e.Request), e.Status, masked(e.Response), checks})
	}
	for _, c := range r.causes {
		out.Causes = append(out.Causes, jsonCause{c.name, c.check, c.why, c.fix})
	}
	for _, n := range r.needs {
		in := "request"
		if n.preflight {
			in = "preflight"
		}
		out.Needs = append(out.Needs, jsonNeed{in, n.header, n.value})
	}
	out.Write = append(out.Write, advise(r.causes, r.failed, only)...)
	out.Warnings = append(out.Warnings, r.warnings...)
	out.Notes = append(out.Notes, r.call.notes...)
	return out
}

// engineKey returns the name of an engine in JSON.
func engineKey(e browser.Engine) string {
	if e == browser.Standard {
		return "standard"
	}
	return strings.ToLower(e.String())
}

// masked returns headers without secrets.
func masked(header http.Header) http.Header {
	if header == nil {
		return http.Header{}
	}
	clean := header.Clone()
	for _, name := range secrets() {
		for i := range clean[name] {
			clean[name][i] = "*"
		}
	}
	return clean
}
