package browser

import (
	"slices"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// deviation is a step at which engines differ from the standard.
type deviation struct {
	why      string
	engines  []model.Engine
	scenario string
	step     int // counted from 1
	wire     lines
	sees     string
	// model is set if the models of the engines do not have the deviation. It is what
	// the models send instead of wire.
	model lines
}

// deviations returns all known deviations. TestMatrix fails if one is missing, or if the
// engines no longer have it.
func deviations() []deviation {
	all := []model.Engine{model.Chromium, model.Firefox, model.WebKit}
	chromium, firefox, webkit := all[:1], all[1:2], all[2:]
	oneAnswer := []model.Engine{model.Chromium, model.WebKit}
	others := []model.Engine{model.Firefox, model.WebKit}
	const (
		there = items + " from 127.0.0.1/items"
		here  = items + " from /items"
	)
	return []deviation{
		{
			why: `"*" in Access-Control-Allow-Headers covers Authorization`, engines: all,
			scenario: "any header except Authorization", step: 1,
			wire: lines{"preflight GET authorization", "GET authorization=Bearer t"}, sees: items,
		},
		{
			why: "the values of one header are checked together, not one by one", engines: oneAnswer,
			scenario: "two values of one header, too long together", step: 1,
			wire: lines{"preflight GET accept", "GET accept=" + types + ", " + types}, sees: items,
		},
		{
			why: "an upload listener does not allow a method that is not listed", engines: all,
			scenario: "upload with a listener, where no method is listed", step: 1,
			wire: lines{"preflight PUT"}, sees: blocked,
		},
		{
			why: "a cached preflight answer covers GET, HEAD and POST", engines: all,
			scenario: "upload with a listener, after a PUT", step: 2,
			wire: lines{"POST" + text}, sees: items,
		},
		{
			why: "a listener on an empty upload does not cause a preflight", engines: chromium,
			scenario: "upload of nothing with a listener", step: 1,
			wire: lines{"POST"}, sees: items,
		},
		{
			why: "no preflight answer is cached for pages whose origin is null", engines: chromium,
			scenario: "one preflight for the origin null", step: 2,
			wire: lines{"preflight PUT", "PUT"}, sees: items,
		},
		{
			why: "a preflight answer stays in the cache although the actual answer was blocked", engines: oneAnswer,
			scenario: "removed from the cache when an actual answer is blocked", step: 3,
			wire: lines{"PUT"}, sees: items,
		},
		{
			why: "only one preflight answer is cached for a URL", engines: oneAnswer,
			scenario: "any method with credentials, then another", step: 3,
			wire: lines{"preflight PUT", "PUT"}, sees: items,
		},
		{
			why: "preflight answers with and without credentials are cached separately", engines: firefox,
			scenario: "with credentials, then without", step: 2,
			wire: lines{"preflight PUT", "PUT"}, sees: items,
		},
		{
			why: `"*" is not cached`, engines: firefox,
			scenario: "any method, then another", step: 2,
			wire: lines{"preflight DELETE", "DELETE"}, sees: items,
		},
		{
			why: `"*" is not cached`, engines: firefox,
			scenario: "any header, then another", step: 2,
			wire: lines{"preflight GET x-b", "GET x-b=1"}, sees: items,
		},
		{
			why: "a preflight is repeated after a redirect that makes the request simple", engines: others,
			scenario: "303 changes a PUT to a GET", step: 1,
			wire: lines{"preflight PUT", "PUT", "preflight GET at /items", "GET at /items"}, sees: here,
		},
		{
			why: "a preflight is repeated after a redirect that makes the request simple", engines: firefox,
			scenario: "Authorization is removed at a redirect", step: 1,
			wire: lines{
				"preflight GET authorization", "GET authorization=Bearer t",
				"preflight GET at 127.0.0.1/items", "GET from null at 127.0.0.1/items",
			}, sees: there,
		},
		{
			why: "a preflight is repeated after a redirect, and requests Authorization, which is not sent", engines: webkit,
			scenario: "Authorization is removed at a redirect", step: 1,
			wire: lines{
				"preflight GET authorization", "GET authorization=Bearer t",
				"preflight GET authorization from null at 127.0.0.1/items", "GET from null at 127.0.0.1/items",
			}, sees: there,
		},
		{
			why: "after a redirect to another origin, the preflight has the page's origin", engines: firefox,
			scenario: "PUT elsewhere, listed", step: 1,
			wire: lines{"preflight PUT", "PUT", "preflight PUT at 127.0.0.1/items", "PUT from null at 127.0.0.1/items"}, sees: blocked,
		},
		{
			why: "after a redirect to another origin, the preflight has the page's origin", engines: firefox,
			scenario: "PUT elsewhere, any origin", step: 1,
			wire: lines{"preflight PUT", "PUT", "preflight PUT at 127.0.0.1/items", "PUT from null at 127.0.0.1/items"}, sees: there,
		},
		{
			why: "after a redirect to another origin, the preflight has the page's origin", engines: firefox,
			scenario: "a header elsewhere", step: 1,
			wire: lines{
				"preflight GET x-a", "GET x-a=1",
				"preflight GET x-a at 127.0.0.1/items", "GET from null at 127.0.0.1/items x-a=1",
			}, sees: there,
		},
		{
			why: "cookies are not sent to another site (SameSite)", engines: oneAnswer,
			scenario: "cookies from another site", step: 2,
			wire: lines{"GET"}, model: lines{"GET cookie=session=1"}, sees: items,
		},
	}
}

// expected returns the expected result of a step in an engine or, if modelled, its model.
func expected(e model.Engine, modelled bool, s scenario, step int) seen {
	for _, d := range deviations() {
		if d.scenario != s.name || d.step != step || !slices.Contains(d.engines, e) {
			continue
		}
		if modelled && d.model != nil {
			return seen{wire: d.model, sees: d.sees}
		}
		return seen{wire: d.wire, sees: d.sees}
	}
	st := s.steps[step-1]
	if st.cached && !modelled {
		return seen{sees: st.sees}
	}
	return seen{wire: st.wire, sees: st.sees}
}

func TestScenarioNamesAreUnique(t *testing.T) {
	names := make(map[string]bool)
	for _, s := range scenarios() {
		if names[s.name] {
			t.Errorf("two scenarios are named %q", s.name)
		}
		names[s.name] = true
	}
}

// The step of each deviation exists, and differs from the standard.
func TestDeviationsDiffer(t *testing.T) {
	for _, d := range deviations() {
		i := slices.IndexFunc(scenarios(), func(s scenario) bool { return s.name == d.scenario })
		if i < 0 || d.step < 1 || d.step > len(scenarios()[i].steps) {
			t.Errorf("there is no step %d of %q", d.step, d.scenario)
			continue
		}
		standard := expected(model.Standard, true, scenarios()[i], d.step)
		if standard.equal(seen{wire: d.wire, sees: d.sees}) {
			t.Errorf("step %d of %q does not differ from the standard", d.step, d.scenario)
		}
	}
}
