package browser

import (
	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// origins returns scenarios for AllowOrigins, with pages on several origins.
func origins() []scenario {
	listed := func(entries ...string) core.Config {
		return core.Config{AllowOrigins: entries, AllowMethods: []string{"PUT"}}
	}
	get := step{wire: lines{"GET"}, sees: items}
	getDenied := step{wire: lines{"GET"}, sees: blocked}
	put := step{do: call{Method: "PUT"}, wire: lines{"preflight PUT", "PUT"}, sees: items}
	putDenied := step{do: call{Method: "PUT"}, wire: lines{"preflight PUT"}, sees: blocked}
	allowed, denied := []step{get, put}, []step{getDenied, putDenied}
	const (
		numeric   = "http://127.0.0.1:PAGE"
		subdomain = "http://app.localhost:PAGE"
		deeper    = "http://a.app.localhost:PAGE"
		preview   = "http://preview-1.localhost:PAGE"
	)
	return []scenario{
		{name: "denied GET still arrives", config: listed(elsewhere), steps: []step{getDenied}},
		{name: "denied POST still arrives", config: listed(elsewhere), steps: []step{
			{do: call{Method: "POST", Body: model.Text("hello")}, wire: lines{"POST" + text}, sees: blocked},
		}},
		{name: "denied PUT is never sent", config: listed(elsewhere), steps: []step{putDenied}},
		{name: "another port is another origin", config: listed(api, "http://localhost:3000"), steps: denied},
		{name: "another host is another origin", origin: numeric, config: listed(page), steps: denied},
		{name: "an IP address", origin: numeric, config: listed(elsewhere, numeric), steps: allowed},
		{name: "null is not in a list", origin: "null", config: listed(page), steps: denied},
		{name: "null, any origin", origin: "null", config: listed("*"), steps: allowed},
		{name: "any port", config: listed("http://localhost:*"), steps: allowed},
		{name: "any port of another host", origin: numeric, config: listed("http://localhost:*"), steps: denied},
		{name: "subdomain", origin: subdomain, config: listed("http://*.localhost:PAGE"), steps: allowed},
		{name: "subdomain of a subdomain", origin: deeper, config: listed("http://*.localhost:PAGE"), steps: allowed},
		{name: "subdomain at any port", origin: subdomain, config: listed("http://*.localhost:*"), steps: allowed},
		{name: "a domain is not its own subdomain", config: listed("http://*.localhost:PAGE"), steps: denied},
		{name: "part of a label", origin: preview, config: listed("http://preview-*.localhost:PAGE"), steps: allowed},
		{name: "part of another label", origin: subdomain, config: listed("http://preview-*.localhost:PAGE"), steps: denied},
		{name: "same origin, not listed", origin: api, config: listed(elsewhere), steps: []step{
			{wire: lines{"GET without Origin"}, sees: own},
			{do: call{Method: "POST"}, wire: lines{"POST"}, sees: own},
			{do: call{Method: "PUT", Headers: headers{{Name: "X-A", Value: "1"}}}, wire: lines{"PUT x-a=1"}, sees: own},
			{do: call{Method: "OPTIONS"}, wire: lines{"OPTIONS"}, sees: own},
		}},
	}
}

// credentials returns scenarios for AllowCredentials.
func credentials() []scenario {
	config := core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, AllowCredentials: true}
	login := step{do: call{URL: "/login", Credentials: model.Include}, wire: lines{"GET"}, sees: items}
	lost := login
	lost.sees = blocked
	get := func(c model.Credentials, wire, sees string) step {
		return step{do: call{Credentials: c}, wire: lines{wire}, sees: sees}
	}
	credentialed := upload("POST")
	credentialed.Credentials = model.Include
	const cookie = "GET cookie=session=1"
	return []scenario{
		{name: "cookies", config: config, steps: []step{
			login,
			get(model.Include, cookie, items),
			get(model.SameOriginCredentials, "GET", items),
			get(model.Omit, "GET", items),
		}},
		{name: "cookies, but not on preflights", config: config, steps: []step{
			login,
			{do: call{Method: "PUT", Credentials: model.Include}, wire: lines{"preflight PUT", "PUT cookie=session=1"}, sees: items},
		}},
		{name: "cookies of an upload with a listener", config: config, steps: []step{
			login,
			{do: credentialed, wire: lines{"preflight POST", "POST content-type=text/plain;charset=UTF-8 cookie=session=1 body=hello"}, sees: items},
		}},
		{name: "cookies are not stored without credentials", config: config, steps: []step{
			{do: call{URL: "/login"}, wire: lines{"GET"}, sees: items},
			get(model.Include, "GET", items),
		}},
		{name: "credentials not allowed", config: only("PUT"), steps: []step{
			lost, // the page cannot read the answer, but the browser stores the cookie
			get(model.Include, cookie, blocked),
			get(model.SameOriginCredentials, "GET", items),
			{do: call{Method: "PUT", Credentials: model.Include}, wire: lines{"preflight PUT"}, sees: blocked},
		}},
		{name: "credentials and any origin", config: core.Config{AllowOrigins: []string{"*"}, AllowMethods: []string{"PUT"}}, steps: []step{
			get(model.Include, "GET", blocked),
			{do: call{Method: "PUT", Credentials: model.Include}, wire: lines{"preflight PUT"}, sees: blocked},
			get(model.Omit, "GET", items),
		}},
		{name: "credentials of a denied origin", config: core.Config{AllowOrigins: []string{elsewhere}, AllowCredentials: true}, steps: []step{
			lost,
			get(model.Include, cookie, blocked),
		}},
		{name: "cookies of a no-cors GET", config: config, steps: []step{
			login,
			{do: call{Mode: model.NoCORS, Credentials: model.Include}, wire: lines{"GET without Origin cookie=session=1"}, sees: "opaque 0"},
		}},
		{name: "cookies of the same origin", origin: api, config: config, steps: []step{
			{do: call{URL: "/login"}, wire: lines{"GET without Origin"}, sees: own},
			get(model.SameOriginCredentials, "GET without Origin cookie=session=1", own),
			get(model.Omit, "GET without Origin", own),
		}},
		{name: "cookies from another site", origin: "http://127.0.0.1:PAGE", steps: []step{
			login,
			get(model.Include, cookie, items),
		}, config: core.Config{AllowOrigins: []string{"http://127.0.0.1:PAGE"}, AllowCredentials: true}},
	}
}
