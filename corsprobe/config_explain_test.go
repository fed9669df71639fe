package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
)

// explained is the part of the JSON that a user follows.
type explained struct {
	Results []struct {
		Verdict string
		Causes  []struct{ Name, Fix string }
	}
}

func explainFile(t *testing.T, file string, args ...string) (result explained, out string) {
	t.Helper()
	_, out, errors := runCommand(t, append([]string{"explain", "--json", "--config", file}, args...)...)
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v: %s%s", err, out, errors)
	}
	return result, out
}

// follow changes a config as a correction says. It returns false if the correction is not
// about the config.
func follow(cfg *core.Config, fix string) bool {
	add := regexp.MustCompile(`add "([^"]+)"(?:, "([^"]+)")? to (\w+)`)
	replace := regexp.MustCompile(`replace (?:"\*"|the wildcard) in allowOrigins by "([^"]+)"`)
	followed := false
	for part := range strings.SplitSeq(fix, "; ") {
		if m := add.FindStringSubmatch(part); m != nil {
			list := map[string]*[]string{"allowOrigins": &cfg.AllowOrigins, "allowMethods": &cfg.AllowMethods, "allowHeaders": &cfg.AllowHeaders}[m[3]]
			*list = append(*list, slices.DeleteFunc(m[1:3], func(name string) bool { return name == "" })...)
			followed = true
		}
		if m := replace.FindStringSubmatch(part); m != nil {
			cfg.AllowOrigins, followed = []string{m[1]}, true
		}
		if strings.Contains(part, "set allowCredentials to true") {
			cfg.AllowCredentials, followed = true, true
		}
	}
	return followed
}

// TestCorrectionsOfConfig follows the corrections, and checks that the page is then allowed.
func TestCorrectionsOfConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cors.json")
	blocked := 0
	for _, cfg := range []core.Config{
		{AllowOrigins: []string{"https://app.example.com"}},
		{AllowOrigins: []string{"https://app.example.com", "https://*.example.net"}, AllowMethods: []string{"PATCH"}, AllowHeaders: []string{"X-A"}},
		{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, RejectDeniedOrigins: true},
		{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}},
		{AllowOrigins: []string{"*"}},
	} {
		for _, origin := range []string{"https://app.example.com", "https://a.example.net", "https://other.example"} {
			for _, method := range []string{"GET", "PUT"} {
				for _, headers := range [][]string{nil, {"-H", "X-A: 1"}, {"-H", "Authorization: 1", "-H", "X-B: 1"}} {
					for _, credentials := range []string{"omit", "include"} {
						args := append([]string{"--engine", "standard", "--origin", origin, "-X", method, "--credentials=" + credentials}, headers...)
						changed := cfg
						writeConfig(t, file, changed)
						result, _ := explainFile(t, file, args...)
						if result.Results[0].Verdict == "allowed" {
							continue
						}
						blocked++
						for _, c := range result.Results[0].Causes {
							if !follow(&changed, c.Fix) {
								t.Errorf("%+v %q: %s: %q is no change of the config", cfg, args, c.Name, c.Fix)
							}
						}
						writeConfig(t, file, changed)
						if after, out := explainFile(t, file, args...); after.Results[0].Verdict != "allowed" {
							t.Errorf("%+v %q: after the corrections %+v: %s", cfg, args, result, out)
						}
					}
				}
			}
		}
	}
	if blocked < 100 {
		t.Errorf("only %d pages were blocked", blocked)
	}
}

// writeConfig writes a config without the fields that have their zero value.
func writeConfig(t *testing.T, file string, cfg core.Config) {
	t.Helper()
	fields := map[string]any{"allowOrigins": cfg.AllowOrigins}
	for name, list := range map[string][]string{"allowMethods": cfg.AllowMethods, "allowHeaders": cfg.AllowHeaders} {
		if list != nil {
			fields[name] = list
		}
	}
	fields["allowCredentials"], fields["rejectDeniedOrigins"] = cfg.AllowCredentials, cfg.RejectDeniedOrigins
	data, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
