package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/corsuite/corsuite/core"
)

// newPolicy returns the policy of the API, configured by the environment.
func newPolicy(getenv func(string) string, c counters, log *slog.Logger) (*core.Policy, error) {
	policy, err := core.NewPolicy(core.Config{
		AllowOrigins: origins(getenv("CORS_ORIGINS")),
		AllowHeaders: []string{"Content-Type"},
	}, core.WithName("api"), core.WithObserver(c.observe), core.WithLogger(log))
	if err != nil {
		return nil, fmt.Errorf("CORS_ORIGINS: %w", err)
	}
	text := getenv("CORS_CANDIDATE")
	if text == "" {
		return policy, nil
	}
	candidate, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("CORS_CANDIDATE: %w", err)
	}
	if err := policy.Shadow(candidate); err != nil {
		return nil, fmt.Errorf("CORS_CANDIDATE: %w", err)
	}
	return policy, nil
}

// origins splits a comma-separated list. NewPolicy validates the entries.
func origins(list string) []string {
	entries := strings.Split(cmp.Or(list, "http://localhost:3000"), ",")
	for i, entry := range entries {
		entries[i] = strings.TrimSpace(entry)
	}
	return entries
}

// parse decodes a config. It rejects unknown fields and text after the config.
func parse(text string) (*core.Config, error) {
	var cfg core.Config
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&cfg); err != nil {
		return nil, fmt.Errorf("not a config in JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a config in JSON: remove the text after the config")
	}
	return &cfg, nil
}
