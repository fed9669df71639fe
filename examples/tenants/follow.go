package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A lost connection is found within heartbeat and timeout. When the database can be reached
// again, a new connection is there within timeout and pause. So a change takes effect at
// most ten seconds after that.
const (
	heartbeat = 3 * time.Second // how long a silent connection is trusted
	timeout   = 3 * time.Second // for one step on the connection
	pause     = time.Second     // between two connections
)

// The channels on which schema.sql notifies.
const (
	originChannel = "tenant_origins"
	policyChannel = "tenant_policy"
)

//go:embed schema.sql
var schema string

// follow keeps a connection that receives notifications.
func (p *postgres) follow(ctx context.Context, f follower) {
	for first := true; ; first = false {
		err := p.listen(ctx, f)
		followed := p.following.Swap(false)
		if ctx.Err() != nil {
			return
		}
		p.pool.Reset()         // its connections are probably lost, too
		if first || followed { // one line for an outage
			p.log.Error("no connection to the database; only cached origins are allowed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// listen passes changes to f until the connection is lost. It listens before it expires the
// cache, so that no change is missed between the two.
func (p *postgres) listen(ctx context.Context, f follower) error {
	conn, err := pgx.ConnectConfig(ctx, p.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		_ = step(context.WithoutCancel(ctx), conn.Close) // it fails if the connection is lost
	}()
	if err := step(ctx, func(ctx context.Context) error { return prepare(ctx, conn) }); err != nil {
		return fmt.Errorf("preparing the tables: %w", err)
	}
	listen := func(ctx context.Context) error {
		_, err := conn.Exec(ctx, "LISTEN "+originChannel+"; LISTEN "+policyChannel)
		return err
	}
	if err := step(ctx, listen); err != nil {
		return err
	}
	f.Expire()
	p.following.Store(true)
	p.log.Info("changes in the database reach this instance")
	n := &pgconn.Notification{Channel: policyChannel} // so that the policy is read first
	for {
		switch {
		case n.Channel == policyChannel:
			err = step(ctx, func(ctx context.Context) error { return reload(ctx, conn, f) })
		case n.Payload == "":
			f.Expire()
		default:
			f.Forget(n.Payload)
		}
		if err == nil {
			n, err = next(ctx, conn)
		}
		if err != nil {
			return err
		}
	}
}

// next waits for a notification. A connection that is silent may be lost, so next asks the
// server for an answer from time to time.
func next(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	for {
		silence, cancel := context.WithTimeout(ctx, heartbeat)
		n, err := conn.WaitForNotification(silence)
		cancel()
		if err == nil || ctx.Err() != nil || !pgconn.Timeout(err) {
			return n, err
		}
		if err := step(ctx, conn.Ping); err != nil {
			return nil, err
		}
	}
}

// step gives one step on a connection some time.
func step(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return do(ctx)
}

// prepare creates the tables, unless they exist. Of several instances that start at the same
// time, one creates them.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var exist bool
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('tenant_schema'))"); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", policyChannel).Scan(&exist); exist || err != nil {
			return err
		}
		_, err := tx.Exec(ctx, schema)
		return err
	})
}

// reload passes the policy in the database to f.
func reload(ctx context.Context, conn *pgx.Conn, f follower) error {
	var version int64
	var text string
	err := conn.QueryRow(ctx, "SELECT version, config FROM tenant_policy").Scan(&version, &text)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("reading the policy: %w", err)
	}
	f.reload(version, text)
	return nil
}
