package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// call is the request of a page, and what the browser adds to it.
type call struct {
	request   browser.Request
	cookies   string // the value of Cookie
	userAgent string // the value of User-Agent
	language  string // the value of Accept-Language
	network   network
	// preflightOnly is true if the request itself must not be sent.
	preflightOnly bool
	// controls is true if more OPTIONS requests may be sent to find a cause.
	controls bool

	notes []string // assumptions that the user has to know
}

// written is a request as a command line or a script has it.
type written struct {
	method, url string
	headers     []browser.Header
	body        browser.Body
	cookies     string
	user        string // user and password, separated by a colon
	page        string // URL of the page
	mode        string
	credentials string
	pasted      bool // from a browser's menu, with headers that no script has set
}

// call separates the headers that a script sets from those that the browser adds.
func (w *written) call() (call, error) {
	c := call{request: browser.Request{Method: w.method, URL: w.url, Body: w.body}, cookies: w.cookies}
	preflight := w.preflight()
	for _, h := range w.headers {
		w.header(&c, h)
	}
	if w.user != "" {
		c.request.Headers = append(c.request.Headers, browser.Header{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(w.user))})
	}
	if preflight != nil {
		c.unfold(*preflight)
	}
	err := errors.Join(w.chooseMode(&c), w.chooseCredentials(&c), w.choosePage(&c))
	return c, err
}

// header adds a header to the call, unless the browser adds it itself.
func (w *written) header(c *call, h browser.Header) {
	name := strings.ToLower(h.Name)
	switch {
	case strings.HasPrefix(name, ":"), strings.HasPrefix(name, "access-control-request-"):
	case name == "cookie":
		c.cookies = strings.Trim(c.cookies+"; "+h.Value, "; ")
	case name == "user-agent":
		c.userAgent = h.Value
	case name == "origin":
		w.page = h.Value
	case name == "referer":
		if w.page == "" {
			w.page = h.Value
			c.notes = append(c.notes, "the origin of the page comes from the Referer")
		}
	case name == "sec-fetch-mode":
		w.mode = h.Value
	case w.pasted && name == "accept-language":
		c.language = h.Value
	case forbidden(name):
		if !w.pasted {
			c.note("a script cannot set " + h.Name + ", so a browser does not send it")
		}
	case w.pasted && w.added(c, name, h.Value):
	default:
		c.request.Headers = append(c.request.Headers, h)
	}
}

// forbidden reports whether only the browser sets a header (Fetch, forbidden
// request-header). The model of the browser ignores such headers without a note.
func forbidden(name string) bool {
	switch name {
	case "accept-charset", "accept-encoding", "connection", "content-length", "date", "dnt", "expect", "host", "keep-alive",
		"te", "trailer", "transfer-encoding", "upgrade", "via":
		return true
	}
	return strings.HasPrefix(name, "sec-") || strings.HasPrefix(name, "proxy-")
}

// added reports whether the browser adds a header of a pasted request itself. A script can
// set these headers too, and a pasted request does not show the difference.
func (w *written) added(c *call, name, value string) bool {
	switch name {
	case "priority", "upgrade-insecure-requests", "save-data", "device-memory", "dpr", "downlink", "ect", "rtt",
		"viewport-width", "width", "purpose", "x-client-data":
		return true
	case "cache-control", "pragma":
		if value == "no-cache" || value == "max-age=0" {
			c.note(`Cache-Control and Pragma are taken for those of "Disable cache" in the developer tools`)
			return true
		}
	case "if-none-match", "if-modified-since":
		c.note("If-None-Match and If-Modified-Since are taken for those of the browser's cache")
		return true
	}
	return false
}

// note adds a note once.
func (c *call) note(text string) {
	if !slices.Contains(c.notes, text) {
		c.notes = append(c.notes, text)
	}
}

// checkScheme returns an error for a URL without a scheme.
func (c *call) checkScheme() error {
	if !strings.Contains(c.request.URL, "://") {
		return fmt.Errorf("the URL %q has no scheme; write https://%s", c.request.URL, c.request.URL)
	}
	return nil
}

// asked is what a preflight asks for.
type asked struct {
	method string
	names  []string
}

// preflight returns what the request asks for if it is a preflight.
func (w *written) preflight() *asked {
	if !strings.EqualFold(w.method, "OPTIONS") {
		return nil
	}
	var a asked
	for _, h := range w.headers {
		switch strings.ToLower(h.Name) {
		case "access-control-request-method":
			a.method = h.Value
		case "access-control-request-headers":
			for name := range strings.SplitSeq(h.Value, ",") {
				if name = strings.TrimSpace(name); name != "" {
					a.names = append(a.names, name)
				}
			}
		}
	}
	if a.method == "" {
		return nil
	}
	return &a
}

// unfold replaces a preflight by the request that it asks for. The values of the headers
// are not known, so they are values for which a browser sends a preflight.
func (c *call) unfold(a asked) {
	c.note("the command is a preflight; corsprobe sends the preflight and the request that it asks for")
	c.request.Method, c.request.Headers = a.method, nil
	for _, name := range a.names {
		value := "corsprobe"
		if strings.EqualFold(name, "content-type") {
			value = "application/json"
		}
		c.request.Headers = append(c.request.Headers, browser.Header{Name: name, Value: value})
	}
}

func (w *written) chooseMode(c *call) error {
	switch w.mode {
	case "", "cors":
	case "no-cors":
		c.request.Mode = browser.NoCORS
	case "same-origin":
		c.request.Mode = browser.SameOrigin
	case "navigate":
		return errors.New("the request opens a page (mode navigate), and CORS does not apply to it; copy the request that the script sends")
	case "websocket":
		return errors.New("the request opens a WebSocket, and CORS does not apply to it; the server has to check Origin itself")
	default:
		return fmt.Errorf("the mode %q is not one of cors, no-cors and same-origin", w.mode)
	}
	return nil
}

func (w *written) chooseCredentials(c *call) error {
	switch w.credentials {
	case "include":
		c.request.Credentials = browser.Include
	case "omit":
		c.request.Credentials = browser.Omit
	case "same-origin":
	case "":
		if c.cookies != "" {
			c.request.Credentials = browser.Include
		} else if w.pasted {
			c.note("the command has no cookie, so the page is taken to send none; add --credentials if it has credentials: \"include\"")
		}
	default:
		return fmt.Errorf("the credentials %q are not one of include, same-origin and omit", w.credentials)
	}
	return nil
}

func (w *written) choosePage(c *call) (err error) {
	if w.page != "" {
		c.request.Origin, err = pageOrigin(w.page)
	}
	return err
}

// pageOrigin returns the origin of a page, from its URL or from an origin.
func pageOrigin(page string) (string, error) {
	if page == "null" || strings.HasPrefix(page, "file:") || strings.HasPrefix(page, "data:") {
		return "null", nil
	}
	u, err := url.Parse(page)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return "", fmt.Errorf("the page %q is not an origin; write one such as https://app.example.com, or null", page)
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else if u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	}
	return strings.ToLower(u.Scheme) + "://" + host, nil
}
