package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/corsuite/corsuite/core/browser"
)

// recording is a file in testdata/copied: what the developer tools of a browser copy for
// requests, and what the server received. internal/browser writes these files.
type recording struct {
	Browser  string
	Requests []struct {
		Name   string
		Sent   sentRequest
		Copied map[string]string // by the item of the menu
	}
}

type sentRequest struct {
	Method, URL, Origin, Credentials, Mode string
	Headers                                [][2]string // one character for each byte
	Cookies, Body                          string
	Bytes                                  []byte
}

// TestCopiedByBrowsers checks that each command is read as the request that the page sent.
// COPIED can name another folder.
func TestCopiedByBrowsers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cmp.Or(os.Getenv("COPIED"), filepath.Join("testdata", "copied")), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	page, err := os.ReadFile(filepath.Join("..", "docs", "corsprobe.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// The files have LONG in the place of a long body.
		text = bytes.ReplaceAll(text, []byte("LONG"), bytes.Repeat([]byte("long body "), 7000))
		var r recording
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		for _, request := range r.Requests {
			for item, command := range request.Copied {
				t.Run(name+"/"+item+"/"+request.Name, func(t *testing.T) {
					got, err := parseCopied(command)
					if err != nil {
						t.Fatalf("%v\n%s", err, command)
					}
					is, want := readCall(got), request.Sent.read(name, item)
					if strings.Contains(item, "cmd") {
						is, want = is.visible(), want.visible()
					}
					if is != want {
						t.Errorf("%s copied\n%.2000s\ngot  %.1500s\nwant %.1500s", r.Browser, command, fmt.Sprintf("%#v", is), fmt.Sprintf("%#v", want))
					}
				})
			}
		}
		if len(r.Requests) < 40 {
			t.Errorf("%s has only %d requests", file, len(r.Requests))
		}
		version := regexp.MustCompile(`\w+ \d+\.\d+`).FindString(r.Browser)
		if os.Getenv("COPIED") == "" && (version == "" || !strings.Contains(string(page), version)) {
			t.Errorf("docs/corsprobe.md does not say that it reads commands of %q", version)
		}
	}
}

// readRequest has the parts of a request that a copied command determines.
type readRequest struct {
	method, url, origin, headers, cookies, body string
	credentials                                 bool
	mode                                        browser.Mode
}

// readCall returns the parts of a parsed command.
func readCall(c call) readRequest {
	url, _, _ := strings.Cut(c.request.URL, "#")
	r := readRequest{
		methodOf(c.request.Method), url, c.request.Origin, "", c.cookies, string(c.request.Body.Content),
		c.request.Credentials == browser.Include, c.request.Mode,
	}
	var lines []string
	for _, h := range c.request.Headers {
		if line := strings.ToLower(h.Name) + ": " + h.Value; line != "accept: */*" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	r.headers = strings.Join(lines, "\n")
	return r
}

// read returns what can be read of a request: what the page sent, without what the browser
// does not copy.
func (s *sentRequest) read(engine, item string) readRequest {
	r := readRequest{s.Method, s.URL, s.Origin, "", s.Cookies, s.copied(engine, item), s.Cookies != "", browser.CORS}
	var lines []string
	for _, h := range s.Headers {
		name, value := strings.ToLower(h[0]), []byte(nil)
		for _, char := range h[1] {
			value = append(value, byte(char))
		}
		lines = append(lines, name+": "+string(value))
		// "Copy as fetch" has credentials for Authorization, too.
		r.credentials = r.credentials || item == "fetch" && name == "authorization"
	}
	slices.Sort(lines)
	r.headers = strings.Join(lines, "\n")
	if item == "fetch" {
		r.cookies = ""
	}
	if s.Mode == "no-cors" && (!strings.HasPrefix(item, "fetch") || engine == "firefox") {
		r.mode = browser.NoCORS
	}
	return r
}

// copied returns the part of the body that the browser copies.
func (s *sentRequest) copied(engine, item string) string {
	body := s.Body + string(s.Bytes)
	file := make([]byte, 256) // with every byte, in the requests with a file
	for i := range file {
		file[i] = byte(i)
	}
	multipart := strings.HasPrefix(body, "------")
	switch {
	case engine == "chromium":
		return string([]rune(body)) // a byte that is not UTF-8 becomes U+FFFD
	case engine == "webkit" && multipart:
		return strings.Replace(body, string(file), "", 1)
	case engine == "webkit" && slices.Contains(s.Headers, [2]string{"Content-Type", "application/octet-stream"}):
		return "" // the page sends a Blob
	case engine == "firefox" && item == "fetch" && !utf8.ValidString(body):
		var b strings.Builder // each byte becomes a character
		for i := range len(body) {
			b.WriteRune(rune(body[i]))
		}
		return b.String()
	case engine == "firefox" && item == "fetch":
	case engine == "firefox" && multipart:
		return strings.Replace(body, string(file)+"\r\n", "", 1)
	case engine == "firefox" && s.Method != "POST" && s.Method != "PUT":
		return ""
	case engine == "firefox":
		lines := strings.Split(body, "\r\n")
		return lines[len(lines)-1]
	}
	return body
}

// visible has only the visible characters of ASCII and the ends of lines. The others do not
// survive cmd.exe, so the browsers replace some of them.
func (r readRequest) visible() readRequest {
	fold := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r > ' ' && r <= '~' || r == '\n' {
				return r
			}
			return -1
		}, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
	}
	r.headers, r.body = fold(r.headers), fold(r.body)
	return r
}
