package configfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/configfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, good := range []string{write("a.json", "\ufeff{\"allowOrigins\": [\"*\"]}"), write("a.yaml", "\ufeffallowOrigins: ['*']\r\n"), write("a.YML", "{allowOrigins: ['*']}")} {
		if source, err := configfile.Read(good); err != nil || len(source.Config.AllowOrigins) != 1 {
			t.Errorf("%s: %v, %v", good, source, err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "dir.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"none.json":                             ": no such file or directory",
		"dir.json":                              ": this is not a regular file",
		"a.toml":                                ": the name must end in .json, .yaml or .yml",
		"a":                                     ": the name must end in .json, .yaml or .yml",
		write("empty.yaml", ""):                 ": the config is empty; list the origins of your pages",
		write("bad.json", "{\n\"maxage\": 1}"):  `:2:1: maxage: there is no such key; use maxAge`,
		write("two.yaml", "maxAge: 1\nbad: 1"):  "2 problems:\n\t" + filepath.Join(dir, "two.yaml") + ":1:9: maxAge",
		write("big.yaml", big()):                ": the text has more than 8 MiB",
		write("yaml.json", "allowOrigins: [a]"): ":1:1: invalid JSON: ",
	} {
		name = filepath.Join(dir, filepath.Base(name))
		source, err := configfile.Read(name)
		if source != nil || err == nil || !strings.HasPrefix(err.Error(), "CORS config: ") || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, %v, want %q", name, source, err, want)
		}
		if missing := filepath.Base(name) == "none.json"; missing != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: errors.Is(err, fs.ErrNotExist) is %v, want %v", name, !missing, missing)
		}
	}
}

// The name of a file cannot forge a line of a log.
func TestNamesAreEscaped(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{
		"\nfine.yaml": `/\nfine.yaml": no such file or directory`,
		"\x1b[2J":     `/\x1b[2J": the name must end in .json, .yaml or .yml`,
		"a\r.json":    `/a\r.json": the config is empty; list the origins of your pages`,
		"\u202e.json": `/\u202e.json":1:2: invalid JSON: unexpected end of JSON input`,
	} {
		name = filepath.Join(dir, name)
		if strings.HasSuffix(name, ".json") {
			text := strings.Repeat("{", strings.Count(name, "\u202e"))
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := configfile.Read(name); err == nil || err.Error() != `CORS config: "`+dir+want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func big() string { return "# " + strings.Repeat("x", 8<<20) }
