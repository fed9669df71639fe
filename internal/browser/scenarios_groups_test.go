package browser

import "github.com/corsuite/corsuite/core"

// groupsAndRoutes returns scenarios for policies on groups and routes, without OPTIONS
// routes.
func groupsAndRoutes() []scenario {
	denies := func(methods ...string) core.Config {
		return core.Config{AllowOrigins: []string{elsewhere}, AllowMethods: methods}
	}
	asking := headers{{Name: "X-A", Value: "1"}}
	sends := core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}}
	put := func(path string) call { return call{Method: "PUT", URL: path} }
	return []scenario{
		{name: "group", group: only("PUT"), steps: []step{
			{do: put("/group/items"), wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: call{Method: "DELETE", URL: "/group/items"}, wire: lines{"preflight DELETE"}, sees: blocked},
			{do: put("/items"), wire: lines{"preflight PUT"}, sees: blocked},
		}},
		{name: "group that denies", group: denies("PUT"), steps: []step{
			{do: put("/group/items"), wire: lines{"preflight PUT"}, sees: blocked},
			{do: call{URL: "/group/items"}, wire: lines{"GET"}, sees: blocked},
		}},
		{name: "group that denies in an application that allows", config: only("PUT"), group: denies("PUT"), steps: []step{
			{do: put("/group/items"), wire: lines{"preflight PUT"}, sees: blocked},
			{do: put("/items"), wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		{name: "group that allows in an application that denies", config: denies("PUT"), group: only("PUT"), steps: []step{
			{do: put("/group/items"), wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: put("/items"), wire: lines{"preflight PUT"}, sees: blocked},
		}},
		{name: "single route", route: only("PUT"), steps: []step{
			{do: put("/route/items"), wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: put("/group/items"), wire: lines{"preflight PUT"}, sees: blocked},
		}},
		{name: "single route in a group that denies", group: denies("PUT"), route: only("PUT"), steps: []step{
			{do: put("/group/own"), wire: lines{"preflight PUT", "PUT"}, sees: items},
			{do: put("/group/items"), wire: lines{"preflight PUT"}, sees: blocked},
		}},
		{name: "route without a policy in a group without one", route: only("PUT"), steps: []step{
			{do: call{URL: "/group/items", Headers: asking}, wire: lines{"preflight GET x-a"}, sees: blocked},
			{do: call{URL: "/group/items"}, wire: lines{"GET"}, sees: blocked},
		}},
		{name: "two policies on one path", group: sending("X-A"), route: only("PUT"), steps: []step{
			{do: call{URL: "/shared/items", Headers: asking}, wire: lines{"preflight GET x-a", "GET x-a=1"}, sees: items},
			{do: put("/shared/items"), wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		// A browser caches an answer for the whole URL, so each answer allows one method.
		{name: "two policies on one path, the first allows PUT", group: sends, route: denies("PUT"), steps: []step{
			{do: call{URL: "/shared/items", Headers: asking}, wire: lines{"preflight GET x-a", "GET x-a=1"}, sees: items},
			{do: put("/shared/items"), wire: lines{"preflight PUT"}, sees: blocked},
		}},
	}
}
