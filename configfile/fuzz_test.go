package configfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
	"go.yaml.in/yaml/v4"
)

// plainly is a Config that encoding/json and the YAML library can read without this
// package.
type plainly struct {
	AllowOrigins                    []string `json:"allowOrigins" yaml:"allowOrigins"`
	AllowMethods                    []string `json:"allowMethods,omitempty" yaml:"allowMethods"`
	AllowHeaders                    []string `json:"allowHeaders,omitempty" yaml:"allowHeaders"`
	ExposeHeaders                   []string `json:"exposeHeaders,omitempty" yaml:"exposeHeaders"`
	AllowCredentials                bool     `json:"allowCredentials,omitempty" yaml:"allowCredentials"`
	MaxAge                          string   `json:"maxAge,omitempty" yaml:"maxAge"`
	PreflightStatus                 int      `json:"preflightStatus,omitempty" yaml:"preflightStatus"`
	RejectDeniedOrigins             bool     `json:"rejectDeniedOrigins,omitempty" yaml:"rejectDeniedOrigins"`
	DangerouslyAllowInsecureOrigins bool     `json:"dangerouslyAllowInsecureOrigins,omitempty" yaml:"dangerouslyAllowInsecureOrigins"`
	DangerouslyAllowPublicSuffixes  bool     `json:"dangerouslyAllowPublicSuffixes,omitempty" yaml:"dangerouslyAllowPublicSuffixes"`
}

func (p plainly) config(t *testing.T) core.Config {
	t.Helper()
	cfg := core.Config{
		AllowOrigins: p.AllowOrigins, AllowMethods: p.AllowMethods, AllowHeaders: p.AllowHeaders,
		ExposeHeaders: p.ExposeHeaders, AllowCredentials: p.AllowCredentials, PreflightStatus: p.PreflightStatus,
		RejectDeniedOrigins:             p.RejectDeniedOrigins,
		DangerouslyAllowInsecureOrigins: p.DangerouslyAllowInsecureOrigins,
		DangerouslyAllowPublicSuffixes:  p.DangerouslyAllowPublicSuffixes,
	}
	if p.MaxAge != "" {
		d, err := time.ParseDuration(p.MaxAge)
		if err != nil {
			t.Fatal(err)
		}
		cfg.MaxAge = d
	}
	return cfg
}

func FuzzJSON(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		source, err := configfile.JSON(data)
		checkResult(t, data, source, err)
		if err != nil {
			return
		}
		data = bytes.TrimPrefix(data, []byte("\ufeff"))
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		var want plainly
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("JSON accepts %q, but encoding/json does not: %v", data, err)
		}
		if !reflect.DeepEqual(source.Config, want.config(t)) {
			t.Errorf("%q: got %+v, but encoding/json returns %+v", data, source.Config, want)
		}
		asYAML, err := configfile.YAML(data)
		switch {
		case err == nil && !reflect.DeepEqual(asYAML.Config, source.Config):
			t.Errorf("%q: JSON returns %+v, but YAML returns %+v", data, source.Config, asYAML.Config)
		case err != nil && common(data):
			t.Errorf("JSON accepts %q, but YAML does not: %v", data, err)
		}
	})
}

// common reports whether YAML must accept the JSON text. The YAML parser does not support
// surrogates in escapes, or all spaces and line ends of JSON.
func common(data []byte) bool {
	compact := new(bytes.Buffer)
	return !bytes.Contains(data, []byte(`\u`)) && json.Compact(compact, data) == nil && bytes.Equal(compact.Bytes(), data)
}

func FuzzYAML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		source, err := configfile.YAML(data)
		checkResult(t, data, source, err)
		if err != nil {
			return
		}
		var want plainly
		if err := yaml.Load(data, &want, yaml.WithKnownFields()); err != nil {
			t.Fatalf("YAML accepts %q, but the YAML library does not: %v", data, err)
		}
		if !reflect.DeepEqual(source.Config, want.config(t)) {
			t.Errorf("%q: got %+v, but the YAML library returns %+v", data, source.Config, want)
		}
	})
}

func FuzzEnv(f *testing.F) {
	f.Add("ALLOW_ORIGINS", "https://a.example, https://b.example")
	f.Add("allow_credentials", "yes")
	f.Add("MAX_AGE", "10")
	f.Add("\xc4", "")
	f.Add("ALLOW_ORIGINS", "https://*\x1c\x82\n.example")
	f.Fuzz(func(t *testing.T, name, text string) {
		source, err := configfile.Env("CORS_", []string{"CORS_" + name + "=" + text})
		checkResult(t, nil, source, err)
	})
}

func seed(f *testing.F) {
	for _, texts := range []map[string]bad{badJSON(), badYAML()} {
		for _, bad := range texts {
			f.Add([]byte(bad.text[:min(len(bad.text), 1000)])) // the fuzzer would spend its time on shortening a long text
		}
	}
	for _, name := range []string{"cors.json", "cors.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(badInJSON))
	f.Add([]byte(badInYAML))
}

// checkResult checks the result for any input. It is either a source or an error. The
// problems of an error have positions in the input, and its text has no control
// characters.
func checkResult(t *testing.T, data []byte, source *configfile.Source, err error) {
	t.Helper()
	if err == nil {
		_, err = source.NewPolicy()
	} else if source != nil {
		t.Fatal("both the source and the error are not nil")
	}
	if err == nil {
		return
	}
	var bad *configfile.Error
	if !errors.As(err, &bad) || len(bad.Problems) == 0 {
		t.Fatalf("the error is %#v, want an *Error with problems", err)
	}
	if n := strings.Count(err.Error(), "\n"); n > len(bad.Problems) {
		t.Errorf("the text of %d problems has %d line breaks: %q", len(bad.Problems), n, err)
	}
	if !utf8.ValidString(err.Error()) || strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		t.Errorf("the error has invalid UTF-8 or control characters: %q", err)
	}
	for _, p := range bad.Problems {
		if p.Line < 0 || p.Column < 0 || (p.Line == 0) != (p.Column == 0) || p.Line > len(data)+1 || p.Column > len(data)+1 {
			t.Errorf("the position %d:%d does not exist in %q", p.Line, p.Column, data)
		}
	}
}
