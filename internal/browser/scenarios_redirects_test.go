package browser

import (
	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// redirects returns scenarios for redirects: to the same origin, or to another name of the
// same server, which is another origin.
func redirects() []scenario {
	anyone := core.Config{AllowOrigins: []string{"*"}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A", "Authorization"}}
	hello := model.Text("hello")
	const (
		here  = items + " from /items"
		there = items + " from 127.0.0.1/items"
	)
	return []scenario{
		{name: "redirect", config: only(), steps: []step{
			{do: call{URL: "/moved/302/here"}, wire: lines{"GET", "GET at /items"}, sees: here},
		}},
		{name: "redirect elsewhere, listed", config: only(), steps: []step{
			{do: call{URL: "/moved/302/there"}, wire: lines{"GET", "GET from null at 127.0.0.1/items"}, sees: blocked},
		}},
		{name: "redirect elsewhere, any origin", config: anyone, steps: []step{
			{do: call{URL: "/moved/302/there"}, wire: lines{"GET", "GET from null at 127.0.0.1/items"}, sees: there},
		}},
		{name: "redirect of a denied origin", config: core.Config{AllowOrigins: []string{elsewhere}}, steps: []step{
			{do: call{URL: "/moved/302/here"}, wire: lines{"GET"}, sees: blocked},
		}},
		{name: "302 changes a POST to a GET", config: only(), steps: []step{
			{do: call{Method: "POST", URL: "/moved/302/here", Body: hello}, wire: lines{"POST" + text, "GET at /items"}, sees: here},
		}},
		{name: "307 keeps a POST", config: only(), steps: []step{
			{do: call{Method: "POST", URL: "/moved/307/here", Body: hello}, wire: lines{"POST" + text, "POST at /items" + text}, sees: here},
		}},
		{name: "303 changes a PUT to a GET", config: only("PUT"), steps: []step{
			{do: call{Method: "PUT", URL: "/moved/303/here"}, wire: lines{"preflight PUT", "PUT", "GET at /items"}, sees: here},
		}},
		{name: "308 keeps a PUT, with two preflights", config: only("PUT"), steps: []step{
			{do: call{Method: "PUT", URL: "/moved/308/here"}, wire: lines{"preflight PUT", "PUT", "preflight PUT at /items", "PUT at /items"}, sees: here},
		}},
		{name: "PUT elsewhere, listed", config: only("PUT"), steps: []step{
			{do: call{Method: "PUT", URL: "/moved/307/there"}, wire: lines{"preflight PUT", "PUT", "preflight PUT from null at 127.0.0.1/items"}, sees: blocked},
		}},
		{name: "PUT elsewhere, any origin", config: anyone, steps: []step{
			{
				do:   call{Method: "PUT", URL: "/moved/307/there"},
				wire: lines{"preflight PUT", "PUT", "preflight PUT from null at 127.0.0.1/items", "PUT from null at 127.0.0.1/items"}, sees: there,
			},
		}},
		{name: "a header elsewhere", config: anyone, steps: []step{
			{
				do: call{URL: "/moved/307/there", Headers: headers{{Name: "X-A", Value: "1"}}},
				wire: lines{
					"preflight GET x-a", "GET x-a=1",
					"preflight GET x-a from null at 127.0.0.1/items", "GET from null at 127.0.0.1/items x-a=1",
				}, sees: there,
			},
		}},
		{name: "Authorization is removed at a redirect", config: anyone, steps: []step{
			{
				do:   call{URL: "/moved/307/there", Headers: headers{{Name: "Authorization", Value: "Bearer t"}}},
				wire: lines{"preflight GET authorization", "GET authorization=Bearer t", "GET from null at 127.0.0.1/items"}, sees: there,
			},
		}},
		{name: "same origin, then elsewhere", origin: api, config: core.Config{AllowOrigins: []string{api}}, steps: []step{
			{do: call{URL: "/moved/302/there"}, wire: lines{"GET without Origin", "GET at 127.0.0.1/items"}, sees: there},
		}},
		{name: "same origin, then elsewhere, denied", origin: api, config: core.Config{AllowOrigins: []string{elsewhere}}, steps: []step{
			{do: call{URL: "/moved/302/there"}, wire: lines{"GET without Origin", "GET at 127.0.0.1/items"}, sees: blocked},
		}},
		{name: "redirect: error", config: only(), steps: []step{
			{do: call{URL: "/moved/302/here", Redirect: model.Error}, wire: lines{"GET"}, sees: blocked},
		}},
		{name: "redirect: manual", config: only(), steps: []step{
			{do: call{URL: "/moved/302/here", Redirect: model.Manual}, wire: lines{"GET"}, sees: "opaqueredirect 0"},
		}},
	}
}
