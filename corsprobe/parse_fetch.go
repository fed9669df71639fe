package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/corsuite/corsuite/core/browser"
)

// parseFetch parses a call of fetch() in JavaScript. It ignores the text around the call.
func parseFetch(text string) (call, error) {
	_, after, _ := strings.Cut(text, "fetch(")
	w, err := fetchArguments(after)
	if err != nil {
		return call{}, fmt.Errorf("the call of fetch() cannot be read: %w", err)
	}
	return w.call()
}

func fetchArguments(text string) (*written, error) {
	l := &literal{text: text}
	args, err := l.list(")")
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, errors.New("the call has no URL")
	}
	w := &written{pasted: true}
	if err := assign(&w.url, "URL", args[0]); err != nil {
		return nil, err
	}
	if len(args) == 1 || args[1] == nil {
		w.credentials = "same-origin"
		return w, nil
	}
	options, ok := args[1].(object)
	if !ok {
		return nil, errors.New("the second argument is not an object")
	}
	err = w.options(options)
	return w, err
}

// options reads the second argument of fetch().
func (w *written) options(o object) error {
	var body, referrer string
	err := errors.Join(
		assign(&w.method, "method", o.get("method")), assign(&w.mode, "mode", o.get("mode")),
		assign(&w.credentials, "credentials", o.get("credentials")), assign(&referrer, "referrer", o.get("referrer")),
		assign(&body, "body", o.get("body")), w.fetchHeaders(o.get("headers")),
	)
	if w.credentials == "" && !w.has("cookie") { // Chromium copies cookies for Node.js only
		w.credentials = "same-origin"
	}
	if strings.Contains(referrer, "://") {
		w.page = referrer
	}
	if o.get("body") != nil {
		w.body = browser.Body{Content: []byte(body)}
		if !w.has("content-type") {
			w.body = browser.Text(body)
		}
	}
	return err
}

// has reports whether the request has a header with a name in lower case.
func (w *written) has(name string) bool {
	return slices.ContainsFunc(w.headers, func(h browser.Header) bool { return strings.EqualFold(h.Name, name) })
}

// fetchHeaders reads an object, or a list of pairs.
func (w *written) fetchHeaders(v any) error {
	var pairs object
	switch v := v.(type) {
	case nil:
	case object:
		pairs = v
	case []any:
		for _, pair := range v {
			p, ok := pair.([]any)
			if !ok || len(p) != 2 {
				return errors.New("the headers are not a list of pairs")
			}
			name, ok := p[0].(string)
			if !ok {
				return errors.New("the name of a header is not a string")
			}
			pairs = append(pairs, property{name, p[1]})
		}
	default:
		return errors.New("the headers are not an object")
	}
	for _, p := range pairs {
		h := browser.Header{Name: p.name}
		switch v := p.value.(type) {
		case string:
			h.Value = headerBytes(v)
		case float64, bool, nil:
			h.Value = fmt.Sprint(v)
		default:
			return fmt.Errorf("the value of the header %s is not a string", p.name)
		}
		w.headers = append(w.headers, h)
	}
	return nil
}

// assign sets a string, unless the value is absent.
func assign(to *string, name string, v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		*to = v
		return nil
	}
	return fmt.Errorf("the %s is not a string", name)
}
