package before

import (
	"net/http"

	"github.com/jub0bs/cors"
)

// Jub0bs returns the application's handler, or an error if the config is invalid.
func Jub0bs() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("POST /posts", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	mux.HandleFunc("PUT /posts", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	c, err := cors.NewMiddleware(cors.Config{
		Origins:         []string{"https://app.example.com"},
		Methods:         []string{"GET", "POST", "PUT"},
		RequestHeaders:  []string{"Content-Type", "Authorization"},
		ResponseHeaders: []string{"X-Total"},
		Credentialed:    true,
		MaxAgeInSeconds: 3600,
	})
	if err != nil {
		return nil, err
	}
	return c.Wrap(mux), nil
}
