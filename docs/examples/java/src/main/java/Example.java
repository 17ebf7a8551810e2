import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What both programs share: their settings, and a registry's answers. */
final class Example {
  static final Path SCHEMAS = Path.of(or("SCHEMAS", "../../../schemas"));
  static final String REGISTRY = System.getenv("REGISTRY");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Example() {}

  static String or(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /**
   * Where Kafka is, and who we are: the file that KAFKA_CONFIG names has a line {@code name=value} each,
   * by librdkafka's names as on the page, of which Java has others for the password and the CA.
   */
  static Properties access() throws IOException {
    var found = new Properties();
    found.put("bootstrap.servers", or("RECOURSE_BOOTSTRAP_SERVERS", "localhost:9092"));
    String name = System.getenv("KAFKA_CONFIG");
    if (name != null) {
      try (var file = Files.newBufferedReader(Path.of(name))) {
        found.load(file);
      }
    }
    Object authority = found.remove("ssl.ca.location");
    if (authority != null) {
      found.put("ssl.truststore.type", "PEM");
      found.put("ssl.truststore.location", authority);
    }
    Object user = found.remove("sasl.username");
    Object password = found.remove("sasl.password");
    if (user != null) {
      found.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
              .formatted(user, password));
    }
    return found;
  }

  /**
   * The number of a schema file under a subject: not of the latest, which may be another team's, nor of
   * the class's own text, to which Maven adds how strings are kept.
   */
  static int numberOf(String subject, String type) throws IOException, InterruptedException {
    String file = type.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase() + ".avsc";
    String schema = Files.readString(SCHEMAS.resolve("avro").resolve(file));
    String asked = JSON.writeValueAsString(JSON.createObjectNode().put("schema", schema));
    return answer(
            HttpRequest.newBuilder(URI.create(REGISTRY + "/subjects/" + subject))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(BodyPublishers.ofString(asked)))
        .get("id")
        .asInt();
  }

  static String schemaOf(int number) throws IOException, InterruptedException {
    return answer(HttpRequest.newBuilder(URI.create(REGISTRY + "/schemas/ids/" + number)))
        .get("schema")
        .asText();
  }

  private static JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("the registry: " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }
}
