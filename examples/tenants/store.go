package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/corsuite/corsuite/core"
	"go.etcd.io/bbolt"
)

// The buckets of the database.
const (
	byTenant = "tenants" // the origins of each tenant, as JSON
	byOrigin = "origins" // the tenant of each origin
)

// store keeps tenants and their origins in a file. It is safe for concurrent use.
type store struct {
	db      *bbolt.DB
	log     *slog.Logger
	failing atomic.Bool
}

func openStore(file string, log *slog.Logger) (*store, error) {
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
	return &store{db: db, log: log}, nil
}

func (s *store) close() error { return s.db.Close() }

// allow reports whether an origin belongs to a tenant. It is a [core.OriginFunc].
func (s *store) allow(_ context.Context, o core.Origin, _ core.Target) (allowed bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		allowed = tx.Bucket([]byte(byOrigin)).Get([]byte(o.String())) != nil
		return nil
	})
	s.report(err)
	return allowed, err
}

// report logs when the store begins to fail and when it works again. The answers do not
// show this while the cache has old entries. A line for each failure would allow any client
// to fill the log.
func (s *store) report(err error) {
	switch failing := err != nil; {
	case s.failing.Swap(failing) == failing:
	case failing:
		s.log.Error("could not read the tenants; only cached origins are allowed", "error", err)
	default:
		s.log.Info("the tenants can be read again")
	}
}

// takenError is the error for an origin of another tenant.
type takenError string

func (e takenError) Error() string { return string(e) + " belongs to another tenant" }

// set replaces the origins of a tenant. If origins is empty, it removes the tenant. It
// returns all origins that may have changed. set does not validate origins.
func (s *store) set(tenant string, origins []string) (changed []string, err error) {
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
