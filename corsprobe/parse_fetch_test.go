package main

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

func TestCopiedFetch(t *testing.T) {
	want := wantCall{
		"https://app.example.com", "PUT", "https://api.example.com/posts/1", "accept: */*; content-type: application/json",
		`{"title":"new"}`, "", browser.Include,
	}
	for name, text := range map[string]string{
		"Chromium": `fetch("https://api.example.com/posts/1", {
  "headers": {
    "accept": "*/*",
    "accept-language": "en-US,en;q=0.9",
    "content-type": "application/json",
    "priority": "u=1, i",
    "sec-ch-ua": "\"Chromium\";v=\"156\"",
    "sec-fetch-mode": "cors"
  },
  "referrer": "https://app.example.com/",
  "body": "{\"title\":\"new\"}",
  "method": "PUT",
  "mode": "cors",
  "credentials": "include"
});`,
		"Firefox": `await fetch("https://api.example.com/posts/1", {
    "credentials": "include",
    "headers": {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        "accept": "*/*",
        "Accept-Language": "en-US,en;q=0.5",
        "content-type": "application/json",
        "Sec-Fetch-Dest": "empty"
    },
    "referrer": "https://app.example.com/page",
    "body": "{\"title\":\"new\"}",
    "method": "PUT",
    "mode": "cors"
});`,
		"by hand": "const res = await window.fetch(`https://api.example.com/posts/1`, { // update\n" +
			"\tmethod: 'PUT', credentials: 'include', referrer: \"https://app.example.com\", /* JSON */\n" +
			"\theaders: new Headers([['accept', '*/*'], ['content-type', 'application/json']]),\n" +
			"\tbody: JSON.stringify({ title: 'new', }),\n" +
			"}).then(r => r.json())",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseCopied(text)
			checkCall(t, got, err, want)
		})
	}
	t.Run("a GET", func(t *testing.T) {
		got, err := parseCopied(`fetch('https://a.example/')`)
		checkCall(t, got, err, wantCall{url: "https://a.example/"})
	})
	t.Run("escapes", func(t *testing.T) {
		got, err := parseCopied(`fetch("https://a.example/\u0041\x42\u{43}\/", {body: "\ud83d\ude00", "method": "POST", credentials: "omit"})`)
		checkCall(t, got, err, wantCall{url: "https://a.example/ABC/", method: "POST", body: "😀", credentials: browser.Omit})
	})
}

// Browsers write the credentials that fit to the headers, and not those of the page.
func TestCopiedFetchCredentials(t *testing.T) {
	for text, want := range map[string]struct {
		credentials browser.Credentials
		note        string
	}{
		`{credentials: "omit"}`:                                       {browser.Omit, "without a cookie"},
		`{credentials: "include"}`:                                    {browser.Include, ""},
		`{credentials: "include", headers: {authorization: "Basic"}}`: {browser.Include, "with Authorization"},
		`{headers: {cookie: "a=b"}}`:                                  {browser.Include, ""},
		`{}`:                                                          {browser.SameOriginCredentials, ""},
	} {
		got, err := parseCopied(`fetch("https://a.example/", ` + text + `)`)
		if err != nil || got.request.Credentials != want.credentials || !strings.Contains(strings.Join(got.notes, "\n"), want.note) || want.note == "" && got.notes != nil {
			t.Errorf("%s: credentials %v, notes %q, error %v; want %v and %q", text, got.request.Credentials, got.notes, err, want.credentials, want.note)
		}
	}
}

func TestCopiedFetchThatFails(t *testing.T) {
	for text, want := range map[string]string{
		"fetch(":                    "ends",
		"fetch(url)":                `"url"`,
		"fetch(`https://${host}/`)": "${",
		`fetch("https://a.example", {method: verb})`:              `"verb"`,
		`fetch("https://a.example", {method: 1})`:                 "method",
		`fetch("https://a.example", "x")`:                         "second argument",
		`fetch("https://a.example", {mode: "navigate"})`:          "opens a page",
		`fetch("https://a.example", {credentials: "always"})`:     "credentials",
		`fetch("https://a.example", {headers: {a: {}}})`:          "header",
		`fetch("https://a.example", ` + strings.Repeat("[", 1000): "nested",
	} {
		if _, err := parseCopied(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// FuzzCopied checks that no text makes the parser panic or run without end.
func FuzzCopied(f *testing.F) {
	for _, text := range []string{
		`curl 'https://a.example/' -H $'X-A: \u0021'`, "curl ^\"https://a.example/^\" ^\r\n -H ^\"A: b^\"",
		`fetch("https://a.example/", {headers: {a: "b"}, body: null});`, "curl \"a^", "fetch(`", `fetch("\u{`,
		`curl $'\xe9\ud83d\ude00\0\400\x\u\' -g`, "curl ^\"a\\\\^\" -H \"X: \"",
	} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = parseCopied(text) // any result is good
	})
}
