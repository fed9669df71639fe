package browser

import (
	"time"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// caches returns scenarios for the preflight cache of browsers, which has entries for each
// URL. Two are for the HTTP cache: a page must not get an answer for another page.
func caches() []scenario {
	put := step{do: call{Method: "PUT"}, wire: lines{"preflight PUT", "PUT"}, sees: items}
	again := step{do: call{Method: "PUT"}, wire: lines{"PUT"}, sees: items}
	aged := func(age time.Duration) core.Config {
		return core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, MaxAge: age}
	}
	denied := core.Config{AllowOrigins: []string{elsewhere}, AllowMethods: []string{"PUT"}}
	everything := core.Config{
		AllowOrigins: []string{page}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"},
	}
	credentialed := everything
	credentialed.AllowCredentials = true
	listed := only("PUT")
	listed.AllowCredentials = true
	plain := call{Method: "PUT"}
	include := call{Method: "PUT", Credentials: model.Include}
	noCORS := step{do: call{URL: "/cached", Mode: model.NoCORS}, wire: lines{"GET without Origin"}, sees: "opaque 0"}
	const kept = "cors 200 items cache-control=max-age=3600 content-type"
	gets := func(name string) call { return call{Headers: headers{{Name: name, Value: "1"}}} }
	return []scenario{
		{name: sixSets, config: core.Config{
			AllowOrigins: []string{page}, AllowMethods: []string{"PUT", "DELETE", "PATCH"},
			AllowHeaders: []string{"Authorization", "Content-Type", "X-A"},
		}, steps: six()},
		{name: "one preflight for a URL", config: only("PUT"), steps: []step{put, again}},
		{name: "a preflight for each query", config: only("PUT"), steps: []step{
			put,
			{do: call{Method: "PUT", URL: "/items?page=2"}, wire: lines{"preflight PUT", "PUT"}, sees: items},
			again,
		}},
		{name: "an hour", config: aged(time.Hour), steps: []step{put, again}},
		{name: "a day", config: aged(24 * time.Hour), steps: []step{put, again}},
		{name: "caching disabled", config: aged(-1), steps: []step{put, put}},
		{name: "not for the other host", config: only("PUT"), steps: []step{
			put,
			{host: "127.0.0.1", do: plain, wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		{name: "one preflight for the origin null", origin: "null", config: core.Config{AllowOrigins: []string{"*"}, AllowMethods: []string{"PUT"}}, steps: []step{put, again}},
		{name: "a rejected preflight is not cached", config: only(), steps: []step{
			{do: plain, wire: lines{"preflight PUT"}, sees: blocked},
			{reload: new(only("PUT")), do: plain, wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		{name: "cached while the policy changes", config: only("PUT"), steps: []step{
			put,
			{reload: new(only()), do: plain, wire: lines{"PUT"}, sees: items},
		}},
		{name: "removed from the cache when an actual answer is blocked", config: only("PUT"), steps: []step{
			put,
			{reload: &denied, do: plain, wire: lines{"PUT"}, sees: blocked},
			{reload: new(only("PUT")), do: plain, wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		{name: "without credentials, then with", config: listed, steps: []step{
			{do: plain, wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: include, wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		{name: "with credentials, then without", config: listed, steps: []step{
			{do: include, wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: plain, wire: lines{"PUT"}, sees: items},
		}},
		{name: "any method, then another", config: everything, steps: []step{
			put,
			{do: call{Method: "DELETE"}, wire: lines{"DELETE"}, sees: items},
		}},
		{name: "any header, then another", config: everything, steps: []step{
			{do: gets("X-A"), wire: lines{"preflight GET x-a", "GET x-a=1"}, sees: items},
			{do: gets("X-B"), wire: lines{"GET x-b=1"}, sees: items},
		}},
		{name: "any method with credentials, then another", config: credentialed, steps: []step{
			{do: include, wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: call{Method: "DELETE", Credentials: model.Include}, wire: lines{"preflight DELETE", "DELETE"}, sees: items},
			{do: include, wire: lines{"PUT"}, sees: items},
		}},
		{name: "no-cors answer in the HTTP cache, any origin", config: core.Config{AllowOrigins: []string{"*"}}, steps: []step{
			noCORS,
			{do: call{URL: "/cached"}, wire: lines{"GET"}, sees: kept, cached: true},
		}},
		{name: "no-cors answer in the HTTP cache, listed", config: only(), steps: []step{
			noCORS,
			{do: call{URL: "/cached"}, wire: lines{"GET"}, sees: kept}, // not from the cache, because of Vary: Origin
			{do: call{URL: "/cached"}, wire: lines{"GET"}, sees: kept, cached: true},
		}},
		{name: "upload with a listener, twice", config: only(), steps: []step{
			{do: upload("POST"), wire: lines{"preflight POST", "POST" + text}, sees: items},
			{do: upload("POST"), wire: lines{"POST" + text}, sees: items},
		}},
		{name: "upload with a listener, after a PUT", config: only("PUT"), steps: []step{
			put,
			{do: upload("POST"), wire: lines{"preflight POST", "POST" + text}, sees: items},
		}},
	}
}

const sixSets = "six method and header sets on one URL"

// six returns calls with six method and header sets on one URL. One preflight is enough for
// all, because its answer lists everything that is allowed.
func six() []step {
	token := model.Header{Name: "Authorization", Value: "Bearer t"}
	json := model.Header{Name: "Content-Type", Value: "application/json"}
	custom := model.Header{Name: "X-A", Value: "1"}
	return []step{
		{do: call{Headers: headers{token}}, wire: lines{"preflight GET authorization", "GET authorization=Bearer t"}, sees: items},
		{do: call{Method: "POST", Headers: headers{json}, Body: model.Text("{}")}, wire: lines{"POST content-type=application/json body={}"}, sees: items},
		{do: call{Method: "PUT", Headers: headers{json, token}, Body: model.Text("{}")}, wire: lines{"PUT authorization=Bearer t content-type=application/json body={}"}, sees: items},
		{do: call{Method: "PATCH", Headers: headers{custom}}, wire: lines{"PATCH x-a=1"}, sees: items},
		{do: call{Method: "DELETE"}, wire: lines{"DELETE"}, sees: items},
		{do: call{Method: "DELETE", Headers: headers{custom, token}}, wire: lines{"DELETE authorization=Bearer t x-a=1"}, sees: items},
	}
}
