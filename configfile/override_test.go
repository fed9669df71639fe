package configfile_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

func TestEnvReplacesValues(t *testing.T) {
	source, err := configfile.YAML([]byte("allowOrigins: [https://a.example, https://b.example]\nallowCredentials: true\nmaxAge: 5m"),
		configfile.WithEnv("CORS_", []string{"CORS_ALLOW_ORIGINS=https://c.example", "CORS_ALLOW_CREDENTIALS=false", "CORS_ALLOW_METHODS=PUT", "PATH=/bin"}))
	want := core.Config{AllowOrigins: []string{"https://c.example"}, AllowMethods: []string{"PUT"}, MaxAge: 5 * time.Minute}
	if err != nil || !reflect.DeepEqual(source.Config, want) {
		t.Errorf("got %+v, %v", source, err)
	}
}

// A problem names the file and line, or the variable, that has the wrong value. Its
// correction has the notation of that place.
func TestErrorsOfFileAndEnv(t *testing.T) {
	for name, test := range map[string]struct {
		text, want string
		environ    []string
	}{
		"core": {
			"allowOrigins: [a.example]\nallowMethods: [put]\nmaxAge: 1ns", `4 problems:
	CORS_ALLOW_ORIGINS "*": with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set CORS_ALLOW_CREDENTIALS to false
	CORS_ALLOW_HEADERS "X-A X-B": one entry holds one name; use X-A,X-B
	FILE:2:16: allowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"
	FILE:3:9: maxAge "1ns": the duration is less than a second; a number without a unit counts nanoseconds; use "1s"`,
			[]string{"CORS_ALLOW_ORIGINS=*", "CORS_ALLOW_CREDENTIALS=true", "CORS_ALLOW_HEADERS=X-A X-B"},
		},
		"another key in the file": {
			"allowOrigins: [a]\nallowCredentials: true", `CORS_ALLOW_ORIGINS "*": with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set allowCredentials to false`,
			[]string{"CORS_ALLOW_ORIGINS=*"},
		},
		"form": {
			"allowMethods: [put]\nmaxAge: 1\nallowOrigins: [https://a.example]", `4 problems:
	CORS_ORIGINS: there is no such variable; use CORS_ALLOW_ORIGINS
	CORS_ALLOW_ORIGINS "b.example": an origin begins with its scheme; use https://b.example
	FILE:1:16: allowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"
	FILE:2:9: maxAge "1": the number has no unit; use "1s"`,
			[]string{"CORS_ORIGINS=b.example"},
		},
		"syntax": {
			"allowMethods: [put", `2 problems:
	CORS_MAX_AGE "1": the number has no unit; use 1s
	FILE:2:1: invalid YAML: …`,
			[]string{"CORS_MAX_AGE=1"},
		},
		"an empty file": {
			"", `2 problems:
	FILE: the config is empty; list the origins of your pages
	CORS_MAX_AGE "1": the number has no unit; use 1s`,
			[]string{"CORS_MAX_AGE=1"},
		},
		"no origins": {"maxAge: 5m", "FILE:1:1: allowOrigins: " + missing, nil},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "cors.yaml")
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			source, err := configfile.Read(file, configfile.WithEnv("CORS_", test.environ))
			if err == nil {
				_, err = source.NewPolicy()
			}
			if err == nil {
				t.Fatal("no error")
			}
			want, cut := strings.CutSuffix("CORS config: "+test.want, "…")
			if got := strings.ReplaceAll(err.Error(), file, "FILE"); got != want && !(cut && strings.HasPrefix(got, want)) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// Watch reads with the options of Read.
func TestWatchWithOptions(t *testing.T) {
	env := configfile.WithEnv("CORS_", []string{"CORS_ALLOW_ORIGINS=https://env.example"})
	follow(t, "cors.yaml", func(f *follower) {
		f.allows("https://env.example")
		write(t, f.name, "allowMethods: [put]")
		f.reported(`CORS config: FILE:1:16: allowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"`)
	}, env)
}
