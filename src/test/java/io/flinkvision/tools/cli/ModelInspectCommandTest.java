package io.flinkvision.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ModelInspectCommandTest {

    /** The trained numbers of torchvision's mobilenet_v3_small with three classes. */
    private static final int PARAMETERS = 1_520_931;

    @Test
    void printsTheTableOfThePaper() {
        CommandRun run = CommandRun.of("model", "inspect");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().get(0)).contains("triage").contains("MobileNetV3-Small").contains("3 classes");
        assertThat(run.lines().get(2).split(" {2,}|(?<=SE) +|(?<=NL) +")).containsExactly(
                "Input", "Operator", "exp size", "#out", "SE", "NL", "s", "Parameters", "MAdds");
        // Table 2 of the paper, row 5.
        assertThat(run.lines()).anySatisfy(line -> assertThat(line)
                .matches("28\\^2 x 24 +bneck, 5x5 +96 +40 +SE +HS +2 +13,736 +3,033,984"));
        assertThat(run.lines().get(run.lines().size() - 1)).startsWith("1,520,931 parameters, ");
    }

    @Test
    void printsTheSameAsOneJsonObject() {
        CommandRun run = CommandRun.of("model", "inspect", "conf/models/triage", "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.json()).hasSize(1);
        JsonNode model = run.json().get(0);
        assertThat(model.get("name").textValue()).isEqualTo("triage");
        assertThat(model.get("parameters").longValue()).isEqualTo(PARAMETERS);
        assertThat(model.get("labels")).hasSize(3);
        assertThat(sum(model, "parameters")).isEqualTo(PARAMETERS);
        assertThat(sum(model, "multiplyAdds")).isEqualTo(model.get("multiplyAdds").longValue());
        JsonNode first = model.get("layers").get(0);
        assertThat(first.get("activation").textValue()).isEqualTo("hard-swish");
        assertThat(first.get("stride").intValue()).isEqualTo(2);
        assertThat(first.has("expansion")).isFalse();
        JsonNode last = model.get("layers").get(model.get("layers").size() - 1);
        assertThat(last.has("activation")).isFalse();
        assertThat(last.get("output").intValue()).isEqualTo(3);
    }

    @Test
    void isWronglyUsedWithABundleThatDoesNotExist() {
        CommandRun run = CommandRun.of("model", "inspect", "no/such/bundle");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no/such/bundle").contains("triage");
    }

    private static long sum(JsonNode model, String field) {
        return StreamSupport.stream(model.get("layers").spliterator(), false)
                .mapToLong(layer -> layer.get(field).longValue())
                .sum();
    }
}
