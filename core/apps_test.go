package core_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/corsuite/corsuite/core"
)

// TestConfigsOfApplications loads the default configs of real applications. Three are
// dangerous. The others load, some with warnings.
func TestConfigsOfApplications(t *testing.T) {
	data, err := os.ReadFile("testdata/app-configs.json")
	if err != nil {
		t.Fatal(err)
	}
	var apps []struct {
		App    string
		Config struct {
			core.Config

			MaxAge string
		}
	}
	if err := json.Unmarshal(data, &apps); err != nil {
		t.Fatal(err)
	}
	warnings := map[string][]string{
		"vikunja":        {"AllowHeaders header-any-authorization"},
		"bangumi/server": {"AllowHeaders header-forbidden", "MaxAge max-age-long"},
		"listmonk":       {"AllowHeaders header-forbidden"},
		"cloudreve":      {"AllowHeaders header-forbidden"},
		"woodpecker":     {"AllowHeaders header-forbidden"},
		"cometbft":       {"AllowHeaders header-forbidden"},
		"kubo":           {"AllowHeaders header-forbidden"},
		"zitadel":        {"AllowHeaders header-forbidden"},
	}
	dangerous := []string{"CasaOS", "flipt", "supabase/auth"} // "*" with credentials
	for _, a := range apps {
		t.Run(a.App, func(t *testing.T) {
			cfg := a.Config.Config
			if a.Config.MaxAge != "" {
				if cfg.MaxAge, err = time.ParseDuration(a.Config.MaxAge); err != nil {
					t.Fatal(err)
				}
			}
			p, err := core.NewPolicy(cfg, core.WithLogger(nil))
			if slices.Contains(dangerous, a.App) {
				var bad *core.ConfigError
				if !errors.As(err, &bad) || len(bad.Problems) != 1 || bad.Problems[0].Code != "origin-any-credentials" {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range p.Warnings() {
				if line := w.Field + " " + w.Code; !slices.Contains(got, line) {
					got = append(got, line)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, warnings[a.App]) {
				t.Errorf("got the warnings %v, want %v", got, warnings[a.App])
			}
		})
	}
}

// TestSampleConfigs loads the configs from the documentation of other libraries.
func TestSampleConfigs(t *testing.T) {
	for name, cfg := range map[string]core.Config{
		"gin-contrib/cors": {
			AllowOrigins: []string{"https://foo.com"}, AllowMethods: []string{"PUT", "PATCH"}, AllowHeaders: []string{"Origin"},
			ExposeHeaders: []string{"Content-Length"}, AllowCredentials: true, MaxAge: 12 * time.Hour,
		},
		"echo": {
			AllowOrigins: []string{"https://labstack.com", "https://labstack.net"},
			AllowHeaders: []string{"Origin", "Content-Type", "Accept"},
		},
		"fiber": {
			AllowOrigins: []string{"https://gofiber.io", "https://gofiber.net"}, AllowHeaders: []string{"Origin", "Content-Type", "Accept"},
		},
		"go-chi/cors": {
			AllowOrigins: []string{"https://*", "http://*"}, AllowMethods: []string{"GET", "POST", "PUT", "DELETE", "OPTIONS"},
			AllowHeaders: []string{"Accept", "Authorization", "Content-Type", "X-CSRF-Token"}, ExposeHeaders: []string{"Link"}, MaxAge: 300 * time.Second,
		},
		"rs/cors": {
			AllowOrigins: []string{"http://foo.com", "http://foo.com:8080"}, AllowMethods: []string{"HEAD", "GET", "POST", "PUT", "PATCH", "DELETE"}, AllowHeaders: []string{"*"},
		},
	} {
		if _, err := core.NewPolicy(cfg, core.WithLogger(nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
