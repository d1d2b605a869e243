package io.flinkvision.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The project's Dockerfile.
 *
 * @param stages in their order
 */
record Dockerfile(List<Stage> stages) {

    /** An instruction, such as {@code COPY}, with its arguments on one line. */
    record Instruction(String name, String arguments) {}

    /**
     * What one {@code FROM} begins.
     *
     * @param name after {@code AS}
     * @param base the image that it begins with
     */
    record Stage(String name, String base, List<Instruction> instructions) {

        /** The arguments of all instructions of a name. */
        List<String> instructions(String wanted) {
            return instructions.stream().filter(instruction -> instruction.name().equals(wanted))
                    .map(Instruction::arguments).toList();
        }
    }

    static Dockerfile read() throws IOException {
        String text = Files.readString(Path.of("Dockerfile")).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n *", "");
        List<Stage> stages = new ArrayList<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] parts = line.split(" ", 2);
            if (parts[0].equals("FROM")) {
                String[] from = parts[1].split(" AS ");
                stages.add(new Stage(from[1], from[0], new ArrayList<>()));
            } else {
                stages.get(stages.size() - 1).instructions().add(new Instruction(parts[0], parts[1]));
            }
        });
        return new Dockerfile(stages);
    }

    Stage stage(String name) {
        return stages.stream().filter(stage -> stage.name().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("The Dockerfile has no stage " + name));
    }
}
