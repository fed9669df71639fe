package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReasonsCopy checks that the embedded page is the one that tests compare with browsers.
func TestReasonsCopy(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "REASONS.md"))
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != reasonsPage {
		t.Error("reasons.txt differs from REASONS.md; run cp REASONS.md corsprobe/reasons.txt")
	}
}

func TestConsole(t *testing.T) {
	const (
		fetch = "Access to fetch at 'https://api.example.com/posts/1' from origin 'https://app.example.com' has been blocked by CORS policy: "
		fox   = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/posts/1. "
	)
	for _, test := range []struct{ message, engine, found, command string }{
		{fetch + "No 'Access-Control-Allow-Origin' header is present on the requested resource.", "Chromium", "an answer without the header", "corsprobe --origin https://app.example.com https://api.example.com/posts/1"},
		{fetch + "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.", "Chromium", "a preflight that the policy rejected", ""},
		{fetch + "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.", "Chromium", "a preflight answered with 401", ""},
		{fetch + "Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response.", "Chromium", "a preflight's answer without the method", "corsprobe --origin https://app.example.com -X PATCH https://api.example.com/posts/1"},
		{fetch + "Request header field x-request-id is not allowed by Access-Control-Allow-Headers in preflight response.", "Chromium", "a preflight's answer without", "corsprobe --origin https://app.example.com -H 'x-request-id: 1' https://api.example.com/posts/1"},
		{fetch + "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.", "Chromium", "an answer for every origin", "--credentials"},
		{fetch + "The 'Access-Control-Allow-Origin' header contains multiple values 'https://a.example, https://b.example', but only one is allowed. Have the server send the header with a valid value.", "Chromium", "two values of Allow-Origin", ""},
		{fetch + "The 'Access-Control-Allow-Origin' header has a value 'https://www.example.com' that is not equal to the supplied origin. Have the server send the header with a valid value.", "Chromium", "another origin in Allow-Origin", ""},
		{strings.Replace(fetch, "fetch", "XMLHttpRequest", 1) + "No 'Access-Control-Allow-Origin' header is present on the requested resource.", "Chromium", "an answer without the header", "corsprobe --origin https://app.example.com https"},
		{fox + "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404.", "Firefox", "that no policy answered", "corsprobe --origin ORIGIN https://api.example.com/posts/1"},
		{fox + "(Reason: Did not find method in CORS header 'Access-Control-Allow-Methods').", "Firefox", "without the method", "-X METHOD"},
		{fox + "(Reason: header ‘x-request-id’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).", "Firefox", "a preflight's answer without", "-H 'x-request-id: 1'"},
		{fox + "(Reason: CORS preflight response did not succeed). Status code: 429.", "Firefox", "a preflight answered with 401", ""},
		{"[Error] Preflight response is not successful. Status code: 404\n[Error] Fetch API cannot load https://api.example.com/posts/1 due to access control checks.", "WebKit", "that no policy answered", "https://api.example.com/posts/1"},
		{"Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 500", "WebKit", "an answer without the header", "corsprobe --origin https://app.example.com URL"},
		{"Method PUT is not allowed by Access-Control-Allow-Methods.", "WebKit", "without the method", "-X PUT"},
	} {
		found, err := explainConsole(test.message)
		if err != nil {
			t.Errorf("%s: %v", test.message, err)
			continue
		}
		if found.engine != test.engine || !strings.Contains(found.got, test.found) || !strings.Contains(found.command(), test.command) || len(found.reasons) == 0 {
			t.Errorf("%s:\n%+v\n%s", test.message, found, found.command())
		}
	}
	for message, want := range map[string]string{
		"TypeError: Failed to fetch": "hides the reason",
		"TypeError: Load failed":     "hides the reason",
		"Uncaught ReferenceError":    "not a message about CORS",
		"":                           "not a message about CORS",
	} {
		if _, err := explainConsole(message); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", message, err, want)
		}
	}
}

// TestConsoleCommand checks that a shell takes the values of a message for arguments.
func TestConsoleCommand(t *testing.T) {
	for message, want := range map[string]string{
		"Access to fetch at 'https://api.example.com/?a=1&b=$(id);id' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.": "corsprobe --origin https://app.example.com 'https://api.example.com/?a=1&b=$(id);id'",
		"Method PATCH;\u009bid is not allowed by Access-Control-Allow-Methods.": `corsprobe --origin ORIGIN -X $'PATCH;\u009bid' URL`,
	} {
		found, err := explainConsole(message)
		if err != nil || found.command() != want {
			t.Errorf("%s:\n%s, %v, want\n%s", message, found.command(), err, want)
		}
	}
}

// TestConsoleKnowsThePage checks that each message of REASONS.md is recognized as that of its
// own row, or of a row that has the same message.
func TestConsoleKnowsThePage(t *testing.T) {
	symptoms := readSymptoms()
	if len(symptoms) < 40 {
		t.Fatalf("only %d messages were read", len(symptoms))
	}
	for _, s := range symptoms {
		found, err := explainConsole(s.message)
		if err != nil {
			t.Errorf("%s: %v", s.message, err)
		} else if found.message != s.message && (found.engine != s.engine || found.section != s.section) {
			t.Errorf("%s: %s, %s, want %s, %s", s.message, found.engine, found.section, s.engine, s.section)
		}
	}
}
