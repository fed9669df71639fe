package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

const (
	weightName = "BenchmarkWeight"
	holdRuns   = 7
)

// weight prints samples of what each library adds to a program: memory, the time
// to set up, bytes of the executable, modules.
func weight(w io.Writer) error {
	about(w)
	fmt.Fprintln(os.Stderr, "builds")
	if err := buildAll(w); err != nil {
		return err
	}
	return holdAll(w)
}

func buildAll(w io.Writer) (err error) {
	modules, err := workshop()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for i, p := range programs() {
		own := filepath.Join(dir, strconv.Itoa(i))
		if err := os.Mkdir(own, 0o700); err != nil {
			return err
		}
		b, err := p.build(own, modules)
		if err != nil {
			return fmt.Errorf("%s on %s: %w", p.rival, p.router, err)
		}
		fmt.Fprintf(w, "%s 1 %d program-B %d graph %d linked\n", weightOf(p.router, p.rival), b.bytes, b.graph, b.linked)
	}
	return nil
}

// holdAll starts a process for each library, so that none finds what another has
// left in memory.
func holdAll(w io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var libraries []program
	for _, p := range programs() {
		if p.rival != alone {
			libraries = append(libraries, p)
		}
	}
	for n := range holdRuns {
		fmt.Fprintf(os.Stderr, "memory, run %d of %d\n", n+1, holdRuns)
		for _, i := range rand.Perm(len(libraries)) {
			p := &libraries[i]
			cmd := exec.Command(self, "hold", p.router, p.rival)
			cmd.Stdout, cmd.Stderr = w, os.Stderr
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%s on %s: %w", p.rival, p.router, err)
			}
		}
	}
	return nil
}

// hold prints how long many origins take to load into a library, and what it
// holds beyond their strings. The app is part of it, for some libraries do
// nothing before they have one.
func hold(w io.Writer, router, rival string) error {
	cfg, r := listed(many)(), find(router).rival(rival)
	before := live()
	start := time.Now()
	app := r.apps(&group{}, cfg)(&request{}, nil)
	took := time.Since(start)
	_, err := fmt.Fprintf(w, "%s 1 %d ns/op %d live-B\n", weightOf(router, rival), took, live()-before)
	runtime.KeepAlive(app)
	runtime.KeepAlive(cfg)
	return err
}

func weightOf(router, rival string) string {
	return weightName + "/" + plain(router) + "/" + plain(rival)
}
