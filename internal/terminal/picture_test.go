//go:build linux

package terminal

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the pictures in docs")
	os.Exit(m.Run())
}

// TestPicture checks that the pictures in docs/corsprobe.md show what corsprobe prints.
// -update draws them again:
//
//	go test ./internal/terminal -args -update
func TestPicture(t *testing.T) {
	const page, api = "https://app.example.com", "https://api.example.com"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", page)
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "content-type")
		h.Set("Vary", "Origin")
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(server.Close)
	cmd := exec.CommandContext(t.Context(), programs.Corsprobe(t), "--origin", page, "-X", "PUT",
		"-H", "Content-Type: application/json", "-d", "{}", "--server", "nginx", server.URL+"/posts/1")
	cmd.Env = []string{"TERM=xterm", "NO_PROXY=*"}
	output, code := inTerminal(t, cmd)
	if code != 1 {
		t.Fatalf("exit code %d\n%s", code, output)
	}
	output = strings.NewReplacer("\r\n", "\n", server.URL, api).Replace(output)
	shell := "$ corsprobe --origin " + page + " -X PUT \\\n" +
		"    -H 'Content-Type: application/json' -d '{}' \\\n" +
		"    --server nginx " + api + "/posts/1\n"
	for _, c := range themes() {
		svg, err := picture(shell+output, "corsprobe shows the preflight of a PUT, its checks, and the header to send", c)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("..", "..", "docs", "corsprobe-"+c.name+".svg")
		if update, ok := flag.Lookup("update").Value.(flag.Getter).Get().(bool); ok && update {
			if err := os.WriteFile(file, []byte(svg), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if is, err := os.ReadFile(file); err != nil || string(is) != svg {
			t.Errorf("%s does not show what corsprobe prints: %v\n%s\nRun go test ./internal/terminal -args -update, and look at the pictures.", file, err, output)
		}
	}
}
