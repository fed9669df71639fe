package main

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

func TestSeatsComeFromFlags(t *testing.T) {
	t.Parallel()
	want := map[string]int{"page": 3000, "gin": 8001, "echo": 9002, "chi": 8003, "fiber": 8004}
	for _, s := range seats([]string{"-echo", "9002"}) {
		if s.port != want[s.flag] {
			t.Errorf("-%s is %d, want %d", s.flag, s.port, want[s.flag])
		}
	}
}

// Whoever holds a port on either loopback address keeps the playground from
// it, and the error says everything at once.
func TestBusyPorts(t *testing.T) {
	t.Parallel()
	busy4 := occupy(t, "127.0.0.1:0")
	seats := []seat{
		{"the page", "page", 0},
		{"gin", "gin", busy4},
		{"echo", "echo", 0},
		{"fiber", "fiber", busy4},
		{"chi", "chi", 65536},
	}
	want := []string{
		"port " + strconv.Itoa(busy4) + " for gin: ", "; choose another with -gin",
		"port " + strconv.Itoa(busy4) + " for fiber: gin has it already; choose another with -fiber",
		"port 65536 for chi: ", "; choose another with -chi",
	}
	if hasIPv6() {
		busy6 := occupy(t, "[::1]:0")
		seats = append(seats, seat{"the API", "api", busy6})
		want = append(want, "port "+strconv.Itoa(busy6)+" for the API: ", "; choose another with -api")
	}
	_, err := listen(seats)
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
			t.Errorf("the error complains %s:\n%v", free, err)
		}
	}
}

// Not parallel: another test could get the port in between.
func TestBusyPortReleasesTheOthers(t *testing.T) {
	free, err := listen([]seat{{"gin", "gin", 0}})
	if err != nil {
		t.Fatal(err)
	}
	port := free[0].port()
	free[0].close()

	seats := []seat{{"gin", "gin", port}, {"echo", "echo", occupy(t, "127.0.0.1:0")}}
	if _, err := listen(seats); err == nil {
		t.Fatal("listens on a port that is taken")
	}
	again, err := listen(seats[:1])
	if err != nil {
		t.Fatalf("the free port was kept: %v", err)
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
