package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// body is what a page gets over sockets: 100 bytes.
const body = `{"items":[{"id":1,"name":"first","price":1250},{"id":2,"name":"second","price":99}],"next":"/items"}`

// visit is a request that is sent over sockets.
type visit struct {
	name string
	request
	head int // what the server must be able to read of a request's head, if more than usual
}

// The visits. The server of the last one reads heads of a megabyte too.
const (
	visitActual = iota
	visitPreflight
	visitBeside
)

func visits() []visit {
	allowed := actual(page)
	return []visit{
		{name: "actual", request: allowed},
		{name: "preflight", request: preflight(page, "PUT", "authorization,content-type")},
		{name: "beside", request: allowed, head: 2 << 20},
	}
}

// fields adds to the request what browsers send with it.
func (v *visit) fields(add func(name, value string)) {
	v.each(add)
	add("Accept", "*/*")
	add("Accept-Encoding", "gzip, deflate, br, zstd")
	add("Accept-Language", "en-US,en;q=0.9")
	add("Referer", page+"/")
	add("Sec-Fetch-Dest", "empty")
	add("Sec-Fetch-Mode", "cors")
	add("Sec-Fetch-Site", "cross-site")
	add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")
}

// listen serves a rival until its input ends, at an address for each visit, which
// it prints.
func listen(in io.Reader, out io.Writer, router, rival string) error {
	g := groups()[0]
	apps := find(router).rival(rival).apps(&g, g.config())
	var serving sync.WaitGroup
	var listeners []net.Listener
	for _, v := range visits() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err // the process ends with it
		}
		listeners = append(listeners, l)
		app := apps(&v.request, []byte(body))
		serving.Go(func() {
			if err := app.listen(l, v.head); err != nil && !errors.Is(err, net.ErrClosed) {
				fmt.Fprintln(os.Stderr, err)
			}
		})
		fmt.Fprintln(out, l.Addr())
	}
	_, err := io.Copy(io.Discard, in)
	for _, l := range listeners {
		err = errors.Join(err, l.Close())
	}
	serving.Wait()
	return err
}

// peer is a process that serves a rival.
type peer struct {
	rival string
	at    []string // an address for each visit
	cmd   *exec.Cmd
	input io.Closer
}

// start brings up a peer that has one processor, as its client has.
func start(router, rival string) (*peer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "listen", router, rival)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &peer{rival: rival, cmd: cmd, input: input}
	lines := bufio.NewReader(output)
	for range visits() {
		line, err := lines.ReadString('\n')
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s on %s does not listen: %w", rival, router, err), p.stop())
		}
		p.at = append(p.at, strings.TrimSpace(line))
	}
	return p, nil
}

// busy returns for how long the peer has had a processor. That is known on Linux
// only, and 0 elsewhere.
func (p *peer) busy() (total time.Duration) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		ran, _, _ := strings.Cut(string(text), " ")
		if nanoseconds, err := strconv.ParseInt(ran, 10, 64); err == nil {
			total += time.Duration(nanoseconds)
		}
	}
	return total
}

func (p *peer) stop() error { return errors.Join(p.input.Close(), p.cmd.Wait()) }
