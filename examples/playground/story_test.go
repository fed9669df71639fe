package main

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// The first API is blocked without the middleware, and allowed with it. curl gets both answers.
func TestStory(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	for _, cors := range []bool{false, true, false} {
		var curl string
		p.post(t, "/story", map[string]bool{"cors": cors}, &curl)
		for part, want := range map[string]bool{
			"$ curl -i ": true, "\nHTTP/1.1 200 OK\n": true, `"title":"Same origin"`: true,
			"-H 'Origin: " + p.page + "' " + p.story.url + "/posts\n": cors,
			"\nAccess-Control-Allow-Origin: " + p.page + "\n":         cors,
		} {
			if strings.Contains(curl, part) != want {
				t.Errorf("with the middleware %v: %q is in the answer: %v, want %v:\n%s", cors, part, !want, want, curl)
			}
		}
		o, err := new(browser.Browser).Fetch(t.Context(), browser.Request{Origin: p.page, URL: p.story.url + "/posts"})
		if err != nil || o.Allowed != cors {
			t.Errorf("with the middleware %v: allowed %v: %s, %v", cors, o.Allowed, o.Reason, err)
		}
	}
}
