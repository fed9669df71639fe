package main

import (
	"testing"

	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/corstest"
)

func TestPages(t *testing.T) {
	pages := corstest.Pages{TB: t, Transport: browser.Handler(newRouter())}
	pages.May("https://app.example.com", "GET /posts")
	pages.May("https://app.example.com", "DELETE /posts/1", "Authorization: Bearer secret")
	pages.MayNot("https://other.example.com", "GET /posts")
	pages.MayNot("https://other.example.com", "DELETE /posts/1", "Authorization: Bearer secret")
	pages.May("https://other.example.com", "GET /feed")
	pages.Golden("testdata/pages.txt",
		[]string{"https://app.example.com", "https://other.example.com"},
		[]string{"GET /posts", "POST /posts\nContent-Type: application/json", "GET /feed"})
}
