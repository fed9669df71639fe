package main

import (
	"net"
	"net/http"
	"testing"

	"github.com/corsuite/corsuite/examples/internal/apitest"
	"github.com/corsuite/corsuite/examples/internal/rules"
)

func TestMain(m *testing.M) { apitest.Main(m, main) }

func TestAPI(t *testing.T)      { apitest.API(t, run) }
func TestConfig(t *testing.T)   { apitest.Config(t, run) }
func TestLog(t *testing.T)      { apitest.Log(t, run) }
func TestShutdown(t *testing.T) { apitest.Shutdown(t, run) }
func TestProcess(t *testing.T)  { apitest.Process(t) }

func TestPanic(t *testing.T) {
	policies, err := rules.New([]string{apitest.Page}, nil)
	if err != nil {
		t.Fatal(err)
	}
	router := newRouter(policies, nil, apitest.Token) // without a store, the handler panics
	apitest.Panic(t, func(ln net.Listener) error { return http.Serve(ln, router) })
}
