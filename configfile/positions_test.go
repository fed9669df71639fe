package configfile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

const badInJSON = `{
	"allowCredentials": true, "preflightStatus": 404,
	"allowOrigins": ["https://ok.example",
		"https://é.example", "https://a.example/", "https://*.github.io"],
	"allowMethods": ["GET", "put"],
	"exposeHeaders": [
		"*"
	],
	"maxAge": "300ns"
}`

const badInYAML = `# all values are wrong
allowCredentials: true
preflightStatus: 404
allowOrigins:
  - https://ok.example
  - https://é.example
  - "https://a.example/"
  - >-
    https://*.github.io
allowMethods: [GET, put]
exposeHeaders: ["*"]
maxAge: 300ns
`

// messagesOfCore returns the end of each line of the error for badInJSON and badInYAML,
// by key and value.
func messagesOfCore() map[string]string {
	return map[string]string{
		"preflightStatus 404":                 `"404": browsers refuse a preflight unless its status is 200 to 299 (Fetch, ok status); use 204`,
		"allowOrigins[1] https://é.example":   `"https://é.example": browsers send hosts in their ASCII form (Punycode); use "https://xn--9ca.example"`,
		"allowOrigins[2] https://a.example/":  `"https://a.example/": an origin has no path; use "https://a.example"`,
		"allowOrigins[3] https://*.github.io": `"https://*.github.io": with credentials, anyone who registers a name below github.io could act as your users; list the origins one by one, or set dangerouslyAllowPublicSuffixes`,
		"allowMethods[1] put":                 `"put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"`,
		"exposeHeaders[0] *":                  `"*": with credentials, browsers take "*" for the name of a header; list the names`,
		"maxAge 300ns":                        `"300ns": the duration is less than a second; a number without a unit counts nanoseconds; use "5m0s"`,
	}
}

// Each problem that core finds has the position of its value in the file.
func TestProblemsOfCoreHavePositions(t *testing.T) {
	for name, test := range map[string]struct {
		text   string
		places []string
	}{
		"cors.json": {badInJSON, []string{"2:47", "4:3", "4:24", "4:46", "5:26", "7:3", "9:12"}},
		"cors.yaml": {badInYAML, []string{"3:18", "6:5", "7:5", "8:5", "10:21", "11:17", "12:9"}},
	} {
		name = filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(name, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		source, err := configfile.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = source.NewPolicy()
		var located *configfile.Error
		if !errors.As(err, &located) || len(located.Problems) != len(test.places) || located.Name != name {
			t.Fatalf("got %v", err)
		}
		want := "CORS config: 7 problems:"
		for i, p := range located.Problems {
			want += fmt.Sprintf("\n\t%s:%s: %s %s", name, test.places[i], p.Key, messagesOfCore()[p.Key+" "+p.Value])
		}
		if err.Error() != want {
			t.Errorf("got:\n%v\nwant:\n%s", err, want)
		}
		policy, err := core.NewPolicy(core.Config{AllowOrigins: []string{"*"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := source.Apply(policy.Reload); err == nil || err.Error() != want {
			t.Errorf("Apply: got:\n%v\nwant:\n%s", err, want)
		}
	}
}

// If an author applies the corrections again and again, the config becomes valid.
func TestCorrectionsLeadToValidConfig(t *testing.T) {
	for name, read := range map[string]func([]byte, ...configfile.Option) (*configfile.Source, error){"JSON": configfile.JSON, "YAML": configfile.YAML} {
		text := `{
"AllowOrigins": "https://a.example/,b.example",
"allow_methods": "put",
"exposedHeaders": ["X-A, X-B"],
"allowCredentials": "yes",
"maxAge": 300,
"preflightStatus": "404"
}`
		rounds := 0
		for ; rounds < 10; rounds++ {
			source, err := read([]byte(text))
			if err == nil {
				_, err = source.NewPolicy()
			}
			var bad *configfile.Error
			if !errors.As(err, &bad) {
				break
			}
			lines := strings.Split(text, "\n")
			for i, p := range slices.Backward(bad.Problems) {
				if i > 0 && p.Line == bad.Problems[i-1].Line && p.Column == bad.Problems[i-1].Column {
					continue // the first correction of a value changes its form
				}
				lines[p.Line-1] = fixed(t, lines[p.Line-1], p)
			}
			text = strings.Join(lines, "\n")
		}
		const want = `{
"allowOrigins": ["https://a.example", "https://b.example"],
"allowMethods": ["PUT"],
"exposeHeaders": ["X-A", "X-B"],
"allowCredentials": true,
"maxAge": "5m",
"preflightStatus": 204
}`
		if text != want || rounds < 2 {
			t.Errorf("%s: after %d rounds:\n%s", name, rounds, text)
		}
	}
}

// fixed applies the correction of a problem to its line.
func fixed(t *testing.T, line string, p configfile.Problem) string {
	t.Helper()
	if p.Fix == "" {
		t.Fatalf("the problem has no Fix: %v", p)
	}
	before, after := line[:p.Column-1], line[p.Column-1:]
	old := p.Value
	if old == "" {
		old, p.Fix = p.Key, strings.Trim(p.Fix, `"`)
	} else if after[0] == '"' {
		old = `"` + p.Value + `"`
	}
	if old == p.Key {
		return before + strings.Replace(after, old, p.Fix, 1)
	}
	if !strings.HasPrefix(after, old) {
		t.Fatalf("the text at the position is %q, want %q", after, old)
	}
	return before + p.Fix + strings.TrimPrefix(after, old)
}

// Apply adds positions to a ConfigError, and does not change other errors.
func TestApply(t *testing.T) {
	source, err := configfile.JSON([]byte(`{"allowOrigins": ["https://a.example/"]}`))
	if err != nil {
		t.Fatal(err)
	}
	other := errors.New("the store is down")
	if err := source.Apply(func(core.Config) error { return other }); err != other { //nolint:errorlint // Apply must not wrap it
		t.Errorf("got %v", err)
	}
	if err := source.Apply(func(core.Config) error { return nil }); err != nil {
		t.Errorf("got %v", err)
	}
	var config *core.ConfigError
	err = source.Apply(func(cfg core.Config) error {
		_, err := core.NewPolicy(cfg)
		return fmt.Errorf("tenant 1: %w", err)
	})
	if !errors.As(err, &config) || !strings.Contains(err.Error(), ": 1:19: allowOrigins[0]") {
		t.Errorf("got %v", err)
	}
}

// If a program changes Config after reading, problems of the new values have the
// nearest known position.
func TestProblemsOfChangedConfig(t *testing.T) {
	source, err := configfile.YAML([]byte("allowOrigins: [https://a.example]\nmaxAge: 5m"))
	if err != nil {
		t.Fatal(err)
	}
	source.Config.AllowOrigins = append(source.Config.AllowOrigins, "b")
	source.Config.AllowMethods = []string{"put"}
	_, err = source.NewPolicy()
	const want = "CORS config: 2 problems:\n\t" +
		`1:1: allowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"` + "\n\t" +
		`1:15: allowOrigins[1] "b": an origin begins with its scheme; use "https://b"`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}
