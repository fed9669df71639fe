package main

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
)

// contents returns the keys of both buckets.
func (s *embedded) contents(t *testing.T) (keys []string) {
	t.Helper()
	err := s.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, _ []byte) error {
				keys = append(keys, string(k))
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestEmbedded(t *testing.T) {
	s, err := openEmbedded(filepath.Join(t.TempDir(), "tenants.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for _, tt := range []struct {
		name     string
		tenant   string
		origins  []string
		changed  []string
		contents []string
	}{
		{"nothing to remove", "a", nil, nil, nil},
		{"added", "a", []string{"1", "2"}, []string{"1", "2"}, []string{"1", "2", "a"}},
		{"another added", "b", []string{"3"}, []string{"3"}, []string{"1", "2", "3", "a", "b"}},
		{"replaced", "a", []string{"2", "4"}, []string{"1", "2", "2", "4"}, []string{"2", "3", "4", "a", "b"}},
		{"removed", "a", nil, []string{"2", "4"}, []string{"3", "b"}},
		{"moved", "b", []string{"1"}, []string{"3", "1"}, []string{"1", "b"}},
	} {
		changed, err := s.set(t.Context(), tt.tenant, tt.origins)
		if err != nil || !slices.Equal(changed, tt.changed) {
			t.Errorf("%s: set returned %q, %v, want %q", tt.name, changed, err, tt.changed)
		}
		if got := slices.Sorted(slices.Values(s.contents(t))); !slices.Equal(got, tt.contents) {
			t.Errorf("%s: the store has %q, want %q", tt.name, got, tt.contents)
		}
	}

	// If one origin belongs to another tenant, set changes nothing.
	if _, err := s.set(t.Context(), "c", []string{"5", "1"}); !errors.As(err, new(takenError)) {
		t.Errorf("error %v, want a takenError", err)
	}
	if got := slices.Sorted(slices.Values(s.contents(t))); !slices.Equal(got, []string{"1", "b"}) {
		t.Errorf("after an error, the store has %q", got)
	}
}
