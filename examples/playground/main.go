// Command playground shows one CORS policy with gin, echo v4 and v5, chi, fiber v2 and v3, and
// net/http. It serves the same small API on all of them, and a page that calls the API with
// fetch. Start the program and open http://localhost:3000 in a browser:
//
//	go run ./examples/playground
//
// For each call and router, the page shows the requests and answers, the result in the
// browser, and the explanation of the policy. All servers listen only on loopback. Flags set
// their ports.
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
	if err := run(ctx, endpoints(os.Args[1:]), os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
		os.Exit(1)
	}
}

// endpoints parses the flags. It ends the program if they are invalid.
func endpoints(args []string) []endpoint {
	endpoints := []endpoint{
		{name: "the page", flag: "page", port: 3000},
		{name: "gin", flag: "gin", port: 8001},
		{name: "echo", flag: "echo", port: 8002},
		{name: "echov5", flag: "echov5", port: 8005},
		{name: "chi", flag: "chi", port: 8003},
		{name: "fiber", flag: "fiber", port: 8004},
		{name: "fiberv3", flag: "fiberv3", port: 8006},
		{name: "net/http", flag: "nethttp", port: 8007},
	}
	flags := flag.NewFlagSet("playground", flag.ExitOnError)
	for i := range endpoints {
		s := &endpoints[i]
		flags.IntVar(&s.port, s.flag, s.port, "port of "+s.name+" on localhost; 0 chooses a free port")
	}
	_ = flags.Parse(args) // ExitOnError
	if flags.NArg() != 0 {
		fmt.Fprintf(flags.Output(), "unexpected argument %q\n", flags.Arg(0))
		flags.Usage()
		os.Exit(2)
	}
	return endpoints
}

// run serves until ctx ends, and then returns nil.
func run(ctx context.Context, endpoints []endpoint, out io.Writer) error {
	p, err := start(endpoints)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "corsuite playground\n\n  open   %s\n\n", p.page)
	for _, api := range p.apis {
		fmt.Fprintf(out, "  %-8s  %s\n", api.Name, api.URL)
	}
	fmt.Fprintf(out, "\nPress Ctrl-C to stop.\n")

	select {
	case <-ctx.Done():
	case err = <-p.failed:
	}
	return errors.Join(err, p.close())
}
