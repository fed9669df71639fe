package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
	"golang.org/x/net/websocket"
)

// socket is a WebSocket to a page that runs scripts, for the inspector's protocol of Chromium and WebKit.
type socket struct {
	conn *websocket.Conn
	last int
}

func dial(t *testing.T, url string) *socket {
	t.Helper()
	config, err := websocket.NewConfig(url, "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := config.DialContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &socket{conn: conn}
}

// chromiumInspector is the front end of Chromium's developer tools in a tab beside the page.
type chromiumInspector struct{ *socket }

func openChromiumInspector(t *testing.T, l *lab, p programs.Program) (engineClient, inspector) {
	t.Helper()
	p.Args = append(p.Args, "--remote-debugging-port=0", "--remote-allow-origins=*", "--ignore-certificate-errors")
	c := open(t, l, p)
	text, err := os.ReadFile(filepath.Join(p.Home, "profile", "DevToolsActivePort"))
	if err != nil {
		t.Fatal(err)
	}
	port, _, _ := strings.Cut(string(text), "\n")
	host := "127.0.0.1:" + port // as the content security policy of the tools has it
	type target struct{ Type, WebSocketDebuggerURL string }
	var pages []target
	if err := json.Unmarshal(askEngine(t, http.MethodGet, "http://"+host+"/json/list"), &pages); err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if page.Type == "page" {
			var tools target
			opened := askEngine(t, http.MethodPut, "http://"+host+"/json/new?devtools://devtools/bundled/devtools_app.html?ws="+strings.TrimPrefix(page.WebSocketDebuggerURL, "ws://"))
			if err := json.Unmarshal(opened, &tools); err != nil {
				t.Fatal(err)
			}
			return c, chromiumInspector{dial(t, tools.WebSocketDebuggerURL)}
		}
	}
	t.Fatalf("there is no page in %v", pages)
	return c, nil
}

// askEngine returns the answer of an engine's HTTP server.
func askEngine(t *testing.T, method, url string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (c chromiumInspector) copied(ctx context.Context) (all []copiedRequest, err error) {
	const script = `(async () => {
		const { NetworkLogView: { NetworkLogView } } = await import("devtools://devtools/bundled/panels/network/network.js");
		const { NetworkLog: { NetworkLog } } = await import("devtools://devtools/bundled/models/logs/logs.js");
		const all = [];
		for (const r of NetworkLog.instance().requests()) {
			all.push({ url: r.url(), method: r.requestMethod, copied: {
				"curl (bash)": await NetworkLogView.generateCurlCommand(r, "unix"),
				"curl (cmd)": await NetworkLogView.generateCurlCommand(r, "win"),
				"fetch": await NetworkLogView.prototype.generateFetchCall.call({}, r, 0),
				"fetch (Node.js)": await NetworkLogView.prototype.generateFetchCall.call({}, r, 1),
			} });
		}
		return JSON.stringify(all);
	})()`
	var answer struct {
		ID     int
		Result struct {
			Result           struct{ Value json.RawMessage }
			ExceptionDetails json.RawMessage
		}
		Error json.RawMessage
	}
	c.last++
	defer context.AfterFunc(ctx, func() { c.conn.Close() })()
	if err := websocket.JSON.Send(c.conn, map[string]any{
		"id": c.last, "method": "Runtime.evaluate",
		"params": map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true},
	}); err != nil {
		return nil, err
	}
	for answer.ID == 0 {
		if err := websocket.JSON.Receive(c.conn, &answer); err != nil {
			return nil, err
		}
	}
	if answer.Error != nil || answer.Result.ExceptionDetails != nil {
		return nil, fmt.Errorf("Chromium's developer tools: %s%s", answer.Error, answer.Result.ExceptionDetails)
	}
	var text string
	if json.Unmarshal(answer.Result.Result.Value, &text) != nil {
		return nil, nil // the front end was loaded while the script ran
	}
	err = json.Unmarshal([]byte(text), &all)
	return all, err
}
