package servers

import (
	"go/ast"
	"go/parser"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"testing"
)

// library is a server whose mistakes are in Go.
func library(name string, mistakes ...mistake) server {
	return server{name, mistakes, func(t *testing.T, sites []*site) {
		t.Helper()
		for _, s := range sites {
			s.serve(t, s)
		}
	}}
}

// handled serves a handler on the port of a site.
func handled(make func(t *testing.T, s *site) http.Handler) func(*testing.T, *site) {
	return func(t *testing.T, s *site) {
		t.Helper()
		server := &httptest.Server{Listener: s.listener, Config: &http.Server{Handler: make(t, s)}}
		server.Start()
		t.Cleanup(server.Close)
	}
}

// configured returns a configuration with the fields that corsprobe proposes. A test in
// internal/repo compiles them.
func configured[T any](t *testing.T, s *site, cfg T) T {
	t.Helper()
	if s.Fix == "" {
		return cfg
	}
	expression, err := parser.ParseExpr(literal.FindString(s.Fix))
	fields, ok := expression.(*ast.CompositeLit)
	if err != nil || !ok {
		t.Fatalf("%s: no configuration is in %q: %v", s.name, s.Fix, err)
	}
	for _, element := range fields.Elts {
		pair := element.(*ast.KeyValueExpr)
		field := reflect.ValueOf(&cfg).Elem().FieldByName(pair.Key.(*ast.Ident).Name)
		switch value := pair.Value.(type) {
		case *ast.CompositeLit:
			var list []string
			for _, item := range value.Elts {
				text, err := strconv.Unquote(item.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, text)
			}
			field.Set(reflect.ValueOf(list))
		case *ast.Ident:
			field.SetBool(value.Name == "true")
		}
	}
	return cfg
}
