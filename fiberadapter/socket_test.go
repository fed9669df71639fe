package fiberadapter_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
)

func TestStreaming(t *testing.T) {
	read := make(chan struct{})
	api := serve(t, behind(func(c *fiber.Ctx) error {
		c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
			w.WriteString("first")
			w.Flush()
			<-read
			w.WriteString("second")
		})
		return nil
	}, fiberadapter.New(config())))
	resp := api.send(t, actual("GET", "/", page))
	defer resp.Body.Close()
	first := make([]byte, len("first"))
	_, err := io.ReadFull(resp.Body, first)
	close(read)
	if err != nil || string(first) != "first" || corsLines(resp.Header) != allowed {
		t.Errorf("before the handler ended: %q, %v and\n%s", first, err, corsLines(resp.Header))
	}
	if rest, err := io.ReadAll(resp.Body); string(rest) != "second" || err != nil {
		t.Errorf("then %q, %v", rest, err)
	}
}

func TestHijackedConnection(t *testing.T) {
	api := serve(t, behind(func(c *fiber.Ctx) error {
		c.Set("Connection", "Upgrade")
		c.Set("Upgrade", "echo")
		c.Context().Hijack(func(conn net.Conn) {
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil {
				t.Error(err)
			}
			io.WriteString(conn, line)
		})
		return c.SendStatus(http.StatusSwitchingProtocols)
	}, fiberadapter.New(config())))
	conn := api.dial(t)
	conn.write(t, "GET", "Origin: "+page, "Connection: Upgrade", "Upgrade: echo")
	resp, err := http.ReadResponse(conn.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || corsLines(resp.Header) != allowed {
		t.Errorf("got %d with\n%s", resp.StatusCode, corsLines(resp.Header))
	}
	fmt.Fprintln(conn, "hello")
	if line, err := conn.answers.ReadString('\n'); line != "hello\n" || err != nil {
		t.Errorf("the hijacked connection said %q, %v", line, err)
	}
}

// Nothing but its header is sent of a preflight's answer: whatever followed
// would be taken for the next answer on the connection.
func TestPreflightHasNoContent(t *testing.T) {
	conn := serve(t, behind(text("posts"), fiberadapter.New(config()))).dial(t)
	for range 2 {
		for _, test := range []struct {
			origin string
			status int
			cors   string
		}{{page, http.StatusNoContent, approved}, {other, http.StatusForbidden, refused}} {
			got := conn.ask(t, "OPTIONS", "Origin: "+test.origin, "Access-Control-Request-Method: PUT")
			check(t, got, test.status, test.cors)
			if got.body != "" || conn.answers.Buffered() != 0 {
				t.Errorf("body %q, and %d bytes more", got.body, conn.answers.Buffered())
			}
		}
	}
}
