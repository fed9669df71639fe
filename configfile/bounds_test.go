package configfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// The bounds permit 100,000 origins.
func TestManyOrigins(t *testing.T) {
	const n = 100_000
	var json, yaml, env strings.Builder
	json.WriteString(`{"allowOrigins": ["https://first.example"`)
	yaml.WriteString("allowOrigins:\n- https://first.example\n")
	env.WriteString("X_ALLOW_ORIGINS=https://first.example")
	for i := range n {
		fmt.Fprintf(&json, ",\n\"https://tenant-%d.example.com\"", i)
		fmt.Fprintf(&yaml, "- https://tenant-%d.example.com # no comment\n", i)
		fmt.Fprintf(&env, ",https://tenant-%d.example.com", i)
	}
	json.WriteString("]}")
	fromJSON, err := configfile.JSON([]byte(json.String()))
	if err != nil || len(fromJSON.Config.AllowOrigins) != n+1 {
		t.Errorf("JSON: %v", err)
	}
	fromYAML, err := configfile.YAML([]byte(yaml.String()))
	if err != nil || len(fromYAML.Config.AllowOrigins) != n+1 {
		t.Errorf("YAML: %v", err)
	}
	fromEnv, err := configfile.Env("X_", []string{env.String()})
	if err != nil || len(fromEnv.Config.AllowOrigins) != n+1 {
		t.Errorf("environment: %v", err)
	}
}

// Texts that could cost a parser too much time or memory are rejected.
func TestHostileTextsAreRejected(t *testing.T) {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'i'; c++ {
		laughs += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	for name, test := range map[string]bad{
		"large":          {big(), "the text has more than 8 MiB"},
		"lines":          {strings.Repeat("\n", 250_001), "250001:1: the text has more than 250000 lines and commas"},
		"commas":         {"[" + strings.Repeat("1,", 250_001), "1:500003: the text has more than 250000 lines and commas"},
		"billion laughs": {laughs, "1:1: a: there is no such key; write one of"},
		"long line":      {"#\n[" + strings.Repeat("[]{}", 1<<20), "2:"},
		"deep lists":     {strings.Repeat("[", 60_000), "1:"},
		"deep objects":   {strings.Repeat(`{"a":`, 12_000), "1:"},
		"deep, closed":   {`{"allowOrigins": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", "1:"},
		"long key":       {`{"` + strings.Repeat("a", 1001) + `": 1}`, "1:2: \"" + strings.Repeat("a", 1000) + "\"…: there is no such key; write one of"},
		"long list":      {`{"allowOrigins": "` + strings.Repeat("é", 1<<14) + `"}`, "1:18: allowOrigins \"" + strings.Repeat("é", 500) + "\"…: the value must be a list"},
		"long value":     {`{"maxAge": "` + strings.Repeat("é", 1<<14) + `"}`, "1:12: maxAge \"" + strings.Repeat("é", 500) + "\"…: the value is not a duration"},
	} {
		t.Run(name, func(t *testing.T) {
			for format, read := range map[string]func([]byte, ...configfile.Option) (*configfile.Source, error){"JSON": configfile.JSON, "YAML": configfile.YAML} {
				_, err := read([]byte(test.text))
				if err == nil {
					t.Fatalf("%s: no error", format)
				}
				if format == "JSON" && (name == "billion laughs" || name == "long line") {
					continue
				}
				if !strings.Contains(err.Error(), test.want) || len(err.Error()) > 10_000 {
					t.Errorf("%s: got:\n%.300s\nwant:\n%s", format, err, test.want)
				}
			}
		})
	}
}

// An Error has at most 100 problems, and counts the others.
func TestManyProblems(t *testing.T) {
	var form *configfile.Error
	_, err := configfile.JSON([]byte(`{"allowOrigins": [{}` + strings.Repeat(",{}", 999) + `]}`))
	if !errors.As(err, &form) || len(form.Problems) != 100 {
		t.Fatalf("problems of the form: %v", err)
	}
	if first, _, _ := strings.Cut(err.Error(), "\n"); first != "CORS config: 1000 problems, the first 100:" {
		t.Error(first)
	}
	var keys strings.Builder
	for i := range 200 {
		fmt.Fprintf(&keys, "alloworigins%d: ['*']\n", i)
	}
	if _, err := configfile.YAML([]byte(keys.String())); !strings.HasPrefix(err.Error(), "CORS config: 200 problems, the first 100:\n") {
		t.Errorf("unknown keys: %v", err)
	}
	var entries strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&entries, "- a%d\n", i)
	}
	source, err := configfile.YAML([]byte("allowOrigins:\n" + entries.String()))
	if err != nil {
		t.Fatal(err)
	}
	var config *core.ConfigError
	if _, err = source.NewPolicy(); !errors.As(err, &config) || len(config.Problems) != 1000 {
		t.Fatalf("problems of core: %v", err)
	}
	if !errors.As(err, &form) || len(form.Problems) != 100 {
		t.Errorf("problems of core: %v", err)
	}
}
