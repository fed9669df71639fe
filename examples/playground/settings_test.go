package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/corsuite/corsuite/configfile"
	"github.com/corsuite/corsuite/core"
)

func TestPolicyFindings(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	tests := []struct {
		name, settings string
		problems       []finding
		warnings       []finding
	}{
		{"good", `{"allowOrigins":["https://a.example"]}`, nil, nil},
		{"nothing", `{}`, []finding{{"allowOrigins", -1, "no origin is listed", nil}}, nil},
		{"a path, and a method in lower case", `{"allowOrigins":["https://a.example","https://b.example/"],"allowMethods":["put"]}`, []finding{
			{"allowOrigins", 1, "an origin has no path", []string{"https://b.example"}},
			{"allowMethods", 0, "upper case", []string{"PUT"}},
		}, nil},
		{"several entries in one", `{"allowOrigins":["https://a.example, https://b.example"]}`, []finding{
			{"allowOrigins", 0, "", []string{"https://a.example", "https://b.example"}},
		}, nil},
		{"a duration without a unit", `{"allowOrigins":["https://a.example"],"maxAge":"300"}`, []finding{{"maxAge", -1, "unit", []string{"5m"}}}, nil},
		{"a status", `{"allowOrigins":["https://a.example"],"preflightStatus":404}`, []finding{{"preflightStatus", -1, "200 to 299", []string{"204"}}}, nil},
		{"a status in words", `{"allowOrigins":["https://a.example"],"preflightStatus":"fine"}`, []finding{{"preflightStatus", -1, "", nil}}, nil},
		{"an unknown key", `{"allowOrigins":["https://a.example"],"x":"1"}`, []finding{{"x", -1, "no such key", nil}}, nil},
		{"a header without effect", `{"allowOrigins":["https://a.example"],"allowHeaders":["Content-Type","Origin"]}`, nil, []finding{{"allowHeaders", 1, "", []string{}}}},
		{"a long age", `{"allowOrigins":["https://a.example"],"maxAge":"48h"}`, nil, []finding{{"maxAge", -1, "a day", []string{"24h0m0s"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := p.policy.Config()
			var got applied
			p.post(t, "/policy", json.RawMessage(tt.settings), &got)
			checkFindings(t, "problems", got.Problems, tt.problems)
			checkFindings(t, "warnings", got.Warnings, tt.warnings)
			if bad := len(tt.problems) > 0; bad != (got.Forms == nil) || bad && !reflect.DeepEqual(p.policy.Config(), before) {
				t.Errorf("the policy in force is %+v, the forms are %+v", p.policy.Config(), got.Forms)
			}
		})
	}
}

func checkFindings(t *testing.T, kind string, got, want []finding) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got the %s %+v, want %+v", kind, got, want)
	}
	for i, f := range got {
		if f.Field != want[i].Field || f.Index != want[i].Index || !strings.Contains(f.Message, want[i].Message) || !reflect.DeepEqual(f.Fix, want[i].Fix) {
			t.Errorf("got the %s %+v, want %+v", kind, f, want[i])
		}
	}
}

// A new policy is in force on all routers.
func TestPolicyReloadsAllRouters(t *testing.T) {
	t.Parallel()
	p := startTest(t)
	p.post(t, "/policy", json.RawMessage(`{"allowOrigins":["https://new.example"]}`), new(applied))
	for _, api := range p.apis {
		res, _ := do(t, "GET", api.URL+"/posts", "", map[string]string{"Origin": "https://new.example"})
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != "https://new.example" {
			t.Errorf("%s allows %q", api.Name, got)
		}
	}
}

func configs() []core.Config {
	return []core.Config{
		{AllowOrigins: []string{"*"}},
		{AllowOrigins: []string{"https://a.example"}, MaxAge: -time.Second},
		{AllowOrigins: []string{"https://*.a.example", "http://localhost:*"}, MaxAge: 90 * time.Second, AllowMethods: []string{"*"}},
		{
			AllowOrigins: []string{"http://[::1]:3000"}, AllowMethods: []string{"PUT", "yes"}, AllowHeaders: []string{"*", "Authorization", "null"},
			ExposeHeaders: []string{"X-A", "1"}, AllowCredentials: true, MaxAge: 2 * time.Hour, PreflightStatus: 200, RejectDeniedOrigins: true,
			DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true,
		},
	}
}

// Each notation means the config that it was written from.
func TestFormsMeanTheSame(t *testing.T) {
	t.Parallel()
	for _, cfg := range configs() {
		written, err := write(cfg)
		if err != nil {
			t.Fatal(err)
		}
		source, err := configfile.YAML([]byte(written.YAML))
		checkSource(t, written.YAML, source, err, cfg)
		source, err = configfile.Env("CORS_", strings.Split(strings.TrimSpace(written.Env), "\n"))
		checkSource(t, written.Env, source, err, cfg)
		text, err := inJSON(cfg)
		if err != nil {
			t.Fatal(err)
		}
		source, err = configfile.JSON(text)
		checkSource(t, string(text), source, err, cfg)
		checkGo(t, written.Go, cfg)
	}
}

func checkSource(t *testing.T, text string, source *configfile.Source, err error, want core.Config) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if !reflect.DeepEqual(source.Config, want) {
		t.Errorf("got %+v, want %+v from\n%s", source.Config, want, text)
	}
}

// checkGo runs a program with the policy.
func checkGo(t *testing.T, text string, want core.Config) {
	t.Helper()
	imports := []string{`"encoding/json"`, `"os"`, `"github.com/corsuite/corsuite/core"`}
	if strings.Contains(text, "time.") {
		imports = append(imports, `"time"`)
	}
	program := "package main\nimport (\n" + strings.Join(imports, "\n") + "\n)\nfunc main() {\n" + text +
		"if err != nil { panic(err) }\n_ = json.NewEncoder(os.Stdout).Encode(policy.Config())\n}\n"
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", file)
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var got core.Config
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v from\n%s", got, want, text)
	}
}
