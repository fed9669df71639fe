package configfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Read reads a Config from a regular file whose name ends in .json, .yaml or .yml. Its
// error is like that of [JSON]. If the name has another ending or the file cannot be read,
// the error is not an [*Error]. It then wraps the cause, if there is one, such as
// [os.ErrNotExist].
func Read(name string, opts ...Option) (*Source, error) {
	read, err := readerOf(name)
	if err != nil {
		return nil, err
	}
	data, err := contents(name)
	if err != nil {
		return nil, err
	}
	return parse(name, read, data, opts)
}

// readerOf chooses the reader by the name of the file. The content does not decide,
// because an incomplete YAML file can be valid JSON.
func readerOf(name string) (reader, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		return readJSON, nil
	case ".yaml", ".yml":
		return readYAML, nil
	default:
		return nil, fmt.Errorf("CORS config: %s: the name must end in .json, .yaml or .yml", printed(name))
	}
}

// contents returns the content of a regular file, or its first maxSize+1 bytes, which
// inspect rejects.
func contents(name string) ([]byte, error) {
	f, size, err := open(name)
	var b bytes.Buffer
	if err == nil {
		defer func() { _ = f.Close() }()                // an error does not change what was read
		_ = f.SetReadDeadline(time.Now().Add(patience)) // an ordinary file has none, and never blocks
		b.Grow(int(min(size, maxSize)) + bytes.MinRead)
		_, err = b.ReadFrom(io.LimitReader(f, maxSize+1))
	}
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		err = inPath.Err // the text of inPath has the name with its control characters
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("the file has no end that can be read within %v", patience)
	}
	if err != nil {
		return nil, fmt.Errorf("CORS config: %s: %w", printed(name), err)
	}
	return b.Bytes(), nil
}

// patience limits the time for a file that Linux calls regular although a read of it waits
// for new content, such as /proc/kmsg.
const patience = 5 * time.Second

// open opens a regular file. It opens no device, because that can have an effect. It does
// not wait for the writer of a pipe, even if the pipe has just replaced a file.
func open(name string) (f *os.File, size int64, err error) {
	info, err := os.Stat(name)
	if err == nil && info.Mode().IsRegular() {
		if f, err = os.OpenFile(name, os.O_RDONLY|nonblocking, 0); err == nil {
			info, err = f.Stat()
		}
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("this is not a regular file")
	}
	if err != nil {
		_ = f.Close() // also permitted if f is nil
		return nil, 0, err
	}
	return f, info.Size(), nil
}
