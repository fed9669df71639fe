package migrating

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

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

// start builds the application, or returns why it does not start: corsuite's reason, and
// for other libraries only how they refuse the config.
func (v variant) start(t *testing.T) (s server, refusal string) {
	t.Helper()
	defer func() {
		if recover() != nil {
			refusal = "panics"
		}
	}()
	s, err := v.build()
	var bad *core.ConfigError
	switch {
	case errors.As(err, &bad):
		return nil, fmt.Sprintf("error: %s", bad.Problems[0].Message)
	case err != nil:
		return nil, "error"
	}
	return s, ""
}

// literal returns the fields of the config that are set, without their types. Short leaves
// out the origins if they are only app, as in most rows of a table of settings.
func (v variant) literal(short bool) string {
	value := reflect.ValueOf(v.config)
	var fields []string
	empty := true
	for i := range value.NumField() {
		field, name := value.Field(i), value.Type().Field(i).Name
		if !value.Type().Field(i).IsExported() || field.IsZero() {
			continue
		}
		empty = false
		if text := text(field); !short || strings.Trim(text, `{}"`) != app {
			fields = append(fields, name+": "+text)
		}
	}
	all := strings.TrimPrefix(strings.Join(fields, ", ")+v.extra, "; ")
	switch {
	case all != "":
		return "`" + all + "`"
	case empty:
		return "nothing"
	default:
		return "only the origin"
	}
}

func text(v reflect.Value) string {
	if d, ok := reflect.TypeAssert[time.Duration](v); ok {
		switch {
		case d >= time.Hour && d%time.Hour == 0:
			return fmt.Sprintf("%d * time.Hour", d/time.Hour)
		case d >= time.Second:
			return fmt.Sprintf("%d * time.Second", d/time.Second)
		default:
			return fmt.Sprint(int64(d))
		}
	}
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
