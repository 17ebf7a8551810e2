// Package access is how both programs come to a Kafka, also to one that asks who they are.
package access

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Or gives a variable of the environment, or what holds without it.
func Or(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// Settings are what the file has that KAFKA_CONFIG names: a line `name=value` each, by librdkafka's names.
func Settings() (map[string]string, error) {
	found := map[string]string{}
	name := os.Getenv("KAFKA_CONFIG")
	if name == "" {
		return found, nil
	}
	text, err := os.ReadFile(name)
	for _, line := range strings.Split(string(text), "\n") {
		if name, value, given := strings.Cut(line, "="); given && !strings.HasPrefix(line, "#") {
			found[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return found, err
}

// Options say where Kafka is, and who we are: TLS, and SCRAM-SHA-512.
func Options(settings map[string]string) ([]kgo.Opt, error) {
	servers := settings["bootstrap.servers"]
	if servers == "" {
		servers = Or("RECOURSE_BOOTSTRAP_SERVERS", "localhost:9092")
	}
	options := []kgo.Opt{kgo.SeedBrokers(strings.Split(servers, ",")...)}
	if settings["security.protocol"] != "SASL_SSL" {
		return options, nil
	}
	if mechanism := settings["sasl.mechanism"]; mechanism != "SCRAM-SHA-512" {
		return nil, fmt.Errorf("sasl.mechanism %q: this program has SCRAM-SHA-512; franz-go has the others", mechanism)
	}
	pem, err := os.ReadFile(settings["ssl.ca.location"])
	authority := x509.NewCertPool()
	authority.AppendCertsFromPEM(pem)
	us := scram.Auth{User: settings["sasl.username"], Pass: settings["sasl.password"]}
	return append(options,
		kgo.DialTLSConfig(&tls.Config{RootCAs: authority}),
		kgo.SASL(us.AsSha512Mechanism()),
	), err
}
