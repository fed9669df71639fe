package browser

import (
	"slices"
	"strings"

	"github.com/corsuite/corsuite/internal/programs"
)

// copiedCase is a request of a page whose commands TestCopied records. Its URL has the path
// of its name.
type copiedCase struct {
	name string
	// http1 is true if the request goes to a server on http with HTTP/1.1, and false if it
	// goes to one on https with HTTP/2.
	http1 bool
	query string
	task  programs.Task
}

// hard has the characters that a shell, cmd.exe or JavaScript treats specially.
const hard = "it's \"$HOME\" `id` $(id) ${x} !1 !! 50% %PATH% ^ ^^ & && | < > ; * ? ~ # {a,b} {1..9} [x] \\ \\\\ \\' \\\" \\n \\x41 C:\\dir\\"

// long is longer than the 64 KiB of a body that Chromium sends to its developer tools unasked.
func long() string { return strings.Repeat("long body ", 7000) }

func everyByte() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func copiedCases() []copiedCase {
	headers := func(pairs ...string) (all [][2]string) {
		for pair := range slices.Chunk(pairs, 2) {
			all = append(all, [2]string{pair[0], pair[1]})
		}
		return all
	}
	// A string, since the developer tools of WebKit do not show a Blob.
	body := func(method, content string) programs.Task {
		return programs.Task{Method: method, Headers: headers("Content-Type", "application/json"), Type: "text/plain", Content: &content}
	}
	const json, text, octets = "application/json", "text/plain;charset=UTF-8", "application/octet-stream"
	return []copiedCase{
		{name: "get"},
		{name: "get-http1", http1: true},
		{name: "get-credentials", task: programs.Task{Credentials: "include"}},
		{name: "get-credentials-http1", http1: true, task: programs.Task{Credentials: "include"}},
		{name: "get-omit", task: programs.Task{Credentials: "omit"}},
		{name: "put-json", task: programs.Task{Method: "PUT", Credentials: "include", Headers: headers("Content-Type", json), Type: text, Content: new(`{"title":"new"}`)}},
		{name: "patch-lower-case", task: body("patch", `[]`)},
		{name: "delete-json", http1: true, task: body("DELETE", `{"id":1}`)},
		{name: "delete", task: programs.Task{Method: "DELETE"}},
		{name: "head", task: programs.Task{Method: "HEAD", Headers: headers("X-A", "1")}},
		{name: "options", task: programs.Task{Method: "OPTIONS", Headers: headers("X-A", "1")}},
		{name: "method", http1: true, task: programs.Task{Method: "PURGE", Headers: headers("X-A", "1")}},
		{name: "no-cors", task: programs.Task{Method: "POST", Mode: "no-cors", Type: text, Content: new("ping")}},

		{name: "headers", task: programs.Task{Headers: headers("X-CamelCase", "1", "x-lower", "2", "Accept", json, "Authorization", "Bearer a.b.c")}},
		{name: "headers-http1", http1: true, task: programs.Task{Headers: headers("X-CamelCase", "1", "x-lower", "2", "Accept", json, "Authorization", "Bearer a.b.c")}},
		{name: "header-quoted", task: programs.Task{Headers: headers("X-Hard", hard)}},
		{name: "header-apostrophe", task: programs.Task{Headers: headers("X-Hard", "'", "X-Quotes", `"`, "X-Backslash", `\`, "X-Caret", "^", "X-Exclamation", "!", "X-At", "@file", "X-Semicolon", ";")}},
		{name: "header-latin1", task: programs.Task{Headers: headers("X-Name", "caf\u00e9 \u00a7")}},
		{name: "header-tab", http1: true, task: programs.Task{Headers: headers("X-Tab", "a\tb")}},
		{name: "header-empty", http1: true, task: programs.Task{Headers: headers("X-Empty", "", "X-Blank", " ", "X-Colon", ": a: b")}},
		{name: "header-comma", task: programs.Task{Headers: headers("X-List", "a", "X-List", "b")}},

		{name: "url-brackets", query: "?a[]=1&b={x}&c={1..3}&d=[1-9]&e=\\[\\]"},
		{name: "url-quoted", query: "?q='it''s'&p=$HOME&e=!1!!&c=^%PATH%&b=`id`&s=;&a=@x&pipe=|&blank=a b"},
		{name: "url-non-ascii", query: "/caf\u00e9 \u65e5\u672c?q=\u65e5\u672c \U0001f600&p=%C3%BC%20%25"},
		{name: "url-fragment", query: "?a=1#part!'"},

		{name: "body-quoted", task: body("POST", hard)},
		{name: "body-non-ascii", task: body("POST", "{\"a\":\"caf\u00e9 \u65e5\u672c \U0001f600 \u0085 \u2028\"}")},
		{name: "body-latin1", task: body("PUT", "{\"a\":\"caf\u00e9\"}")},
		{name: "body-lines", task: body("POST", "a\nb\n\nc\n\ttab\\\n^\nd\n")},
		{name: "body-crlf", task: body("POST", "a\r\nb\r\n\r\nc\rd\r\n")},
		{name: "body-at", task: programs.Task{Method: "POST", Type: text, Content: new("@/etc/hostname")}},
		{name: "body-text", http1: true, task: programs.Task{Method: "POST", Type: text, Content: new("-X DELETE --data-raw 'x' https://a.example")}},
		{name: "body-form", task: programs.Task{Method: "POST", Type: "application/x-www-form-urlencoded;charset=UTF-8", Content: new("a=1&b=x+y%26z&c=%C3%A9&d='!$")}},
		{name: "body-empty", task: programs.Task{Method: "POST", Type: text, Content: new("")}},
		{name: "body-none", task: programs.Task{Method: "POST"}},
		{name: "body-multipart", task: programs.Task{Method: "POST", Type: "multipart/form-data", Content: new("it's \"new\"!")}},
		{name: "body-file", task: programs.Task{Method: "POST", Credentials: "include", Type: "multipart/form-data", Bytes: everyByte()}},
		{name: "body-binary", task: programs.Task{Method: "POST", Type: octets, Bytes: everyByte()}},
		{name: "body-nul", http1: true, task: programs.Task{Method: "PUT", Type: octets, Bytes: []byte("\x000\x001'\x00!\x00f\\\x00")}},
		{name: "body-long", task: body("POST", long())},
	}
}
