package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
)

func TestEndpointsComeFromFlags(t *testing.T) {
	t.Parallel()
	o := arguments([]string{"-echo", "9002", "-check"})
	if !o.check {
		t.Error("-check was not parsed")
	}
	want := map[string]int{
		"page": 3000, "other": 3001, "api": 8000, "gin": 8001, "echo": 9002, "echov5": 8005, "chi": 8003,
		"fiber": 8004, "fiberv3": 8006, "nethttp": 8007,
	}
	for _, s := range o.endpoints {
		if s.port != want[s.flag] || s.fixed != (s.flag == "echo") {
			t.Errorf("-%s is %d, fixed %v, want %d", s.flag, s.port, s.fixed, want[s.flag])
		}
	}
}

// In the place of a default port that is in use, listen opens a free one, and says so.
func TestBusyDefaultPorts(t *testing.T) {
	t.Parallel()
	busy := occupy(t, "127.0.0.1:0")
	all := endpoints{{name: "the page", flag: "page", port: busy}, {name: "gin", flag: "gin"}}
	opened, err := listen(all)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("port %d for the page is in use; port %d is in its place", busy, opened[0].port())
	if notes := all.notes(opened); len(notes) != 1 || notes[0] != want {
		t.Errorf("got the notes %q, want %q", notes, want)
	}
	for _, l := range opened {
		l.close()
	}
}

// If a port that the user has set is in use on either loopback address, listen fails. The error lists all such
// ports.
func TestBusyPorts(t *testing.T) {
	t.Parallel()
	busy4 := occupy(t, "127.0.0.1:0")
	all := endpoints{
		{"the page", "page", 0, true},
		{"gin", "gin", busy4, true},
		{"echo", "echo", 0, true},
		{"fiber", "fiber", busy4, true},
		{"chi", "chi", 65536, true},
	}
	want := []string{
		"port " + strconv.Itoa(busy4) + " for gin: ", "; choose another port with -gin",
		"port " + strconv.Itoa(busy4) + " for fiber: gin has the same port; choose another port with -fiber",
		"port 65536 for chi: ", "; choose another port with -chi",
	}
	if hasIPv6() {
		busy6 := occupy(t, "[::1]:0")
		all = append(all, endpoint{"the API", "api", busy6, true})
		want = append(want, "port "+strconv.Itoa(busy6)+" for the API: ", "; choose another port with -api")
	}
	_, err := listen(all)
	if err == nil {
		t.Fatal("listens on a port that is taken")
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q:\n%v", part, err)
		}
	}
	for _, free := range []string{"for the page", "for echo"} {
		if strings.Contains(err.Error(), free) {
			t.Errorf("the error lists the free port %s:\n%v", free, err)
		}
	}
}

// If one port is in use, listen closes the others. This test is not parallel, since another
// test could open the port.
func TestListenClosesPortsOnError(t *testing.T) {
	free, err := listen(endpoints{{"gin", "gin", 0, true}})
	if err != nil {
		t.Fatal(err)
	}
	port := free[0].port()
	free[0].close()

	all := endpoints{{"gin", "gin", port, true}, {"echo", "echo", occupy(t, "127.0.0.1:0"), true}}
	if _, err := listen(all); err == nil {
		t.Fatal("listens on a port that is taken")
	}
	again, err := listen(all[:1])
	if err != nil {
		t.Fatalf("listen did not close the free port: %v", err)
	}
	again[0].close()
}

func occupy(t *testing.T, address string) (port int) {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln.Addr().(*net.TCPAddr).Port
}
