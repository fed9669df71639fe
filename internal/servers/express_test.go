package servers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"

	"github.com/corsuite/corsuite/internal/programs"
)

func express() server {
	f := frame{
		file: "server.js",
		before: `const express = require("express");
const cors = require("cors");
const items = (req, res) => res.send("items");
const auth = (req, res, next) => (req.headers.authorization ? next() : res.sendStatus(401));
// fields returns the fields of the options for cors that text has.
const fields = (text) => new Function("cors", "return " + text)((options) => options);
`,
		around: `
{
	const app = express();
	CONFIG
	app.listen({{.Port}}, "127.0.0.1");
}
`,
	}
	return server{"Express", expressMistakes(), func(t *testing.T, sites []*site) {
		t.Helper()
		path := programs.Find(t, programs.Servers, "nodejs", "/usr/bin/node")
		if f.env == nil {
			f.env = []string{"NODE_PATH=" + installExpress(t)}
		}
		f.run(t, path, programs.NewHome(t), sites, "FILE")
	}}
}

// installExpress installs the versions of testdata, and returns their folder. npm uses the
// settings and the cache of the user.
func installExpress(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", "express", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	npm := programs.Find(t, programs.Servers, "npm", "/usr/bin/npm")
	install := exec.CommandContext(t.Context(), npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		programs.Missing(t, programs.Servers, fmt.Sprintf("npm ci: %v: %s", err, out))
	}
	return filepath.Join(dir, "node_modules")
}

// options is an application with these options for cors, and the fields that corsprobe
// proposes.
func options(fields string) string {
	return "const options = " + fields + `;
	{{if .Fix}}Object.assign(options, fields(` + "`{{.Fix}}`" + `));{{end}}
	app.use(cors(options));
	app.get("/items", items);
	app.put("/items", items);`
}

func expressMistakes() []mistake {
	return []mistake{
		{
			name: "authentication before cors", report: "auth0/node-oauth2-jwt-bearer#44", cause: "preflight-unauthorized",
			call: authorized(),
			config: `const options = { origin: "{{.Page}}" };
	{{.Fix}}
	app.use(auth, cors(options));
	app.get("/items", items);`,
		},
		{
			name: "a final slash", report: "couchbase/sync_gateway#998", cause: "allow-origin-slash",
			call:   get(),
			config: options(`{ origin: "{{.Page}}/" }`),
		},
		{
			name: "the defaults with credentials", report: "restify/node-restify#522", cause: "allow-origin-wildcard",
			call:   credentialed(get()),
			config: options(`{}`),
		},
		{
			name: "no credentials", report: "RealDevSquad/website-backend#59", cause: "allow-credentials-missing",
			call:   credentialed(put()),
			config: options(`{ origin: "{{.Page}}" }`),
		},
		{
			name: "cors after the body parser", report: "cocos/cocos-cli#495", cause: "error-without-cors",
			call: func() (r model.Request) {
				r = put()
				r.Body.Content = []byte("{")
				return r
			}(),
			config: `{{if .Fix}}const options = fields(` + "`{{.Last}}`" + `);
	{{.First}}{{end}}
	app.use(express.json());
	app.use(cors({ origin: "{{.Page}}" }));
	app.put("/items", items);`,
		},
		{
			name: "cors on the route alone", report: "expressjs/cors#126", cause: "allow-origin-missing",
			call: put(),
			config: "{{if .Fix}}app.use(cors(fields(`{{.Fix}}`)));{{end}}" + `
	app.put("/items", cors({ origin: "{{.Page}}" }), items);`,
		},
		{
			name: "no method", report: "expressjs/cors#80", cause: "method-missing",
			call:   put(),
			config: options(`{ origin: "{{.Page}}", methods: ["GET", "POST"] }`),
		},
		{
			name: "several origins in one string", report: "azukaar/Cosmos-Server#543", cause: "allow-origin-multiple",
			call:   get(),
			config: options(`{ origin: "https://app.example.com,{{.Page}}" }`),
		},
	}
}
