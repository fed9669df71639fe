package fiberadapter_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// server is an app that listens on a socket until the test ends.
type server struct {
	app  *fiber.App
	addr net.Addr
}

func serve(t *testing.T, app *fiber.App) server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- app.Listener(ln) }()
	t.Cleanup(func() {
		ln.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return server{app, ln.Addr()}
}

// ask sends a request to the app in process and through its socket, and
// requires one answer.
func (s server) ask(t *testing.T, r *http.Request) answer {
	t.Helper()
	resp, err := s.app.Test(r.Clone(t.Context()), -1)
	if err != nil {
		t.Fatal(err)
	}
	inProcess := read(t, resp)
	if overSocket := read(t, s.send(t, r)); inProcess != overSocket {
		t.Errorf("in process: %+v\nover a socket: %+v", inProcess, overSocket)
	}
	return inProcess
}

// send sends a request through the socket and follows no redirect.
func (s server) send(t *testing.T, r *http.Request) *http.Response {
	t.Helper()
	out, err := http.NewRequestWithContext(t.Context(), r.Method, "http://"+s.addr.String()+r.URL.RequestURI(), nil)
	if err != nil {
		t.Fatal(err)
	}
	out.Header, out.Close = r.Header.Clone(), true
	resp, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// connection is a client that writes its requests byte by byte as it likes.
type connection struct {
	net.Conn
	answers *bufio.Reader
}

func (s server) dial(t *testing.T) connection {
	t.Helper()
	conn, err := net.Dial(s.addr.Network(), s.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return connection{conn, bufio.NewReader(conn)}
}

// ask sends a request with the given field lines.
func (c connection) ask(t *testing.T, method string, lines ...string) answer {
	t.Helper()
	c.write(t, method, lines...)
	resp, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, resp)
}

func (c connection) write(t *testing.T, method string, lines ...string) {
	t.Helper()
	if _, err := fmt.Fprintf(c, "%s / HTTP/1.1\r\nHost: api\r\n%s\r\n\r\n", method, strings.Join(lines, "\r\n")); err != nil {
		t.Fatal(err)
	}
}
