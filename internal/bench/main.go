package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	runs := flag.Int("runs", 10, "how many processes take samples, one after the other")
	samples := flag.String("samples", "", "the `file` that keeps the samples, in the Go benchmark format")
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "":
		err = bench(*samples, func(w io.Writer) error { return collect(w, *runs) }, table)
	case "sample":
		err = sample(os.Stdout)
	case "sockets":
		err = bench(*samples, sockets, socketsTable)
	case "listen":
		err = listen(os.Stdin, os.Stdout, flag.Arg(1), flag.Arg(2))
	case "weight":
		err = bench(*samples, weight, weightTable)
	case "hold":
		err = hold(os.Stdout, flag.Arg(1), flag.Arg(2))
	case "table":
		err = show(os.Stdout, flag.Arg(1), table)
	default:
		err = errors.New("usage: bench [-runs n] [-samples file] [sample | table file | sockets | weight]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bench takes samples and prints the tables that they make.
func bench(name string, measure func(io.Writer) error, tables func(io.Writer, summaries)) (err error) {
	var file *os.File
	if name == "" {
		file, err = os.CreateTemp("", "bench-*.txt")
		defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	} else {
		file, err = os.Create(name)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(measure(file), file.Close()); err != nil {
		return err
	}
	return show(os.Stdout, file.Name(), tables)
}

// collect starts the processes. Each lays out its memory anew, so that no
// lucky or unlucky place speaks for all.
func collect(w io.Writer, runs int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for i := range runs {
		fmt.Fprintf(os.Stderr, "run %d of %d\n", i+1, runs)
		cmd := exec.Command(self, "sample")
		cmd.Stdout, cmd.Stderr = w, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("run %d: %w", i+1, err)
		}
	}
	return nil
}
