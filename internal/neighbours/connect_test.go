package neighbours

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/corsuite/corsuite/core/browser"
	"github.com/corsuite/corsuite/core/nethttp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// text is a message with one string.
type text = wrapperspb.StringValue

const (
	greet = "/acme.v1.Posts/Greet" // unary, without side effects
	count = "/acme.v1.Posts/Count" // a stream of three messages
	fails = "/acme.v1.Posts/Fails" // an error, with a detail if the request asks for it
)

// newService returns the handler of a service, as generated code does. It answers in the
// protocols Connect, gRPC and gRPC-Web.
func newService(*testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(greet, connect.NewUnaryHandler(greet, func(_ context.Context, r *connect.Request[text]) (*connect.Response[text], error) {
		return connect.NewResponse(wrapperspb.String("hello " + r.Msg.GetValue())), nil
	}, connect.WithIdempotency(connect.IdempotencyNoSideEffects)))
	mux.Handle(count, connect.NewServerStreamHandler(count, func(_ context.Context, _ *connect.Request[text], s *connect.ServerStream[text]) error {
		for _, number := range []string{"one", "two", "three"} {
			if err := s.Send(wrapperspb.String(number)); err != nil {
				return err
			}
		}
		return nil
	}))
	mux.Handle(fails, connect.NewUnaryHandler(fails, func(_ context.Context, r *connect.Request[text]) (*connect.Response[text], error) {
		err := connect.NewError(connect.CodeNotFound, errors.New("no post"))
		if r.Msg.GetValue() == "with a detail" {
			detail, detailErr := connect.NewErrorDetail(durationpb.New(time.Minute))
			if detailErr != nil {
				return nil, detailErr
			}
			err.AddDetail(detail)
		}
		return nil, err
	}))
	return mux
}

func connectRecipe() recipe {
	return recipe{"Connect", newService, func(t *testing.T, url string) error {
		return errors.Join(
			calls(t, newPage(nil), url),
			calls(t, newPage(nil), url, connect.WithProtoJSON()),
		)
	}}
}

func grpcWebRecipe() recipe {
	return recipe{"gRPC-Web", newService, func(t *testing.T, url string) error {
		// connect-go does not send this header; the clients for JavaScript do.
		return calls(t, newPage(map[string]string{"X-Grpc-Web": "1"}), url, connect.WithGRPCWeb())
	}}
}

// uncompressed leaves compression to the browser, as the clients for JavaScript do.
func uncompressed() connect.ClientOption { return connect.WithAcceptCompression("gzip", nil, nil) }

// calls calls the three procedures from a page, with a timeout.
func calls(t *testing.T, p *page, url string, options ...connect.ClientOption) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	options = append(options, uncompressed())
	client := func(procedure string) *connect.Client[text, text] {
		return connect.NewClient[text, text](p.client(), url+procedure, options...)
	}
	return errors.Join(
		unary(ctx, client(greet)),
		stream(ctx, client(count)),
		failing(ctx, client(fails), "", 0),
		failing(ctx, client(fails), "with a detail", 1),
	)
}

func unary(ctx context.Context, client *connect.Client[text, text]) error {
	answer, err := client.CallUnary(ctx, connect.NewRequest(wrapperspb.String("page")))
	if err != nil {
		return err
	}
	if got := answer.Msg.GetValue(); got != "hello page" {
		return fmt.Errorf("got %q", got)
	}
	return nil
}

func stream(ctx context.Context, client *connect.Client[text, text]) error {
	answer, err := client.CallServerStream(ctx, connect.NewRequest(wrapperspb.String("page")))
	if err != nil {
		return err
	}
	n := 0
	for answer.Receive() {
		n++
	}
	if err := errors.Join(answer.Err(), answer.Close()); err != nil {
		return err
	}
	if n != 3 {
		return fmt.Errorf("the stream has %d messages", n)
	}
	return nil
}

// failing requires the code, the message and the details of the error.
func failing(ctx context.Context, client *connect.Client[text, text], request string, details int) error {
	_, err := client.CallUnary(ctx, connect.NewRequest(wrapperspb.String(request)))
	failure := new(connect.Error)
	if !errors.As(err, &failure) || failure.Code() != connect.CodeNotFound {
		return fmt.Errorf("the error is %w", err)
	}
	if failure.Message() != "no post" {
		return fmt.Errorf("the message of the error is %q", failure.Message())
	}
	if got := len(failure.Details()); got != details {
		return fmt.Errorf("the error has %d details, want %d", got, details)
	}
	return nil
}

// A page needs no preflight for a call by GET without a timeout.
func TestCallByGET(t *testing.T) {
	server := httptest.NewServer(nethttp.New(configOf(t, section(t, "Connect")))(newService(t)))
	t.Cleanup(server.Close)
	var methods []string
	page := newPage(nil)
	page.browser.Transport = browser.TransportFunc(func(r *http.Request) (*http.Response, error) {
		methods = append(methods, r.Method)
		return http.DefaultTransport.RoundTrip(r)
	})
	client := connect.NewClient[text, text](page.client(), server.URL+greet, uncompressed(),
		connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects))
	if err := unary(t.Context(), client); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if err := unary(ctx, client); err != nil {
		t.Error(err)
	}
	if want := []string{"GET", "OPTIONS", "GET"}; !slices.Equal(methods, want) {
		t.Errorf("without and with a timeout, the browser sends %v, want %v", methods, want)
	}
}

// A trailer of a unary call is a header with a prefix in the protocol Connect, so a page sees
// it only if that header is exposed. In gRPC-Web it is part of the body.
func TestTrailers(t *testing.T) {
	const procedure = "/acme.v1.Posts/Total"
	service := connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
		response := connect.NewResponse(new(text))
		response.Trailer().Set("X-Total", "2")
		return response, nil
	})
	for _, test := range []struct {
		recipe  string
		expose  []string
		options []connect.ClientOption
		want    string
	}{
		{"Connect", nil, nil, ""},
		{"Connect", []string{"X-Total"}, nil, ""},
		{"Connect", []string{"Trailer-X-Total"}, nil, "2"},
		{"gRPC-Web", nil, []connect.ClientOption{connect.WithGRPCWeb()}, "2"},
	} {
		cfg := configOf(t, section(t, test.recipe))
		cfg.ExposeHeaders = append(cfg.ExposeHeaders, test.expose...)
		server := httptest.NewServer(nethttp.New(cfg)(service))
		t.Cleanup(server.Close)
		client := connect.NewClient[text, text](newPage(nil).client(), server.URL+procedure, append(test.options, uncompressed())...)
		response, err := client.CallUnary(t.Context(), connect.NewRequest(new(text)))
		if err != nil {
			t.Fatal(err)
		}
		if got := response.Trailer().Get("X-Total"); got != test.want {
			t.Errorf("%s, exposed %v: the page sees the trailer %q, want %q", test.recipe, test.expose, got, test.want)
		}
	}
}
