package programs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"

	model "github.com/corsuite/corsuite/core/browser"
)

// Client is a page in a browser that receives tasks from the test.
type Client struct {
	Process *Process
	pages   *Pages
	origin  string // of the page
}

// ErrSilent is the cause of a context that ends because a page sends no report.
var ErrSilent = errors.New("the page sent no report")

// Report is the result of a task.
type Report struct {
	Page    string            `json:"page"` // the origin of the page, in its first report
	Error   string            `json:"error"`
	Type    string            `json:"type"`
	URL     string            `json:"url"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"` // names in lower case
	Body    string            `json:"body"`
	Took    float64           `json:"took"` // milliseconds for all calls of batches

	Samples [][]Report `json:"samples"` // the results of the calls of each sample
}

// Open starts a browser with a page.
func Open(ctx context.Context, t *testing.T, pages *Pages, browser Program) *Client {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(ctx, Patience, ErrSilent)
	defer cancel()
	first := "http://localhost:" + pages.Port
	c := &Client{Process: browser.Start(t, first+"/page"), pages: pages}
	if err := c.opened(ctx, first); err != nil {
		t.Fatal(err)
	}
	return c
}

// Fetch makes a page on the origin of the request call fetch.
func (c *Client) Fetch(ctx context.Context, r model.Request) (Report, error) {
	if err := c.Visit(ctx, r.Origin); err != nil {
		return Report{}, err
	}
	return c.Do(ctx, NewTask(r))
}

// Visit opens the page on an origin of this machine, or on the origin null.
func (c *Client) Visit(ctx context.Context, origin string) error {
	if c.origin == origin {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, Patience, ErrSilent)
	defer cancel()
	address := origin + "/page"
	if origin == "null" {
		address = "http://localhost:" + c.pages.Port + "/sandboxed"
	}
	if err := c.order(ctx, visit{address}); err != nil {
		return err
	}
	return c.opened(ctx, origin)
}

// Do sends a task to the page, and returns its report.
func (c *Client) Do(ctx context.Context, task any) (Report, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, Patience, ErrSilent)
	defer cancel()
	if err := c.order(ctx, task); err != nil {
		return Report{}, err
	}
	return c.report(ctx)
}

// opened waits for the first report of a page on an origin.
func (c *Client) opened(ctx context.Context, origin string) error {
	r, err := c.report(ctx)
	if err == nil && r.Page != origin {
		err = fmt.Errorf("a page on %s sent a report, want one on %s", r.Page, origin)
	}
	c.origin = origin
	return err
}

func (c *Client) report(ctx context.Context) (Report, error) {
	select {
	case r := <-c.pages.reports:
		return r, nil
	case <-c.Process.Exited:
		return Report{}, c.died()
	case <-ctx.Done():
		return Report{}, fmt.Errorf("%w; the browser's log ends with\n%s", context.Cause(ctx), c.Process.EndOfLog())
	}
}

// order sends a task to the page.
func (c *Client) order(ctx context.Context, task any) error {
	select {
	case c.pages.tasks <- task:
		return nil
	case <-c.Process.Exited:
		return c.died()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Client) died() error {
	return errors.New("the browser has ended; its log ends with\n" + c.Process.EndOfLog())
}

// visit is a task: the page opens another page in its place.
type visit struct {
	Visit string `json:"visit"`
}

// Task is a task: the page calls fetch with these arguments.
type Task struct {
	URL         string      `json:"url"`
	Method      string      `json:"method"`
	Headers     [][2]string `json:"headers"`
	Mode        string      `json:"mode"`
	Credentials string      `json:"credentials"`
	Redirect    string      `json:"redirect"`
	Upload      bool        `json:"upload"`
	Type        string      `json:"type"`
	Content     *string     `json:"content,omitempty"`
}

// NewTask returns the task for a request.
func NewTask(r model.Request) Task {
	t := Task{
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
