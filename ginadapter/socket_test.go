package ginadapter_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/ginadapter"
	"github.com/gin-gonic/gin"
)

func TestStreaming(t *testing.T) {
	read := make(chan struct{})
	server := serve(t, behind(func(c *gin.Context) {
		c.Writer.WriteString("first")
		c.Writer.Flush()
		<-read
		c.Writer.WriteString("second")
	}, ginadapter.New(config())))
	resp := send(t, server, actual("GET", "/", app))
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

// The handler gets the ResponseWriter of gin itself, with all that it can do.
func TestResponseWriterIsNotWrapped(t *testing.T) {
	var outside gin.ResponseWriter
	server := serve(t, behind(func(c *gin.Context) {
		if c.Writer != outside {
			t.Errorf("the handler got a %T, the middleware a %T", c.Writer, outside)
		}
		if err := http.NewResponseController(c.Writer).SetWriteDeadline(time.Time{}); err != nil {
			t.Error(err)
		}
		server := c.Writer.(interface{ Unwrap() http.ResponseWriter }).Unwrap()
		if _, ok := server.(io.ReaderFrom); !ok {
			t.Error("io.ReaderFrom is hidden")
		}
	}, func(c *gin.Context) { outside = c.Writer }, ginadapter.New(config())))
	check(t, read(t, send(t, server, actual("GET", "/", app))), http.StatusOK, allowed)
}

func TestHijackedConnection(t *testing.T) {
	server := serve(t, behind(func(c *gin.Context) {
		conn, buf, err := c.Writer.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(buf, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n")
		c.Writer.Header().Write(buf)
		fmt.Fprint(buf, "\r\n")
		buf.Flush()
		line, err := buf.ReadString('\n')
		if err != nil {
			t.Error(err)
		}
		io.WriteString(conn, line)
	}, ginadapter.New(config())))
	conn, r := dial(t, server.Listener.Addr())
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: api\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", app)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || corsLines(resp.Header) != allowed {
		t.Errorf("got %d with\n%s", resp.StatusCode, corsLines(resp.Header))
	}
	io.WriteString(conn, "hello\n")
	if line, err := r.ReadString('\n'); line != "hello\n" || err != nil {
		t.Errorf("the hijacked connection said %q, %v", line, err)
	}
}

// A client writes names in any case, and one name on several lines.
func TestFieldLines(t *testing.T) {
	server := serve(t, behind(text("posts"), ginadapter.New(config())))
	for _, test := range []struct {
		name, method string
		lines        []string
		status       int
		cors         string
	}{
		{"lower case", "GET", []string{"origin: " + app}, http.StatusOK, allowed},
		{"Origin twice", "GET", []string{"Origin: " + app, "origin: " + app}, http.StatusOK, denied},
		{"lower-case preflight", "OPTIONS", []string{"origin: " + app, "access-control-request-method: PUT"}, http.StatusNoContent, approved},
		{"preflight with Origin twice", "OPTIONS", []string{"Origin: " + app, "Origin: " + other, "Access-Control-Request-Method: PUT"}, http.StatusForbidden, refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn, r := dial(t, server.Listener.Addr())
			fmt.Fprintf(conn, "%s / HTTP/1.1\r\nHost: api\r\n%s\r\n\r\n", test.method, strings.Join(test.lines, "\r\n"))
			resp, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			check(t, read(t, resp), test.status, test.cors)
		})
	}
}

func dial(t *testing.T, addr net.Addr) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, bufio.NewReader(conn)
}
