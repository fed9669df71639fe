package browser

import (
	"strings"

	"github.com/corsuite/corsuite/core"
	model "github.com/corsuite/corsuite/core/browser"
)

// sending returns a config for the origin of most pages, with these request headers.
func sending(names ...string) core.Config {
	return core.Config{AllowOrigins: []string{page}, AllowHeaders: names}
}

// text is the part of a line for a request with the text hello.
const text = " content-type=text/plain;charset=UTF-8 body=hello"

// types is a value of Accept. Two of them together are too long for a simple request.
const types = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*"

// upload returns an XMLHttpRequest with a listener on its upload.
func upload(method string) call {
	return call{Method: method, UploadListener: true, Body: model.Text("hello")}
}

// headerScenarios returns scenarios for AllowHeaders.
func headerScenarios() []scenario {
	json := call{Method: "POST", Headers: headers{{Name: "Content-Type", Value: "application/json"}}, Body: model.Text("{}")}
	token := headers{{Name: "Authorization", Value: "Bearer t"}}
	withCredentials := sending("*")
	withCredentials.AllowCredentials = true
	simple := func(name, value string) scenario {
		return scenario{name: "simple " + name + ": " + value, config: only(), steps: []step{
			{do: call{Headers: headers{{Name: name, Value: value}}}, wire: lines{"GET " + strings.ToLower(name) + "=" + value}, sees: items},
		}}
	}
	asked := func(name, value string) scenario {
		lower := strings.ToLower(name)
		return scenario{name: "preflighted " + name + ": " + value[:min(len(value), 20)], config: sending(name), steps: []step{
			{do: call{Headers: headers{{Name: name, Value: value}}}, wire: lines{"preflight GET " + lower, "GET " + lower + "=" + value}, sees: items},
		}}
	}
	return []scenario{
		{name: "POST of JSON", config: sending("Content-Type"), steps: []step{
			{do: json, wire: lines{"preflight POST content-type", "POST content-type=application/json body={}"}, sees: items},
		}},
		{name: "POST of JSON, not listed", config: sending("X-A"), steps: []step{
			{do: json, wire: lines{"preflight POST content-type"}, sees: blocked},
		}},
		{name: "POST of a Blob of JSON", config: sending("Content-Type"), steps: []step{
			{
				do:   call{Method: "POST", Body: model.Body{Type: "application/json", Content: []byte("{}")}},
				wire: lines{"preflight POST content-type", "POST content-type=application/json body={}"}, sees: items,
			},
		}},
		simple("Accept", "application/json"),
		simple("Accept-Language", "de"),
		simple("Content-Language", "de"),
		simple("Content-Type", "text/plain;charset=utf-8"),
		simple("Range", "bytes=0-3"),
		asked("Accept", strings.Repeat("a", 129)),
		asked("Accept", "text/html;a=(b)"),
		asked("Accept-Language", "de_DE"),
		asked("Authorization", "Bearer t"),
		asked("Cache-Control", "no-cache"),
		asked("Range", "bytes=-3"),
		asked("X-CSRF-Token", "t"),
		{name: "two headers, sorted, listed in any case", config: sending("x-b", "X-A"), steps: []step{
			{
				do:   call{Method: "POST", Headers: headers{{Name: "X-B", Value: "2"}, {Name: "x-a", Value: "1"}, {Name: "Accept", Value: "text/html"}}},
				wire: lines{"preflight POST x-a,x-b", "POST accept=text/html x-a=1 x-b=2"}, sees: items,
			},
		}},
		{name: "one of two headers not listed", config: sending("X-A"), steps: []step{
			{do: call{Headers: headers{{Name: "X-A", Value: "1"}, {Name: "X-B", Value: "2"}}}, wire: lines{"preflight GET x-a,x-b"}, sees: blocked},
		}},
		{name: "two values of one header, too long together", config: sending("Accept"), steps: []step{
			{
				do:   call{Headers: headers{{Name: "Accept", Value: types}, {Name: "Accept", Value: types}}},
				wire: lines{"GET accept=" + types + ", " + types}, sees: items,
			},
		}},
		{name: "any header", config: sending("*"), steps: []step{
			{do: call{Headers: headers{{Name: "X-A", Value: "1"}}}, wire: lines{"preflight GET x-a", "GET x-a=1"}, sees: items},
		}},
		{name: "any header, with credentials", config: withCredentials, steps: []step{
			{do: call{Credentials: model.Include, Headers: headers{{Name: "X-A", Value: "1"}}}, wire: lines{"preflight GET x-a", "GET x-a=1"}, sees: items},
		}},
		{name: "any header except Authorization", config: sending("*"), steps: []step{
			{do: call{Headers: token}, wire: lines{"preflight GET authorization"}, sees: blocked},
		}},
		{name: "any header, and Authorization", config: sending("*", "Authorization"), steps: []step{
			{do: call{Headers: token}, wire: lines{"preflight GET authorization", "GET authorization=Bearer t"}, sees: items},
		}},
		{name: "any header except Authorization, with credentials", config: withCredentials, steps: []step{
			{do: call{Credentials: model.Include, Headers: token}, wire: lines{"preflight GET authorization"}, sees: blocked},
		}},
		{name: "upload with a listener", config: only(), steps: []step{
			{do: upload("POST"), wire: lines{"preflight POST", "POST" + text}, sees: items},
		}},
		{name: "upload of nothing with a listener", config: only(), steps: []step{
			{do: call{Method: "POST", UploadListener: true}, wire: lines{"preflight POST", "POST"}, sees: items},
		}},
		{name: "upload with a listener, by a method that is listed", config: only("PUT"), steps: []step{
			{do: upload("PUT"), wire: lines{"preflight PUT", "PUT" + text}, sees: items},
		}},
		{name: "upload with a listener, where no method is listed", config: only(), steps: []step{
			{do: upload("PUT"), wire: lines{"preflight PUT", "PUT" + text}, sees: items},
		}},
		{name: "upload with a listener, denied", config: core.Config{AllowOrigins: []string{elsewhere}}, steps: []step{
			{do: upload("POST"), wire: lines{"preflight POST"}, sees: blocked},
		}},
	}
}

// answers returns scenarios for the parts of an answer that a page can read.
func answers() []scenario {
	exposing := func(names ...string) core.Config {
		return core.Config{AllowOrigins: []string{page}, ExposeHeaders: names}
	}
	status := func(status int) core.Config {
		return core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, PreflightStatus: status}
	}
	credentialed := exposing("X-Total")
	credentialed.AllowCredentials = true
	put := func(name string, config core.Config) scenario {
		return scenario{name: name, config: config, steps: []step{
			{do: call{Method: "PUT"}, wire: lines{"preflight PUT", "PUT"}, sees: items},
		}}
	}
	return []scenario{
		{name: "exposed headers", config: exposing("x-total", "ETag"), steps: []step{
			{wire: lines{"GET"}, sees: items + " etag x-total"},
		}},
		{name: "exposed, after a preflight", config: core.Config{AllowOrigins: []string{page}, AllowMethods: []string{"PUT"}, ExposeHeaders: []string{"X-Total"}}, steps: []step{
			{do: call{Method: "PUT"}, wire: lines{"preflight PUT", "PUT"}, sees: items + " x-total"},
		}},
		{name: "everything exposed", config: core.Config{AllowOrigins: []string{"*"}, ExposeHeaders: []string{"*"}}, steps: []step{
			{wire: lines{"GET"}, sees: items + " access-control-allow-origin=* etag x-secret x-total"},
			{do: call{URL: "/login"}, wire: lines{"GET"}, sees: items + " access-control-allow-origin=* etag x-secret x-total"},
		}},
		{name: "exposed, with credentials", config: credentialed, steps: []step{
			{do: call{Credentials: model.Include}, wire: lines{"GET"}, sees: items + " x-total"},
		}},
		{name: "404 can be read", config: only(), steps: []step{
			{do: call{URL: "/nowhere"}, wire: lines{"GET"}, sees: "cors 404"},
		}},
		{name: "404 after a preflight", config: only("PUT"), steps: []step{
			{do: call{Method: "PUT", URL: "/nowhere"}, wire: lines{"preflight PUT", "PUT"}, sees: "cors 404"},
		}},
		{name: "500 can be read", config: only(), steps: []step{
			{do: call{URL: "/broken"}, wire: lines{"GET"}, sees: "cors 500"},
		}},
		put("preflight answered 200", status(200)),
		put("preflight answered 299", status(299)),
	}
}
