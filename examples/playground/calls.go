package main

import (
	"errors"
	"net/url"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// call is a call of fetch on the page. The page and the models make it on every router.
type call struct {
	Title       string  `json:"title"`
	Method      string  `json:"method"`
	Path        string  `json:"path"`
	Headers     []field `json:"headers"`
	Body        string  `json:"body"`
	Credentials bool    `json:"credentials"` // fetch's option credentials is "include"
	From        string  `json:"from"`        // "page", "other" or "sandbox"
}

// defaultCalls returns the calls with which the page begins.
func defaultCalls() []call {
	json := []field{{"Content-Type", "application/json"}}
	token := []field{{"Authorization", demoToken}}
	return []call{
		{Title: "Read the posts", Method: "GET", Path: "/posts"},
		{Title: "Sign in", Method: "POST", Path: "/login", Credentials: true},
		{Title: "Send the cookie", Method: "GET", Path: "/me", Credentials: true},
		{Title: "Read a 404", Method: "GET", Path: "/nowhere"},
		{Title: "Read a 500", Method: "GET", Path: "/broken"},
		{Title: "Send JSON", Method: "POST", Path: "/posts", Headers: json, Body: `{"title":"Hello"}`},
		{Title: "Delete with a token", Method: "DELETE", Path: "/posts/1", Headers: token},
		{Title: "Call an OPTIONS handler", Method: "OPTIONS", Path: "/posts"},
		{Title: "A method not listed", Method: "PATCH", Path: "/posts/1", Headers: json, Body: `{"title":"Hello again"}`},
		{Title: "A header not listed", Method: "GET", Path: "/posts", Headers: []field{{"X-Debug", "1"}}},
		{Title: "Delete from another port", Method: "DELETE", Path: "/posts/1", Headers: token, From: "other"},
		{Title: "Read from a sandbox", Method: "GET", Path: "/posts", From: "sandbox"},
	}
}

// origin returns the origin of the page that makes the call.
func (c call) origin(p *playground) string {
	switch c.From {
	case "other":
		return p.other
	case "sandbox":
		return "null"
	}
	return p.page
}

// request returns the call for a model. key identifies the call for the recorder.
func (c call) request(p *playground, api, key string) (browser.Request, error) {
	if !strings.HasPrefix(c.Path, "/") {
		return browser.Request{}, errors.New("the path has to begin with /")
	}
	u, err := url.Parse(api + c.Path)
	if err != nil {
		return browser.Request{}, errors.New("the path is not valid")
	}
	query := u.Query()
	query.Set(callKey, key)
	u.RawQuery, u.Fragment = query.Encode(), ""
	r := browser.Request{Origin: c.origin(p), Method: c.Method, URL: u.String()}
	for _, h := range c.Headers {
		r.Headers = append(r.Headers, browser.Header{Name: h.Name, Value: h.Value})
	}
	if c.Body != "" {
		r.Body = browser.Text(c.Body)
	}
	if c.Credentials {
		r.Credentials = browser.Include
	}
	return r, nil
}
