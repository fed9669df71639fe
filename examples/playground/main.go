// Command playground shows one CORS policy with gin, echo v4 and v5, chi, fiber v2 and v3, and
// net/http. It serves the same small API on all of them, and a page that calls the API with
// fetch. Start the program and open http://localhost:3000 in a browser:
//
//	go run ./examples/playground
//
// The page lets you change the policy and the calls. For each call it shows what the policies
// say, what models of three browser engines do, and what your browser does. All servers listen
// only on loopback. Flags set their ports.
//
// With -check, the program makes all calls with the models, prints the results and ends. Its
// exit status is 1 if a model and a policy disagree.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program immediately
	if err := run(ctx, arguments(os.Args[1:]), os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
		os.Exit(1)
	}
}

// options are the flags of the program.
type options struct {
	endpoints endpoints
	check     bool
}

// arguments parses the flags. It ends the program if they are invalid.
func arguments(args []string) options {
	var o options
	flags := flag.NewFlagSet("playground", flag.ExitOnError)
	flags.BoolVar(&o.check, "check", false, "make all calls with models of browsers, print the results and end")
	o.endpoints = defaultEndpoints()
	for i := range o.endpoints {
		s := &o.endpoints[i]
		flags.IntVar(&s.port, s.flag, s.port, "port of "+s.name+" on localhost; 0 chooses a free port")
	}
	_ = flags.Parse(args) // ExitOnError
	if flags.NArg() != 0 {
		fmt.Fprintf(flags.Output(), "unexpected argument %q\n", flags.Arg(0))
		flags.Usage()
		os.Exit(2)
	}
	flags.Visit(func(f *flag.Flag) {
		for i := range o.endpoints {
			s := &o.endpoints[i]
			s.fixed = s.fixed || s.flag == f.Name
		}
	})
	return o
}

// run serves until ctx ends, and then returns nil.
func run(ctx context.Context, o options, out io.Writer) error {
	if o.check {
		return runCheck(ctx, o.endpoints, out)
	}
	p, err := start(o.endpoints)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "corsuite playground\n\n  open   %s\n\n", p.page)
	for _, api := range p.apis {
		fmt.Fprintf(out, "  %-8s  %s\n", api.Name, api.URL)
	}
	fmt.Fprintln(out)
	for _, note := range p.notes {
		fmt.Fprintf(out, "%s\n", note)
	}
	fmt.Fprintf(out, "Press Ctrl-C to stop.\n")

	select {
	case <-ctx.Done():
	case err = <-p.failed:
	}
	return errors.Join(err, p.close())
}
