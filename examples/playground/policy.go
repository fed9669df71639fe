package main

import (
	"fmt"
	"go/format"
	"reflect"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// config returns the config of all routers. PATCH, X-Debug, X-Request-Id and the origin
// http://127.0.0.1:3000 are missing on purpose. If you add them, the page shows the effect
// in the browser.
func config(page string) core.Config {
	return core.Config{
		AllowOrigins:     []string{page},
		AllowMethods:     []string{"DELETE", "OPTIONS"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		ExposeHeaders:    []string{"X-Total-Count"},
		AllowCredentials: true,
	}
}

// source returns a Config as Go code. It uses the value, so that the page always shows the
// actual config.
func source(cfg core.Config) (string, error) {
	var b strings.Builder
	b.WriteString("policy, err := core.NewPolicy(core.Config{\n")
	v := reflect.ValueOf(cfg)
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			fmt.Fprintf(&b, "%s: %#v,\n", v.Type().Field(i).Name, f)
		}
	}
	b.WriteString("})\n")
	text, err := format.Source([]byte(b.String()))
	if err != nil {
		return "", fmt.Errorf("config as source: %w", err)
	}
	return string(text), nil
}
