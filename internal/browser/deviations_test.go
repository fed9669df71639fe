package browser

import (
	"slices"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// deviation is a step at which engines leave the standard.
type deviation struct {
	why      string
	engines  []model.Engine
	scenario string
	step     int // counted from 1
	wire     lines
	sees     string
	// model is what the engines' models do instead, if they do not follow; nil
	// means that they do.
	model lines
}

// deviations lists all that are known. None may be missing, and none may stay
// when the engines follow the standard.
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
			why: `"*" covers Authorization`, engines: all,
			scenario: "any header, but Authorization", step: 1,
			wire: lines{"ask GET authorization", "GET authorization=Bearer t"}, sees: items,
		},
		{
			why: "the values of one header are judged together", engines: oneAnswer,
			scenario: "two values of one header, too long together", step: 1,
			wire: lines{"ask GET accept", "GET accept=" + types + ", " + types}, sees: items,
		},
		{
			why: "an upload listener allows no method", engines: all,
			scenario: "upload with a listener, where no method is listed", step: 1,
			wire: lines{"ask PUT"}, sees: blocked,
		},
		{
			why: "a preflight that was answered covers GET, HEAD and POST", engines: all,
			scenario: "upload with a listener, after a PUT", step: 2,
			wire: lines{"POST" + text}, sees: items,
		},
		{
			why: "an upload listener without an upload does not count", engines: chromium,
			scenario: "upload of nothing with a listener", step: 1,
			wire: lines{"POST"}, model: lines{"ask POST", "POST"}, sees: items,
		},
		{
			why: "nothing is kept for pages whose origin is null", engines: chromium,
			scenario: "one preflight for null", step: 2,
			wire: lines{"ask PUT", "PUT"}, model: lines{"PUT"}, sees: items,
		},
		{
			why: "an answer is kept although the request it allowed was refused in the end", engines: oneAnswer,
			scenario: "forgotten when an answer is refused", step: 3,
			wire: lines{"PUT"}, sees: items,
		},
		{
			why: "one answer is kept for a URL", engines: oneAnswer,
			scenario: "any method with credentials, then another", step: 3,
			wire: lines{"ask PUT", "PUT"}, sees: items,
		},
		{
			why: "answers with and without credentials are kept apart", engines: firefox,
			scenario: "with credentials, then without", step: 2,
			wire: lines{"ask PUT", "PUT"}, sees: items,
		},
		{
			why: `"*" is not kept`, engines: firefox,
			scenario: "any method, then another", step: 2,
			wire: lines{"ask DELETE", "DELETE"}, sees: items,
		},
		{
			why: `"*" is not kept`, engines: firefox,
			scenario: "any header, then another", step: 2,
			wire: lines{"ask GET x-b", "GET x-b=1"}, sees: items,
		},
		{
			why: "a preflight is repeated after a redirect that makes the request simple", engines: others,
			scenario: "303 makes a PUT a GET", step: 1,
			wire: lines{"ask PUT", "PUT", "ask GET at /items", "GET at /items"}, sees: here,
		},
		{
			why: "a preflight is repeated after a redirect that makes the request simple", engines: firefox,
			scenario: "Authorization stays behind", step: 1,
			wire: lines{
				"ask GET authorization", "GET authorization=Bearer t",
				"ask GET at 127.0.0.1/items", "GET for null at 127.0.0.1/items",
			}, sees: there,
			model: lines{
				"ask GET authorization", "GET authorization=Bearer t",
				"ask GET for null at 127.0.0.1/items", "GET for null at 127.0.0.1/items",
			},
		},
		{
			why: "a preflight is repeated after a redirect, and asks for Authorization, which stays behind", engines: webkit,
			scenario: "Authorization stays behind", step: 1,
			wire: lines{
				"ask GET authorization", "GET authorization=Bearer t",
				"ask GET authorization for null at 127.0.0.1/items", "GET for null at 127.0.0.1/items",
			}, sees: there,
			model: lines{
				"ask GET authorization", "GET authorization=Bearer t",
				"ask GET for null at 127.0.0.1/items", "GET for null at 127.0.0.1/items",
			},
		},
		{
			why: "a preflight after a redirect elsewhere is for the page's origin", engines: firefox,
			scenario: "PUT elsewhere, listed", step: 1,
			wire: lines{"ask PUT", "PUT", "ask PUT at 127.0.0.1/items", "PUT for null at 127.0.0.1/items"}, sees: blocked,
			model: lines{"ask PUT", "PUT", "ask PUT for null at 127.0.0.1/items"},
		},
		{
			why: "a preflight after a redirect elsewhere is for the page's origin", engines: firefox,
			scenario: "PUT elsewhere, any origin", step: 1,
			wire: lines{"ask PUT", "PUT", "ask PUT at 127.0.0.1/items", "PUT for null at 127.0.0.1/items"}, sees: there,
			model: lines{"ask PUT", "PUT", "ask PUT for null at 127.0.0.1/items", "PUT for null at 127.0.0.1/items"},
		},
		{
			why: "a preflight after a redirect elsewhere is for the page's origin", engines: firefox,
			scenario: "a header elsewhere", step: 1,
			wire: lines{
				"ask GET x-a", "GET x-a=1",
				"ask GET x-a at 127.0.0.1/items", "GET for null at 127.0.0.1/items x-a=1",
			}, sees: there,
			model: lines{
				"ask GET x-a", "GET x-a=1",
				"ask GET x-a for null at 127.0.0.1/items", "GET for null at 127.0.0.1/items x-a=1",
			},
		},
		{
			why: "cookies stay on their site (SameSite)", engines: oneAnswer,
			scenario: "cookies from another site", step: 2,
			wire: lines{"GET"}, model: lines{"GET cookie=session=1"}, sees: items,
		},
	}
}

// expected returns what has to come of a step in an engine, or in its model.
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

// Scenarios are told apart by their names.
func TestScenarios(t *testing.T) {
	names := make(map[string]bool)
	for _, s := range scenarios() {
		if names[s.name] {
			t.Errorf("two scenarios are named %q", s.name)
		}
		names[s.name] = true
	}
}

// A deviation is about a step that exists, and says what the standard does not.
func TestDeviations(t *testing.T) {
	for _, d := range deviations() {
		i := slices.IndexFunc(scenarios(), func(s scenario) bool { return s.name == d.scenario })
		if i < 0 || d.step < 1 || d.step > len(scenarios()[i].steps) {
			t.Errorf("no step %d of %q", d.step, d.scenario)
			continue
		}
		standard := expected(model.Standard, true, scenarios()[i], d.step)
		if standard.equal(seen{wire: d.wire, sees: d.sees}) {
			t.Errorf("step %d of %q is no deviation", d.step, d.scenario)
		}
	}
}
