package main

import (
	"strings"
	"testing"
	"testing/synctest"
)

// A bad policy leaves the old one in force, and the log has all its problems. An empty text
// is the policy of the program.
func TestReload(t *testing.T) {
	inBubble(t, func(t *testing.T, p *platform) {
		p.admin(t, 204, "PUT", "/tenants/shop", `{"origins":["`+shop+`"]}`)
		for n, tt := range []struct {
			name, text string
			allowed    map[string]bool
			version    int64
			log        []string
		}{
			{"one origin more", `{"allowOrigins": ["https://more.example"], "allowMethods": ["PUT"], "allowHeaders": ["Content-Type"], "allowCredentials": true}`,
				map[string]bool{shop: true, "https://more.example": true}, 1, []string{"version=1"}},
			{"two problems", "{\"allowMethods\": [\"put\"],\n \"allowOrigins\": [\"https://more.example/\"]}",
				map[string]bool{shop: true, "https://more.example": true}, 1, []string{"version=2", `1:19: allowMethods[0]`, `2:19: allowOrigins[0]`, "the old one stays in force"}},
			{"every origin", `{"allowOrigins": ["*"]}`,
				map[string]bool{shop: true, other: false}, 1, []string{"version=3", "allowOrigins"}},
			{"no JSON", "allowOrigins:", map[string]bool{shop: true}, 1, []string{"version=4"}},
			{"no text", "", map[string]bool{shop: true, "https://more.example": false}, 5, []string{"version=5"}},
		} {
			synctest.Wait() // until the policy has written its log
			p.log.Reset()
			p.guard.reload(int64(n+1), tt.text)
			for _, want := range tt.log {
				if !strings.Contains(p.log.String(), want) {
					t.Errorf("%s: the log has no %q:\n%s", tt.name, want, p.log)
				}
			}
			p.pages(t, tt.name, tt.allowed)
			if v := p.guard.version.Load(); v != tt.version {
				t.Errorf("%s: version %d, want %d", tt.name, v, tt.version)
			}
		}
	})
}
