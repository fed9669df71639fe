package main

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

func TestEndpointsComeFromFlags(t *testing.T) {
	t.Parallel()
	want := map[string]int{"page": 3000, "gin": 8001, "echo": 9002, "echov5": 8005, "chi": 8003, "fiber": 8004, "fiberv3": 8006, "nethttp": 8007}
	for _, s := range endpoints([]string{"-echo", "9002"}) {
		if s.port != want[s.flag] {
			t.Errorf("-%s is %d, want %d", s.flag, s.port, want[s.flag])
		}
	}
}

// If a port is in use on either loopback address, listen fails. The error lists all such
// ports.
func TestBusyPorts(t *testing.T) {
	t.Parallel()
	busy4 := occupy(t, "127.0.0.1:0")
	endpoints := []endpoint{
		{"the page", "page", 0},
		{"gin", "gin", busy4},
		{"echo", "echo", 0},
		{"fiber", "fiber", busy4},
		{"chi", "chi", 65536},
	}
	want := []string{
		"port " + strconv.Itoa(busy4) + " for gin: ", "; choose another port with -gin",
		"port " + strconv.Itoa(busy4) + " for fiber: gin has the same port; choose another port with -fiber",
		"port 65536 for chi: ", "; choose another port with -chi",
	}
	if hasIPv6() {
		busy6 := occupy(t, "[::1]:0")
		endpoints = append(endpoints, endpoint{"the API", "api", busy6})
		want = append(want, "port "+strconv.Itoa(busy6)+" for the API: ", "; choose another port with -api")
	}
	_, err := listen(endpoints)
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
	free, err := listen([]endpoint{{"gin", "gin", 0}})
	if err != nil {
		t.Fatal(err)
	}
	port := free[0].port()
	free[0].close()

	endpoints := []endpoint{{"gin", "gin", port}, {"echo", "echo", occupy(t, "127.0.0.1:0")}}
	if _, err := listen(endpoints); err == nil {
		t.Fatal("listens on a port that is taken")
	}
	again, err := listen(endpoints[:1])
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
