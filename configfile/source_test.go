package configfile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

// Every field of Config can be set in JSON, YAML and the environment.
func TestEveryFieldCanBeSet(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[core.Config]()) {
		t.Run(f.Name, func(t *testing.T) {
			key := strings.ToLower(f.Name[:1]) + f.Name[1:]
			written, variable := "", ""
			var want core.Config
			field := reflect.ValueOf(&want).Elem().FieldByIndex(f.Index)
			switch to := field.Addr().Interface().(type) {
			case *[]string:
				*to, written, variable = []string{"a", "b"}, `["a", "b"]`, "a, b"
			case *bool:
				*to, written, variable = true, "true", "true"
			case *int:
				*to, written, variable = 299, "299", "299"
			case *time.Duration:
				*to, written, variable = 90*time.Minute, `"1h30m"`, "1h30m"
			default:
				t.Fatalf("the test has no value for a field of type %T", to)
			}
			var words strings.Builder
			for i, r := range f.Name {
				if i > 0 && 'A' <= r && r <= 'Z' {
					words.WriteByte('_')
				}
				words.WriteRune(r)
			}
			for format, read := range map[string]func() (*configfile.Source, error){
				"JSON": func() (*configfile.Source, error) {
					return configfile.JSON(fmt.Appendf(nil, `{%q: %s}`, key, written))
				},
				"YAML": func() (*configfile.Source, error) {
					return configfile.YAML(fmt.Appendf(nil, "%s: %s\n", key, written))
				},
				"environment": func() (*configfile.Source, error) {
					return configfile.Env("X_", []string{"X_" + strings.ToUpper(words.String()) + "=" + variable})
				},
			} {
				source, err := read()
				if err != nil {
					t.Errorf("%s: %v", format, err)
				} else if !reflect.DeepEqual(source.Config, want) {
					t.Errorf("%s: got %+v, want %+v", format, source.Config, want)
				}
			}
		})
	}
}

// The files in testdata are the examples of the package documentation, and all have the
// same Config.
func TestExamplesOfDocumentation(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	want := core.Config{
		AllowOrigins:     []string{"https://app.example.com", "https://*.example.net"},
		AllowMethods:     []string{"PUT", "DELETE"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		ExposeHeaders:    []string{"X-Request-Id"},
		AllowCredentials: true,
		MaxAge:           5 * time.Minute,
	}
	for _, name := range []string{"cors.json", "cors.yaml", "cors.env"} {
		name = filepath.Join("testdata", name)
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if shown := "//\n//\t" + strings.Join(lines, "\n//\t") + "\n//\n"; !strings.Contains(string(doc), shown) {
			t.Errorf("doc.go does not show\n%s", shown)
		}
		source, err := configfile.Read(name)
		if filepath.Ext(name) == ".env" {
			source, err = configfile.Env("CORS_", append(lines, "PATH=/bin", "=C:=x", "odd"))
		}
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(source.Config, want) {
			t.Errorf("%s: got %+v, want %+v", name, source.Config, want)
		}
		if _, err := source.NewPolicy(); err != nil {
			t.Error(err)
		}
	}
}

// The output of json.Marshal is valid JSON and YAML for the package.
func TestMarshalledConfigIsReadAgain(t *testing.T) {
	for _, form := range []plainly{
		{AllowOrigins: []string{"*"}},
		{AllowOrigins: []string{"https://a.example", "<&>\u00e9\u2028\\\""}, MaxAge: "-1ns", PreflightStatus: 200},
		{
			AllowOrigins: []string{"http://*.com"}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"*"},
			ExposeHeaders: []string{"X-A", "X-B"}, AllowCredentials: true, MaxAge: "1h0m0.3s",
			PreflightStatus: 299, RejectDeniedOrigins: true, DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true,
		},
	} {
		text, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		want := form.config(t)
		for format, read := range map[string]func([]byte, ...configfile.Option) (*configfile.Source, error){"JSON": configfile.JSON, "YAML": configfile.YAML} {
			if source, err := read(text); err != nil || !reflect.DeepEqual(source.Config, want) {
				t.Errorf("%s as %s: got %+v, %v", text, format, source, err)
			}
		}
	}
}

// Mistakes that change nothing are warnings of the policy, and no errors.
func TestWarnings(t *testing.T) {
	source, err := configfile.YAML([]byte("allowOrigins: [https://a.example, '*']\nallowMethods: [TRACE]\nallowHeaders: [Origin]\nmaxAge: 168h"))
	if err != nil {
		t.Fatal(err)
	}
	policy, err := source.NewPolicy(core.WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := policy.Warnings(); len(got) != 4 {
		t.Errorf("got the warnings %v", got)
	}
}

// A config without allowOrigins is valid only with WithOriginFunc. An empty
// allowOrigins is always an error.
func TestConfigWithoutOrigins(t *testing.T) {
	all := core.WithOriginFunc(func(context.Context, core.Origin, core.Target) (bool, error) { return true, nil })
	source, err := configfile.JSON([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := source.NewPolicy(all); err != nil {
		t.Errorf("without origins, with WithOriginFunc: %v", err)
	}
	if _, err := source.NewPolicy(); err == nil {
		t.Error("without origins, without WithOriginFunc: no error")
	}
	for _, text := range []string{"", "# later", "allowOrigins:", "allowOrigins: []", "allowOrigins: null", "allowOrigins: ''", "allowOrigins: ['']", "allowOrigins: [~]"} {
		source, err := configfile.YAML([]byte(text))
		if err == nil {
			_, err = source.NewPolicy(all)
		}
		if err == nil {
			t.Errorf("%q: no error", text)
		}
	}
	if _, err := configfile.Env("CORS_", []string{"CORS_ALLOW_ORIGINS= "}); err == nil {
		t.Error("an empty variable: no error")
	}
}
