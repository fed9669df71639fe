package corstest

import (
	"io"
	"log"
	"net"
	"net/http"

	"github.com/corsuite/corsuite/core/browser"
)

// HTTP returns a server for an application that is an [http.Handler].
func HTTP(h http.Handler) Server {
	s := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	return Server{
		Transport: browser.Handler(h),
		Serve: func(l net.Listener) error {
			if err := s.Serve(l); err != http.ErrServerClosed {
				return err
			}
			return nil
		},
		Shutdown: s.Shutdown,
	}
}

// Around returns h inside middleware, which is a field of an [App] or a [Site].
func Around(middleware func(h Header, next func()), h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		middleware(w.Header(), func() { h.ServeHTTP(w, r) })
	})
}
