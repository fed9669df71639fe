package configfile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

const everyKey = "allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge, " +
	"preflightStatus, rejectDeniedOrigins, dangerouslyAllowInsecureOrigins, dangerouslyAllowPublicSuffixes"

const missing = `no origin is listed, so nothing would be allowed; list the origins of your pages, such as "https://app.example.com", or "*" for every origin`

// bad is a text and the wanted error. If the error ends with a message of the parser,
// want ends in "…" instead.
type bad struct{ text, want string }

func badJSON() map[string]bad {
	return map[string]bad{
		"nothing":           {"", "the config is empty; list the origins of your pages"},
		"blanks":            {" \n", "the config is empty; list the origins of your pages"},
		"a list":            {"\n [{}]", `2:2: a config must have keys, such as {"allowOrigins": ["https://app.example.com"]}`},
		"null":              {"null", "1:1: the config is empty; list the origins of your pages"},
		"no key":            {"{}", "1:1: allowOrigins: " + missing},
		"another key only":  {"{\n\"maxAge\": \"5m\"}", "1:1: allowOrigins: " + missing},
		"null for a list":   {`{"allowOrigins": null}`, "1:18: allowOrigins: the value is empty; write a value, or remove this setting"},
		"empty list":        {`{"allowOrigins": []}`, "1:18: allowOrigins: the list is empty; write an entry, or remove this setting"},
		"empty string":      {`{"allowOrigins": " "}`, "1:18: allowOrigins: the value is empty; write a value, or remove this setting"},
		"empty entry":       {`{"allowOrigins": [""]}`, "1:19: allowOrigins[0]: an empty entry matches nothing; remove it"},
		"null entry":        {`{"allowOrigins": ["*", null]}`, "1:24: allowOrigins[1]: the entry is empty; remove it"},
		"one origin":        {`{"allowOrigins": "https://a.example"}`, `1:18: allowOrigins "https://a.example": the value must be a list; use ["https://a.example"]`},
		"origins in one":    {`{"allowOrigins": "*, http://a.b http://c.d"}`, `1:18: allowOrigins "*, http://a.b http://c.d": the value must be a list; use ["*", "http://a.b", "http://c.d"]`},
		"an object":         {`{"allowOrigins": {"a": [1, {}]}, "maxAge": "x"}`, "2 problems:\n\t1:18: allowOrigins: the value must be a list\n\t" + `1:44: maxAge "x": the value is not a duration; use "10m"`},
		"number entry":      {`{"allowOrigins": ["*", 80]}`, `1:24: allowOrigins[1] "80": the entry must be a string, in quotation marks; use "80"`},
		"list entry":        {`{"allowOrigins": [["*"], {}]}`, "2 problems:\n\t1:19: allowOrigins[0]: the entry must be a string\n\t1:26: allowOrigins[1]: the entry must be a string"},
		"twice":             {"{\"allowOrigins\": [\"*\"],\n\"allowOrigins\": [\"https://a.example\"]}", "2:1: allowOrigins: the key is already set in line 1; remove one of the two"},
		"unknown":           {`{"debug": true}`, "1:2: debug: there is no such key; write one of " + everyKey},
		"empty key":         {`{"": true}`, `1:2: "": there is no such key; write one of ` + everyKey},
		"control character": {`{"a\nCORS config: fine": true}`, `1:2: "a\nCORS config: fine": there is no such key; write one of ` + everyKey},
		"styles": {`{"max_age": "1s", "max-age": "1s", "MaxAge": "1s", "MAXAGE": "1s"}`, "4 problems:" +
			"\n\t1:2: max_age: there is no such key; use maxAge" +
			"\n\t1:19: max-age: there is no such key; use maxAge" +
			"\n\t1:36: MaxAge: there is no such key; use maxAge" +
			"\n\t1:52: MAXAGE: there is no such key; use maxAge"},
		"other libraries' keys": {`{"allowedOrigins": ["*"], "origins": 1, "exposedHeaders": ["*"], "credentials": false, "maxAgeInSeconds": "1s"}`, "5 problems:" +
			"\n\t1:2: allowedOrigins: there is no such key; use allowOrigins" +
			"\n\t1:27: origins: there is no such key; use allowOrigins" +
			"\n\t1:41: exposedHeaders: there is no such key; use exposeHeaders" +
			"\n\t1:66: credentials: there is no such key; use allowCredentials" +
			"\n\t1:88: maxAgeInSeconds: there is no such key; use maxAge"},
		"bidi control": {`{"allowHeaders": "x\u202e\u061c"}`, "2 problems:" +
			"\n\t1:18: allowHeaders \"x\\u202e\\u061c\": the value must be a list; use [\"x\\u202e\\u061c\"]" +
			"\n\t1:18: allowHeaders[0] \"x\\u202e\\u061c\": …"},
		"tag": {`{"allowHeaders": "x\udb40\udc41"}`, "2 problems:" +
			"\n\t1:18: allowHeaders \"x\\U000e0041\": the value must be a list" +
			"\n\t1:18: allowHeaders[0] \"x\\U000e0041\": …"},
		"quoted true":    {`{"allowCredentials": "true"}`, `1:22: allowCredentials "true": write true and false without quotation marks; use true`},
		"1 for true":     {`{"allowCredentials": 1}`, `1:22: allowCredentials "1": the value must be true or false; use true`},
		"no boolean":     {`{"allowCredentials": []}`, `1:22: allowCredentials: the value must be true or false`},
		"seconds":        {`{"maxAge": 600}`, `1:12: maxAge "600": the number has no unit; use "10m"`},
		"an hour":        {`{"maxAge": "3600"}`, `1:12: maxAge "3600": the number has no unit; use "1h"`},
		"a day and more": {`{"maxAge": 90061}`, `1:12: maxAge "90061": the number has no unit; use "25h1m1s"`},
		"nanoseconds":    {`{"maxAge": 300000000000}`, `1:12: maxAge "300000000000": the number has no unit; use "5m"`},
		"never":          {`{"maxAge": -1}`, `1:12: maxAge "-1": the number has no unit; use "-1s"`},
		"overflow":       {`{"maxAge": -9223372036854775808}`, `1:12: maxAge "-9223372036854775808": the number has no unit; use "-2562047h47m16.854775808s"`},
		"fraction":       {`{"maxAge": 1.5}`, `1:12: maxAge "1.5": the value is not a duration; use "10m"`},
		"zero":           {`{"maxAge": 0}`, `1:12: maxAge "0": zero would mean the default, ten minutes; remove this setting for the default, or forbid caching; use "-1s"`},
		"zero seconds":   {`{"maxAge": "0s"}`, `1:12: maxAge "0s": zero would mean the default, ten minutes; remove this setting for the default, or forbid caching; use "-1s"`},
		"quoted status":  {`{"preflightStatus": "204"}`, `1:21: preflightStatus "204": write a status in plain digits, without quotation marks; use 204`},
		"odd status":     {`{"preflightStatus": 2.04e2}`, `1:21: preflightStatus "2.04e2": the value must be a status, such as 204`},
		"zero status":    {`{"preflightStatus": 0}`, `1:21: preflightStatus "0": zero would mean the default, 204; write a status, or remove this setting`},
		"cut off":        {"{\n  \"allowOrigins\": [\"https://a.ex", "2:33: invalid JSON: …"},
		"final comma":    {"{\"allowOrigins\": [\"*\"],\n}", "2:1: invalid JSON: …"},
		"more behind":    {"{\"allowOrigins\": [\"*\"]}\n{}", "2:1: invalid JSON: …"},
		"comment":        {"{} // none", "1:4: invalid JSON: …"},
		"not UTF-8":      {"{\"é\": \"\xff\"}", "1:8: the text is not valid UTF-8"},
		"UTF-16":         {"{\x00\"\x00", "1:2: the character U+0000 is not permitted"},
		"second mark":    {"\ufeff\ufeff{}", "1:1: the character U+FEFF is not permitted"},
	}
}

func badYAML() map[string]bad {
	return map[string]bad{
		"nothing":        {"", "the config is empty; list the origins of your pages"},
		"comments":       {"# none yet\n", "the config is empty; list the origins of your pages"},
		"marker only":    {"---\n", "2:1: the config is empty; list the origins of your pages"},
		"null":           {"~", "1:1: the config is empty; list the origins of your pages"},
		"a list":         {"- https://a.example", `1:1: a config must have keys, such as {"allowOrigins": ["https://app.example.com"]}`},
		"null list":      {"allowOrigins:", "1:14: allowOrigins: the value is empty; write a value, or remove this setting"},
		"tilde":          {"allowOrigins: ~", "1:15: allowOrigins: the value is empty; write a value, or remove this setting"},
		"empty list":     {"allowOrigins: []", "1:15: allowOrigins: the list is empty; write an entry, or remove this setting"},
		"empty entry":    {"allowOrigins: ['']", "1:16: allowOrigins[0]: an empty entry matches nothing; remove it"},
		"null entries":   {"allowOrigins:\n-\n- null\n", "2 problems:\n\t2:2: allowOrigins[0]: the entry is empty; remove it\n\t3:3: allowOrigins[1]: the entry is empty; remove it"},
		"one origin":     {"allowOrigins: https://a.example", `1:15: allowOrigins "https://a.example": the value must be a list; use ["https://a.example"]`},
		"a block":        {"allowOrigins: |\n  https://a.example\n  https://b.example\n", `1:15: allowOrigins "https://a.example\nhttps://b.example\n": the value must be a list; use ["https://a.example", "https://b.example"]`},
		"every origin":   {"allowOrigins: [*]", `1:16: in YAML, a value that begins with * needs quotation marks; use "*"`},
		"any subdomain":  {"allowOrigins:\n- *.example.com # all\n", `2:3: in YAML, a value that begins with * needs quotation marks; use "*.example.com"`},
		"tab":            {"allowOrigins:\n\t- https://a.example", "2:1: YAML does not permit tabs for indentation; write spaces"},
		"anchor":         {"allowOrigins: &a ['*']", "1:15: allowOrigins: anchors are not supported; remove this anchor"},
		"alias":          {"allowOrigins: ['*', &a b]\nallowMethods: *a\nmaxAge: *a", "3 problems:\n\t1:21: allowOrigins[1]: anchors are not supported; remove this anchor\n\t2:15: allowMethods: aliases are not supported; write the value itself\n\t3:9: maxAge: aliases are not supported; write the value itself"},
		"merge key":      {"allowOrigins: ['*']\n<<: {maxAge: 5m}", "2:1: merge keys are not supported; write the keys of the other mapping here"},
		"tag":            {"allowOrigins: !!seq ['*']\nmaxAge: !!str 600\n? !!str x\n: y", "3 problems:\n\t1:15: allowOrigins: tags are not supported; remove this tag\n\t2:9: maxAge: tags are not supported; remove this tag\n\t3:3: tags are not supported; remove this tag"},
		"bare tag":       {"allowOrigins: ! ['*']\nmaxAge: ! 600\nallowMethods: [! A]\n! a: b", "4 problems:\n\t1:15: allowOrigins: tags are not supported; remove this tag\n\t2:9: maxAge: tags are not supported; remove this tag\n\t3:16: allowMethods[0]: tags are not supported; remove this tag\n\t4:1: tags are not supported; remove this tag"},
		"escapes":        {"!a%ED%BE%BE%0A%1B x", "1:1: tags are not supported; remove this tag"},
		"tagged root":    {"!config {}", "1:1: tags are not supported; remove this tag"},
		"list for a key": {"? [a]\n: b", "1:3: a key must be a string"},
		"twice":          {"allowOrigins: ['*']\nmaxAge: 5m\nallowOrigins: ['*']", "3:1: allowOrigins: the key is already set in line 1; remove one of the two"},
		"two documents":  {"allowOrigins: ['*']\n---\nallowOrigins: ['*']", "2:1: a second document begins here; a config has only one document"},
		"bad behind":     {"allowOrigins: ['*']\n---\n]", "3:1: invalid YAML: …"},
		"yes":            {"allowCredentials: yes", `1:19: allowCredentials "yes": the value must be true or false; use true`},
		"off":            {"allowCredentials: off", `1:19: allowCredentials "off": the value must be true or false; use false`},
		"True":           {"allowCredentials: True", `1:19: allowCredentials "True": the value must be true or false; use true`},
		"quoted true":    {"allowCredentials: 'true'", `1:19: allowCredentials "true": write true and false without quotation marks; use true`},
		"seconds":        {"maxAge: 600", `1:9: maxAge "600": the number has no unit; use "10m"`},
		"a date":         {"maxAge: 2001-01-01", `1:9: maxAge "2001-01-01": the value is not a duration; use "10m"`},
		"octal status":   {"preflightStatus: 0204", `1:18: preflightStatus "0204": write a status in plain digits, without quotation marks; use 204`},
		"octal":          {"preflightStatus: 0o314", `1:18: preflightStatus "0o314": the value must be a status, such as 204`},
		"entries":        {"allowOrigins: [1, true, 2001-01-01, a: b]", "4 problems:\n\t" + `1:16: allowOrigins[0] "1": the entry must be a string, in quotation marks; use "1"` + "\n\t" + `1:19: allowOrigins[1] "true": the entry must be a string, in quotation marks; use "true"` + "\n\t" + `1:25: allowOrigins[2] "2001-01-01": the entry must be a string, in quotation marks; use "2001-01-01"` + "\n\t1:37: allowOrigins[3]: the entry must be a string"},
		"unknown":        {"ümlaut: [é, x]\nallow_methods: [A]", "2 problems:\n\t1:1: ümlaut: there is no such key; write one of " + everyKey + "\n\t2:1: allow_methods: there is no such key; use allowMethods"},
		"cut off":        {"allowOrigins: [https://a.ex", "2:1: invalid YAML: …"},
		"two colons":     {"allowOrigins: a: b", "1:16: invalid YAML: …"},
		"deep":           {strings.Repeat("[", 50_000), "1:21: invalid YAML: …"},
		"long line":      {"#\n# " + strings.Repeat("x", 64<<10), "2:1: the line has more than 64 KiB; split the line"},
		"another line":   {"maxAge: 5m\u2028allowOrigins: ['*']", "1:11: the character U+2028 is not permitted"},
	}
}

func TestBadJSON(t *testing.T) { checkErrors(t, configfile.JSON, badJSON()) }
func TestBadYAML(t *testing.T) { checkErrors(t, configfile.YAML, badYAML()) }

func checkErrors(t *testing.T, read func([]byte, ...configfile.Option) (*configfile.Source, error), texts map[string]bad) {
	t.Helper()
	for name, bad := range texts {
		t.Run(name, func(t *testing.T) {
			source, err := read([]byte(bad.text))
			if err == nil {
				_, err = source.NewPolicy()
			}
			want, cut := strings.CutSuffix("CORS config: "+bad.want, "…")
			if err == nil || err.Error() != want && !(cut && strings.HasPrefix(err.Error(), want)) {
				t.Errorf("got:\n%v\nwant:\n%s", err, want)
			}
		})
	}
}

// If the form is wrong, the error also has what core finds: in the values of the right
// form, in those whose meaning is clear, and in those under a similar key.
func TestOneRound(t *testing.T) {
	checkErrors(t, configfile.JSON, map[string]bad{
		"right values":    {`{"maxAge": "x", "allowMethods": ["PUT", "put"]}`, "2 problems:\n\t" + `1:12: maxAge "x": the value is not a duration; use "10m"` + "\n\t" + `1:41: allowMethods[1] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"`},
		"no origins":      {`{"maxAge": 60}`, `1:12: maxAge "60": the number has no unit; use "1m"`},
		"guessed boolean": {`{"allowCredentials": "yes", "allowOrigins": ["*"]}`, "2 problems:\n\t" + `1:22: allowCredentials "yes": the value must be true or false; use true` + "\n\t" + `1:46: allowOrigins[0] "*": with credentials, "*" would allow every page to act as your users, and browsers refuse it; list the origins, or set allowCredentials to false`},
		"guessed status":  {`{"preflightStatus": "404"}`, "2 problems:\n\t" + `1:21: preflightStatus "404": write a status in plain digits, without quotation marks; use 404` + "\n\t" + `1:21: preflightStatus "404": browsers refuse a preflight unless its status is 200 to 299 (Fetch, ok status); use 204`},
		"guessed list":    {`{"allowMethods": "A put"}`, "2 problems:\n\t" + `1:18: allowMethods "A put": the value must be a list; use ["A", "put"]` + "\n\t" + `1:18: allowMethods[1] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"`},
		"similar key":     {`{"methods": ["put"]}`, "2 problems:\n\t1:2: methods: there is no such key; use allowMethods\n\t" + `1:14: allowMethods[0] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"`},
		"both keys":       {`{"allowMethods": ["A"], "methods": ["put"]}`, "1:25: methods: there is no such key; use allowMethods"},
		"indexes":         {`{"allowMethods": [1, null, "put"]}`, "3 problems:\n\t" + `1:19: allowMethods[0] "1": the entry must be a string, in quotation marks; use "1"` + "\n\t1:22: allowMethods[1]: the entry is empty; remove it\n\t" + `1:28: allowMethods[2] "put": methods are case-sensitive, and browsers send this one in upper case; use "PUT"`},
	})
}

// An Error wraps a ConfigError only if core has rejected the Config.
func TestErrorWrapsConfigError(t *testing.T) {
	var form *configfile.Error
	var config *core.ConfigError
	source, err := configfile.JSON([]byte(`{"allowOrigins": 1}`))
	if source != nil || !errors.As(err, &form) || errors.As(err, &config) {
		t.Errorf("a problem of the form: %v, %v", source, err)
	}
	source, err = configfile.JSON([]byte("{\"allowMethods\": [\"GET\",\n\"put\"], \"allowOrigins\": [\"*\"]}"))
	if err != nil {
		t.Fatal(err)
	}
	policy, err := source.NewPolicy()
	if policy != nil || !errors.As(err, &form) || !errors.As(err, &config) {
		t.Fatalf("a problem of core: %v, %v", policy, err)
	}
	want := configfile.Problem{Line: 2, Column: 1, Key: "allowMethods[1]", Value: "put", Message: config.Problems[0].Message, Fix: `"PUT"`}
	if len(form.Problems) != 1 || form.Problems[0] != want || form.Name != "" {
		t.Errorf("got %+v, want %+v", form, want)
	}
}
