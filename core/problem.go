package core

import (
	"fmt"
	"strconv"
	"strings"
)

// ConfigError is the error of [NewPolicy] and [Policy.Reload] for a bad Config.
// It has all problems.
type ConfigError struct {
	// Problems has at least one element, in the order of Config's fields.
	Problems []Problem
}

// Error lists the problems, one a line, each with the line to use instead.
func (e *ConfigError) Error() string {
	if len(e.Problems) == 1 {
		return "CORS config: " + e.Problems[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CORS config: %d problems:", len(e.Problems))
	for _, p := range e.Problems {
		b.WriteString("\n\t")
		b.WriteString(p.Error())
	}
	return b.String()
}

// Unwrap returns the problems, for [errors.As].
func (e *ConfigError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// Problem is one thing that is wrong with a Config.
type Problem struct { //nolint:errname // a ConfigError consists of problems
	// Field is the name of the Config field, such as "AllowOrigins".
	Field string
	// Index is the position in a list, or -1 for a problem of the whole field.
	Index int
	// Value is the bad value.
	Value string
	// Code names the kind of problem for programs, in lower case with hyphens,
	// such as "origin-path". Codes do not change once they are released.
	Code string
	// Message says what is wrong.
	Message string
	// Fix is what to write instead of Value: for a list usually one entry, and
	// several where one entry held several. It is empty where only the author
	// of the Config can tell, or where the value should go.
	Fix []string
}

// Error returns the problem as one line, such as
//
//	AllowOrigins[1] "https://example.com/": an origin has no path; use "https://example.com"
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Field)
	if p.Index >= 0 {
		fmt.Fprintf(&b, "[%d]", p.Index)
	}
	if p.Value != "" || p.Index >= 0 {
		b.WriteString(" " + strconv.Quote(p.Value))
	}
	b.WriteString(": " + p.Message)
	for i, fix := range p.Fix {
		if i == 0 {
			b.WriteString("; use ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(fix))
	}
	return b.String()
}

// finding is one thing that is wrong with one entry. Its fix is empty if there
// is none, or if the entry should go.
type finding struct{ code, message, fix string }

// problems gathers what validation finds.
type problems []Problem

func (ps *problems) add(p Problem) { *ps = append(*ps, p) }

func (ps problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return &ConfigError{Problems: ps}
}
