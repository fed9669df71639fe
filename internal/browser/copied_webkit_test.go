package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
	"golang.org/x/net/websocket"
)

// webkitInspector is WebKit's Web Inspector in a tab beside the page. A server in WebKit
// gives access to the tabs.
type webkitInspector struct {
	*socket
	target string // the page in the tab
}

func openWebKitInspector(t *testing.T, l *lab, p programs.Program) (engineClient, inspector) {
	t.Helper()
	listener := listen(t)
	address := listener.Addr().String()
	listener.Close()
	p.Env = append(p.Env, "WEBKIT_INSPECTOR_HTTP_SERVER="+address)
	p.Args = append(p.Args, "--ignore-tls-errors", "about:blank")
	c := open(t, l, p)
	list := askEngine(t, http.MethodGet, "http://"+address)
	tabs := make(map[bool]string)
	for _, tab := range regexp.MustCompile(`<div class="targeturl">([^<]*)</div>.*?'(/socket/[^']*)'`).FindAllStringSubmatch(string(list), -1) {
		tabs[tab[1] == "about:blank"] = tab[2]
	}
	w := &webkitInspector{socket: dial(t, "ws://"+address+tabs[true])}
	if _, err := w.run(t.Context(), fmt.Sprintf("location.href = %q", "http://"+address+"/Main.html?ws="+address+tabs[false])); err != nil {
		t.Fatal(err)
	}
	return c, w
}

func (w *webkitInspector) copied(ctx context.Context) (all []copiedRequest, err error) {
	text, err := w.run(ctx, `(() => {
		const all = [];
		for (const frame of globalThis.WI?.networkManager?.frames ?? []) {
			for (const r of frame.resourceCollection) {
				if (r.hasMetadata) all.push({ url: r.url, method: r.requestMethod, copied: { "curl": r.generateCURLCommand(), "fetch": r.generateFetchCode() } });
			}
		}
		return JSON.stringify(all);
	})()`)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal([]byte(text), &all)
	return all, err
}

// run runs a script in the tab, and returns its value. The tab can change its page in the
// meantime.
func (w *webkitInspector) run(ctx context.Context, script string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, programs.Patience, programs.ErrSilent)
	defer cancel()
	defer context.AfterFunc(ctx, func() { w.conn.Close() })()
	w.last++
	order, err := json.Marshal(map[string]any{
		"id": w.last, "method": "Runtime.evaluate",
		"params": map[string]any{"expression": script, "returnByValue": true},
	})
	if err != nil {
		return "", err
	}
	sent := ""
	for {
		if w.target != sent {
			if err := websocket.JSON.Send(w.conn, map[string]any{
				"id": w.last, "method": "Target.sendMessageToTarget",
				"params": map[string]any{"targetId": w.target, "message": string(order)},
			}); err != nil {
				return "", err
			}
			sent = w.target
		}
		var event struct {
			Method string
			Params struct {
				TargetInfo           struct{ TargetID string }
				NewTargetID, Message string
			}
		}
		if err := websocket.JSON.Receive(w.conn, &event); err != nil {
			return "", err
		}
		switch event.Method {
		case "Target.targetCreated":
			w.target = event.Params.TargetInfo.TargetID
		case "Target.didCommitProvisionalTarget":
			w.target = event.Params.NewTargetID
		case "Target.dispatchMessageFromTarget":
			var answer struct {
				ID     int
				Result struct {
					Result    struct{ Value string }
					WasThrown bool
				}
				Error json.RawMessage
			}
			if err := json.Unmarshal([]byte(event.Params.Message), &answer); err != nil {
				return "", err
			}
			if answer.ID != w.last {
				continue
			}
			if answer.Error != nil || answer.Result.WasThrown {
				return "", fmt.Errorf("WebKit's developer tools: %s", event.Params.Message)
			}
			return answer.Result.Result.Value, nil
		}
	}
}
