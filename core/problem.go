package core

import (
	"fmt"
	"strconv"
	"strings"
)

// ConfigError is the error of [NewPolicy], [Policy.Reload] and [Policy.Shadow] for a bad
// Config. It has every problem, so that a user can correct all of them in one round.
// [errors.As] finds it, and its first Problem.
type ConfigError struct {
	// Problems has at least one element. The order is that of Config's fields.
	Problems []Problem
}

// Error lists the problems, one in each line, with the value to use instead, such as
//
//	CORS config: 2 problems:
//		AllowOrigins[0] "https://example.com/": an origin has no path; use "https://example.com"
//		MaxAge "300ns": the duration is less than a second; a number without a unit counts nanoseconds; use "5m0s"
//
// A single problem follows "CORS config: " in the same line.
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

// Unwrap returns the problems, for [errors.As] and [errors.Is].
func (e *ConfigError) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// Problem is one thing that is wrong with a [Config]. It is an error, so that [errors.As]
// finds it in a [ConfigError].
//
// # Limits
//
// Value and Fix quote the Config, so they may hold any character that the Config holds.
// Error escapes them; a program that prints the fields has to do so itself.
type Problem struct { //nolint:errname // a ConfigError consists of problems
	// Field is the name of the field of Config, such as "AllowOrigins".
	Field string
	// Index is the position in a list. It is -1 for a problem of the whole field.
	Index int
	// Value is the bad value, as the Config has it.
	Value string
	// Code is the name of the kind of problem, for programs: lower case with hyphens, such
	// as "origin-path". A released Code does not change.
	Code string
	// Message is what is wrong, in English. Its text may change between releases.
	Message string
	// Fix is what to write in place of Value. It has several elements if Value held
	// several entries of a list. It is empty if the value should be removed, or if only
	// the author of the Config knows the right one; Message tells which.
	Fix []string
}

// mostShown is the largest number of bytes of one text of a Config in an error. An error
// names no further element of Fix after four times as many.
const mostShown = 1000

// Error returns the problem as one line, such as
//
//	AllowOrigins[1] "https://example.com/": an origin has no path; use "https://example.com"
//
// It writes … in place of the end of a Value or Fix that is too long for a line.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Field)
	if p.Index >= 0 {
		fmt.Fprintf(&b, "[%d]", p.Index)
	}
	if p.Value != "" || p.Index >= 0 {
		b.WriteString(" " + shown(p.Value))
	}
	b.WriteString(": " + p.Message)
	for i, fix := range p.Fix {
		if i == 0 {
			b.WriteString("; use ")
		} else {
			b.WriteString(", ")
		}
		if b.Len() > 4*mostShown {
			b.WriteString("…")
			break
		}
		b.WriteString(shown(fix))
	}
	return b.String()
}

// shown returns a text in quotation marks, without the end of a long one.
func shown(text string) string {
	if len(text) <= mostShown {
		return strconv.Quote(text)
	}
	return strconv.Quote(strings.ToValidUTF8(text[:mostShown], "")) + "…"
}
