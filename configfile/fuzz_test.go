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

// plainly is a Config as the libraries read it by themselves.
type plainly struct {
	AllowOrigins                    []string `json:"allowOrigins" yaml:"allowOrigins"`
	AllowMethods                    []string `json:"allowMethods,omitempty" yaml:"allowMethods"`
	AllowHeaders                    []string `json:"allowHeaders,omitempty" yaml:"allowHeaders"`
	ExposeHeaders                   []string `json:"exposeHeaders,omitempty" yaml:"exposeHeaders"`
	AllowCredentials                bool     `json:"allowCredentials,omitempty" yaml:"allowCredentials"`
	MaxAge                          string   `json:"maxAge,omitempty" yaml:"maxAge"`
	PreflightStatus                 int      `json:"preflightStatus,omitempty" yaml:"preflightStatus"`
	DangerouslyAllowInsecureOrigins bool     `json:"dangerouslyAllowInsecureOrigins,omitempty" yaml:"dangerouslyAllowInsecureOrigins"`
	DangerouslyAllowPublicSuffixes  bool     `json:"dangerouslyAllowPublicSuffixes,omitempty" yaml:"dangerouslyAllowPublicSuffixes"`
}

func (p plainly) config(t *testing.T) core.Config {
	t.Helper()
	cfg := core.Config{
		AllowOrigins: p.AllowOrigins, AllowMethods: p.AllowMethods, AllowHeaders: p.AllowHeaders,
		ExposeHeaders: p.ExposeHeaders, AllowCredentials: p.AllowCredentials, PreflightStatus: p.PreflightStatus,
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
		judged(t, data, source, err)
		if err != nil {
			return
		}
		data = bytes.TrimPrefix(data, []byte("\ufeff"))
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		var want plainly
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("encoding/json does not take %q: %v", data, err)
		}
		if !reflect.DeepEqual(source.Config, want.config(t)) {
			t.Errorf("%q: got %+v, encoding/json %+v", data, source.Config, want)
		}
		asYAML, err := configfile.YAML(data)
		switch {
		case err == nil && !reflect.DeepEqual(asYAML.Config, source.Config):
			t.Errorf("%q: JSON says %+v, YAML %+v", data, source.Config, asYAML.Config)
		case err != nil && common(data):
			t.Errorf("%q: JSON, but %v", data, err)
		}
	})
}

// common reports whether JSON has to be YAML too: the parser knows no surrogates
// in escapes, and not every blank and line end that JSON permits.
func common(data []byte) bool {
	compact := new(bytes.Buffer)
	return !bytes.Contains(data, []byte(`\u`)) && json.Compact(compact, data) == nil && bytes.Equal(compact.Bytes(), data)
}

func FuzzYAML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		source, err := configfile.YAML(data)
		judged(t, data, source, err)
		if err != nil {
			return
		}
		var want plainly
		if err := yaml.Load(data, &want, yaml.WithKnownFields()); err != nil {
			t.Fatalf("the library does not take %q: %v", data, err)
		}
		if !reflect.DeepEqual(source.Config, want.config(t)) {
			t.Errorf("%q: got %+v, the library %+v", data, source.Config, want)
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
		judged(t, nil, source, err)
	})
}

func seed(f *testing.F) {
	for _, texts := range []map[string]bad{badJSON(), badYAML()} {
		for _, bad := range texts {
			f.Add([]byte(bad.text[:min(len(bad.text), 1000)])) // a long one keeps the fuzzer busy with making it short
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

// judged checks what holds for whatever is read: the result is one of the two,
// and a problem names a place that exists, in lines of its own.
func judged(t *testing.T, data []byte, source *configfile.Source, err error) {
	t.Helper()
	if err == nil {
		_, err = source.NewPolicy()
	} else if source != nil {
		t.Fatal("a source, and an error")
	}
	if err == nil {
		return
	}
	var bad *configfile.Error
	if !errors.As(err, &bad) || len(bad.Problems) == 0 {
		t.Fatalf("the error is %#v", err)
	}
	if n := strings.Count(err.Error(), "\n"); n > len(bad.Problems) {
		t.Errorf("%d problems in %d lines: %q", len(bad.Problems), n, err)
	}
	if !utf8.ValidString(err.Error()) || strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		t.Errorf("the error is not fit for a terminal: %q", err)
	}
	for _, p := range bad.Problems {
		if p.Line < 0 || p.Column < 0 || (p.Line == 0) != (p.Column == 0) || p.Line > len(data)+1 || p.Column > len(data)+1 {
			t.Errorf("there is no place %d:%d in %q", p.Line, p.Column, data)
		}
	}
}
