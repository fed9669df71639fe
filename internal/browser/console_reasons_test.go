package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// TestReasonsPage proves that REASONS.md has the expected console messages and the fixes of
// the policy. TestConsole proves that the engines write these messages.
func TestReasonsPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "REASONS.md"))
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for s := range symptomCount {
		if row := s.texts().row(); strings.Count(doc, "\n"+row+"\n") != 1 {
			t.Errorf("REASONS.md does not have exactly once the row\n%s", row)
		}
	}
	always := []string{strings.TrimSpace(chromiumBegins), strings.TrimSpace(firefoxBegins), firefoxEndsPreflight, webkitEnds}
	for e := model.Chromium; e <= model.WebKit; e++ {
		always = append(always, complaint(e))
	}
	for _, always := range always {
		if !strings.Contains(doc, "`"+always+"`") {
			t.Errorf("REASONS.md lacks %q", always)
		}
	}
	fixes := fixes(t)
	for r := core.ReasonNone; r.String() != "unknown"; r++ {
		rows := regexp.MustCompile("(?m)^\\| `"+r.String()+"` \\| .+ \\| .+ \\|$").FindAllString(doc, -1)
		if len(rows) != 1 {
			t.Errorf("REASONS.md has %d rows for %v, want 1", len(rows), r)
			continue
		}
		if fixes[r] == nil {
			t.Errorf("no trial has the reason %v", r)
		}
		for _, fix := range fixes[r] {
			if !strings.Contains(rows[0], fix) {
				t.Errorf("the row for %v in REASONS.md lacks %q", r, fix)
			}
		}
	}
}

// fixes returns the fixes of the policies of all trials, which browser models play.
func fixes(t *testing.T) map[core.Reason][]string {
	t.Helper()
	b := newBooth(t, "1") // a model needs no server for pages
	c := newModelClient(t, model.Standard)
	b.login(t, c)
	all := make(map[core.Reason][]string)
	var seen [symptomCount]bool
	for i, tr := range b.trials {
		seen[tr.symptom] = true
		if tr.symptom != brokenOff { // a model returns an error for it
			if _, err := b.play(t.Context(), c, b.at(i), tr); err != nil {
				t.Error(err)
			}
		}
		all[tr.reason] = append(all[tr.reason], strings.ReplaceAll(b.fix, "http://localhost:1", "ORIGIN"))
	}
	for s, seen := range seen {
		if !seen {
			t.Errorf("no trial has the symptom %q", symptom(s).texts().found)
		}
	}
	return all
}
