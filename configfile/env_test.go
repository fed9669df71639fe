package configfile_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

const everyVariable = "CORS_ALLOW_ORIGINS, CORS_ALLOW_METHODS, CORS_ALLOW_HEADERS, CORS_EXPOSE_HEADERS, CORS_ALLOW_CREDENTIALS, CORS_MAX_AGE, " +
	"CORS_PREFLIGHT_STATUS, CORS_REJECT_DENIED_ORIGINS, CORS_DANGEROUSLY_ALLOW_INSECURE_ORIGINS, CORS_DANGEROUSLY_ALLOW_PUBLIC_SUFFIXES"

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
		"another program's": {[]string{"CORS_PORT=8080"}, "CORS_PORT: there is no such variable; write one of " + everyVariable},
		"similar":           {[]string{"cors_allowed_methods=A, put"}, "2 problems:\n\tcors_allowed_methods: there is no such variable; use CORS_ALLOW_METHODS\n\t" + `CORS_ALLOW_METHODS "put": methods are case-sensitive, and browsers send this one in upper case; use PUT`},
		"twice":             {[]string{"CORS_MAX_AGE=5m", "CORS_MAX_AGE=10m"}, "CORS_MAX_AGE: the variable is set twice; remove one of the two"},
		"core": {[]string{"CORS_ALLOW_ORIGINS=https://a.example/, *", "CORS_ALLOW_CREDENTIALS=true", "CORS_PREFLIGHT_STATUS=404", "CORS_MAX_AGE=30h"}, "3 problems:\n\t" +
			`CORS_ALLOW_ORIGINS "https://a.example/": an origin has no path; use https://a.example` + "\n\t" +
			`CORS_ALLOW_ORIGINS "*": with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set CORS_ALLOW_CREDENTIALS to false` + "\n\t" +
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

// Kubernetes adds these variables for a Service. They never set anything.
func TestEnvIgnoresServiceLinks(t *testing.T) {
	var links []string
	for _, service := range []string{"CORS", "CORS_PROXY", "CORS_ALLOW_ORIGINS"} {
		links = append(links,
			service+"_SERVICE_HOST=10.0.0.1", service+"_SERVICE_PORT=80", service+"_SERVICE_PORT_HTTP_ALT=81",
			service+"_PORT=tcp://10.0.0.1:80", service+"_PORT_80_TCP=tcp://10.0.0.1:80", service+"_PORT_80_TCP_PROTO=tcp",
			service+"_PORT_80_TCP_PORT=80", service+"_PORT_80_TCP_ADDR=10.0.0.1", service+"_PORT_53_UDP=udp://[fd00::1]:53")
	}
	source, err := configfile.Env("CORS_", links)
	if err != nil || !reflect.DeepEqual(source.Config, core.Config{}) {
		t.Errorf("got %+v, %v", source, err)
	}
	for _, other := range []string{"CORS_PORTS=tcp://a", "CORS_PORT=80", "CORS_SERVICE_HOSTS=a", "CORS_SERVICE=a", "cors_service_host=a", "CORS_XPORT=tcp://a", "CORS_PORT_80=a"} {
		if _, err := configfile.Env("CORS_", []string{other}); err == nil {
			t.Errorf("%s: no error", other)
		}
	}
	source, err = configfile.Env("CORS_", []string{"CORS_ALLOW_METHODS=X_SERVICE_HOST", "CORS_ALLOW_HEADERS=X_PORT=tcp://a"})
	if err != nil || len(source.Config.AllowMethods) != 1 || len(source.Config.AllowHeaders) != 1 {
		t.Errorf("values like a Service's names: %+v, %v", source, err)
	}
}
