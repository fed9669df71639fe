package corstest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// way is a way to ask a server.
type way struct {
	name string
	open func(context.Context, Server) (asker, error)
}

// asker sends raw requests and returns the answers with the sizes of their
// bodies, one after the other.
type asker interface {
	ask(ctx context.Context, head string) (res *http.Response, size int64, err error)
	close() error
}

func ways() []way {
	return []way{{"in process", inProcess}, {"over a socket", overSocket}}
}

// split separates a request line such as "GET /items" from its field lines.
func split(head string) (method, path string, fields []string) {
	lines := strings.Split(head, "\n")
	method, path, _ = strings.Cut(lines[0], " ")
	return method, path, lines[1:]
}

type processAsker struct{ server Server }

func inProcess(_ context.Context, s Server) (asker, error) { return processAsker{s}, nil }

func (a processAsker) close() error { return nil }

// ask builds the request that net/http reads from the same bytes.
func (a processAsker) ask(ctx context.Context, head string) (*http.Response, int64, error) {
	method, path, fields := split(head)
	req := &http.Request{
		Method: method, URL: &url.URL{Scheme: "http", Host: "api.example", Path: path}, Host: "api.example",
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header), Body: http.NoBody,
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ":")
		req.Header.Add(name, strings.Trim(value, " \t"))
	}
	res, err := a.server.Transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, 0, err
	}
	return drain(res)
}

// socketAsker sends everything over one connection, whose memory a server may
// reuse for each request.
type socketAsker struct {
	server Server
	served chan error
	conn   net.Conn
	answer *bufio.Reader
}

func overSocket(ctx context.Context, s Server) (asker, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &socketAsker{server: s, served: make(chan error, 1)}
	go func() { a.served <- s.Serve(l) }()
	a.conn, err = new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	if err != nil {
		return nil, err
	}
	a.answer = bufio.NewReader(a.conn)
	return a, nil
}

func (a *socketAsker) close() error {
	if err := a.conn.Close(); err != nil {
		return err
	}
	if err := a.server.Shutdown(context.Background()); err != nil {
		return err
	}
	return <-a.served
}

func (a *socketAsker) ask(_ context.Context, head string) (*http.Response, int64, error) {
	method, path, fields := split(head)
	fields = slices.Concat([]string{fmt.Sprintf("%s %s HTTP/1.1", method, path), "Host: api.example"}, fields, []string{"", ""})
	if _, err := io.WriteString(a.conn, strings.Join(fields, "\r\n")); err != nil {
		return nil, 0, err
	}
	res, err := http.ReadResponse(a.answer, &http.Request{Method: method})
	if err != nil {
		return nil, 0, err
	}
	return drain(res)
}

// drain reads the body, so that the next answer follows.
func drain(res *http.Response) (*http.Response, int64, error) {
	size, err := io.Copy(io.Discard, res.Body)
	return res, size, errors.Join(err, res.Body.Close())
}
