package main

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// settings are the environment variables of the program.
type settings struct {
	token, addr          string
	file, url            string // of the database: one of the two
	allowedFor, staleFor time.Duration
}

func readSettings(getenv func(string) string) (s settings, err error) {
	s = settings{token: getenv("ADMIN_TOKEN"), url: getenv("DATABASE_URL")}
	switch {
	case s.token == "":
		return s, errors.New("ADMIN_TOKEN is not set; set it to the secret that the administrator sends as a bearer token")
	case s.url != "" && getenv("DATABASE") != "":
		return s, errors.New("DATABASE and DATABASE_URL are set; remove one of them")
	}
	s.addr = cmp.Or(getenv("ADDR"), "localhost:8080")
	s.file = cmp.Or(getenv("DATABASE"), "tenants.db")
	if s.allowedFor, err = duration(getenv, "ALLOWED_FOR", "5m"); err != nil {
		return s, err
	}
	s.staleFor, err = duration(getenv, "STALE_FOR", "24h")
	return s, err
}

func duration(getenv func(string) string, name, otherwise string) (time.Duration, error) {
	d, err := time.ParseDuration(cmp.Or(getenv(name), otherwise))
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%s is %q; use a duration such as %q", name, getenv(name), otherwise)
	}
	return d, nil
}
