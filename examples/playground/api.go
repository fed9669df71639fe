package main

import "net/http"

// What the four routers answer; nothing is ever changed.
const (
	totalCount   = "3"
	requestID    = "req-7f3a"
	allow        = "GET, POST, OPTIONS"
	demoToken    = "Bearer demo"
	sessionName  = "corsuite_playground"
	sessionUser  = "ada"
	sessionAge   = 60 // seconds
	cannotDelete = "only the bearer of the demo token may delete"
	nobody       = "nobody is signed in"
	outOfOrder   = "the database is on holiday"
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

// saved gives a post the id that it would get.
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
