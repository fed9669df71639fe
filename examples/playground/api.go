package main

import (
	"encoding/json"
	"net/http"
)

// The API of the routers has fixed answers. It stores nothing.
const (
	totalCount   = "3"
	requestID    = "req-7f3a"
	allow        = "GET, POST, OPTIONS"
	demoToken    = "Bearer demo"
	sessionName  = "corsuite_playground"
	sessionUser  = "ada"
	sessionAge   = 60 // seconds
	cannotDelete = "to delete a post, send the demo token"
	notSignedIn  = "you are not signed in"
	outOfOrder   = "the database is unavailable"
)

type post struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
}

type user struct {
	User string `json:"user"`
}

type deletion struct {
	Deleted string `json:"deleted"`
}

type failure struct {
	Error string `json:"error"`
}

func posts() []post {
	return []post{{1, "Same origin"}, {2, "Cross origin"}, {3, "No origin"}}
}

// saved returns the post with an ID, as if it were stored.
func saved(p post) post {
	p.ID = len(posts()) + 1
	return p
}

func sessionCookie() *http.Cookie {
	return &http.Cookie{
		Name: sessionName, Value: sessionUser, Path: "/", MaxAge: sessionAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // fails only if the client has disconnected
}
