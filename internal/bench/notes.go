package main

import "strings"

// flaw is what can be wrong with an answer. The tests find them, and hold that
// [notes] names all of them and no others.
type flaw string

const (
	// An answer with one of these says nothing about the scenario.
	keepsOut flaw = "keeps out a page that should be let in"
	saysBack flaw = "says back a megabyte"

	// With these it does less than the others', and no ratio is taken.
	ends   flaw = "answers a denied request itself"
	noVary flaw = "no Vary: Origin"

	shares flaw = "shares memory with later answers"
)

// note tells of a rival's flaw, and in which scenarios.
type note struct {
	rival string
	flaw  flaw
	why   string
	about func(*scenario) bool
}

func notes() []note {
	anyHeaders := named("any headers")
	saidBack := named("any headers, 1 MiB")
	wildcard := func(s *scenario) bool { return strings.Contains(s.name, "wildcard") || s.name == "mixed, missed" }
	always := func(*scenario) bool { return true }
	listed := func(s *scenario) bool { return s.request.origin != "" && s.request.origin != stranger }
	return []note{
		{"rs/cors", shares, "the values of all answers are one slice, or the request's", always},
		{"rs/cors", saysBack, "says back whatever was asked", saidBack},
		{"gorilla/handlers", keepsOut, "knows no wildcards", wildcard},
		{"gorilla/handlers", keepsOut, "cannot allow any header", anyHeaders},
		{"gorilla/handlers", noVary, "only if several origins are listed and one matches", func(s *scenario) bool {
			return !s.lets || !strings.Contains(s.name, "0 origins") && s.name != "mixed, listed"
		}},
		{"gin-contrib/cors", keepsOut, "sends *, which with credentials is the name of a header", anyHeaders},
		{"gin-contrib/cors", shares, "the values of all answers are one slice", listed},
		{"gin-contrib/cors", ends, "with status 403", func(s *scenario) bool { return !s.request.preflight() && s.request.origin == stranger }},
		{"gin-contrib/cors", noVary, "on answers to other origins", func(s *scenario) bool { return !listed(s) }},
		{"echo's own", saysBack, "says back whatever was asked", saidBack},
		{"fiber's own", saysBack, "says back whatever was asked", saidBack},
	}
}

func named(prefix string) func(*scenario) bool {
	return func(s *scenario) bool { return strings.HasPrefix(s.name, prefix) }
}
