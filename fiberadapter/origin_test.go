package fiberadapter_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/corstest"
	"github.com/corsuite/corsuite/fiberadapter"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/proxy"
)

// TestCheckOrigin shows the decision for WebSockets, which is that of core.
func TestCheckOrigin(t *testing.T) {
	check := fiberadapter.CheckOrigin(corstest.Policy(t))
	app := newApp(fiber.Config{})
	app.Get("/socket", func(c *fiber.Ctx) error {
		if !check(c) {
			return fiber.ErrForbidden
		}
		return nil
	})
	conn := dial(t, open(t, app))
	for origin, want := range map[string]int{page: 200, stranger: 403, "null": 403, "http://api": 200} {
		res := conn.send(t, "GET /socket HTTP/1.1\r\nHost: api\r\nOrigin: "+origin+"\r\n\r\n")
		io.Copy(io.Discard, res.Body)
		if res.StatusCode != want {
			t.Errorf("%q: status %d, want %d", origin, res.StatusCode, want)
		}
	}
	if res := conn.send(t, "GET /socket HTTP/1.1\r\nHost: api\r\n\r\n"); res.StatusCode != http.StatusOK {
		t.Errorf("no Origin: status %d", res.StatusCode)
	}
	defer func() {
		if p := recover(); p != "fiberadapter: CheckOrigin needs a policy" {
			t.Errorf("without a policy: %v", p)
		}
	}()
	fiberadapter.CheckOrigin(nil)
}

// TestTarget shows the host and the path that an origin function receives. X-Forwarded-Host
// has no effect, since any client can send it.
func TestTarget(t *testing.T) {
	targets := make(chan core.Target, 1)
	app := newApp(fiber.Config{}, fiberadapter.New(core.Config{}, core.WithOriginFunc(func(_ context.Context, _ core.Origin, to core.Target) (bool, error) {
		targets <- to
		return false, nil
	})), text("posts"))
	conn := dial(t, open(t, app))
	conn.send(t, "GET /posts%20of/me?page=2 HTTP/1.1\r\nHost: Tenant.example:8080\r\nX-Forwarded-Host: other.example\r\nOrigin: "+page+"\r\n\r\n")
	if got, want := <-targets, (core.Target{Host: "tenant.example:8080", Path: "/posts of/me"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestKeepCORSRemovesHiddenHeaders shows headers of an upstream that a browser reads, but
// that fasthttp does not recognise as CORS headers. New versions of fasthttp reject the
// answer of the upstream.
func TestKeepCORSRemovesHiddenHeaders(t *testing.T) {
	for name, head := range map[string]string{
		"a blank before the colon": "Access-Control-Allow-Origin : *\r\n",
		"a tab before the colon":   "Access-Control-Allow-Origin\t: *\r\n",
		"lower case and a blank":   "access-control-allow-origin : *\r\n",
		"a CR inside a value":      "X-A: b\rAccess-Control-Allow-Origin: *\r\n",
	} {
		upstream, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				c, err := upstream.Accept()
				if err != nil {
					return
				}
				c.Read(make([]byte, 4096))
				io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head+"Content-Length: 2\r\nConnection: close\r\n\r\nok")
				c.Close()
			}
		}()
		app := newApp(fiber.Config{}, cors(t), fiberadapter.KeepCORS)
		app.Get("/", proxy.Forward("http://"+upstream.Addr().String()+"/"))
		conn := dial(t, open(t, app))
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: api\r\nOrigin: "+stranger+"\r\nConnection: close\r\n\r\n")
		answer, err := io.ReadAll(conn.answers)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(answer), "\r\n\r\n")
		if strings.Contains(strings.ToLower(head), "access-control-allow-origin") || body != "ok" && !strings.HasPrefix(head, "HTTP/1.1 500 ") {
			t.Errorf("%s: the page gets\n%q", name, answer)
		}
		upstream.Close()
	}
}
