package routes

import (
	"net/http"
	"slices"

	"github.com/corsuite/corsuite/core"
)

// line is Preflights, done from outside: it does the actual request to a second
// copy of the application to learn what a preflight has to be told. The fields
// break it.
type line struct {
	believes  func(*set)                                       // changes what the second copy registers
	serves    func(*set)                                       // changes the first copy
	looksUp   func(*request)                                   // changes the actual request
	answers   func(r request, own, actual answer) answer       // changes the answer to a preflight
	others    func(answer) answer                              // changes every other answer
	policyOf  func(s *set, target, found string) (mark string) // changes the policy that is found
	unmarked  bool                                             // routes without a policy are not refused
	theirs    bool                                             // but users' own OPTIONS routes are
	remembers bool                                             // answers a path as it did before
}

// maker builds sets with it.
func (l line) maker(f framework) maker {
	return func(s *set, policies []*core.Policy) (pair, *failure, bool) {
		without, ok := f.plain(s, policies)
		if !ok {
			return pair{}, nil, false
		}
		seen, known := s.clone(), s.clone()
		if l.serves != nil {
			l.serves(seen)
		}
		if l.believes != nil {
			l.believes(known)
		}
		first, ok := f.plain(seen, policies)
		if !ok {
			return pair{}, nil, false
		}
		second, ok := f.plain(known, policies)
		return pair{f, s, l.app(s, first, pair{framework: f, without: second}), without}, nil, ok
	}
}

func (l line) app(s *set, first app, second pair) app {
	memory := make(map[string]answer)
	return func(r request) answer {
		method, ok := r.asks()
		if !ok {
			a := first(r)
			if l.others != nil {
				a = l.others(a)
			}
			return a
		}
		a := l.preflight(s, r, method, first, second)
		if l.remembers && r.header[0][1] == page {
			if before, ok := memory[r.target]; ok {
				return before
			}
			memory[r.target] = a
		}
		return a
	}
}

func (l line) preflight(s *set, r request, method string, first app, second pair) answer {
	asked := request{method: method, host: r.host, target: r.target}
	if l.looksUp != nil {
		l.looksUp(&asked)
	}
	q := probe{asked.method, asked.host, asked.target}
	actual, own := second.without(q.actual()), second.without(q.options()).ran.handled
	mark := actual.shows()
	if l.policyOf != nil {
		mark = l.policyOf(s, r.target, mark)
	}
	a := first(r)
	refuses := !l.unmarked && a.approves() != "" && (!own || l.theirs)
	switch {
	case !actual.ran.handled && a.approves() == mark:
	case mark != "" && r.header[0][1] == page:
		a = second.approval(q, mark)
	case mark != "" || refuses:
		a = answer{status: http.StatusForbidden}
	}
	if l.answers != nil {
		a = l.answers(r, a, actual)
	}
	return a
}

// approval is how a policy answers a preflight.
func (p pair) approval(q probe, mark string) answer {
	a := answer{status: http.StatusNoContent, header: make(http.Header)}
	a.header.Set("Access-Control-Allow-Origin", page)
	a.header.Set("Access-Control-Allow-Headers", mark)
	if tellsMethods(mark) {
		a.header.Set("Access-Control-Allow-Methods", p.methodsOf(q, mark))
	}
	return a
}

// asks returns the method of a preflight.
func (r request) asks() (method string, ok bool) {
	n := 0
	for _, field := range r.header {
		if field[0] == "Access-Control-Request-Method" {
			method = field[1]
			n++
		}
	}
	ok = r.method == "OPTIONS" && n == 1 && method != "P(T" && slices.ContainsFunc(r.header, func(field [2]string) bool { return field[0] == "Origin" })
	return method, ok
}
