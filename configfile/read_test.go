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
		"dir.json":                              " is not a regular file",
		"a.toml":                                ": the name must end in .json, .yaml or .yml",
		"a":                                     ": the name must end in .json, .yaml or .yml",
		write("empty.yaml", ""):                 ": the config is empty; list the origins of your pages",
		write("bad.json", "{\n\"maxage\": 1}"):  `:2:1: maxage: there is no such key; use maxAge`,
		write("two.yaml", "maxAge: 1\nbad: 1"):  "2 problems:\n\t" + filepath.Join(dir, "two.yaml") + ":1:9: maxAge",
		write("big.yaml", big()):                ": the text has more than 16 MiB",
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

func big() string { return "# " + strings.Repeat("x", 16<<20) }
