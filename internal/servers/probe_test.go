package servers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// finding is what Chromium and corsprobe find out about one call.
type finding struct {
	chromium string // "allowed" or "blocked"
	probe    string
	report   programs.Report
	causes   []cause
	writes   []string
	answers  []exchange
	config   string
}

// cause has the fields of the JSON of corsprobe.
type cause struct{ Name, Why, Fix string }

type exchange struct {
	Method, URL string
	Status      int
	Response    map[string][]string
}

func (f finding) String() string {
	text := fmt.Sprintf("%s\nChromium: %q, status %d", f.config, f.report.Error, f.report.Status)
	for _, e := range f.answers {
		text += fmt.Sprintf("\n%s %s: %d %v", e.Method, e.URL, e.Status, e.Response)
	}
	for _, c := range f.causes {
		text += fmt.Sprintf("\n%s: %s\n-> %s", c.Name, c.Why, c.Fix)
	}
	return text + "\nwrite\n" + f.lines()
}

// cause returns the name of the first cause.
func (f finding) cause() string {
	if len(f.causes) == 0 {
		return ""
	}
	return f.causes[0].Name
}

// lines returns the lines that corsprobe proposes.
func (f finding) lines() string { return strings.Join(f.writes, "\n") }

// path returns the path of the URL that corsprobe proposes to the page, or else old.
func (f finding) path(old string) string {
	for _, c := range f.causes {
		if _, final, ok := strings.Cut(c.Fix, "use the final URL in the page: "); ok {
			if u, err := url.Parse(final); err == nil {
				return u.Path
			}
		}
	}
	return old
}

// ask asks corsprobe about a request.
func ask(t *testing.T, program, server string, r model.Request) finding {
	t.Helper()
	args := []string{"--json", "--engine", "chromium", "--server", server, "--origin", r.Origin}
	if r.Method != "" {
		args = append(args, "-X", r.Method)
	}
	for _, h := range r.Headers {
		args = append(args, "-H", h.Name+": "+h.Value)
	}
	if r.Body.Content != nil {
		args = append(args, "-d", string(r.Body.Content))
	}
	if r.Credentials == model.Include {
		args = append(args, "--credentials")
	}
	out, err := exec.CommandContext(t.Context(), program, append(args, r.URL)...).Output()
	exit := new(exec.ExitError)
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("corsprobe %q: %v: %s%s", args, err, out, exit.Stderr)
	}
	var report struct {
		Results []struct {
			Verdict   string
			Exchanges []exchange
			Causes    []cause
			Write     []struct{ Write string }
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("corsprobe %q: %v: %s", args, err, out)
	}
	f := finding{probe: report.Results[0].Verdict, causes: report.Results[0].Causes, answers: report.Results[0].Exchanges}
	for _, w := range report.Results[0].Write {
		f.writes = append(f.writes, w.Write)
	}
	return f
}

// literal finds the configuration of a library in the lines that corsprobe proposes.
var literal = regexp.MustCompile(`(?m)^\w+\.\w*(?:Config|Options)\{.*\}$`)
