// Package servers tests corsprobe against real servers: nginx, Apache, Caddy, HAProxy,
// Express, and the CORS libraries of Go. Each has mistakes that users report. corsprobe has
// to agree with Chromium, and to name the mistake. The test then writes the proposal of
// corsprobe into the configuration, and both have to allow the page.
package servers
