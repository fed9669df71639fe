package browser_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/corsuite/corsuite/core/browser"
)

// A page wants to delete something on another origin. Its browser asks the
// server first.
func ExampleBrowser_Fetch() {
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
		w.Header().Set("Access-Control-Allow-Methods", "DELETE")
		w.WriteHeader(http.StatusNoContent)
	})
	b := &browser.Browser{Transport: browser.Handler(api)}
	outcome, err := b.Fetch(context.Background(), browser.Request{
		Origin: "https://app.example.com",
		Method: "DELETE",
		URL:    "https://api.example.com/posts/1",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("allowed:", outcome.Allowed)
	for _, e := range outcome.Exchanges {
		fmt.Println(e.Method, e.Request.Get("Access-Control-Request-Method"), e.Status)
	}
	// Output:
	// allowed: true
	// OPTIONS DELETE 204
	// DELETE  204
}

// The server allows any header, but not to a page that sends cookies.
func ExampleBrowser_Fetch_blocked() {
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		w.Header().Set("Access-Control-Allow-Headers", "*")
	})
	b := &browser.Browser{Transport: browser.Handler(api)}
	outcome, err := b.Fetch(context.Background(), browser.Request{
		Origin:      "https://app.example.com",
		URL:         "https://api.example.com/posts",
		Headers:     []browser.Header{{Name: "X-Request-Id", Value: "1"}},
		Credentials: browser.Include,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("blocked at:", outcome.Step)
	fmt.Println(outcome.Reason)
	// Output:
	// blocked at: headers
	// request header field x-request-id must be named by Access-Control-Allow-Headers of the preflight's answer: "*" is no wildcard when the request's credentials mode is include
}

// An answer that lists all that is allowed is asked for once; one that lists
// only what was asked for, again and again.
func ExampleBrowser_cache() {
	requests := func(answer func(asked string) string) (n int) {
		b := &browser.Browser{Engine: browser.Chromium, Transport: browser.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Allow-Methods", answer(r.Header.Get("Access-Control-Request-Method")))
		}))}
		for _, method := range []string{"PUT", "PATCH", "DELETE", "PUT"} {
			outcome, err := b.Fetch(context.Background(), browser.Request{
				Origin: "https://app.example.com", Method: method, URL: "https://api.example.com/posts/1",
			})
			if err != nil {
				fmt.Println(err)
			}
			n += len(outcome.Exchanges)
		}
		return n
	}
	fmt.Println("all listed:", requests(func(string) string { return "PUT, PATCH, DELETE" }))
	fmt.Println("what was asked for:", requests(func(asked string) string { return asked }))
	// Output:
	// all listed: 5
	// what was asked for: 8
}

// A handler is asked in process, without a socket.
func ExampleHandler() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("X-Total", "2")
		fmt.Fprint(w, "first, second")
	})
	b := &browser.Browser{Transport: browser.Handler(mux)}
	outcome, err := b.Fetch(context.Background(), browser.Request{
		Origin: "https://app.example.com", URL: "https://api.example.com/posts",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d %s\n", outcome.Response.Status, outcome.Response.Body)
	fmt.Printf("X-Total is sent as %q, and seen as %q\n",
		outcome.Exchanges[0].Response.Get("X-Total"), outcome.Response.Header.Get("X-Total"))
	// Output:
	// 200 first, second
	// X-Total is sent as "2", and seen as ""
}

// Any function that answers a request will do, such as the Test method of
// fiber's app.
func ExampleTransportFunc() {
	ask := func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: make(http.Header), Request: r}, nil
	}
	b := &browser.Browser{Transport: browser.TransportFunc(ask)}
	outcome, err := b.Fetch(context.Background(), browser.Request{
		Origin: "https://app.example.com", URL: "https://api.example.com/posts",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(outcome.Reason)
	// Output:
	// no Access-Control-Allow-Origin header is present, so the page from https://app.example.com is not allowed
}
