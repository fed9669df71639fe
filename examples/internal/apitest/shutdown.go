package apitest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// Shutdown stops a program while it reads a request, and makes sure that the
// request is still answered before the program ends without an error.
func Shutdown(t *testing.T, run Program) {
	t.Helper()
	s := start(t, run, usual())
	body := `{"title":"Last","text":"Goodbye."}`
	busy := dial(t, s.addr)
	busy.send("POST /posts HTTP/1.1\r\nHost: blog\r\nAuthorization: Bearer " + Token +
		"\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 34\r\n\r\n")
	if status := busy.receive(); status != http.StatusContinue {
		t.Fatalf("status %d before the body, want 100", status)
	}
	idle := dial(t, s.addr)
	idle.send("GET /posts HTTP/1.1\r\nHost: blog\r\n\r\n")
	if status := idle.receive(); status != http.StatusOK {
		t.Fatalf("status %d, want 200", status)
	}

	s.stop()
	// Servers close idle connections once they have stopped listening.
	if _, err := idle.answers.ReadByte(); err != io.EOF {
		t.Fatalf("the idle connection is not closed: %v", err)
	}
	busy.send(body)
	if status := busy.receive(); status != http.StatusCreated {
		t.Errorf("status %d, want 201", status)
	}
	<-s.ended
	var d net.Dialer
	if conn, err := d.DialContext(t.Context(), "tcp", s.addr); err == nil {
		_ = conn.Close()
		t.Error("the program has ended and still listens")
	}
}

// conn is a connection on which the test decides when each byte is sent.
type conn struct {
	t       *testing.T
	net     net.Conn
	answers *bufio.Reader
}

func dial(t *testing.T, addr string) conn {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return conn{t, c, bufio.NewReader(c)}
}

func (c conn) send(s string) {
	c.t.Helper()
	if _, err := io.Copy(c.net, strings.NewReader(s)); err != nil {
		c.t.Fatal(err)
	}
}

// receive reads one whole answer and returns its status.
func (c conn) receive() int {
	c.t.Helper()
	resp, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode
}
