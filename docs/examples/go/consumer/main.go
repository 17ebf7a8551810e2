// Follows escalations: `go run ./consumer [SECONDS]`.
//
// Ends so many seconds after the last record; without a number, at Ctrl-C. Needs the schemas (a registry
// too where values are written with one), and nothing else of recourse.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"example/access"

	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/registry"
	"github.com/hamba/avro/v2/soe"
	"github.com/twmb/franz-go/pkg/kgo"
)

// step is what this program reads of an escalation; a field that it does not name is passed over.
type step struct {
	ID            string   `avro:"escalation_id"`
	Step          int      `avro:"step"`
	Status        string   `avro:"status"`
	Tier          string   `avro:"tier"`
	DecideBy      int64    `avro:"decide_by"`
	Disagreements []string `avro:"disagreement_ids"`
	Outcome       *string  `avro:"outcome"`
	By            *string  `avro:"by"`
	Manager       *struct {
		Name string `avro:"name"`
	} `avro:"manager"`
	Reasons []struct {
		Code string `avro:"code"`
	} `avro:"reasons"`
}

type decoder struct {
	own      avro.Schema
	writers  map[string]avro.Schema // by the ten bytes before a body; of a registry by five
	registry *registry.Client
}

// Logical types are no part of Avro's canonical form, but of hamba/avro's: without them its
// fingerprints are Avro's, and times are plain milliseconds.
var logical = regexp.MustCompile(`,\s*"logicalType":\s*"[^"]*"`)

func parsed(text string) (avro.Schema, error) {
	return avro.ParseWithCache(logical.ReplaceAllString(text, ""), "", &avro.SchemaCache{})
}

func newDecoder(folder string) (*decoder, error) {
	files, err := filepath.Glob(filepath.Join(folder, "released", "*", "escalation.avsc"))
	if err != nil {
		return nil, err
	}
	found := &decoder{writers: map[string]avro.Schema{}}
	for _, file := range append(files, filepath.Join(folder, "avro", "escalation.avsc")) {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if found.own, err = parsed(string(text)); err != nil {
			return nil, err
		}
		head, err := soe.BuildHeader(found.own)
		if err != nil {
			return nil, err
		}
		found.writers[string(head)] = found.own
	}
	if url := os.Getenv("REGISTRY"); url != "" {
		found.registry, err = registry.NewClient(url)
	}
	return found, err
}

// decode gives a record as the schema that we know has it, whichever version wrote it.
func (d *decoder) decode(ctx context.Context, value []byte) (found step, err error) {
	head := 10 // C3 01 and the schema's fingerprint
	if len(value) > 0 && value[0] == 0 {
		head = 5 // a zero byte and the schema's number in the registry
	}
	if len(value) < head {
		return found, fmt.Errorf("no record: % x", value)
	}
	writer, known := d.writers[string(value[:head])]
	if !known {
		// Never pass over a record: stop, get the new schemas, go on from here.
		if head == 10 || d.registry == nil {
			return found, fmt.Errorf("no schema here has the fingerprint % x", value[:head])
		}
		theirs, err := d.registry.GetSchema(ctx, int(binary.BigEndian.Uint32(value[1:5])))
		if err != nil {
			return found, err
		}
		text, err := theirs.(*avro.RecordSchema).MarshalJSON()
		if err != nil {
			return found, err
		}
		if writer, err = parsed(string(text)); err != nil {
			return found, err
		}
		d.writers[string(value[:head])] = writer
	}
	schema, err := avro.NewSchemaCompatibility().Resolve(d.own, writer)
	if err != nil {
		return found, err
	}
	return found, avro.Unmarshal(schema, value[head:], &found)
}

// tell is what your system does with a step; here, a line for a person.
func tell(of step) {
	who := "nobody yet"
	if of.Manager != nil {
		who = of.Manager.Name
	}
	what := "with " + who // also of a status that is newer than this program
	switch of.Status {
	case "OPENED":
		by := time.UnixMilli(of.DecideBy).UTC().Format("02 Jan 15:04 UTC")
		what = fmt.Sprintf("with %s, %s; decide by %s", who, of.Tier, by)
	case "JOINED":
		what = "grounds: " + strings.Join(of.Disagreements, ", ")
	case "RESOLVED":
		what = fmt.Sprintf("%s by %s", *of.Outcome, *of.By)
	}
	codes := []string{}
	for _, reason := range of.Reasons {
		codes = append(codes, reason.Code)
	}
	fmt.Printf("%s step %d %s %s (%s)\n", of.ID, of.Step, of.Status, what, strings.Join(codes, ", "))
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	idle := time.Duration(1 << 62)
	if len(os.Args) > 1 {
		seconds, err := strconv.ParseFloat(os.Args[1], 64)
		if err != nil {
			log.Fatal(err)
		}
		idle = time.Duration(seconds * float64(time.Second))
	}
	decoder, err := newDecoder(access.Or("SCHEMAS", "../../../schemas"))
	if err != nil {
		log.Fatal(err)
	}
	settings, err := access.Settings()
	if err != nil {
		log.Fatal(err)
	}
	group := settings["group.id"]
	if group == "" {
		group = "consumer-escalations-go" // a name of your team's; it begins with the role
	}
	options, err := access.Options(settings)
	if err != nil {
		log.Fatal(err)
	}
	client, err := kgo.NewClient(append(options,
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics("recourse.escalations"),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
	)...)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	done := map[string]bool{} // your system keeps it: after a crash records come again
	waits := time.Minute      // until the first record has come
	for {
		polled, enough := context.WithTimeout(ctx, waits)
		fetches := client.PollFetches(polled)
		enough()
		if err := fetches.Err0(); errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			found, err := decoder.decode(ctx, record.Value)
			if err != nil {
				log.Fatal(err)
			}
			name := fmt.Sprintf("%s:%d", found.ID, found.Step) // also in the header event_id
			if !done[name] {
				tell(found)
				done[name] = true
			}
			waits = idle
		})
		if err := client.CommitUncommittedOffsets(ctx); err != nil {
			log.Fatal(err)
		}
	}
}
