package configfile_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

const appInJSON = `{
	"cors": {"no": "this is another one"},
	"server": {
		"ports": [80, {"cors": null}],
		"cors": {
			"allowOrigins": ["https://a.example"]
		}
	}
}`

const appInYAML = `
base: &base {cors: [], <<: {a: b}}
server: &server
  <<: *base
  ? [80, !!int 81]
  : {a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: [x]}}}}}}}}}}}
  &key cors:
    allowOrigins: [https://a.example]
`

// The rest of a document may have what a config must not have.
func TestSection(t *testing.T) {
	want := core.Config{AllowOrigins: []string{"https://a.example"}}
	section := configfile.WithSection("server", "cors")
	for text, read := range map[string]func([]byte, ...configfile.Option) (*configfile.Source, error){appInJSON: configfile.JSON, appInYAML: configfile.YAML} {
		if source, err := read([]byte(text), section, nil); err != nil || !reflect.DeepEqual(source.Config, want) {
			t.Errorf("%s: got %+v, %v", text, source, err)
		}
		bad := strings.Replace(text, "a.example", "a.example/", 1)
		source, err := read([]byte(bad), section)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = source.NewPolicy(); err == nil || !strings.Contains(err.Error(), `allowOrigins[0] "https://a.example/"`) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestBadSection(t *testing.T) {
	for text, want := range map[string]string{
		"":              "server: there is no such section",
		"[]":            "1:1: server: there is no such section",
		"{}":            "1:1: server: there is no such section",
		`{"server": 1}`: "1:12: server.cors: there is no such section",
		`{"server":
  {"Cors": {}}}`: "2:3: server.cors: there is no such section",
		`{"server": {"cors": null}}`:     "1:21: server.cors: the config is empty; list the origins of your pages",
		`{"server": {"cors": "*"}}`:      `1:21: server.cors: a config must have keys, such as {"allowOrigins": ["https://app.example.com"]}`,
		`{"server": {"cors": {"a": 1}}}`: "1:22: a: there is no such key; write one of " + everyKey,
		`{"server": {"cors": {}}}`:       "1:21: allowOrigins: " + missing,
		`{"server": {"cors": {}, 
"cors": {}}}`: "2:1: server.cors: the key is already set in line 1; remove one of the two",
		`{"server": {}, "server": {"cors": {}}}`: "1:16: server: the key is already set in line 1; remove one of the two",
	} {
		for format, read := range map[string]func([]byte, ...configfile.Option) (*configfile.Source, error){"JSON": configfile.JSON, "YAML": configfile.YAML} {
			source, err := read([]byte(text), configfile.WithSection("server", "cors"))
			if err == nil {
				_, err = source.NewPolicy()
			}
			if err == nil || err.Error() != "CORS config: "+want {
				t.Errorf("%s: %s: got:\n%v\nwant:\n%s", format, text, err, want)
			}
		}
	}
	for text, want := range map[string]string{
		"a: &a {}\nserver: {cors: *a}":       "2:16: server.cors: aliases are not supported; write the value itself",
		"server: {cors: &a {}}":              "1:16: server.cors: anchors are not supported; remove this anchor",
		"a: &a {cors: {}}\nserver: *a":       "2:9: server.cors: there is no such section",
		"a: &a {cors: {}}\nserver: {<<: *a}": "2:9: server.cors: there is no such section",
	} {
		if _, err := configfile.YAML([]byte(text), configfile.WithSection("server", "cors")); err == nil || err.Error() != "CORS config: "+want {
			t.Errorf("%s: got:\n%v\nwant:\n%s", text, err, want)
		}
	}
}
