package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/corsuite/corsuite/core"
	"go.etcd.io/bbolt"
)

// The buckets of the database.
const (
	byTenant = "tenants" // the origins of each tenant, as JSON
	byOrigin = "origins" // the tenant of each origin
)

// embedded is a store in a file. The file belongs to one program alone.
type embedded struct {
	db       *bbolt.DB
	failures failures
}

func openEmbedded(file string, log *slog.Logger) (*embedded, error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, bucket := range []string{byTenant, byOrigin} {
			if _, err := tx.CreateBucketIfNotExists([]byte(bucket)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing %s: %w", file, err), db.Close())
	}
	return &embedded{db: db, failures: failures{log: log}}, nil
}

func (s *embedded) close() error { return s.db.Close() }

// follow keeps the policy of the program in force.
func (s *embedded) follow(_ context.Context, f follower) { f.reload(0, "") }

func (s *embedded) stats() (following bool, calls int64) { return true, 0 }

func (s *embedded) allow(_ context.Context, o core.Origin, _ core.Target) (allowed bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		allowed = tx.Bucket([]byte(byOrigin)).Get([]byte(o.String())) != nil
		return nil
	})
	s.failures.report(err)
	return allowed, err
}

func (s *embedded) set(_ context.Context, tenant string, origins []string) (changed []string, err error) {
	list, err := json.Marshal(origins)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		tenants, owners := tx.Bucket([]byte(byTenant)), tx.Bucket([]byte(byOrigin))
		if old := tenants.Get([]byte(tenant)); old != nil {
			if err := json.Unmarshal(old, &changed); err != nil {
				return fmt.Errorf("tenant %q: %w", tenant, err)
			}
		}
		for _, origin := range changed {
			if err := owners.Delete([]byte(origin)); err != nil {
				return err
			}
		}
		changed = append(changed, origins...)
		if len(origins) == 0 {
			return tenants.Delete([]byte(tenant))
		}
		for _, origin := range origins {
			if owner := owners.Get([]byte(origin)); owner != nil && string(owner) != tenant {
				return takenError(origin)
			}
			if err := owners.Put([]byte(origin), []byte(tenant)); err != nil {
				return err
			}
		}
		return tenants.Put([]byte(tenant), list)
	})
	return changed, err
}
