package browser_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/corsuite/corsuite/core/browser"
)

// A page sends DELETE to another origin. The browser sends a preflight first.
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

// "*" in Access-Control-Allow-Headers has no effect for a request with credentials.
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
	// request header field x-request-id must be listed in Access-Control-Allow-Headers of the preflight's answer: "*" is not a wildcard when the request's credentials mode is include
}

// If the answer to a preflight lists all allowed methods, one preflight is enough. If it
// lists only the requested method, each request needs a preflight.
func ExampleBrowser_cache() {
	requests := func(allowed func(requested string) string) (n int) {
		b := &browser.Browser{Engine: browser.Chromium, Transport: browser.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Allow-Methods", allowed(r.Header.Get("Access-Control-Request-Method")))
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
	fmt.Println("only the requested method:", requests(func(requested string) string { return requested }))
	// Output:
	// all listed: 5
	// only the requested method: 8
}

// Handler calls the handler in process, without a socket.
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
	fmt.Printf("the server sends X-Total %q, and the page sees %q\n",
		outcome.Exchanges[0].Response.Get("X-Total"), outcome.Response.Header.Get("X-Total"))
	// Output:
	// 200 first, second
	// the server sends X-Total "2", and the page sees ""
}

// The server can be any function that answers a request, such as the method Test of an
// app of fiber.
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
