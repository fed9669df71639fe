package apitest

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// API lets a page work with the blog from an empty list to an empty list, with
// everything that can be refused in between. Each exchange builds on those
// before it.
func API(t *testing.T, run Program) {
	t.Helper()
	s := start(t, run, usual())
	for _, exchanges := range [][]exchange{authors(), readers(), everybody(), strangers(), refusals(), tooMuch(), cleanup()} {
		for _, e := range exchanges {
			t.Run(e.name, func(t *testing.T) { e.with(t, s.addr) })
		}
	}
}

const (
	get     = http.MethodGet
	post    = http.MethodPost
	del     = http.MethodDelete
	options = http.MethodOptions
)

func draft() io.Reader { return strings.NewReader(`{"title":"First","text":"Hello."}`) }

func authors() []exchange {
	return []exchange{
		{name: "list of nothing", method: get, path: "/posts", origin: Page,
			status: 200, fields: map[string]string{"X-Total-Count": "0"}, text: "[]"},
		{name: "preflight for a post", method: options, path: "/posts", origin: Page, header: asks(post, "authorization,content-type"),
			status: 204, fields: map[string]string{"Access-Control-Allow-Headers": "Authorization, Content-Type"}},
		{name: "create", method: post, path: "/posts", origin: Page, header: authorized(), body: draft(),
			status: 201, fields: map[string]string{"Location": "/posts/1", "Access-Control-Expose-Headers": "Location"}, text: `"title":"First"`},
		{name: "create without CORS", method: post, path: "/posts", header: authorized(), body: draft(),
			status: 201, fields: map[string]string{"Location": "/posts/2"}},
	}
}

func readers() []exchange {
	return []exchange{
		{name: "list", method: get, path: "/posts", origin: Page,
			status: 200, fields: map[string]string{"X-Total-Count": "2"}, text: `[{"id":2,`},
		{name: "list for another page", method: get, path: "/posts?page=1", origin: "https://admin.example.com",
			status: 200, fields: map[string]string{"X-Total-Count": "2"}, text: `[{"id":2,`},
		{name: "second page of the list", method: get, path: "/posts?page=2", origin: Page,
			status: 200, fields: map[string]string{"X-Total-Count": "2"}, text: "[]"},
		{name: "read", method: get, path: "/posts/1", origin: Page, status: 200, text: `{"id":1,"title":"First","text":"Hello."}`},
		{name: "read without CORS", method: get, path: "/posts/1", status: 200, text: `"title":"First"`},
	}
}

// everybody may read the feed, and nobody else's policy may say otherwise.
func everybody() []exchange {
	return []exchange{
		{name: "feed", method: get, path: "/feed", origin: stranger, anyone: true,
			status: 200, fields: map[string]string{"X-Total-Count": "2"}, text: `[{"id":2,`},
		{name: "feed without CORS", method: get, path: "/feed/1", anyone: true, status: 200, text: `"title":"First"`},
		{name: "preflight for the feed", method: options, path: "/feed/1", origin: stranger, anyone: true, header: asks(get, "if-none-match"),
			status: 204, fields: map[string]string{"Access-Control-Allow-Headers": "If-None-Match"}},
		{name: "preflight for reading with a token", method: options, path: "/posts/1", origin: Page, header: asks(get, "authorization"),
			status: 204, lacks: "Access-Control-Allow-Headers"},
	}
}

func strangers() []exchange {
	return []exchange{
		{name: "stranger's preflight", method: options, path: "/posts/1", origin: stranger, header: asks(del, "authorization"), status: 403},
		{name: "stranger's read", method: get, path: "/posts/1", origin: stranger, status: 200, text: `"title":"First"`},
		{name: "stranger without a token", method: del, path: "/posts/1", origin: stranger, status: 401},
	}
}

func refusals() []exchange {
	challenge := map[string]string{"Www-Authenticate": "Bearer"}
	with := func(authorization string) map[string]string { return authorized("Authorization", authorization) }
	return []exchange{
		{name: "create without a token", method: post, path: "/posts", origin: Page, body: draft(), status: 401, fields: challenge},
		{name: "wrong token", method: post, path: "/posts", origin: Page, header: with("Bearer guess"), body: draft(), status: 401, fields: challenge},
		{name: "part of the token", method: post, path: "/posts", origin: Page, header: with("Bearer " + Token[:3]), body: draft(), status: 401, fields: challenge},
		{name: "no token after Bearer", method: post, path: "/posts", origin: Page, header: with("Bearer "), body: draft(), status: 401, fields: challenge},
		{name: "other scheme", method: post, path: "/posts", origin: Page, header: with("Basic " + Token), body: draft(), status: 401, fields: challenge},
		{name: "delete without a token", method: del, path: "/posts/1", origin: Page, status: 401, fields: challenge},
		{name: "no JSON", method: post, path: "/posts", origin: Page, header: authorized(), body: strings.NewReader(`{"title":`), status: 400},
		{name: "no body", method: post, path: "/posts", origin: Page, header: authorized()},
		{name: "JSON of another type", method: post, path: "/posts", origin: Page, header: authorized(), body: strings.NewReader(`{"title":1}`), status: 400},
		{name: "no title", method: post, path: "/posts", origin: Page, header: authorized(), body: strings.NewReader(`{"text":"Hello."}`), status: 422, text: `"fields":{"title":"`},
		{name: "title too long", method: post, path: "/posts", origin: Page, header: authorized(),
			body: strings.NewReader(`{"title":"` + strings.Repeat("long ", 50) + `","text":"Hello."}`), status: 422, text: `"fields":{"title":"`},
		{name: "a form", method: post, path: "/posts", origin: Page, header: authorized("Content-Type", "application/x-www-form-urlencoded"),
			body: strings.NewReader("title=First&text=Hello.")},
		{name: "page that is no number", method: get, path: "/posts?page=two", origin: Page, status: 400},
		{name: "page before the first", method: get, path: "/posts?page=0", origin: Page, status: 400},
		{name: "unknown path", method: get, path: "/comments", origin: Page, status: 404},
		{name: "a slash too many", method: get, path: "/posts/", origin: Page, status: 404},
		{name: "unknown post", method: get, path: "/posts/99", origin: Page, status: 404},
		{name: "ID that is no number", method: get, path: "/posts/first", origin: Page, status: 404},
		{name: "ID beyond every number", method: get, path: "/posts/99999999999999999999", origin: Page, status: 404},
		{name: "method that is not there", method: http.MethodPut, path: "/posts", origin: Page, status: 405, fields: map[string]string{"Allow": post}},
	}
}

// tooMuch is refused by size, once announced and once found out, and unread if
// it could become large by unpacking.
func tooMuch() []exchange {
	large := `{"title":"First","text":"` + strings.Repeat("long ", 20_000) + `"}`
	unannounced := struct{ io.Reader }{strings.NewReader(large)}
	return []exchange{
		{name: "too large", method: post, path: "/posts", origin: Page, header: authorized(), body: strings.NewReader(large), status: 413},
		{name: "too large, in chunks", method: post, path: "/posts", origin: Page, header: authorized(), body: unannounced, status: 413},
		{name: "packed", method: post, path: "/posts", origin: Page, header: authorized("Content-Encoding", "gzip"), body: packed(large)},
	}
}

func packed(text string) io.Reader {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text) // a bytes.Buffer takes everything
	_ = w.Close()
	return &b
}

func cleanup() []exchange {
	return []exchange{
		{name: "preflight for a deletion", method: options, path: "/posts/1", origin: Page, header: asks(del, "authorization"),
			status: 204, fields: map[string]string{"Access-Control-Allow-Methods": del, "Access-Control-Allow-Headers": "Authorization"}},
		{name: "delete", method: del, path: "/posts/1", origin: Page, header: authorized(), status: 204},
		{name: "delete again", method: del, path: "/posts/1", origin: Page, header: authorized(), status: 404},
		{name: "delete the other", method: del, path: "/posts/2", origin: Page, header: authorized(), status: 204},
		{name: "list of nothing left", method: get, path: "/posts", origin: Page,
			status: 200, fields: map[string]string{"X-Total-Count": "0"}, text: "[]"},
	}
}
