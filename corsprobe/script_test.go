package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"corsprobe": main})
}

// TestScripts runs the command lines in testdata. $API is the URL of a server.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			// exits CODE COMMAND checks the exit code of a command.
			"exits": func(ts *testscript.TestScript, _ bool, args []string) {
				code, exit := 0, new(exec.ExitError)
				if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
					code = exit.ExitCode()
				} else if err != nil {
					ts.Fatalf("%v", err)
				}
				if got := strconv.Itoa(code); got != args[0] {
					ts.Fatalf("exit code %s, want %s", got, args[0])
				}
			},
			// fill FILE replaces $API in a file.
			"fill": func(ts *testscript.TestScript, _ bool, args []string) {
				text := strings.ReplaceAll(ts.ReadFile(args[0]), "$API", ts.Getenv("API"))
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
			},
		},
		Setup: func(env *testscript.Env) error {
			s := httptest.NewServer(scriptServer())
			env.Defer(s.Close)
			env.Setenv("API", s.URL)
			env.Setenv("HOST", strings.TrimPrefix(s.URL, "http://"))
			env.Setenv("NO_PROXY", "*")
			env.Setenv("LONG", strings.Repeat("x", 300))
			return nil
		},
	})
}

// scriptServer has a path for each mistake.
func scriptServer() http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, preflight, actual answer) {
		// The date would differ in each run.
		preflight.lines, actual.lines = append(preflight.lines, "Date: today"), append(actual.lines, "Date: today")
		mux.Handle(path, api{preflight, actual})
	}
	handle("/good", say(204, allowPage, credentials, puts, types, vary, "Access-Control-Max-Age: 600"), say(200, allowPage, credentials, vary))
	handle("/posts/1", say(204, allowPage, "Access-Control-Allow-Methods: GET, POST", types, vary), say(200, allowPage, vary))
	handle("/nothing", say(404), say(200))
	handle("/login", say(404), say(302, "Location: https://sso.example.com/login"))
	mux.Handle("/suffix", cors{allows: func(o string) bool { return strings.HasSuffix(o, "example.com") }, next: say(200)})
	mux.Handle("/suffix/", cors{allows: only(page), next: say(404)})
	mux.Handle("/list", cors{allows: only(page), next: say(200)})
	mux.Handle("/list/", cors{allows: only(page), next: say(404)})
	mux.Handle("/star", say(200, allowAll))
	mux.Handle("/busy", say(429))
	mux.Handle("/secret", say(401, vary))
	mux.Handle("PUT /once", say(303, allowPage, "Location: /done"))
	mux.Handle("OPTIONS /once", say(204, allowPage, puts))
	mux.Handle("GET /done", say(200, allowPage))
	return mux
}
