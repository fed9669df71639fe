// Command playground shows one CORS policy at work behind gin, echo, chi and
// fiber. It serves the same small API on all four and a page that calls it with
// the fetch function of the browser that opened it:
//
//	go run ./examples/playground
//
// then http://localhost:3000. The page tells, for each call and router, what
// went over the wire, what the browser let the page do, and what the policy
// says about it. Everything listens on loopback only; the flags choose the
// ports.
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
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, seats(os.Args[1:]), os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
		os.Exit(1)
	}
}

// seats reads the flags, and ends the program if they are wrong.
func seats(args []string) []seat {
	seats := []seat{
		{name: "the page", flag: "page", port: 3000},
		{name: "gin", flag: "gin", port: 8001},
		{name: "echo", flag: "echo", port: 8002},
		{name: "chi", flag: "chi", port: 8003},
		{name: "fiber", flag: "fiber", port: 8004},
	}
	flags := flag.NewFlagSet("playground", flag.ExitOnError)
	for i := range seats {
		s := &seats[i]
		flags.IntVar(&s.port, s.flag, s.port, "port of "+s.name+" on localhost; 0 takes a free one")
	}
	_ = flags.Parse(args) // ExitOnError
	if flags.NArg() != 0 {
		fmt.Fprintf(flags.Output(), "unexpected argument %q\n", flags.Arg(0))
		flags.Usage()
		os.Exit(2)
	}
	return seats
}

// run serves until ctx ends, which is no error.
func run(ctx context.Context, seats []seat, out io.Writer) error {
	p, err := start(seats)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "corsuite playground\n\n  open   %s\n\n", p.page)
	for _, api := range p.apis {
		fmt.Fprintf(out, "  %-5s  %s\n", api.Name, api.URL)
	}
	fmt.Fprintf(out, "\nPress Ctrl-C to stop.\n")

	select {
	case <-ctx.Done():
	case err = <-p.failed:
	}
	return errors.Join(err, p.close())
}
