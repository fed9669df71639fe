package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Each is what wrk 4.1 has printed.
const (
	wrkAnswered = `Running 1m test @ http://127.0.0.1:33385/items
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.69ms   10.96ms  62.30ms   92.18%
    Req/Sec    28.56k    10.65k   34.62k    75.00%
  Latency Distribution
     50%   90.00us
     75%    1.21ms
     90%    5.40ms
     99%   56.22ms
  11342 requests in 399.46ms, 3.00MB read
Requests/sec:  28393.47
Transfer/sec:      7.50MB
`
	wrkRefused = `Running 1m test @ http://127.0.0.1:33385/nothing
  1 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.39ms    5.21ms  34.26ms   94.02%
    Req/Sec    31.17k     8.15k   36.40k    66.67%
  Latency Distribution
     50%   88.00us
     75%  118.00us
     90%  574.00us
     99%   29.74ms
  9259 requests in 299.79ms, 1.72MB read
  Non-2xx or 3xx responses: 9259
Requests/sec:  30885.36
Transfer/sec:      5.74MB
`
	wrkDisturbed = `Running 1s test @ http://127.0.0.1:33779/
  1 threads and 3 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.20ms   10.74ms  69.41ms   92.82%
    Req/Sec    30.85k    16.94k   55.28k    60.00%
  Latency Distribution
     50%   54.00us
     75%  243.00us
     90%    3.28ms
     99%   55.88ms
  30767 requests in 1.01s, 1.17MB read
  Socket errors: connect 0, read 1, write 0, timeout 0
Requests/sec:  30540.60
Transfer/sec:      1.17MB
`
	wrkUnanswered = `Running 1s test @ http://127.0.0.1:49495/
  1 threads and 2 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     0.00us    0.00us   0.00us    -nan%
    Req/Sec     0.00      0.00     0.00      -nan%
  Latency Distribution
     50%    0.00us
     75%    0.00us
     90%    0.00us
     99%    0.00us
  0 requests in 1.10s, 0.00B read
Requests/sec:      0.00
Transfer/sec:       0.00B
`
	wrkAlone = "unable to connect to 127.0.0.1:1 Connection refused\n"
)

func TestParseWrk(t *testing.T) {
	got, err := parseWrk(wrkAnswered)
	want := traffic{requests: 11342, rate: 28393.47, p50: 90 * time.Microsecond, p99: 56220 * time.Microsecond}
	if got != want || err != nil {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for report, want := range map[string]string{
		wrkRefused:    "Non-2xx or 3xx responses: 9259",
		wrkDisturbed:  "Socket errors: connect 0, read 1, write 0, timeout 0",
		wrkUnanswered: "no answers",
		wrkAlone:      "no answers",
		"":            "no answers",
		strings.Replace(wrkAnswered, "90.00us", "90.00 parsecs", 1): "parsecs",
	} {
		if got, err := parseWrk(report); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v, %v; want %q", got, err, want)
		}
	}
}

// TestSend has a script in the place of wrk. What it does depends on how often it
// has been started.
func TestSend(t *testing.T) {
	const killed, silent, refused, gone = "kill -INT $$", "cat silent", "cat refused", "cat alone; exit 1"
	for name, test := range map[string]struct {
		does []string
		want string // in the error; none if empty
	}{
		"at once":          {[]string{"cat answered"}, ""},
		"starved at first": {[]string{killed, silent, "cat answered"}, ""},
		"starved":          {[]string{silent, killed, silent, killed, silent, "cat answered"}, "no answers"},
		"refused":          {[]string{refused, "cat answered"}, "Non-2xx or 3xx responses: 9259"},
		"nobody there":     {[]string{gone, "cat answered"}, "Connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			script := "#!/bin/sh\necho >>starts\ncase $(wc -l <starts) in\n"
			for i, does := range test.does {
				script += fmt.Sprintf("%d) %s ;;\n", i+1, does)
			}
			for file, content := range map[string]string{
				"wrk": script + "esac\n", "answered": wrkAnswered, "refused": wrkRefused, "silent": wrkUnanswered, "alone": wrkAlone,
			} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			got, err := new(client).send("127.0.0.1:1", time.Hour)
			if test.want == "" && (err != nil || got.requests != 11342) ||
				test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%+v, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestWrkMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := wrkVersion(); err == nil || !strings.Contains(err.Error(), "apt-get install wrk") {
		t.Error(err)
	}
}
