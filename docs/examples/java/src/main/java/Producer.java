import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import recourse.Channel;
import recourse.CheckIn;
import recourse.CustomerResponse;
import recourse.Estimate;
import recourse.EstimateLine;
import recourse.Response;
import recourse.Subject;

/**
 * Sends the events of one visit: {@code mvn -q compile exec:java -Dexec.mainClass=Producer
 * -Dexec.args="CUSTOMER VISIT [ROLE]"}.
 *
 * <p>With a role, service-system or customer-channel, only what that one writes. Needs the schemas, of
 * which Maven makes the classes, and nothing else of recourse. Run again, it sends the same events
 * again: nothing more comes of them.
 */
public final class Producer {
  private Producer() {}

  /** The value of a record: the bytes that say which schema wrote it, and the Avro body. */
  private static byte[] encode(String topic, SpecificRecord event) throws Exception {
    var out = new ByteArrayOutputStream();
    if (Example.REGISTRY == null) { // Avro's single-object encoding
      new BinaryMessageEncoder<>(data(event), event.getSchema()).encode(event, out);
      return out.toByteArray();
    }
    // Confluent's framing, which its serializer writes; by hand, where it is not to be had.
    int number = Example.numberOf(topic + "-value", event.getClass().getSimpleName());
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(number).array());
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<SpecificRecord>(event.getSchema(), data(event)).write(event, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static SpecificData data(SpecificRecord event) {
    return SpecificData.getForClass(event.getClass()); // with the conversions of its times
  }

  /** What it costs is agreed on, then it costs 30 % more, then the customer objects. */
  private static List<Map.Entry<String, SpecificRecord>> events(String customer, String visit) {
    var arrival =
        CheckIn.newBuilder()
            .setEventId(visit + ":check-in")
            .setOccurredAt(ago(180))
            .setCustomerId(customer)
            .setVisitId(visit)
            .setVehicleId("car-of-" + customer)
            .setSiteId("columbus")
            .setLanguage("en")
            .setChannels(List.of(Channel.APP, Channel.SMS))
            .setSymptoms(List.of("noise when braking"))
            .build();
    return List.of(
        Map.entry("service.check-ins", arrival),
        Map.entry("service.estimates", estimate(customer, visit, 120, 1, 40_000, 37_200)),
        Map.entry("service.customer-responses", response(customer, visit, 60, Response.AUTHORISED)),
        Map.entry("service.estimates", estimate(customer, visit, 1, 2, 52_000, 48_360)),
        Map.entry("service.customer-responses", response(customer, visit, 0, Response.DISPUTED)));
  }

  /** Amounts are cents, the total with tax. */
  private static Estimate estimate(
      String customer, String visit, int minutes, int revision, long total, long subtotal) {
    // An event_id is made from what it names, so that sending it again can be no second event.
    return Estimate.newBuilder()
        .setEventId(visit + ":e1:" + revision)
        .setOccurredAt(ago(minutes))
        .setCustomerId(customer)
        .setVisitId(visit)
        .setVehicleId("car-of-" + customer)
        .setSiteId("columbus")
        .setEstimateId(visit + "-e1")
        .setRevision(revision)
        .setCurrency("USD")
        .setTotal(total)
        .setSubtotal(subtotal)
        .setLines(List.of(new EstimateLine("brakes", subtotal, null)))
        .build();
  }

  private static CustomerResponse response(
      String customer, String visit, int minutes, Response said) {
    return CustomerResponse.newBuilder()
        .setEventId(visit + ":" + said)
        .setOccurredAt(ago(minutes))
        .setCustomerId(customer)
        .setVisitId(visit)
        .setSiteId("columbus")
        .setResponse(said)
        .setSubject(Subject.ESTIMATE)
        .setSubjectId(visit + "-e1")
        .build();
  }

  private static Instant ago(int minutes) {
    return Instant.now().minus(minutes, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.MILLIS);
  }

  /** The role that writes there: a centre must not say its customer's yes. */
  private static String writer(String topic) {
    return topic.equals("service.customer-responses") ? "customer-channel" : "service-system";
  }

  /** Ends with 0 when Kafka has every event; else the same command again sends the same events. */
  public static void main(String[] arguments) throws Exception {
    String customer = arguments[0];
    var settings = Example.access(); // idempotent, with all acknowledgements, murmur2: its own ways
    settings.put("delivery.timeout.ms", 60_000);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (var each : events(customer, arguments[1])) {
        if (arguments.length > 2 && !arguments[2].equals(writer(each.getKey()))) {
          continue;
        }
        byte[] value = encode(each.getKey(), each.getValue());
        var sent = producer.send(new ProducerRecord<>(each.getKey(), customer, value)).get();
        System.out.printf("%s[%d] has it at %d%n", sent.topic(), sent.partition(), sent.offset());
      }
    }
  }
}
