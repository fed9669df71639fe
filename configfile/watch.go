package configfile

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/corsuite/corsuite/core"
)

// interval is the time between two reads of a file.
const interval = time.Second

// Watch reads a file until ctx ends, and calls apply with its Config after each change.
// apply is, for example, the method Reload of a policy. Watch first applies the current
// content, because the file may have changed since the program read it.
//
// After each call of apply, Watch calls report with nil or with the error. If the file
// cannot be read or its form is wrong, Watch does not call apply. It then calls report
// with the error that [Read] would return. It reports an error only once until the file
// changes. After an error, the last Config that was applied remains in force. The options
// are those of Read.
//
// Watch reads the file once a second. It applies a content only if two reads return it,
// so that it does not apply a file that is still being written. Only the content
// matters. It does not matter how the file is replaced, whether it is missing for some
// time, or whether the file system sends events.
//
// Watch blocks and starts no goroutine. It calls apply and report one after the other. It
// returns nil when ctx has ended. It returns an error immediately if the name does not
// end in .json, .yaml or .yml, or if apply or report is nil.
func Watch(ctx context.Context, name string, apply func(core.Config) error, report func(error), opts ...Option) error {
	if apply == nil || report == nil {
		return errors.New("CORS config: Watch needs the functions apply and report, but one is nil")
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
				err = take(name, read, data, opts, apply)
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

// sight is the result of one read of a file: a hash of the content, or the error.
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

func take(name string, read reader, data []byte, opts []Option, apply func(core.Config) error) error {
	s, err := parse(name, read, data, opts)
	if err != nil {
		return err
	}
	return s.Apply(apply)
}
