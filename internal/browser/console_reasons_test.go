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

// TestReasons holds REASONS.md to the consoles' texts, and to what the policy
// says is to be changed. What engines really say is up to TestConsole.
func TestReasons(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "REASONS.md"))
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for s := range symptomCount {
		if row := s.texts().row(); strings.Count(doc, "\n"+row+"\n") != 1 {
			t.Errorf("REASONS.md has not once the row\n%s", row)
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
			t.Errorf("REASONS.md has %d rows of %v", len(rows), r)
			continue
		}
		if fixes[r] == nil {
			t.Errorf("no trial is about %v", r)
		}
		for _, fix := range fixes[r] {
			if !strings.Contains(rows[0], fix) {
				t.Errorf("the row of %v lacks %q", r, fix)
			}
		}
	}
}

// fixes returns what the policies of all trials say is to be changed. It has
// browsers' models play them.
func fixes(t *testing.T) map[core.Reason][]string {
	t.Helper()
	b := newBooth(t, "1") // where no page is needed
	c := newModelClient(t, model.Standard)
	b.login(t, c)
	all := make(map[core.Reason][]string)
	var seen [symptomCount]bool
	for i, tr := range b.trials {
		seen[tr.symptom] = true
		if tr.symptom != brokenOff { // to a model that is an error
			if _, err := b.play(t.Context(), c, b.at(i), tr); err != nil {
				t.Error(err)
			}
		}
		all[tr.reason] = append(all[tr.reason], strings.ReplaceAll(b.fix, "http://localhost:1", "ORIGIN"))
	}
	for s, seen := range seen {
		if !seen {
			t.Errorf("no trial is about %q", symptom(s).texts().found)
		}
	}
	return all
}
