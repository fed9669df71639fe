package main

import (
	"net"
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// mediaType is that of the bodies that apps answer with.
const mediaType = "application/json"

// app is a router with its route and its middleware.
type app interface {
	// server answers in memory.
	server(*request) server

	// listen answers over sockets, until the listener is closed. It reads heads of
	// at least that many bytes; 0 leaves that to the framework.
	listen(l net.Listener, head int) error
}

type handlerApp struct{ http.Handler }

func (a handlerApp) server(r *request) server { return handlerServer(a.Handler, r) }

func (a handlerApp) listen(l net.Listener, head int) error {
	s := http.Server{Handler: a.Handler, MaxHeaderBytes: head}
	return s.Serve(l)
}

type fiberApp struct{ *fiber.App }

func (a fiberApp) server(r *request) server { return fasthttpServer(a.Handler(), r) }

func (a fiberApp) listen(l net.Listener, head int) error {
	if head != 0 {
		a.Server().ReadBufferSize = head
	}
	return a.Listener(l)
}
