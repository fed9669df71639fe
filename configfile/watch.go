package configfile

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/corsuite/corsuite/core"
)

// interval is the time between two looks at a file.
const interval = time.Second

// Watch follows a file until ctx ends and hands what it holds to apply, such as
// the Reload method of a policy: first what it holds now, since that may have
// changed since it was read, and then whatever it changes to. After each, it
// calls report: with nil if apply took the Config, or with what is wrong, as
// [Read] or [Source.Apply] would return it. Then what was applied last stays in
// force, and nothing is said again until the file changes.
//
// Watch looks once a second, and believes what it sees if the next look sees the
// same, so that it does not take half of a file for the whole. What counts is
// the content: it does not matter how a file is replaced, whether it is missing
// for a while, or whether the file system tells of changes.
//
// Watch blocks and starts no goroutine; apply and report are called one after
// the other. It returns nil once ctx has ended, and an error at once if the name
// does not end in .json, .yaml or .yml or a function is missing.
func Watch(ctx context.Context, name string, apply func(core.Config) error, report func(error)) error {
	if apply == nil || report == nil {
		return errors.New("CORS config: Watch needs a function that applies and one that reports")
	}
	read, err := readerOf(name)
	if err != nil {
		return err
	}
	var last, settled sight
	for ctx.Err() == nil {
		data, err := contents(name)
		now := see(data, err)
		if now == last && now != settled {
			settled = now
			if err == nil {
				err = take(name, read, data, apply)
			}
			report(err)
		}
		last = now
		select {
		case <-ctx.Done():
		case <-time.After(interval):
		}
	}
	return nil
}

// sight is what a look at a file has seen: its content, or why there is none.
type sight struct {
	sum     [sha256.Size]byte
	failure string
}

func see(data []byte, err error) sight {
	if err != nil {
		return sight{failure: err.Error()}
	}
	return sight{sum: sha256.Sum256(data)}
}

func take(name string, read reader, data []byte, apply func(core.Config) error) error {
	s, err := parse(name, read, data)
	if err != nil {
		return err
	}
	return s.Apply(apply)
}
