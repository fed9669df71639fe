package core

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

// fieldLine is one header of an answer.
type fieldLine struct {
	name, value string
	from        source
}

// source is where a value comes from.
type source uint8

const (
	fromConfig source = iota
	fromOrigin
	reflectedMethod
	reflectedHeaders
)

// answer is one cell of the answer table, ready to be written. It is immutable
// and shared by all the requests it answers; adapters copy what they write.
type answer struct {
	kind   Kind
	status int // 0 if the request goes on
	fields []fieldLine
	vary   string
}

// answers is the answer table of one Config.
type answers struct {
	other          table // for every method but OPTIONS
	optionsRequest table // for OPTIONS that is no preflight
	preflight      answer
	oneMethod      answer // to a preflight whose answer allows the requested method alone
	noMethod       answer // to one whose requested method AllowMethods lacks
	refused        answer // to a preflight from a denied origin
	off            answer // while the policy is off: no header, for any request
}

// table holds the answers to requests that are not preflights. All but rejected let the
// request go on.
type table struct{ notCORS, allowed, denied, rejected answer }

const (
	refusedStatus = 403

	varyOrigin         = "Origin"
	varyRequestMethod  = "Access-Control-Request-Method"
	varyRequestHeaders = "Access-Control-Request-Headers"
)

// rules is what validation makes of a Config, ready to build answers from.
type rules struct {
	anyOrigin       bool
	credentials     bool
	methods         nameList
	headers         nameList
	expose          nameList
	maxAge          string
	preflightStatus int
}

// With credentials, browsers read "*" as the name of a method or header, so the answer
// has to reflect what was requested.
func (r *rules) reflectsMethods() bool { return r.methods.any && r.credentials }
func (r *rules) reflectsHeaders() bool { return r.headers.any && r.credentials }

func (r *rules) answers() answers {
	varyOptions := varyOrigin + ", " + varyRequestMethod
	varyPreflight := varyOptions
	if r.reflectsHeaders() {
		varyPreflight += ", " + varyRequestHeaders
	}
	a := answers{
		// An answer that is the same for every origin must not vary by it.
		other:          r.table(varyOrigin),
		optionsRequest: r.table(varyOptions),
		preflight:      answer{Preflight, r.preflightStatus, r.preflightFields(r.methodFields()), varyPreflight},
		oneMethod:      answer{Preflight, r.preflightStatus, r.preflightFields([]fieldLine{{name: headerAllowMethods, from: reflectedMethod}}), varyPreflight},
		noMethod:       answer{Preflight, r.preflightStatus, r.preflightFields(nil), varyPreflight},
		refused:        answer{Preflight, refusedStatus, nil, varyOptions},
	}
	if r.anyOrigin {
		a.other = r.table("")
	}
	return a
}

func (r *rules) table(vary string) table {
	t := table{
		notCORS:  answer{kind: NotCORS, vary: vary},
		allowed:  answer{kind: Actual, vary: vary},
		denied:   answer{kind: Actual, vary: vary},
		rejected: answer{kind: Actual, vary: vary, status: refusedStatus},
	}
	expose := func(fields []fieldLine) []fieldLine {
		return appendField(fields, headerExposeHeaders, r.expose.value())
	}
	t.allowed.fields = expose(r.originFields())
	if r.anyOrigin {
		// A cache may give the answer to a page later.
		t.notCORS.fields = expose(r.originFields())
	}
	return t
}

// originFields returns what every answer to an allowed origin has.
func (r *rules) originFields() []fieldLine {
	origin := fieldLine{name: headerAllowOrigin, from: fromOrigin}
	if r.anyOrigin {
		origin = fieldLine{name: headerAllowOrigin, value: everyOrigin}
	}
	fields := []fieldLine{origin}
	if r.credentials {
		fields = append(fields, fieldLine{name: headerAllowCredentials, value: "true"})
	}
	return fields
}

func (r *rules) methodFields() []fieldLine {
	if r.reflectsMethods() {
		return []fieldLine{{name: headerAllowMethods, from: reflectedMethod}}
	}
	return appendField(nil, headerAllowMethods, r.methods.value())
}

// preflightFields has what is reflected at the end, the headers last.
func (r *rules) preflightFields(methods []fieldLine) []fieldLine {
	fields := appendField(r.originFields(), headerMaxAge, r.maxAge)
	fields = append(fields, methods...)
	if r.reflectsHeaders() {
		return append(fields, fieldLine{name: headerAllowHeaders, from: reflectedHeaders})
	}
	return appendField(fields, headerAllowHeaders, r.headers.value())
}

// appendField leaves out what has nothing to say.
func appendField(fields []fieldLine, name, value string) []fieldLine {
	if value == "" {
		return fields
	}
	return append(fields, fieldLine{name: name, value: value})
}

// missing returns the members of Vary that the lines lack.
func (a *answer) missing(present []string) string {
	if httpguts.HeaderValuesContainsToken(present, "*") { // every header
		return ""
	}
	missing := ""
	for name, rest := "", a.vary; rest != ""; {
		if name, rest, _ = strings.Cut(rest, ", "); httpguts.HeaderValuesContainsToken(present, name) {
			continue
		}
		if missing != "" {
			missing += ", "
		}
		missing += name
	}
	return missing
}
