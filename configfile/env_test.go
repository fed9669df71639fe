package configfile_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

const everyVariable = "CORS_ALLOW_ORIGINS, CORS_ALLOW_METHODS, CORS_ALLOW_HEADERS, CORS_EXPOSE_HEADERS, CORS_ALLOW_CREDENTIALS, CORS_MAX_AGE, " +
	"CORS_PREFLIGHT_STATUS, CORS_DANGEROUSLY_ALLOW_INSECURE_ORIGINS, CORS_DANGEROUSLY_ALLOW_PUBLIC_SUFFIXES"

func TestBadEnv(t *testing.T) {
	for name, test := range map[string]struct {
		environ []string
		want    string
	}{
		"none":              {[]string{"PATH=/bin", "CORSICA=1"}, "CORS_ALLOW_ORIGINS: " + missing},
		"empty":             {[]string{"CORS_ALLOW_ORIGINS="}, "CORS_ALLOW_ORIGINS: the value is empty; write a value, or remove this setting"},
		"blank":             {[]string{"CORS_ALLOW_ORIGINS= \t", "CORS_MAX_AGE=", "CORS_ALLOW_CREDENTIALS", "CORS_PREFLIGHT_STATUS= "}, "4 problems:\n\tCORS_ALLOW_CREDENTIALS: the value is empty; write a value, or remove this setting\n\tCORS_ALLOW_ORIGINS: the value is empty; write a value, or remove this setting\n\tCORS_MAX_AGE: the value is empty; write a value, or remove this setting\n\tCORS_PREFLIGHT_STATUS: the value is empty; write a value, or remove this setting"},
		"trailing comma":    {[]string{"CORS_ALLOW_ORIGINS=https://a.example,"}, `CORS_ALLOW_ORIGINS: an empty entry matches nothing; remove it`},
		"values":            {[]string{"CORS_ALLOW_CREDENTIALS=TRUE", "CORS_MAX_AGE=600", "CORS_PREFLIGHT_STATUS=no content"}, "3 problems:\n\t" + `CORS_ALLOW_CREDENTIALS "TRUE": the value must be true or false; use true` + "\n\t" + `CORS_MAX_AGE "600": the number has no unit; use 10m` + "\n\t" + `CORS_PREFLIGHT_STATUS "no content": the value must be a status, such as 204`},
		"a missing letter":  {[]string{"CORS_ALLOW_ORIGIN=*"}, "CORS_ALLOW_ORIGIN: there is no such variable; use CORS_ALLOW_ORIGINS"},
		"a missing word":    {[]string{"CORS_ORIGINS=*"}, "CORS_ORIGINS: there is no such variable; use CORS_ALLOW_ORIGINS"},
		"lower case":        {[]string{"cors_max_age=5m"}, "cors_max_age: there is no such variable; use CORS_MAX_AGE"},
		"several mistakes":  {[]string{"cors_allowed_origin=*"}, "cors_allowed_origin: there is no such variable; use CORS_ALLOW_ORIGINS"},
		"another program's": {[]string{"CORS_PORT=tcp://10.0.0.1:80"}, "CORS_PORT: there is no such variable; write one of " + everyVariable},
		"twice":             {[]string{"CORS_MAX_AGE=5m", "CORS_MAX_AGE=10m"}, "CORS_MAX_AGE: the variable is set twice; remove one of the two"},
		"core": {[]string{"CORS_ALLOW_ORIGINS=https://a.example/, *", "CORS_ALLOW_CREDENTIALS=true", "CORS_PREFLIGHT_STATUS=404", "CORS_MAX_AGE=30h"}, "5 problems:\n\t" +
			`CORS_ALLOW_ORIGINS "https://a.example/": an origin has no path; use https://a.example` + "\n\t" +
			`CORS_ALLOW_ORIGINS "*": with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set CORS_ALLOW_CREDENTIALS to false` + "\n\t" +
			`CORS_ALLOW_ORIGINS "*": "*" already allows every origin and stands alone; remove it or the others` + "\n\t" +
			`CORS_MAX_AGE "30h0m0s": no browser keeps a preflight's answer for more than a day; use 24h0m0s` + "\n\t" +
			`CORS_PREFLIGHT_STATUS "404": browsers refuse a preflight unless its status is 200 to 299 (Fetch, ok status); use 204`},
		"several in one": {[]string{"CORS_ALLOW_ORIGINS=https://a.example https://b.example"}, `CORS_ALLOW_ORIGINS "https://a.example https://b.example": one entry holds one origin; use https://a.example,https://b.example`},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := configfile.Env("CORS_", test.environ)
			if err == nil {
				_, err = source.NewPolicy()
			}
			if want := "CORS config: " + test.want; err == nil || err.Error() != want {
				t.Errorf("got:\n%v\nwant:\n%s", err, want)
			}
		})
	}
	if _, err := configfile.Env("", nil); err == nil || err.Error() != `CORS config: the prefix of the variables is empty; use "CORS_"` {
		t.Errorf("an empty prefix: %v", err)
	}
}

func TestEnvIgnoresBlanksAroundValues(t *testing.T) {
	source, err := configfile.Env("APP_CORS_", []string{
		"APP_CORS_ALLOW_ORIGINS= https://a.example ,\n\thttps://b.example\n",
		"APP_CORS_MAX_AGE= 5m ",
		"APP_CORS_ALLOW_CREDENTIALS= false",
		"CORS_ALLOW_ORIGINS=*",
	})
	want := core.Config{AllowOrigins: []string{"https://a.example", "https://b.example"}, MaxAge: 5 * time.Minute}
	if err != nil || !reflect.DeepEqual(source.Config, want) {
		t.Errorf("got %+v, %v", source, err)
	}
}
