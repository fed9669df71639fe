package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

const benchstat = "golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da"

// summary is what the samples of one thing in one unit come to.
type summary struct {
	median float64
	spread string // the interval that holds the median with 95% confidence, such as "2%"
}

// summaries are the medians by unit and, below that, by name.
type summaries map[string]map[string]summary

// summarize has benchstat take the medians, so that nobody has to believe ours.
func summarize(file string) (summaries, error) {
	var out, problems bytes.Buffer
	cmd := exec.Command("go", "run", benchstat, "-format", "csv", "-table", "goos", "-row", ".fullname", "-col", "goos", file)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("benchstat: %w\n%s", err, &problems)
	}
	return parse(&out)
}

// parse reads a block of lines for each unit, which its second line names.
func parse(r io.Reader) (summaries, error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	all := make(summaries)
	unit := ""
	for {
		line, err := lines.Read()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("benchstat: %w", err)
		case len(line) != 3 || line[0] == "geomean":
			continue
		case line[0] == "" && line[2] == "CI":
			unit = line[1]
			all[unit] = make(map[string]summary)
			continue
		}
		value, err := strconv.ParseFloat(line[1], 64)
		if err != nil {
			continue // above the units
		}
		all[unit][line[0]] = summary{value, line[2]}
	}
}

// get finds a summary by the name that the sample has.
func (s summaries) get(unit, name string) (summary, bool) {
	found, ok := s[unit][strings.TrimPrefix(name, "Benchmark")]
	return found, ok
}

// settings reads what the samples say of themselves: the machine and the
// versions.
func settings(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	found := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			found[key] = value
		}
	}
	return found, nil
}
