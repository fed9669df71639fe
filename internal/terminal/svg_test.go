//go:build linux

package terminal

import (
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// theme has the colors of a picture.
type theme struct {
	name                                      string
	background, border, text, dim, red, green string
}

func themes() []theme {
	return []theme{
		{"light", "#f6f8fa", "#d1d9e0", "#1f2328", "#59636e", "#cf222e", "#116329"},
		{"dark", "#151b23", "#3d444d", "#f0f6fc", "#9198a1", "#ff7b72", "#3fb950"},
	}
}

// style returns the attributes of text after a sequence that sets the color. corsprobe uses
// four, and ends each one.
func (c theme) style(sequence string) (string, error) {
	switch sequence {
	case "0":
		return fmt.Sprintf(`fill=%q`, c.text), nil
	case "1":
		return fmt.Sprintf(`fill=%q font-weight="bold"`, c.text), nil
	case "2":
		return fmt.Sprintf(`fill=%q`, c.dim), nil
	case "31":
		return fmt.Sprintf(`fill=%q`, c.red), nil
	case "32":
		return fmt.Sprintf(`fill=%q`, c.green), nil
	}
	return "", fmt.Errorf("the sequence %q is unknown", sequence)
}

const (
	columns   = 80
	cell      = 8.4 // the width of a character, for any font
	lineSpace = 20.0
	padding   = 16.0
)

// picture draws the output of a terminal as SVG. textLength makes a run of text as wide as
// its columns, for any font.
func picture(output, title string, c theme) (string, error) {
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	width, height := columns*cell+2*padding, float64(len(lines))*lineSpace+2*padding
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %[1]g %[2]g" role="img">`+"\n", width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n", escaped(title))
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%g" height="%g" rx="6" fill=%q stroke=%q/>`+"\n", width-1, height-1, c.background, c.border)
	b.WriteString(`<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="14">` + "\n")
	style, err := c.style("0")
	if err != nil {
		return "", err
	}
	apart := regexp.MustCompile(`\S+( \S+)*`)
	for n, line := range lines {
		column := 0
		for i, run := range strings.Split(line, "\x1b[") {
			if i > 0 {
				sequence, rest, _ := strings.Cut(run, "m")
				if style, err = c.style(sequence); err != nil {
					return "", err
				}
				run = rest
			}
			// SVG ignores several blanks, so the words around them are apart.
			for _, at := range apart.FindAllStringIndex(run, -1) {
				start, text := column+utf8.RuneCountInString(run[:at[0]]), run[at[0]:at[1]]
				fmt.Fprintf(&b, `<text x="%g" y="%g" textLength="%g" lengthAdjust="spacingAndGlyphs" %s>%s</text>`+"\n",
					round(padding+float64(start)*cell), padding+float64(n)*lineSpace+15, round(float64(utf8.RuneCountInString(text))*cell), style, escaped(text))
			}
			column += utf8.RuneCountInString(run)
		}
		if column > columns {
			return "", fmt.Errorf("the line %q has %d columns", line, column)
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String(), nil
}

func round(f float64) float64 { return math.Round(f*10) / 10 }

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder returns no errors
	return b.String()
}

// TestContrast checks that each color can be read: the ratio of WCAG 2.2 for normal text.
func TestContrast(t *testing.T) {
	luminance := func(color string) float64 {
		var sum float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			part := float64(n) / 255
			if part <= 0.04045 {
				part /= 12.92
			} else {
				part = math.Pow((part+0.055)/1.055, 2.4)
			}
			sum += weight * part
		}
		return sum
	}
	for _, c := range themes() {
		for _, color := range []string{c.text, c.dim, c.red, c.green} {
			a, b := luminance(color), luminance(c.background)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s has the ratio %.1f, want at least 4.5", c.name, color, c.background, ratio)
			}
		}
	}
}

func TestLongLines(t *testing.T) {
	for _, output := range []string{strings.Repeat("a", columns+1), "\x1b[33myellow"} {
		if _, err := picture(output, "", themes()[0]); err == nil {
			t.Errorf("%q: no error", output)
		}
	}
	if svg, err := picture("  \x1b[1m<a>\x1b[0m  b c   d", "", themes()[0]); err != nil || !regexp.MustCompile(`x="32.8".*>&lt;a&gt;<.*\n.*x="74.8".*>b c<.*\n.*x="125.2".*>d<`).MatchString(svg) {
		t.Errorf("%v\n%s", err, svg)
	}
}
