package browser

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

// firefoxInspector is the network panel of Firefox, to which the debugger of the browser
// itself gives access.
type firefoxInspector struct {
	*debugger
	console string // the actor that runs scripts
}

func openFirefoxInspector(t *testing.T, l *lab, s *copyServers, p programs.Program) (engineClient, inspector) {
	t.Helper()
	socket := filepath.Join(p.Home, "debugger")
	p.Args = append(p.Args, "--start-debugger-server", socket)
	c := open(t, l, p)
	f := firefoxInspector{debugger: connect(t, c, socket)}
	descriptor, err := f.ask(map[string]any{"to": "root", "type": "getProcess", "id": 0})
	if err != nil {
		t.Fatal(err)
	}
	process, err := f.ask(map[string]any{"to": descriptor.ProcessDescriptor.Actor, "type": "getTarget"})
	if err != nil {
		t.Fatal(err)
	}
	f.console = process.Process.ConsoleActor
	certificate := base64.StdEncoding.EncodeToString(s.page.Certificate().Raw)
	ports := strings.Join([]string{port(s.page.Listener), port(s.http1.Listener), port(s.http2.Listener)}, ", ")
	_, err = f.run(t.Context(), `
		const certificate = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).constructX509FromBase64("`+certificate+`");
		const overrides = Cc["@mozilla.org/security/certoverride;1"].getService(Ci.nsICertOverrideService);
		for (const port of [`+ports+`]) overrides.rememberValidityOverride("localhost", port, {}, certificate, true);
		const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
		const { gDevTools } = require("devtools/client/framework/devtools");
		const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
		const toolbox = await gDevTools.showToolboxForTab(gBrowser.selectedTab, { toolId: "netmonitor" });
		globalThis.corsuite = toolbox.getPanel("netmonitor").panelWin;
		return "";`)
	if err != nil {
		t.Fatal(err)
	}
	return c, f
}

func (f firefoxInspector) copied(ctx context.Context) (all []copiedRequest, err error) {
	text, err := f.run(ctx, `
		const { store, connector, windowRequire } = globalThis.corsuite;
		const Menu = windowRequire("devtools/client/netmonitor/src/widgets/RequestListContextMenu");
		const menu = new Menu({ connector });
		// The menu copies to the clipboard.
		const { getText } = windowRequire("devtools/shared/platform/clipboard");
		const requests = () => store.getState().requests.requests.filter((r) => !r.url.endsWith("/report"));
		const parts = ["requestHeaders", "requestPostData", "responseHeaders"];
		await Promise.all(requests().flatMap((r) => parts.filter((part) => !r[part]).map((part) => connector.requestData(r.id, part))));
		const all = [];
		for (const { id, url, method, httpVersion, requestHeaders, requestPostData, responseHeaders } of requests()) {
			const curl = async (os) => {
				await menu.copyAsCurl(id, url, method, httpVersion, requestHeaders, requestPostData, responseHeaders, os);
				return getText();
			};
			all.push({ url, method, copied: {
				"curl (bash)": await curl("Linux"),
				"curl (cmd)": await curl("WINNT"),
				"fetch": await menu.generateFetchString(id, url, method, requestHeaders, requestPostData),
			} });
		}
		return JSON.stringify(all);`)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal([]byte(text), &all)
	return all, err
}

// run runs the body of an asynchronous function, and returns the string that it returns.
func (f firefoxInspector) run(ctx context.Context, body string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, programs.Patience, programs.ErrSilent)
	defer cancel()
	defer context.AfterFunc(ctx, func() { f.conn.Close() })()
	asked, err := f.ask(map[string]any{
		"to": f.console, "type": "evaluateJSAsync", "mapped": map[string]any{"await": true},
		"text": "(async () => {" + body + "})().catch((e) => ({ failed: String(e) }))",
	})
	if err != nil {
		return "", err
	}
	for {
		p, err := f.next()
		if err != nil {
			return "", err
		}
		if p.Type != "evaluationResult" || p.ResultID != asked.ResultID {
			continue
		}
		var text string
		if json.Unmarshal(p.Result, &text) == nil && p.Exception == nil {
			return text, nil
		}
		var long struct {
			Type, Actor string
			Length      int
		}
		if err := json.Unmarshal(p.Result, &long); err != nil || long.Type != "longString" {
			return "", fmt.Errorf("Firefox's developer tools: %s%s", p.Exception, p.Result)
		}
		whole, err := f.ask(map[string]any{"to": long.Actor, "type": "substring", "start": 0, "end": long.Length})
		return whole.Substring, err
	}
}
