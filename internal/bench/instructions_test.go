package bench

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The cells that BenchmarkInstructions counts, and how far a count may be from the recorded
// one.
const (
	countedRequests = 2000
	countedTimes    = 3 // each time in a new process
	tolerance       = 0.05
	recorded        = "testdata/instructions.txt"
)

// counted returns the cells. The code by hand is only for the file.
func counted() (cells []string) {
	rivals := []string{without, corsuite}
	if updating() {
		rivals = append(rivals, byHand)
	}
	for _, r := range routers() {
		for _, scenario := range []string{"allowed", "denied", "preflight"} {
			for _, rival := range rivals {
				cells = append(cells, r.name+"/"+scenario+"/"+rival)
			}
		}
	}
	return cells
}

// BenchmarkInstructions counts the instructions of a request with callgrind, which does not
// depend on the speed of the machine or on other work on it. It fails if corsuite needs 5%
// more or less than testdata/instructions.txt says, over no CORS. With -update, it writes
// that file. It needs valgrind.
func BenchmarkInstructions(b *testing.B) {
	if _, err := exec.LookPath("valgrind"); err != nil {
		b.Skip("valgrind is not installed") //nolint:forbidigo // .ci/run installs it
	}
	program := filepath.Join(b.TempDir(), "bench.test")
	toolchain, want := readCounts(b)
	build := exec.CommandContext(b.Context(), "go", "test", "-c", "-o", program, ".")
	build.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain)
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	counts, err := countAll(b, program)
	if err != nil {
		b.Fatal(err)
	}
	got := make(map[string]int) // over no CORS, in each case
	for cell, n := range counts {
		if name, rival, _ := cut(cell); rival != without {
			got[cell] = n - counts[name+"/"+without]
		}
	}
	b.ReportMetric(0, "ns/op")
	var text strings.Builder
	fmt.Fprintln(&text, toolchain)
	for _, cell := range slices.Sorted(maps.Keys(got)) {
		name, rival, _ := cut(cell)
		if rival != corsuite {
			continue
		}
		b.Logf("%s: %d instructions", name, got[cell])
		fmt.Fprintf(&text, "%s %d, by hand %d\n", name, got[cell], got[name+"/"+byHand])
		if difference := float64(got[cell])/float64(want[name]) - 1; (difference > tolerance || difference < -tolerance) && !updating() {
			b.Errorf("%s: %d instructions, %d are recorded", name, got[cell], want[name])
		}
	}
	if updating() {
		if err := os.WriteFile(recorded, []byte(text.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func cut(cell string) (name, rival string, found bool) {
	i := strings.LastIndexByte(cell, '/')
	return cell[:i], cell[i+1:], true
}

// readCounts returns the recorded counts, and the version of Go that they are for.
func readCounts(b *testing.B) (toolchain string, counts map[string]int) {
	b.Helper()
	data, err := os.ReadFile(recorded)
	if errors.Is(err, os.ErrNotExist) && updating() {
		return runtime.Version(), nil
	} else if err != nil {
		b.Fatal(err)
	}
	counts = make(map[string]int)
	toolchain, lines, _ := strings.Cut(string(data), "\n")
	for line := range strings.Lines(lines) {
		var name string
		var n int
		if _, err := fmt.Sscanf(line, "%s %d,", &name, &n); err != nil {
			b.Fatal(err)
		}
		counts[name] = n
	}
	return toolchain, counts
}

// countAll counts two cells at a time.
func countAll(b *testing.B, program string) (counts map[string]int, err error) {
	b.Helper()
	counts = make(map[string]int)
	var mu sync.Mutex
	var running sync.WaitGroup
	free := make(chan struct{}, runtime.NumCPU())
	for _, cell := range counted() {
		running.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			var several []int
			for range countedTimes {
				n, failed := count(b, program, cell)
				mu.Lock()
				several, err = append(several, n/countedRequests), errors.Join(err, failed)
				mu.Unlock()
			}
			mu.Lock()
			defer mu.Unlock()
			slices.Sort(several)
			counts[cell] = several[len(several)/2]
		})
	}
	running.Wait()
	return counts, err
}

func count(b *testing.B, program, cell string) (int, error) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
		"--toggle-collect=github.com/corsuite/corsuite/internal/bench.repeat",
		program, "-serve", cell, "-requests", strconv.Itoa(countedRequests))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	out, err := cmd.CombinedOutput()
	m := regexp.MustCompile(`Collected : (\d+)`).FindSubmatch(out)
	if err != nil || m == nil {
		return 0, fmt.Errorf("%s: %w\n%s", cell, err, bytes.TrimSpace(out))
	}
	return strconv.Atoi(string(m[1]))
}

// named returns the server of the cell "router/case/cors".
func named(cell string) (server, error) {
	names := strings.SplitN(cell, "/", 3)
	for _, r := range routers() {
		for _, g := range groups() {
			for _, s := range g.scenarios {
				for _, rival := range r.rivals {
					if slices.Equal(names, []string{r.name, s.name, rival.name}) {
						return rival.build(&g, g.config())(&s.request), nil
					}
				}
			}
		}
	}
	return server{}, fmt.Errorf("there is no cell %q", cell)
}

// repeat is what valgrind measures.
//
//go:noinline
func repeat(srv server, requests int) {
	for range requests {
		srv.serve()
	}
}
