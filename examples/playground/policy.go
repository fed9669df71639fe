package main

import (
	"fmt"
	"go/format"
	"reflect"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// config is the policy of all four routers. It leaves out PATCH, X-Debug,
// X-Request-Id and the origin http://127.0.0.1:3000 on purpose: change it, and
// the page shows what browsers make of that.
func config(page string) core.Config {
	return core.Config{
		AllowOrigins:     []string{page},
		AllowMethods:     []string{"DELETE", "OPTIONS"},
		AllowHeaders:     []string{"Authorization", "Content-Type"},
		ExposeHeaders:    []string{"X-Total-Count"},
		AllowCredentials: true,
	}
}

// source writes a Config as a program would. It is made from the value, so the
// page cannot show another policy than the one in force.
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
