package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	model "github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/internal/programs"
)

// TestPlayground uses the playground in each engine as a visitor does. It compares what the
// page says with testdata/playground.txt. After a change to the page, this writes that file and
// the picture in the README:
//
//	go test -run TestPlayground ./internal/browser -args -write
func TestPlayground(t *testing.T) {
	binary, golden := buildPlayground(t), filepath.Join("testdata", "playground.txt")
	for _, e := range programs.Engines() {
		t.Run(e.Model.String(), func(t *testing.T) {
			t.Parallel()
			p := e.Prepare(t)
			g := startPlayground(t, binary, freePorts()...)
			said := g.withoutPorts(g.visit(t, p))
			console := noOrigin.texts().of(e.Model)[0]
			console = strings.NewReplacer("URL", "http://localhost:8000/posts", "ORIGIN", "http://localhost:3000").Replace(console)
			said = strings.NewReplacer(console, "CONSOLE", complaint(e.Model), "ERROR").Replace(said)
			if setting[bool](t, "write") && e.Model == model.Chromium {
				if err := os.WriteFile(golden, []byte(said), 0o600); err != nil {
					t.Fatal(err)
				}
				picture(t, e, startPlayground(t, binary).page)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			compareLines(t, said, string(want))
		})
	}
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	gots, wants := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gots), len(wants)) {
		g, w := "the end", "the end"
		if i < len(gots) {
			g = gots[i]
		}
		if i < len(wants) {
			w = wants[i]
		}
		if g != w {
			t.Errorf("line %d: the page says\n\t%s\nwant\n\t%s", i+1, g, w)
		}
	}
}

// buildPlayground builds the playground with the script of the test among its files, since its
// page may not run other scripts.
func buildPlayground(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join("..", "..", "examples", "playground"))
	if err != nil {
		t.Fatal(err)
	}
	added := make(map[string]string)
	for name, source := range map[string]string{"test.html": "playground.html", "test.js": "playground.js"} {
		if added[filepath.Join(folder, "page", name)], err = filepath.Abs(filepath.Join("testdata", source)); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": added})
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	list, binary := filepath.Join(home, "overlay.json"), filepath.Join(home, "playground")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay", list, "-o", binary, ".")
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// runningPlayground is a playground in a process.
type runningPlayground struct {
	page  string
	setup struct {
		Page, Other, First string
		APIs               []struct{ URL string }
	}
}

// freePorts returns arguments that let the playground choose all its ports.
func freePorts() (args []string) {
	for name := range strings.FieldsSeq("page other api gin echo echov5 chi fiber fiberv3 nethttp") {
		args = append(args, "-"+name+"=0")
	}
	return args
}

func startPlayground(t *testing.T, binary string, args ...string) *runningPlayground {
	t.Helper()
	home := programs.NewHome(t)
	running := programs.Program{Path: binary, Home: home, Env: programs.Environment(t, home)}.Start(t, args...)
	opened := regexp.MustCompile(`open +(\S+)\n`)
	ctx, cancel := context.WithTimeout(t.Context(), programs.Patience)
	defer cancel()
	for tick := time.Tick(20 * time.Millisecond); ; {
		log, err := os.ReadFile(running.Log)
		if err != nil {
			t.Fatal(err)
		}
		if match := opened.FindSubmatch(log); match != nil {
			g := &runningPlayground{page: string(match[1])}
			g.readSetup(t)
			return g
		}
		select {
		case <-tick:
		case <-running.Exited:
			t.Fatalf("the playground has ended: %s", log)
		case <-ctx.Done():
			t.Fatalf("the playground did not start: %s", log)
		}
	}
}

func (g *runningPlayground) readSetup(t *testing.T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.page+"/setup", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&g.setup); err != nil {
		t.Fatal(err)
	}
}

// withoutPorts replaces the ports by the default ones.
func (g *runningPlayground) withoutPorts(text string) string {
	var pairs []string
	add := func(address, port string) {
		_, own, _ := strings.Cut(strings.TrimPrefix(address, "http://"), ":")
		pairs = append(pairs, own, port)
	}
	add(g.setup.Page, "3000")
	add(g.setup.Other, "3001")
	add(g.setup.First, "8000")
	for i, port := range []string{"8001", "8002", "8005", "8003", "8004", "8006", "8007"} {
		add(g.setup.APIs[i].URL, port)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// visit opens the page of the test, and returns what it reports.
func (g *runningPlayground) visit(t *testing.T, p programs.Program) string {
	t.Helper()
	reported := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><script>fetch("/report", { method: "POST", body: decodeURIComponent(location.hash.slice(1)) });</script>`)
	})
	mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			text = []byte(err.Error())
		}
		reported <- string(text)
	})
	listener := listen(t)
	s := &http.Server{Handler: mux}
	start(t, server{s.Serve, s.Shutdown}, listener)
	running := p.Start(t, g.page+"/test.html#"+url.QueryEscape("http://localhost:"+port(listener)+"/"))
	ctx, cancel := context.WithTimeout(t.Context(), programs.Patience)
	defer cancel()
	select {
	case text := <-reported:
		return text
	case <-running.Exited:
		t.Fatal("the browser has ended")
	case <-ctx.Done():
		log, _ := os.ReadFile(running.Log) // it is only printed
		t.Fatalf("the page sent no report; the browser's log is %s", log)
	}
	return ""
}

// picture writes the picture in the README.
func picture(t *testing.T, e programs.Browser, page string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", "..", "examples", "playground", "screenshot.png"))
	if err != nil {
		t.Fatal(err)
	}
	running := e.Prepare(t).Start(t, "--screenshot="+file, "--window-size=1400,1700", "--hide-scrollbars",
		"--timeout=60000", page+"/test.html#picture")
	<-running.Exited
}
