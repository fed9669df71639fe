package browser

import (
	"slices"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// scenarios returns all scenarios, sorted by subject.
func scenarios() []scenario {
	return slices.Concat(simple(), methodScenarios(), headerScenarios(), answers(), origins(), credentials(), caches(), redirects(), groupsAndRoutes())
}

// simple returns scenarios for requests without a preflight. Only the headers of the answer
// decide whether the page can read it.
func simple() []scenario {
	form := model.Body{Type: "application/x-www-form-urlencoded;charset=UTF-8", Content: []byte("a=b")}
	multipart := model.Body{Type: "multipart/form-data; boundary=x", Content: []byte("--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nhello\r\n--x--\r\n")}
	return []scenario{
		{name: "GET", config: only(), steps: []step{
			{wire: lines{"GET"}, sees: items},
		}},
		{name: "GET, any origin", config: core.Config{AllowOrigins: []string{"*"}}, steps: []step{
			{wire: lines{"GET"}, sees: items},
		}},
		{name: "HEAD", config: only(), steps: []step{
			{do: call{Method: "HEAD"}, wire: lines{"HEAD"}, sees: nothing},
		}},
		{name: "POST of text", config: only(), steps: []step{
			{do: call{Method: "POST", Body: model.Text("hello")}, wire: lines{"POST" + text}, sees: items},
		}},
		{name: "POST of a form", config: only(), steps: []step{
			{do: call{Method: "POST", Body: form}, wire: lines{"POST content-type=application/x-www-form-urlencoded;charset=UTF-8 body=a=b"}, sees: items},
		}},
		{name: "POST of a form with files", config: only(), steps: []step{
			{do: call{Method: "POST", Body: multipart}, wire: lines{"POST content-type=multipart/form-data"}, sees: items},
		}},
		{name: "POST of bytes without a type", config: only(), steps: []step{
			{do: call{Method: "POST", Body: model.Body{Content: []byte("hello")}}, wire: lines{"POST body=hello"}, sees: items},
		}},
		{name: "POST of nothing", config: only(), steps: []step{
			{do: call{Method: "POST"}, wire: lines{"POST"}, sees: items},
		}},
		{name: "no-cors GET", config: only(), steps: []step{
			{do: call{Mode: model.NoCORS}, wire: lines{"GET without Origin"}, sees: "opaque 0"},
		}},
		{name: "no-cors POST from a denied origin", config: core.Config{AllowOrigins: []string{elsewhere}}, steps: []step{
			{do: call{Method: "POST", Mode: model.NoCORS, Body: model.Text("hello")}, wire: lines{"POST" + text}, sees: "opaque 0"},
		}},
		{name: "same-origin mode across origins", config: only(), steps: []step{
			{do: call{Mode: model.SameOrigin}, sees: blocked},
		}},
	}
}

// methodScenarios returns scenarios for AllowMethods.
func methodScenarios() []scenario {
	listed := func(method string) scenario {
		return scenario{name: method, config: only(method), steps: []step{
			{do: call{Method: method}, wire: lines{"preflight " + method, method}, sees: items},
		}}
	}
	anyMethod := core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"*"}}
	anyWithCredentials := core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"*"}, AllowCredentials: true}
	return []scenario{
		listed("PUT"), listed("DELETE"), listed("PATCH"), listed("PURGE"), listed("QUERY"), listed("OPTIONS"),
		{name: "put is PUT", config: only("PUT"), steps: []step{
			{do: call{Method: "put"}, wire: lines{"preflight PUT", "PUT"}, sees: items},
		}},
		{name: "patch is not PATCH", config: only("PATCH"), steps: []step{
			{do: call{Method: "patch"}, wire: lines{"preflight patch"}, sees: blocked},
		}},
		{name: "method not listed", config: only("PUT"), steps: []step{
			{do: call{Method: "DELETE"}, wire: lines{"preflight DELETE"}, sees: blocked},
		}},
		{name: "no method listed", config: only(), steps: []step{
			{do: call{Method: "PUT"}, wire: lines{"preflight PUT"}, sees: blocked},
			{do: call{Method: "POST"}, wire: lines{"POST"}, sees: items},
		}},
		{name: "any method", config: anyMethod, steps: []step{
			{do: call{Method: "PURGE"}, wire: lines{"preflight PURGE", "PURGE"}, sees: items},
		}},
		{name: "any method, with credentials", config: anyWithCredentials, steps: []step{
			{do: call{Method: "PURGE", Credentials: model.Include}, wire: lines{"preflight PURGE", "PURGE"}, sees: items},
		}},
	}
}
