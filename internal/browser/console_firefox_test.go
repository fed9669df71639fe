package browser

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/corsuite/corsuite/internal/programs"
)

// debugger reads the console of Firefox by its debugger protocol, since the log has only
// messages of the page itself. A packet is a length and JSON.
type debugger struct {
	client engineClient
	conn   net.Conn
	in     *bufio.Reader
}

// packet has the fields of all packets that debugger reads.
type packet struct {
	From, Type, Error, Actor string
	Tabs                     []struct{ Actor string }
	Array                    [][2]json.RawMessage // pairs: a kind of message, and the messages
}

// message is an error of the engine or a message of the page.
type message struct {
	PageError *struct {
		ErrorMessage string
		TimeStamp    float64
	}
	Arguments []any
	TimeStamp float64
}

func attach(t *testing.T, c engineClient, socket string) *debugger {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	d := &debugger{c, conn, bufio.NewReader(conn)}
	if err := d.watch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// watch requests the messages of the page, and of later pages in the same tab.
func (d *debugger) watch(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, programs.Patience, programs.ErrSilent)
	defer cancel()
	defer context.AfterFunc(ctx, func() { d.conn.Close() })()
	tabs, err := d.ask(map[string]any{"to": "root", "type": "listTabs"})
	if err != nil || len(tabs.Tabs) != 1 {
		return fmt.Errorf("%d tabs: %w", len(tabs.Tabs), err)
	}
	watcher, err := d.ask(map[string]any{"to": tabs.Tabs[0].Actor, "type": "getWatcher", "isServerTargetSwitchingEnabled": true})
	if err != nil {
		return err
	}
	for _, request := range []map[string]any{
		{"to": watcher.Actor, "type": "watchTargets", "targetType": "frame"},
		{"to": watcher.Actor, "type": "watchResources", "resourceTypes": []string{"error-message", "console-message"}},
	} {
		if _, err := d.ask(request); err != nil {
			return err
		}
	}
	return nil
}

// ask sends a request and returns its answer, which has no type.
func (d *debugger) ask(request map[string]any) (packet, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return packet{}, err
	}
	if _, err := fmt.Fprintf(d.conn, "%d:%s", len(body), body); err != nil {
		return packet{}, err
	}
	for {
		p, err := d.next()
		if err != nil || p.Error != "" {
			return p, cmp.Or(err, fmt.Errorf("%v: %s", request, p.Error))
		}
		if p.From == request["to"] && p.Type == "" && (p.From != "root" || p.Tabs != nil) {
			return p, nil
		}
	}
}

func (d *debugger) next() (p packet, err error) {
	length, err := d.in.ReadString(':')
	if err != nil {
		return p, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil {
		return p, err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(d.in, body); err != nil {
		return p, err
	}
	err = json.Unmarshal(body, &p)
	return p, err
}

func (d *debugger) read(ctx context.Context, last string) (messages []string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, programs.Patience, programs.ErrSilent)
	defer cancel()
	defer context.AfterFunc(ctx, func() { d.conn.Close() })()
	if err := d.client.say(ctx, last); err != nil {
		return nil, err
	}
	for {
		p, err := d.next()
		if err != nil {
			return nil, err
		}
		if p.Type != "resources-available-array" {
			continue
		}
		texts, err := p.messages()
		if err != nil {
			return nil, err
		}
		if messages = append(messages, texts...); slices.Contains(texts, last) {
			return messages, nil
		}
	}
}

// messages returns the messages of a packet, oldest first. The packet groups them by kind.
func (p packet) messages() (texts []string, err error) {
	var all []message
	for _, kind := range p.Array {
		var some []message
		if err := json.Unmarshal(kind[1], &some); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	for i, m := range all {
		if m.PageError != nil {
			all[i].TimeStamp, all[i].Arguments = m.PageError.TimeStamp, []any{m.PageError.ErrorMessage}
		}
	}
	slices.SortStableFunc(all, func(a, b message) int { return cmp.Compare(a.TimeStamp, b.TimeStamp) })
	for _, m := range all {
		texts = append(texts, fmt.Sprint(m.Arguments...))
	}
	return texts, nil
}
