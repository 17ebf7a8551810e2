// Sends the events of one visit: `go run ./producer CUSTOMER VISIT [ROLE]`.
//
// With a role, service-system or customer-channel, only what that one writes. Needs the schemas, and nothing else of recourse. Run again, it sends the same events again: nothing
// more comes of them.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"example/access"

	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/soe"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sr"
)

type event struct {
	topic, schema string
	fields        map[string]any
}

// encode gives the value of a record: the bytes that say which schema wrote it, and the Avro body.
func encode(ctx context.Context, of event) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(access.Or("SCHEMAS", "../../../schemas"), "avro", of.schema+".avsc"))
	if err != nil {
		return nil, err
	}
	avro.DefaultSchemaCache = &avro.SchemaCache{} // each file defines its own types
	schema, err := avro.Parse(string(text))
	if err != nil {
		return nil, err
	}
	// A program that sends many keeps schema and head.
	head, err := soe.BuildHeader(schema) // its own fingerprint, which recourse knows
	if registry := os.Getenv("REGISTRY"); registry != "" {
		head, err = registered(ctx, registry, of.topic, string(text))
	}
	if err != nil {
		return nil, err
	}
	body, err := avro.Marshal(schema, of.fields)
	return append(head, body...), err
}

// registered is Confluent's framing: a zero byte, and the number of this schema, not of the latest.
func registered(ctx context.Context, registry, topic, text string) ([]byte, error) {
	client, err := sr.NewClient(sr.URLs(registry))
	if err != nil {
		return nil, err
	}
	found, err := client.LookupSchema(ctx, topic+"-value", sr.Schema{Schema: text})
	if err != nil {
		return nil, err
	}
	return binary.BigEndian.AppendUint32([]byte{0}, uint32(found.ID)), nil
}

// events are of one visit: what it costs is agreed on, then it costs 30 % more, then the customer objects.
func events(customer, visit string) []event {
	at := func(minutes int) time.Time { return time.Now().Add(-time.Duration(minutes) * time.Minute) }
	// An event_id is made from what it names, so that sending it again can be no second event.
	estimate := func(minutes, revision int, total, subtotal int64) event {
		return event{"service.estimates", "estimate", map[string]any{
			"event_id": fmt.Sprintf("%s:e1:%d", visit, revision), "occurred_at": at(minutes),
			"customer_id": customer, "visit_id": visit, "vehicle_id": "car-of-" + customer, "site_id": "columbus",
			"estimate_id": visit + "-e1", "revision": revision, "currency": "USD",
			"total": total, "subtotal": subtotal, "ready_at": nil, // cents, with tax
			"lines": []any{map[string]any{"operation": "brakes", "claim_id": nil, "amount": subtotal}},
		}}
	}
	response := func(minutes int, said string) event {
		return event{"service.customer-responses", "customer_response", map[string]any{
			"event_id": visit + ":" + said, "occurred_at": at(minutes),
			"customer_id": customer, "visit_id": visit, "site_id": "columbus",
			"response": said, "subject": "ESTIMATE", "subject_id": map[string]any{"string": visit + "-e1"},
		}}
	}
	checkIn := event{"service.check-ins", "check_in", map[string]any{
		"event_id": visit + ":check-in", "occurred_at": at(180),
		"customer_id": customer, "visit_id": visit, "vehicle_id": "car-of-" + customer, "site_id": "columbus",
		"language": "en", "channels": []string{"APP", "SMS"}, "symptoms": []string{"noise when braking"},
	}}
	return []event{
		checkIn, estimate(120, 1, 40_000, 37_200), response(60, "AUTHORISED"),
		estimate(1, 2, 52_000, 48_360), response(0, "DISPUTED"),
	}
}

// writer is the role that writes there: a centre must not say its customer's yes.
func writer(topic string) string {
	if topic == "service.customer-responses" {
		return "customer-channel"
	}
	return "service-system"
}

// Exit 0 when Kafka has every event; else the same command again sends the same events.
func main() {
	if len(os.Args) < 3 {
		log.Fatal("go run ./producer CUSTOMER VISIT [ROLE]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	// Idempotent, with all acknowledgements, and placed by murmur2 of the key: franz-go's own ways.
	settings, err := access.Settings()
	if err != nil {
		log.Fatal(err)
	}
	options, err := access.Options(settings)
	if err != nil {
		log.Fatal(err)
	}
	client, err := kgo.NewClient(append(options, kgo.RecordDeliveryTimeout(30*time.Second))...)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	var failed error
	for _, each := range events(os.Args[1], os.Args[2]) {
		if len(os.Args) > 3 && os.Args[3] != writer(each.topic) {
			continue
		}
		value, err := encode(ctx, each)
		if err != nil {
			log.Fatal(err)
		}
		record := &kgo.Record{Topic: each.topic, Key: []byte(os.Args[1]), Value: value}
		sent, err := client.ProduceSync(ctx, record).First()
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s did not take it: %w", each.topic, err))
			continue
		}
		fmt.Printf("%s[%d] has it at %d\n", sent.Topic, sent.Partition, sent.Offset)
	}
	if failed != nil {
		log.Fatal(failed)
	}
}
