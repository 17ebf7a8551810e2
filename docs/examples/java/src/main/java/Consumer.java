import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import recourse.Escalation;

/**
 * Follows escalations: {@code mvn -q compile exec:java -Dexec.mainClass=Consumer
 * -Dexec.args="[SECONDS]"}.
 *
 * <p>Ends so many seconds after the last record; without a number, at Ctrl-C. Needs the schemas (a
 * registry too where values are written with one), and nothing else of recourse.
 */
public final class Consumer {
  private static final Map<Integer, SpecificDatumReader<Escalation>> REGISTERED = new HashMap<>();

  private Consumer() {}

  /** Reads the single-object encoding of the current schema and of every released one. */
  private static BinaryMessageDecoder<Escalation> decoder(Path schemas) throws IOException {
    var found = Escalation.getDecoder();
    try (var releases = Files.newDirectoryStream(schemas.resolve("released"))) {
      for (Path release : releases) {
        Path file = release.resolve("escalation.avsc");
        if (Files.exists(file)) {
          found.addSchema(new Schema.Parser().parse(file.toFile()));
        }
      }
    }
    return found;
  }

  /** A record as the schema that we know has it, whichever version wrote it. */
  private static Escalation decode(BinaryMessageDecoder<Escalation> decoder, byte[] value)
      throws Exception {
    if (value[0] != 0) {
      // MissingSchemaException: never pass over a record; stop, get the new schemas, go on from here.
      return decoder.decode(value);
    }
    int number = ByteBuffer.wrap(value, 1, 4).getInt();
    var reader = REGISTERED.get(number);
    if (reader == null) {
      Schema writer = new Schema.Parser().parse(Example.schemaOf(number));
      reader = new SpecificDatumReader<>(writer, Escalation.getClassSchema());
      REGISTERED.put(number, reader);
    }
    return reader.read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
  }

  /** What your system does with a step; here, a line for a person. */
  private static void tell(Escalation step) {
    String who = step.getManager() == null ? "nobody yet" : step.getManager().getName();
    String what =
        switch (step.getStatus()) {
          case OPENED ->
              "with %s, %s; decide by %s".formatted(who, step.getTier(), step.getDecideBy());
          case JOINED -> "grounds: " + String.join(", ", step.getDisagreementIds());
          case RESOLVED -> step.getOutcome() + " by " + step.getBy();
          default -> "with " + who; // also of a status that is newer than this program
        };
    String why =
        step.getReasons().stream()
            .map(each -> each.getCode().toString())
            .collect(Collectors.joining(", "));
    System.out.printf(
        "%s step %d %s %s (%s)%n",
        step.getEscalationId(), step.getStep(), step.getStatus(), what, why);
  }

  /** Reads committed records, commits the offsets of what is done, and does nothing twice. */
  public static void main(String[] arguments) throws Exception {
    var idle = arguments.length > 0 ? Duration.ofSeconds(Long.parseLong(arguments[0])) : null;
    var decoder = decoder(Example.SCHEMAS);
    var settings = Example.access();
    // A name of your team's; it begins with the role.
    settings.putIfAbsent("group.id", "consumer-escalations-java");
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    var done = new HashSet<String>(); // your system keeps it: after a crash records come again
    Instant end = null;
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of("recourse.escalations"));
      while (end == null || Instant.now().isBefore(end)) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          Escalation step = decode(decoder, record.value());
          if (done.add(step.getEscalationId() + ":" + step.getStep())) { // the header event_id
            tell(step);
          }
          end = idle == null ? null : Instant.now().plus(idle);
        }
        consumer.commitSync();
      }
    }
  }
}
