package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/pflag"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/corsuite/corsuite/core/browser"
)

// curl has the values of curl's flags that change a request.
type curl struct {
	methods []string
	headers []string
	data    []datum
	cookies []string
	get     bool
	head    bool
	agent   string
	referer string
	user    string
	url     string
	network network
	pasted  bool // from a browser's menu
}

// datum is one flag with data, such as --data-raw.
type datum struct{ flag, value string }

// add registers curl's flags, except those about the network. json is false if --json has
// another meaning.
func (c *curl) add(fs *pflag.FlagSet, json bool) {
	fs.StringArrayVarP(&c.methods, "request", "X", nil, "`METHOD` of the request")
	c.addCaller(fs, "header that the script sets, as `NAME: VALUE`", "cookies of the browser, as `NAME=VALUE`, separated by ; it implies --credentials")
	kinds := []string{"data", "data-raw", "data-binary", "data-ascii", "data-urlencode"}
	if json {
		kinds = append(kinds, "json")
	}
	for _, flag := range kinds {
		short := ""
		if flag == "data" {
			short = "d"
		}
		fs.VarP(dataValue{&c.data, flag}, flag, short, "body of the request")
	}
	fs.BoolVarP(&c.get, "get", "G", false, "send the data in the query")
	fs.BoolVarP(&c.head, "head", "I", false, "send a HEAD request")
	fs.StringVarP(&c.referer, "referer", "e", "", "`URL` of the page, if there is no --origin")
	fs.StringVar(&c.url, "url", "", "URL of the request")
	for _, ignored := range []struct{ name, short string }{
		{"compressed", ""}, {"http1.1", ""}, {"http2", ""}, {"http2-prior-knowledge", ""}, {"http3", ""}, {"location", "L"},
		{"include", "i"}, {"silent", "s"}, {"show-error", "S"}, {"verbose", "v"}, {"fail", "f"}, {"fail-with-body", ""},
		{"globoff", "g"}, {"no-buffer", "N"}, {"progress-bar", "#"}, {"ssl-no-revoke", ""}, {"path-as-is", ""}, {"ipv4", "4"}, {"ipv6", "6"},
	} {
		fs.BoolP(ignored.name, ignored.short, false, "")
		_ = fs.MarkHidden(ignored.name) // the flag exists
	}
	for _, ignored := range []struct{ name, short string }{{"output", "o"}, {"write-out", "w"}, {"connect-timeout", ""}, {"retry", ""}, {"max-redirs", ""}} {
		fs.StringP(ignored.name, ignored.short, "", "")
		_ = fs.MarkHidden(ignored.name) // the flag exists
	}
}

// addCaller registers the flags about who sends a request.
func (c *curl) addCaller(fs *pflag.FlagSet, header, cookie string) {
	fs.StringArrayVarP(&c.headers, "header", "H", nil, header)
	fs.StringArrayVarP(&c.cookies, "cookie", "b", nil, cookie)
	fs.StringVarP(&c.agent, "user-agent", "A", "", "User-Agent of the browser")
	fs.StringVarP(&c.user, "user", "u", "", "`USER:PASSWORD` that is sent in Authorization")
}

// dataValue is a flag that adds to a list, so that the order of several flags is kept.
type dataValue struct {
	list *[]datum
	flag string
}

func (d dataValue) String() string { return "" }
func (d dataValue) Type() string   { return "DATA" }
func (d dataValue) Set(s string) error {
	*d.list = append(*d.list, datum{d.flag, s})
	return nil
}

// parseCopied parses the text of a browser's menu "Copy as cURL" or "Copy as fetch".
func parseCopied(text string) (call, error) {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "$ "))
	switch begins, _, _ := strings.Cut(text, " "); {
	case text == "":
		return call{}, errors.New("the pasted text is empty; paste the text of Copy as cURL or Copy as fetch")
	case begins == "curl" || begins == "curl.exe" || strings.HasPrefix(text, "curl\n"):
		return parseCurl(text)
	case strings.Contains(text, "fetch("):
		return parseFetch(text)
	case strings.HasPrefix(text, "Invoke-") || strings.HasPrefix(text, "$session"):
		return call{}, errors.New("the pasted text is for PowerShell; choose Copy as cURL in the browser's menu")
	}
	return call{}, errors.New("the pasted text begins with neither curl nor fetch(; choose Copy as cURL or Copy as fetch in the browser's menu")
}

func parseCurl(text string) (call, error) {
	var args []string
	var err error
	if forWindows(text) {
		args, err = windowsFields(text)
	} else {
		args, err = shellFields(text)
	}
	if err != nil {
		err = fmt.Errorf("the pasted command cannot be read: %w", err)
		if !strings.Contains(err.Error(), "quote") {
			err = fmt.Errorf("%w; paste one command, and nothing after its arguments", err)
		}
		return call{}, err
	}
	return curlArguments(args[1:])
}

// shellFields splits a command as a shell does, and marks bytes as markBytes does. It replaces
// nothing: neither variables of the environment, which must not reach a server, nor braces,
// which can make a list without end.
func shellFields(text string) (fields []string, err error) {
	for word, err := range syntax.NewParser().WordsSeq(strings.NewReader(markBytes(strings.ReplaceAll(text, "\r\n", "\n")))) {
		if err != nil {
			return nil, err
		}
		if !literalWord(word) {
			return nil, errors.New("a shell would replace a part of it, such as $NAME or $(COMMAND); write the value, in single quotes")
		}
		field, err := expand.Literal(nil, word)
		if err != nil {
			return nil, err
		}
		fields = append(fields, field)
	}
	return fields, nil
}

// literalWord reports whether a shell takes a word as it is, except for its quotes.
func literalWord(word *syntax.Word) bool {
	literal := !strings.HasPrefix(word.Lit(), "~")
	syntax.Walk(word, func(node syntax.Node) bool {
		switch node.(type) {
		case nil, *syntax.Word, *syntax.Lit, *syntax.SglQuoted, *syntax.DblQuoted:
		default:
			literal = false
		}
		return literal
	})
	return literal
}

// curlArguments parses the arguments of a copied curl command.
func curlArguments(args []string) (call, error) {
	c := curl{pasted: true}
	fs := pflag.NewFlagSet("curl", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	c.add(fs, true)
	c.network.add(fs)
	if err := fs.Parse(args); err != nil {
		return call{}, fmt.Errorf("the pasted command has a flag of curl that corsprobe does not know: %w; remove the flag if it does not change the request", err)
	}
	urls := fs.Args()
	if c.url != "" {
		urls = append(urls, c.url)
	}
	w, err := c.written(urls)
	if err != nil {
		return call{}, err
	}
	w.unmark()
	if literal, _ := fs.GetBool("globoff"); !literal {
		// curl takes brackets and braces literally if they are escaped.
		w.url = strings.NewReplacer(`\[`, "[", `\]`, "]", `\{`, "{", `\}`, "}").Replace(w.url)
	}
	result, err := w.call()
	result.network = c.network
	if !strings.HasPrefix(strings.ToLower(w.url), "https:") {
		result.network.insecure = false // Chromium writes --insecure for http, too
	}
	return result, err
}

// unmark replaces the private characters of markBytes.
func (w *written) unmark() {
	contentType := w.body.Type
	for i, h := range w.headers {
		w.headers[i] = browser.Header{Name: unmark(h.Name), Value: headerBytes(h.Value)}
		if strings.EqualFold(h.Name, "content-type") {
			contentType = h.Value
		}
	}
	w.method, w.url, w.user, w.page = unmark(w.method), unmark(w.url), unmark(w.user), unmark(w.page)
	if w.body.Content != nil {
		w.body.Content = bodyBytes(string(w.body.Content), contentType)
	}
}

// written returns the request that curl would send, without the headers that curl adds.
func (c *curl) written(urls []string) (*written, error) {
	switch len(urls) {
	case 0:
		return nil, errors.New("the command has no URL")
	case 1:
	default:
		return nil, fmt.Errorf("the command has %d URLs, %s; write one, and quote every value with blanks", len(urls), shown(inWords(urls)))
	}
	w := &written{url: urls[0], user: c.user, page: c.referer, pasted: c.pasted}
	if n := len(c.methods); n > 0 {
		w.method = c.methods[n-1]
	} else if c.head {
		w.method = "HEAD"
	}
	for _, line := range c.headers {
		if err := w.line(line); err != nil {
			return nil, err
		}
	}
	for _, cookie := range c.cookies {
		if !strings.Contains(cookie, "=") {
			return nil, fmt.Errorf("-b %s reads a file, which corsprobe does not do; write the cookies as NAME=VALUE", cookie)
		}
		w.headers = append(w.headers, browser.Header{Name: "Cookie", Value: cookie})
	}
	if c.agent != "" {
		w.headers = append(w.headers, browser.Header{Name: "User-Agent", Value: c.agent})
	}
	return w, c.body(w)
}

// line adds an argument of -H.
func (w *written) line(line string) error {
	if strings.HasPrefix(line, "@") {
		return fmt.Errorf("-H %s reads a file, which corsprobe does not do; write the header as NAME: VALUE", line)
	}
	// The name of a pseudo header of HTTP/2 begins with a colon.
	name, value, found := strings.Cut(strings.TrimPrefix(line, ":"), ":")
	if strings.HasPrefix(line, ":") {
		name = ":" + name
	}
	value = strings.TrimSpace(value)
	switch empty, ok := strings.CutSuffix(line, ";"); {
	case !found && ok:
		w.headers = append(w.headers, browser.Header{Name: empty})
	case !found:
		return fmt.Errorf("the header %q has no colon; write it as NAME: VALUE", line)
	case value != "" || w.pasted && strings.HasSuffix(line, " "):
		// curl removes its own header for NAME: without a value. Firefox and WebKit write
		// such a line, with a blank, for a header of the script without a value.
		w.headers = append(w.headers, browser.Header{Name: name, Value: value})
	}
	return nil
}

// body adds the data of the command.
func (c *curl) body(w *written) error {
	var parts []string
	json := false
	for _, d := range c.data {
		name, file, _ := strings.Cut(d.value, "@")
		reads := d.flag == "data-urlencode" && file != "" && !strings.Contains(name, "=")
		if reads || strings.HasPrefix(d.value, "@") && d.flag != "data-raw" {
			return fmt.Errorf("--%s %s reads a file, which corsprobe does not do; write the body itself, or any text, since CORS depends only on its Content-Type", d.flag, d.value)
		}
		if d.flag == "data-urlencode" {
			name, value, found := strings.Cut(d.value, "=")
			if found {
				d.value = name + "=" + url.QueryEscape(value)
			} else {
				d.value = url.QueryEscape(d.value)
			}
		}
		json = json || d.flag == "json"
		parts = append(parts, d.value)
	}
	switch {
	case len(parts) == 0:
		return nil
	case c.get:
		separator := "?"
		if strings.Contains(w.url, "?") {
			separator = "&"
		}
		w.url += separator + strings.Join(parts, "&")
		return nil
	case json:
		w.body.Content = []byte(strings.Join(parts, ""))
		w.headers = append(w.headers, browser.Header{Name: "Content-Type", Value: "application/json"}, browser.Header{Name: "Accept", Value: "application/json"})
	default:
		w.body = browser.Body{Content: []byte(strings.Join(parts, "&")), Type: "application/x-www-form-urlencoded"}
	}
	if w.method == "" {
		w.method = "POST"
	}
	return nil
}
