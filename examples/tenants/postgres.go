package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/corsuite/corsuite/core"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgres is a store in a PostgreSQL database, which several instances share.
type postgres struct {
	pool      *pgxpool.Pool
	log       *slog.Logger
	failures  failures
	following atomic.Bool // changes in the database reach this instance
}

// openPostgres does not connect, so an instance starts while the database is down.
func openPostgres(ctx context.Context, url string, log *slog.Logger) (*postgres, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = maxCalls + 1 // one for the administration, since the cache makes maxCalls calls
	cfg.ConnConfig.ConnectTimeout = timeout
	cfg.PingTimeout = time.Second
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &postgres{pool: pool, log: log, failures: failures{log: log}}, nil
}

func (p *postgres) close() error {
	p.pool.Close()
	return nil
}

func (p *postgres) stats() (following bool, calls int64) {
	return p.following.Load(), p.pool.Stat().AcquireCount()
}

// allow fails immediately while changes do not reach this instance. So the cache has only
// answers whose changes it hears of, and no request waits for a database that is down.
func (p *postgres) allow(ctx context.Context, o core.Origin, _ core.Target) (allowed bool, err error) {
	if !p.following.Load() {
		return false, errors.New("the connection to the database is lost")
	}
	err = p.pool.QueryRow(ctx, "SELECT EXISTS (SELECT FROM tenant_origins WHERE origin = $1)", o.String()).Scan(&allowed)
	if !errors.Is(ctx.Err(), context.Canceled) { // otherwise all pages that waited have gone
		p.failures.report(err)
	}
	return allowed, err
}

// set changes only the origins that differ, so that the others are not forgotten.
func (p *postgres) set(ctx context.Context, tenant string, origins []string) (changed []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*timeout)
	defer cancel()
	wanted := append([]string{}, origins...) // nil would be NULL
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		// Two changes of one tenant at the same time would otherwise give it the origins of both.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('tenant_origins'), hashtext($1))", tenant); err != nil {
			return err
		}
		removed, err := column(tx.Query(ctx, "DELETE FROM tenant_origins WHERE tenant = $1 AND origin <> ALL ($2) RETURNING origin", tenant, wanted))
		if err != nil {
			return fmt.Errorf("removing origins: %w", err)
		}
		added, err := column(tx.Query(ctx, `INSERT INTO tenant_origins (origin, tenant) SELECT DISTINCT o, $1 FROM unnest($2::text[]) o ORDER BY o
			ON CONFLICT DO NOTHING RETURNING origin`, tenant, wanted))
		if err != nil {
			return fmt.Errorf("adding origins: %w", err)
		}
		changed = slices.Concat(removed, added)
		taken, err := column(tx.Query(ctx, `SELECT o FROM unnest($2::text[]) o
			WHERE NOT EXISTS (SELECT FROM tenant_origins WHERE origin = o AND tenant = $1) LIMIT 1`, tenant, wanted))
		if err == nil && len(taken) > 0 {
			return takenError(taken[0])
		}
		return err
	})
	return changed, err
}

// column returns the only column of a query.
func column(rows pgx.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
