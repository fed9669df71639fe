package corstest

import "github.com/corsuite/corsuite/core"

// nestedCases have two policies around one handler: the inner one decides alone
// about actual requests, the outer one answers preflights.
func nestedCases() []testCase {
	inner := core.Config{AllowOrigins: []string{evil}, ExposeHeaders: []string{"X-Inner"}}
	nested := func(name string, outer, inner core.Config, request string, status int, want ...string) testCase {
		return testCase{name: name, configs: []core.Config{outer, inner}, steps: []step{{request: request, status: status, want: want}}}
	}
	fromApp, fromEvil := "GET /items\nOrigin: "+app, "GET /items\nOrigin: "+evil
	foreign := one("a stranger's headers before", listed(), fromApp, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin)
	foreign.outer = func(h Header) {
		h.Add("Access-Control-Allow-Origin", "*")
		h.Add("Access-Control-Allow-Origin", evil)
		h.Add("Access-Control-Allow-Credentials", "true")
		h.Add("Access-Control-Expose-Headers", "X-Secret")
	}
	stray := one("a stranger's credentials before", listed(), fromApp, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin)
	stray.outer = func(h Header) {
		h.Add("Access-Control-Allow-Credentials", "true")
		h.Add("Access-Control-Allow-Methods", "*")
	}
	strayDenied := one("a stranger's credentials before, denied", listed(), fromEvil, 200, varyOrigin)
	strayDenied.outer = stray.outer
	foreignDenied := one("a stranger's headers before, denied", listed(), fromEvil, 200, varyOrigin)
	foreignDenied.outer = foreign.outer
	return []testCase{
		foreign, foreignDenied, stray, strayDenied,
		nested("both allow", credentialed(), listed(), fromApp, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin),
		nested("the inner one denies", credentialed(), inner, fromApp, 200, varyOrigin),
		nested("the inner one denies, every origin outside", every(), inner, fromApp, 200, varyOrigin),
		nested("the outer one denies", listed(), inner, fromEvil, 200, "Allow-Origin: "+evil, "Expose-Headers: X-Inner", varyOrigin),
		nested("every origin inside", listed(), every(), fromApp, 200, "Allow-Origin: *", "Expose-Headers: X-Total", varyOrigin),
		nested("preflight", listed(), inner, "OPTIONS /items\nOrigin: "+app+"\nAccess-Control-Request-Method: PUT", 204,
			"Allow-Origin: "+app, "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 600", varyOptions),
	}
}

// memoryCases let a handler do what it likes with the slices it finds in the
// answer's headers: neither its own answer's neighbours nor the next answer may
// show it.
func memoryCases() (cases []testCase) {
	from, plain, options := "GET /items\nOrigin: "+app, "GET /items", "OPTIONS /items\nOrigin: "+app
	for _, c := range []testCase{
		one("not CORS", listed(), plain, 200, varyOrigin),
		one("allowed", listed(), from, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOrigin),
		one("allowed with credentials", credentialed(), from, 200, "Allow-Origin: "+app, "Allow-Credentials: true", "Expose-Headers: X-Total", varyOrigin),
		one("allowed, OPTIONS", listed(), options, 200, "Allow-Origin: "+app, "Expose-Headers: X-Total", varyOptions),
		one("denied", listed(), "GET /items\nOrigin: "+evil, 200, varyOrigin),
		one("every origin", every(), from, 200, "Allow-Origin: *", "Expose-Headers: X-Total"),
	} {
		changed, grown := c, c
		changed.name += ", values changed in place"
		changed.handle = changeOnce()
		spoiled := c.steps[0]
		spoiled.spoiled = true
		changed.steps = []step{spoiled, c.steps[0], c.steps[0]}
		grown.name += ", values grown in place"
		grown.handle = grow
		cases = append(cases, changed, grown)
	}
	// No handler runs for a preflight, but what is further out may come back to
	// the headers when they are sent.
	preflight := one("preflight, values changed in place", credentialed(), "OPTIONS /items\nOrigin: "+app+"\nAccess-Control-Request-Method: PUT", 299,
		"Allow-Origin: "+app, "Allow-Credentials: true", "Allow-Methods: PUT, DELETE", "Allow-Headers: Content-Type, X-Id", "Max-Age: 0", varyOptions)
	preflight.after = changeOnce()
	spoiled := preflight.steps[0]
	spoiled.spoiled = true
	preflight.steps = []step{spoiled, preflight.steps[0]}
	return append(cases, preflight)
}

// written are the headers that a decision sets on answers of handlers.
func written() []string {
	return []string{
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers",
		"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Vary",
	}
}

// changeOnce changes the values of the first answer only.
func changeOnce() func(Header) {
	done := false
	return func(h Header) {
		if done {
			return
		}
		done = true
		for _, name := range written() {
			values := h.Values(name)
			for i := range values {
				values[i] = "changed"
			}
		}
	}
}

// grow writes behind the values, as append does where there is room.
func grow(h Header) {
	for _, name := range written() {
		if values := h.Values(name); len(values) != 0 {
			_ = append(values, "grown")
		}
	}
}
