package apitest

import (
	"net"
	"testing"
)

// Panic makes sure that the page can read the status of a request whose handler
// panicked. serve answers GET /posts in that way, with a policy that allows
// [Page] and exposes X-Total-Count, until its listener is closed.
func Panic(t *testing.T, serve func(net.Listener) error) {
	t.Helper()
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = serve(ln) // what a closed listener is called differs
	}()
	exchange{method: get, path: "/posts", origin: Page, status: 500}.with(t, ln.Addr().String())
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
	<-ended
}
