//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a PostgreSQL server with its own files, on a port of this machine.
type server struct {
	bin, dir, port string
	process        *process            // nil after end
	as             *syscall.Credential // the user that it runs as
}

// newServer starts a server that stops when the test ends.
func newServer(tb testing.TB) *server {
	tb.Helper()
	s := &server{bin: findServer(tb), port: freePort(tb)}
	dir, err := os.MkdirTemp("", "postgres") //nolint:usetesting // the server runs as another user, who may not enter the folder of TempDir
	if err != nil {
		tb.Fatal(err)
	}
	s.dir = dir
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		s.as = unprivileged(tb)
		if err := os.Chown(dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			tb.Fatal(err)
		}
	}
	init := s.command(tb, "initdb", "--username=tenants", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8")
	if out, err := init.CombinedOutput(); err != nil {
		tb.Fatalf("initdb: %v: %s", err, out)
	}
	tb.Cleanup(func() {
		if s.process != nil {
			s.end(tb, syscall.SIGQUIT) // immediate shutdown
		}
	})
	s.start(tb)
	return s
}

// findServer returns the folder with the programs of PostgreSQL. If there is none, it skips
// the test or, with CORSUITE_SERVERS=required, fails it.
func findServer(tb testing.TB) string {
	tb.Helper()
	if file, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(file)
	}
	// Debian's place. Glob fails only for a malformed pattern.
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin"); len(found) > 0 {
		return found[len(found)-1]
	}
	const reason = "there is no PostgreSQL: install Debian's package postgresql"
	if os.Getenv("CORSUITE_SERVERS") == "required" {
		tb.Fatal(reason)
	}
	tb.Skip(reason) //nolint:forbidigo // a missing server must not fail the other tests
	return ""
}

func freePort(tb testing.TB) string {
	tb.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func unprivileged(tb testing.TB) *syscall.Credential {
	tb.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		tb.Fatal(err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		tb.Fatal(err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		tb.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (s *server) command(tb testing.TB, name string, args ...string) *exec.Cmd {
	tb.Helper()
	args = append([]string{"-D", filepath.Join(s.dir, "data")}, args...)
	cmd := exec.CommandContext(context.WithoutCancel(tb.Context()), filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd
}

// start starts the server and waits until it answers. After a kill, the processes of the old
// server may still be there, so start tries again.
func (s *server) start(tb testing.TB) {
	tb.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		tb.Fatal(err)
	}
	defer log.Close()
	run := func() {
		cmd := s.command(tb, "postgres", "-p", s.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
		cmd.Stdout, cmd.Stderr = log, log
		s.process = begin(tb, cmd)
	}
	run()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	for tick := time.Tick(50 * time.Millisecond); ; <-tick {
		conn, err := pgx.Connect(ctx, s.url("postgres", s.port))
		if err == nil {
			conn.Close(ctx)
			return
		}
		select {
		case <-s.process.ended:
			run()
		default:
		}
		if ctx.Err() != nil {
			text, _ := os.ReadFile(log.Name())
			tb.Fatalf("PostgreSQL does not start: %v: %s", err, text)
		}
	}
}

// end sends a signal to the main process of the server, and waits until it has ended.
func (s *server) end(tb testing.TB, signal syscall.Signal) {
	tb.Helper()
	s.process.end(tb, signal)
	s.process = nil
}

func (s *server) url(database, port string) string {
	return fmt.Sprintf("postgres://tenants@127.0.0.1:%s/%s?sslmode=disable", port, database)
}

// database makes an empty database.
func (s *server) database(tb testing.TB, name string) *database {
	tb.Helper()
	(&database{s, "postgres"}).exec(tb, "CREATE DATABASE "+name)
	return &database{s, name}
}

// database is a database of a server, which a test changes as any other program may.
type database struct {
	server *server
	name   string
}

func (d *database) exec(tb testing.TB, sql string, args ...any) {
	tb.Helper()
	d.do(tb, func(conn *pgx.Conn) error {
		_, err := conn.Exec(tb.Context(), sql, args...)
		return err
	})
}

func (d *database) do(tb testing.TB, f func(conn *pgx.Conn) error) {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), d.server.url(d.name, d.server.port))
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(tb.Context())
	if err := f(conn); err != nil {
		tb.Fatal(err)
	}
}
