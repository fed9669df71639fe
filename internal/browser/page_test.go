package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	model "github.com/corsuite/corsuite/core/browser"
)

// engineClient is a page in a browser that receives tasks from the test.
type engineClient struct {
	lab     *lab
	process *process
	origin  string // of the page
}

// patience is the time limit for every action of a page. A browser starts within seconds,
// but it needs longer on a busy machine.
const patience = 3 * time.Minute

var errSilent = errors.New("the page sent no report")

// open starts an engine with a page.
func open(ctx context.Context, t *testing.T, l *lab, p program) *engineClient {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSilent)
	defer cancel()
	first := "http://localhost:" + l.pagePort
	c := &engineClient{lab: l, process: p.start(t, first+"/page")}
	if err := c.opened(ctx, first); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *engineClient) fetch(ctx context.Context, p place) (report, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSilent)
	defer cancel()
	if c.origin != p.origin {
		if err := c.order(ctx, visit{p.pageURL(p.origin)}); err != nil {
			return report{}, err
		}
		if err := c.opened(ctx, p.origin); err != nil {
			return report{}, err
		}
	}
	if err := c.order(ctx, newTask(p.call)); err != nil {
		return report{}, err
	}
	return c.report(ctx)
}

// opened waits for the first report of a page on an origin.
func (c *engineClient) opened(ctx context.Context, origin string) error {
	r, err := c.report(ctx)
	if err == nil && r.Page != origin {
		err = fmt.Errorf("a page on %s sent a report, want one on %s", r.Page, origin)
	}
	c.origin = origin
	return err
}

func (c *engineClient) report(ctx context.Context) (report, error) {
	select {
	case r := <-c.lab.reports:
		return r, nil
	case <-c.process.exited:
		return report{}, c.died()
	case <-ctx.Done():
		return report{}, fmt.Errorf("%w; the browser's log ends with\n%s", context.Cause(ctx), c.endOfLog())
	}
}

// order sends a task to the page.
func (c *engineClient) order(ctx context.Context, task any) error {
	select {
	case c.lab.tasks <- task:
		return nil
	case <-c.process.exited:
		return c.died()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *engineClient) died() error {
	return errors.New("the browser has ended; its log ends with\n" + c.endOfLog())
}

func (c *engineClient) endOfLog() string {
	log, err := os.ReadFile(c.process.log)
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-4000):])
}

// visit is a task: the page opens another page in its place.
type visit struct {
	Visit string `json:"visit"`
}

// task is a task: the page calls fetch with these arguments.
type task struct {
	URL         string      `json:"url"`
	Method      string      `json:"method"`
	Headers     [][2]string `json:"headers"`
	Mode        string      `json:"mode"`
	Credentials string      `json:"credentials"`
	Redirect    string      `json:"redirect"`
	Upload      bool        `json:"upload"`
	Type        string      `json:"type"`
	Content     *string     `json:"content,omitempty"`
	Bytes       []byte      `json:"bytes,omitempty"` // in the place of Content
}

func newTask(r call) task {
	t := task{
		URL: r.URL, Method: cmp.Or(r.Method, "GET"), Headers: [][2]string{}, Upload: r.UploadListener, Type: r.Body.Type,
		Mode:        [...]string{model.CORS: "cors", model.NoCORS: "no-cors", model.SameOrigin: "same-origin"}[r.Mode],
		Credentials: [...]string{model.SameOriginCredentials: "same-origin", model.Include: "include", model.Omit: "omit"}[r.Credentials],
		Redirect:    [...]string{model.Follow: "follow", model.Error: "error", model.Manual: "manual"}[r.Redirect],
	}
	for _, h := range r.Headers {
		t.Headers = append(t.Headers, [2]string{h.Name, byteString(h.Value)})
	}
	if r.Body.Content != nil {
		content := string(r.Body.Content)
		t.Content = &content
	}
	return t
}

// byteString returns the string of a script with a code unit for each byte.
func byteString(s string) string {
	units := make([]rune, len(s))
	for i := range len(s) {
		units[i] = rune(s[i])
	}
	return string(units)
}
