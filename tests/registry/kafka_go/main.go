// Sends lines of base64, `KEY VALUE`, to a topic with segmentio/kafka-go as it is by itself.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"log"
	"os"
	"strings"

	"github.com/segmentio/kafka-go"
)

func main() {
	writer := &kafka.Writer{Addr: kafka.TCP(os.Args[1]), Topic: os.Args[2], RequiredAcks: kafka.RequireAll}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), " ")
		message := kafka.Message{Key: bytesOf(key), Value: bytesOf(value)}
		if err := writer.WriteMessages(context.Background(), message); err != nil {
			log.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		log.Fatal(err)
	}
}

func bytesOf(text string) []byte {
	found, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return found
}
