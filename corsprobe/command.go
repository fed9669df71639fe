package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/corsuite/corsuite/core/browser"
)

const usage = `corsprobe sends what a browser sends for a page, and says why the browser blocks
the page.

  corsprobe --origin https://app.example.com [flags] URL
  corsprobe [flags] curl …       asks with a command of "Copy as cURL"
  corsprobe [flags] --from-curl  reads "Copy as cURL" or "Copy as fetch"
  corsprobe --console            reads a message of the browser's console

Other commands, each of which has --help:

  corsprobe audit URL                looks for faults of a server
  corsprobe explain --config FILE …  answers for a config, without a server
  corsprobe check --config FILE      lists the problems and warnings of a config
  corsprobe diff OLD NEW             lists what pages may newly do, or no longer

The exit code is 0 if the browser allows the page, 1 if it blocks the page, and
2 for an error of the command line or the network.

`

// options are the flags of corsprobe, and those of curl.
type options struct {
	curl
	configFlags

	explains    bool // for a config, and not for a server
	origins     []string
	tried       []string
	credentials string
	engine      string
	expect      string
	server      string
	preflight   bool
	json        bool
	fromCurl    bool
	console     bool
	version     bool
}

func (o *options) flags() *pflag.FlagSet {
	fs := newFlags()
	if o.explains {
		o.configFlags.add(fs)
	}
	fs.StringArrayVar(&o.origins, "origin", nil, "`ORIGIN` of the page; several give a table")
	fs.StringVar(&o.credentials, "credentials", "", "the credentials `MODE` of the request: include, same-origin or omit")
	fs.Lookup("credentials").NoOptDefVal = "include"
	fs.StringArrayVar(&o.tried, "try-header", nil, "as -H, but each `HEADER` gives a row of the table; an empty one gives a row without")
	fs.StringVar(&o.engine, "engine", "all", "`NAME` of the engine: chromium, firefox, webkit, standard or all")
	fs.StringVar(&o.expect, "expect", "allowed", "exit with 0 for this `VERDICT`: allowed or blocked")
	fs.BoolVar(&o.preflight, "preflight", false, "send the preflight only, and not the request itself")
	fs.BoolVar(&o.json, "json", false, "print JSON")
	fs.BoolVar(&o.fromCurl, "from-curl", false, "read a copied command from the argument or the standard input")
	if !o.explains {
		fs.StringVar(&o.server, "server", "", "show what to write for this `NAME` only, such as nginx")
		fs.BoolVar(&o.console, "console", false, "read a message from the argument or the standard input")
		fs.BoolVar(&o.version, "version", false, "print the version")
		o.network.add(fs)
	}
	o.curl.add(fs, false)
	return fs
}

// probeCommand is the command without a name.
func probeCommand(ctx context.Context, args []string, s streams) (int, error) {
	return new(options).run(ctx, args, usage, s)
}

func (o *options) run(ctx context.Context, args []string, usage string, s streams) (int, error) {
	fs := o.flags()
	// The arguments after curl are a pasted command, whose --json is another flag.
	var pasted []string
	fs.SetInterspersed(false)
	done, err := parse(fs, args, usage, s)
	if fs.Arg(0) == "curl" {
		pasted = fs.Args()[1:]
	} else if !done && err == nil {
		fs.SetInterspersed(true)
		done, err = parse(fs, fs.Args(), usage, s)
	}
	switch {
	case done || err != nil:
		return exitExpected, err
	case o.version:
		fmt.Fprintln(s.out, "corsprobe", version())
		return exitExpected, nil
	case o.console:
		return 0, o.explain(fs.Args(), s)
	}
	engines, err := o.check()
	if err != nil {
		return 0, usageError{err}
	}
	var calls []call
	switch {
	case pasted != nil:
		calls, err = o.pasted(fs, func() (call, error) { return curlArguments(pasted) })
	case o.fromCurl:
		calls, err = o.pasted(fs, func() (call, error) {
			text, err := input(fs.Args(), s)
			if err != nil {
				return call{}, err
			}
			return parseCopied(text)
		})
	default:
		calls, err = o.calls(fs.Args())
	}
	if err != nil {
		return 0, usageError{err}
	}
	if o.explains {
		if err := o.answer(calls, s); err != nil {
			return 0, err
		}
	}
	return o.probe(ctx, calls, engines, s)
}

// newFlags returns the flags of a command, which are in the help in the order in which they
// are registered.
func newFlags() *pflag.FlagSet {
	fs := pflag.NewFlagSet("corsprobe", pflag.ContinueOnError)
	fs.SetOutput(io.Discard) // run prints errors
	fs.SortFlags = false
	return fs
}

// parse parses the flags of a command. done is true if it has printed the help.
func parse(fs *pflag.FlagSet, args []string, usage string, s streams) (done bool, err error) {
	switch err := fs.Parse(args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(s.out, usage, fs.FlagUsagesWrapped(80))
		return true, nil
	case err != nil:
		return false, usageError{err}
	}
	return false, nil
}

// progress shows what is done on a terminal, in a line that the next text replaces. An empty
// text removes the line.
func (s streams) progress(text string) {
	if s.waits {
		fmt.Fprint(s.err, "\r\x1b[K"+text)
	}
}

// version returns the version of the module.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// input returns the only argument, or the standard input.
func input(args []string, s streams) (string, error) {
	const longest = 10 << 20
	switch {
	case len(args) == 0 || len(args) == 1 && args[0] == "-":
		if s.asks {
			fmt.Fprintln(s.err, "Paste the text, then press Enter and Ctrl-D (on Windows Ctrl-Z and Enter).")
		}
		text, err := io.ReadAll(io.LimitReader(s.in, longest))
		return string(text), err
	case len(args) == 1:
		return args[0], nil
	}
	return "", fmt.Errorf("there are %d arguments; put the pasted text in quotation marks, or leave it out and paste it into the standard input", len(args))
}

func (o *options) explain(args []string, s streams) error {
	text, err := input(args, s)
	if err != nil {
		return usageError{err}
	}
	e, err := explainConsole(text)
	if err == nil {
		printer{s.out, s.color}.console(e)
	}
	return err
}

// check checks the flags that have few values.
func (o *options) check() ([]browser.Engine, error) {
	if o.expect != "allowed" && o.expect != "blocked" {
		return nil, fmt.Errorf("--expect is %q; write allowed or blocked", o.expect)
	}
	if err := checkServer(o.server); err != nil {
		return nil, err
	}
	switch strings.ToLower(o.engine) {
	case "all":
		return allEngines(), nil
	case "standard":
		return []browser.Engine{browser.Standard}, nil
	case "chromium", "chrome", "edge":
		return []browser.Engine{browser.Chromium}, nil
	case "firefox":
		return []browser.Engine{browser.Firefox}, nil
	case "webkit", "safari":
		return []browser.Engine{browser.WebKit}, nil
	}
	return nil, fmt.Errorf("--engine is %q; write chromium, firefox, webkit, standard or all", o.engine)
}

// checkServer checks the flag --server, which can be empty.
func checkServer(name string) error {
	var names []string
	for _, s := range servers() {
		names = append(names, strings.ToLower(s.name))
	}
	if name != "" && !slices.Contains(names, strings.ToLower(name)) {
		return fmt.Errorf("--server is %q; write one of %s", name, strings.Join(names, ", "))
	}
	return nil
}

// pasted returns the call of a copied command for each origin. Flags about the page and the
// network apply, too.
func (o *options) pasted(fs *pflag.FlagSet, parse func() (call, error)) ([]call, error) {
	for _, name := range []string{"request", "header", "data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "cookie", "user", "get", "head", "url", "user-agent", "referer"} {
		if fs.Changed(name) {
			return nil, fmt.Errorf("--%s is not for a pasted command; write the flag into the command", name)
		}
	}
	c, err := parse()
	if err != nil {
		return nil, err
	}
	c.network = c.network.merge(o.network, fs.Changed("max-time"))
	return o.forPages([]call{c})
}

// calls returns the calls of the command line.
func (o *options) calls(urls []string) ([]call, error) {
	methods := o.methods
	if len(methods) == 0 {
		methods = []string{""}
	}
	if o.url != "" {
		urls = append(urls, o.url)
	}
	if o.explains && len(urls) == 0 {
		urls = []string{"https://api.example.com/"}
	}
	var calls []call
	for _, method := range methods {
		one := o.curl
		if one.methods = nil; method != "" {
			one.methods = []string{method}
		}
		w, err := one.written(urls)
		if err != nil {
			return nil, err
		}
		c, err := w.call()
		if err != nil {
			return nil, err
		}
		c.network = o.network
		calls = append(calls, c)
	}
	return o.forPages(calls)
}

// forPages returns each call for each page and each header to try.
func (o *options) forPages(calls []call) (all []call, err error) {
	pages := o.origins
	if len(pages) == 0 {
		pages = []string{""}
	}
	for _, page := range pages {
		for _, c := range calls {
			c.notes, c.preflightOnly = slices.Clone(c.notes), o.preflight
			if page != "" {
				if c.request.Origin, err = pageOrigin(page); err != nil {
					return nil, err
				}
			}
			if c.request.Origin == "" {
				return nil, errors.New("the origin of the page is missing; add --origin https://app.example.com")
			}
			if err := c.checkScheme(); err != nil {
				return nil, err
			}
			if o.credentials != "" {
				w := written{credentials: o.credentials}
				if err := w.chooseCredentials(&c); err != nil {
					return nil, err
				}
				c.notes = slices.DeleteFunc(c.notes, func(n string) bool { return strings.Contains(n, "add --credentials") })
			}
			tried, err := o.tries(c)
			if err != nil {
				return nil, err
			}
			all = append(all, tried...)
		}
	}
	return all, nil
}

// tries returns a call with each header of --try-header.
func (o *options) tries(c call) ([]call, error) {
	if len(o.tried) == 0 {
		return []call{c}, nil
	}
	var all []call
	for _, line := range o.tried {
		one := c
		one.request.Headers, one.notes = slices.Clone(c.request.Headers), slices.Clone(c.notes)
		if one.tried = "none"; line != "" {
			var w written
			if err := w.line(line); err != nil {
				return nil, err
			}
			for _, h := range w.headers {
				w.header(&one, h)
			}
			if len(one.request.Headers) == len(c.request.Headers) {
				return nil, fmt.Errorf("--try-header %q is not a header that a script sets; write it as NAME: VALUE", line)
			}
			one.tried = one.request.Headers[len(one.request.Headers)-1].Name
		}
		all = append(all, one)
	}
	return all, nil
}

// probe sends the calls and prints the results.
func (o *options) probe(ctx context.Context, calls []call, engines []browser.Engine, s streams) (int, error) {
	if len(calls) == 1 {
		s.waits = false // there is nothing to count
	}
	var results []result
	for i, c := range calls {
		s.progress(fmt.Sprintf("request %d of %d", i+1, len(calls)))
		r, err := probe(ctx, c, engines)
		s.progress("")
		if err != nil {
			return 0, usageError{err}
		}
		results = append(results, r)
	}
	p := printer{s.out, s.color}
	switch {
	case o.json:
		if err := writeJSON(s.out, results, o.server); err != nil {
			return 0, err
		}
	case len(results) == 1:
		p.print(&results[0], o.server)
	default:
		p.table(results)
	}
	code := exitExpected
	for _, r := range results {
		switch {
		case r.failure != nil:
			code = exitError
		case slices.ContainsFunc(r.engines, func(v verdict) bool { return v.Allowed != (o.expect == "allowed") }):
			code = max(code, exitUnexpected)
		}
	}
	return code, nil
}
