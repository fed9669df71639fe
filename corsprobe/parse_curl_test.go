package main

import (
	"strings"
	"testing"

	"github.com/corsuite/corsuite/core/browser"
)

// wantCall has the parts of a call that a copied command determines.
type wantCall struct {
	origin, method, url string
	headers             string // name: value, joined by "; "
	body, cookies       string
	credentials         browser.Credentials
}

func checkCall(t *testing.T, got call, err error, want wantCall) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var headers []string
	for _, h := range got.request.Headers {
		headers = append(headers, h.Name+": "+h.Value)
	}
	is := wantCall{
		got.request.Origin, got.request.Method, got.request.URL, strings.Join(headers, "; "),
		string(got.request.Body.Content), got.cookies, got.request.Credentials,
	}
	if is != want {
		t.Errorf("got  %+q\nwant %+q", is, want)
	}
}

// The commands of the browsers' menu "Copy as cURL" for the same request.
func TestCopiedCurl(t *testing.T) {
	want := wantCall{
		"https://app.example.com", "PUT", "https://api.example.com/posts/1?q=a%20b&tag[]=x", "Accept: */*; Content-Type: application/json",
		`{"title":"it's \"new\"! 50% & more"}`, "session=abc; theme=dark", browser.Include,
	}
	for name, command := range map[string]string{
		"Chromium, bash": `curl 'https://api.example.com/posts/1?q=a%20b&tag[]=x' \
  -X 'PUT' \
  -H 'Accept: */*' \
  -H 'Accept-Language: en-US,en;q=0.9' \
  -H 'Connection: keep-alive' \
  -H 'Content-Type: application/json' \
  -b 'session=abc; theme=dark' \
  -H 'Origin: https://app.example.com' \
  -H 'Priority: u=1, i' \
  -H 'Referer: https://app.example.com/' \
  -H 'Sec-Fetch-Dest: empty' \
  -H 'Sec-Fetch-Mode: cors' \
  -H 'Sec-Fetch-Site: same-site' \
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36' \
  -H 'sec-ch-ua: "Chromium";v="156", "Not_A Brand";v="99"' \
  -H 'sec-ch-ua-mobile: ?0' \
  --data-raw $'{"title":"it\'s \\"new\\"\u0021 50% & more"}' \
  --compressed`,
		"Chromium, cmd": "curl ^\"https://api.example.com/posts/1?q=a^%^20b^&tag^[^]=x^\" ^\r\n" +
			"  -X ^\"PUT^\" ^\r\n" +
			"  -H ^\"Accept: */*^\" ^\r\n" +
			"  -H ^\"Content-Type: application/json^\" ^\r\n" +
			"  -b ^\"session=abc; theme=dark^\" ^\r\n" +
			"  -H ^\"Origin: https://app.example.com^\" ^\r\n" +
			"  -H ^\"sec-ch-ua: ^\\^\"Chromium^\\^\";v=^\\^\"156^\\^\"^\" ^\r\n" +
			"  --data-raw ^\"^{^\\^\"title^\\^\":^\\^\"it's ^\\\\^\\^\"new^\\\\^\\^\"^! 50^% ^& more^\\^\"^}^\"",
		"Firefox, bash": `curl 'https://api.example.com/posts/1?q=a%20b&tag[]=x' \
  -X PUT \
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' \
  -H 'Accept: */*' \
  -H 'Accept-Language: en-US,en;q=0.5' \
  -H 'Accept-Encoding: gzip, deflate, br, zstd' \
  -H 'Content-Type: application/json' \
  -H 'Origin: https://app.example.com' \
  -H 'Connection: keep-alive' \
  -H 'Referer: https://app.example.com/' \
  -H 'Cookie: session=abc; theme=dark' \
  -H 'Sec-Fetch-Mode: cors' \
  -H 'Priority: u=4' \
  --data-raw $'{"title":"it\'s \\"new\\"\041 50% & more"}'`,
		"Firefox, cmd": "curl \"https://api.example.com/posts/1?q=a^%^20b&tag^[^]=x\" ^\r\n" +
			"  -X PUT ^\r\n" +
			"  -H \"Accept: */*\" ^\r\n" +
			"  -H \"Content-Type: application/json\" ^\r\n" +
			"  -H \"Origin: https://app.example.com\" ^\r\n" +
			"  -H \"Cookie: session=abc; theme=dark\" ^\r\n" +
			"  --data-raw \"{\"\"title\"\":\"\"it's \\\\\"\"new\\\\\"\"^! 50^% & more\"\"}\"",
		"Safari": `curl 'https://api.example.com/posts/1?q=a%20b&tag\[\]=x' \
-X 'PUT' \
-H 'Content-Type: application/json' \
-H 'Accept: */*' \
-H 'Cookie: session=abc; theme=dark' \
-H 'Origin: https://app.example.com' \
-H 'Sec-Fetch-Mode: cors' \
-H 'Referer: https://app.example.com/' \
-H 'Priority: u=3, i' \
--data-binary $'{"title":"it\'s \\"new\\"\041 50% & more"}'`,
		"HTTP/2 pseudo headers": `curl 'https://api.example.com/posts/1?q=a%20b&tag[]=x' -X PUT -H ':authority: api.example.com' -H ':path: /posts/1' -H ':method: PUT' -H ':scheme: https' -H 'Accept: */*' -H 'content-length: 30' -H 'Content-Type: application/json' -H 'origin: https://app.example.com' -H 'cookie: session=abc; theme=dark' --data-raw '{"title":"it'"'"'s \"new\"! 50% & more"}' --http2`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseCopied(command)
			w := want
			if name != "HTTP/2 pseudo headers" && strings.HasPrefix(name, "Safari") {
				w.headers = "Content-Type: application/json; Accept: */*"
			}
			checkCall(t, got, err, w)
		})
	}
}

func TestCopiedDetails(t *testing.T) {
	const from = ` -H 'Origin: https://app.example.com'`
	for _, test := range []struct {
		name, command string
		want          wantCall
		note          string // a part of one of the notes
	}{
		{
			"a binary body", `curl 'https://a.example/' -H 'Content-Type: application/octet-stream' --data-binary $'\x00\xff\r\nz'` + from,
			wantCall{"https://app.example.com", "POST", "https://a.example/", "Content-Type: application/octet-stream", "\x00\xff\r\nz", "", 0}, "no cookie",
		},
		{
			"a text with bytes and halves of a character", `curl 'https://a.example/' -H 'Content-Type: application/json' --data-raw $'\xe9\351\u00e9\ud83d\ude00\ud83d\041'` + from,
			wantCall{"https://app.example.com", "POST", "https://a.example/", "Content-Type: application/json", "ééé😀\ufffd!", "", 0}, "no cookie",
		},
		{
			"a binary body with other characters", `curl 'https://a.example/' -H 'Content-Type: image/png' --data-raw $'\xe9\u00e9\0\u0000'` + from,
			wantCall{"https://app.example.com", "POST", "https://a.example/", "Content-Type: image/png", "\xe9é\x00\x00", "", 0}, "no cookie",
		},
		{
			"headers that are not ASCII", `curl 'https://a.example/' -H 'X-A: é' -H $'X-B: \xe9' -H $'X-C: \xc3\xa9' -H 'X-D: 日'` + from,
			wantCall{"https://app.example.com", "", "https://a.example/", "X-A: \xe9; X-B: \xe9; X-C: é; X-D: 日", "", "", 0}, "no cookie",
		},
		{
			"backslashes in a URL", `curl -g 'https://a.example/?a=\[1\]'` + from,
			wantCall{"https://app.example.com", "", "https://a.example/?a=\\[1\\]", "", "", "", 0}, "no cookie",
		},
		{
			"a prompt and a GET", "$ curl 'https://a.example/'" + from,
			wantCall{"https://app.example.com", "", "https://a.example/", "", "", "", 0}, "no cookie",
		},
		{
			"the page from the Referer", `curl 'https://a.example/' -H 'Referer: https://app.example.com:8443/page?x=1'`,
			wantCall{"https://app.example.com:8443", "", "https://a.example/", "", "", "", 0}, "Referer",
		},
		{
			"disabled cache", `curl 'https://a.example/' -H 'Cache-Control: no-cache' -H 'Pragma: no-cache' -H 'X-A: 1'` + from,
			wantCall{"https://app.example.com", "", "https://a.example/", "X-A: 1", "", "", 0}, "Disable cache",
		},
		{
			"a copied preflight", `curl 'https://a.example/' -X 'OPTIONS' -H 'Access-Control-Request-Method: DELETE' -H 'Access-Control-Request-Headers: authorization,content-type,x-a'` + from,
			wantCall{"https://app.example.com", "DELETE", "https://a.example/", "authorization: corsprobe; content-type: application/json; x-a: corsprobe", "", "", 0}, "is a preflight",
		},
		{
			"a HEAD", `curl -I 'https://a.example/'` + from,
			wantCall{"https://app.example.com", "HEAD", "https://a.example/", "", "", "", 0}, "",
		},
		{
			"a password", `curl -u me:secret 'https://a.example/'` + from,
			wantCall{"https://app.example.com", "", "https://a.example/", "Authorization: Basic bWU6c2VjcmV0", "", "", 0}, "",
		},
		{
			"no page", `curl 'https://a.example/' --json '{}'`,
			wantCall{"", "POST", "https://a.example/", "Content-Type: application/json; Accept: application/json", "{}", "", 0}, "",
		},
		{
			"data in the query", `curl -G 'https://a.example/?a=1' -d b=2 -d c=3 --data-urlencode 'd=x y'` + from,
			wantCall{"https://app.example.com", "", "https://a.example/?a=1&b=2&c=3&d=x+y", "", "", "", 0}, "",
		},
		{
			"data of curl", `curl 'https://a.example/' -d b=2 -d c=3 -sSL -o /dev/null -i` + from,
			wantCall{"https://app.example.com", "POST", "https://a.example/", "", "b=2&c=3", "", 0}, "",
		},
		{
			"a header without a value", `curl 'https://a.example/' -H 'X-Empty;' -H 'X-Removed:' -H 'X-Also-Empty: '` + from,
			wantCall{"https://app.example.com", "", "https://a.example/", "X-Empty: ; X-Also-Empty: ", "", "", 0}, "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseCopied(test.command)
			checkCall(t, got, err, test.want)
			if !strings.Contains(strings.Join(got.notes, "\n"), test.note) {
				t.Errorf("notes %q, want one with %q", got.notes, test.note)
			}
		})
	}
}

func TestCopiedThatFails(t *testing.T) {
	for command, want := range map[string]string{
		"":                                 "is empty",
		"wget https://a.example":           "begins with neither",
		"Invoke-WebRequest -Uri https://a": "PowerShell",
		"curl":                             "no URL",
		"curl https://a.example https://b": "2 URLs",
		"curl 'https://a.example":          "reached EOF without closing quote",
		"curl https://a.example | jq":      "paste one command",
		"curl https://a.example &\ncurl b": "paste one command",
		"curl {a,b} https://a.example/{1..999999999}":           "2 URLs",
		"curl https://a.example; curl b":                        "paste one command",
		"curl https://a.example -d @secret":                     "reads a file",
		"curl https://a.example -H @secret":                     "reads a file",
		"curl https://a.example -b jar.txt":                     "reads a file",
		"curl https://a.example --no-such 1":                    "unknown flag: --no-such",
		"curl https://a.example -H nonsense":                    "has no colon",
		"curl https://a.example $(id)":                          "shell would replace",
		"curl https://a.example <(id)":                          "shell would replace",
		"curl https://a.example/$HOME":                          "shell would replace",
		"curl https://a.example -H \"X-A: ${HOME}\"":            "shell would replace",
		"curl https://a.example/$((9**9))":                      "shell would replace",
		"curl https://a.example -A ~root":                       "shell would replace",
		"curl https://a.example --data-urlencode a@secret":      "reads a file",
		"curl https://a.example -H 'Sec-Fetch-Mode: navigate'":  "opens a page",
		"curl https://a.example -H 'Sec-Fetch-Mode: websocket'": "WebSocket",
	} {
		if _, err := parseCopied(command); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", command, err, want)
		}
	}
}

// Chromium writes --insecure for each URL with http, for which -k has no meaning.
func TestCopiedInsecure(t *testing.T) {
	for url, want := range map[string]bool{"http://a.example/": false, "https://a.example/": true} {
		if got, err := parseCopied("curl --url '" + url + "' --insecure"); err != nil || got.network.insecure != want {
			t.Errorf("%s: insecure is %v, want %v; error %v", url, got.network.insecure, want, err)
		}
	}
}
