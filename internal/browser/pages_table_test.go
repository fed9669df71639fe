package browser

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// visitTable has the results of one engine.
type visitTable struct {
	browser string
	delay   time.Duration
	rounds  int
	cells   map[visitCell]*visitFigures
}

// visitCell is the index of a rival and the name of a kind of visit.
type visitCell struct {
	rival int
	kind  string
}

// visitFigures has one value for each round.
type visitFigures struct{ preflights, milliseconds []float64 }

func (v *visitTable) add(at visitCell, passed traffic, milliseconds float64) {
	if v.cells[at] == nil {
		v.cells[at] = new(visitFigures)
	}
	f := v.cells[at]
	f.preflights = append(f.preflights, float64(passed.preflights))
	f.milliseconds = append(f.milliseconds, milliseconds)
}

// printVisits prints the tables to standard output, since t.Log would indent them.
func printVisits(t *testing.T, tables []*visitTable) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m",
		"github.com/gin-contrib/cors", "github.com/labstack/echo/v4", "github.com/labstack/echo/v5", "github.com/go-chi/cors",
		"github.com/gofiber/fiber/v2", "github.com/gofiber/fiber/v3", "github.com/rs/cors", "github.com/gorilla/handlers")
	versions, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(strings.ReplaceAll(strings.TrimSpace(string(versions)), "\n", "; "))
	for _, v := range tables {
		if len(v.cells) != 0 {
			fmt.Println(v)
		}
	}
}

// String returns the table in Markdown.
func (v *visitTable) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s: number of preflights, milliseconds from the first call to the last answer; delay of a request %v; median of %d rounds\n\n| | |",
		v.browser, v.delay, v.rounds)
	for _, k := range visitKinds() {
		fmt.Fprintf(&b, " %s |", k.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(visitKinds())))
	for i, r := range rivals() {
		fmt.Fprintf(&b, "\n| %s | %s |", r.router, r.library)
		for _, k := range visitKinds() {
			text := "–"
			if f := v.cells[visitCell{i, k.name}]; f != nil {
				text = fmt.Sprintf("%v, %.0f", median(f.preflights), median(f.milliseconds))
			}
			fmt.Fprintf(&b, " %s |", text)
		}
	}
	return b.String()
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}
