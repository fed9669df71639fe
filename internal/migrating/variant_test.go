package migrating

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core"
	"github.com/corsuite/corsuite/core/browser"
)

// variant is an application with one of the libraries and one config.
type variant struct {
	version string // if one page is about two versions
	config  any
	extra   string // of the literal
	build   func() (server, error)
}

// handled returns a variant whose application is a handler of net/http.
func handled(config any, build func() http.Handler) variant {
	return variant{config: config, build: func() (server, error) { return browser.Handler(build()), nil }}
}

// start builds the application, or returns why the library refuses the config.
func (v variant) start(t *testing.T) (s server, refusal string) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			refusal = "panics: " + reason(p)
		}
	}()
	s, err := v.build()
	if err != nil {
		return nil, "error: " + reason(err)
	}
	return s, ""
}

// reason is the first clause of an error.
func reason(p any) string {
	var bad *core.ConfigError
	if err, ok := p.(error); ok && errors.As(err, &bad) {
		problem := bad.Problems[0]
		p = fmt.Sprintf("%s: %s", problem.Field, problem.Message)
	}
	text, _, _ := strings.Cut(fmt.Sprint(p), ";")
	text, _, _ = strings.Cut(text, "\n")
	return text
}

// literal returns the fields of the config that are set, without their types.
func (v variant) literal() string {
	value := reflect.ValueOf(v.config)
	var fields []string
	for i := range value.NumField() {
		field, name := value.Field(i), value.Type().Field(i).Name
		if !value.Type().Field(i).IsExported() || field.IsZero() {
			continue
		}
		fields = append(fields, name+": "+text(field))
	}
	all := strings.Join(fields, ", ") + v.extra
	if all == "" {
		return "the zero config"
	}
	return "`" + all + "`"
}

func text(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Func:
		return "f"
	case reflect.String:
		return fmt.Sprintf("%q", v)
	case reflect.Slice:
		var elements []string
		for i := range v.Len() {
			elements = append(elements, text(v.Index(i)))
		}
		return "{" + strings.Join(elements, ", ") + "}"
	default:
		return fmt.Sprint(v)
	}
}
