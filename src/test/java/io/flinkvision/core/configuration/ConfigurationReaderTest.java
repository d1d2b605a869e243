package io.flinkvision.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationReaderTest {

    private static final Option<String> NAME = Option.required("name", OptionType.text(), "");
    private static final Option<Integer> COUNT =
            Option.withDefault("limits.count", OptionType.wholeNumber(1, 100), 5, "");
    private static final Option<Double> RATIO = Option.optional("limits.ratio", OptionType.number(), "");
    private static final Option<Boolean> FAST = Option.withDefault("fast", OptionType.truth(), false, "");
    private static final Option<List<String>> TAGS =
            Option.withDefault("tags", OptionType.listOf(OptionType.text()), List.of(), "");
    private static final Option<List<Double>> MEAN =
            Option.withDefault("mean", OptionType.listOf(OptionType.number()), List.of(), "");
    private static final Option<Map<String, String>> PROPERTIES =
            Option.withDefault("source.properties", new OptionType.Properties(), Map.of(), "");
    private static final Option<String> TOPIC = Option.optional("source.topic", OptionType.text(), "");
    private static final Option<Integer> MIN = Option.withDefault("limits.min", OptionType.wholeNumber(0, 9), 2, "")
            .checkedBy((option, min, values) -> min <= values.get(COUNT)
                    ? List.of()
                    : List.of("must be at most limits.count, which is " + values.get(COUNT)))
            .warnedBy((option, min, values) -> min > 0 ? List.of() : List.of("limits.min is 0"));
    private static final Option<String> GROUP = Option.sameAs(NAME, "source.group", "");
    private static final Option<String> START = Option.optional("source.start", OptionType.text(), "")
            .onlyWith(TOPIC, "nothing is read");

    private static final Option<String> LABEL = Option.required("label", OptionType.text(), "");
    private static final Option<Integer> LEAST = Option.withDefault("least", OptionType.wholeNumber(0, 9), 1, "");
    private static final Option<Integer> MOST = Option.withDefault("most", OptionType.wholeNumber(0, 9), 5, "")
            .checkedBy((option, most, values) -> most >= values.get(LEAST)
                    ? List.of()
                    : List.of("must be at least " + values.get(LEAST)));
    private static final Option<List<OptionValues>> RULES = Option.withDefault(
            "rules", new OptionType.SectionsOf(List.of(LABEL, LEAST, MOST)), List.of(), "");

    private static final List<Option<?>> OPTIONS =
            List.of(NAME, COUNT, RATIO, FAST, TAGS, MEAN, PROPERTIES, TOPIC);

    private static final List<Option<?>> RULED = List.of(NAME, COUNT, MIN, PROPERTIES, TOPIC, GROUP, START);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("job.yaml");
    }

    @Test
    void readsValuesOfEveryTypeAndFillsInDefaults() throws IOException {
        OptionValues configuration = read("""
                # a comment
                name: triage
                limits:
                  ratio: 0.5
                fast: true
                tags: [a, "b c"]
                source:
                  properties:
                    fetch.min.bytes: 1
                    group.id: vision
                """);

        assertThat(configuration.get(NAME)).isEqualTo("triage");
        assertThat(configuration.get(COUNT)).isEqualTo(5);
        assertThat(configuration.find(RATIO)).contains(0.5);
        assertThat(configuration.get(FAST)).isTrue();
        assertThat(configuration.get(TAGS)).containsExactly("a", "b c");
        assertThat(configuration.get(PROPERTIES))
                .containsExactly(Map.entry("fetch.min.bytes", "1"), Map.entry("group.id", "vision"));
        assertThat(configuration.find(TOPIC)).isEmpty();
        assertThat(configuration.isSet(RATIO)).isTrue();
        assertThat(configuration.isSet(COUNT)).isFalse();
    }

    @Test
    void saysToUseFindForAnOptionWithoutValueAndDefault() throws IOException {
        OptionValues configuration = read("name: a");

        assertThatIllegalArgumentException().isThrownBy(() -> configuration.get(TOPIC))
                .withMessageContaining("source.topic");
    }

    @Test
    void takesNumbersAndTruthsInQuotesAndTextThatLooksLikeANumber() throws IOException {
        OptionValues configuration = read("""
                name: 2024
                fast: "true"
                limits: {count: '3', ratio: "0.25"}
                tags: [1, true, "null", "~"]
                """);

        assertThat(configuration.get(NAME)).isEqualTo("2024");
        assertThat(configuration.get(FAST)).isTrue();
        assertThat(configuration.get(COUNT)).isEqualTo(3);
        assertThat(configuration.find(RATIO)).contains(0.25);
        assertThat(configuration.get(TAGS)).containsExactly("1", "true", "null", "~");
    }

    @Test
    void takesASectionWithNothingInItAsOneOfDefaults() throws IOException {
        OptionValues configuration = read("""
                name: a
                limits:
                source: {}
                """);

        assertThat(configuration.get(COUNT)).isEqualTo(5);
        assertThat(configuration.get(PROPERTIES)).isEmpty();
    }

    @Test
    void takesASingleTextAsAListOfItsPartsBetweenCommas() throws IOException {
        assertThat(read("{name: a, tags: 'x, y,, z ,'}").get(TAGS)).containsExactly("x", "y", "z");
        assertThat(read("{name: a, mean: 0.5}").get(MEAN)).containsExactly(0.5);
    }

    @Test
    void readsAFileThatStartsWithAByteOrderMark() throws IOException {
        assertThat(read("\uFEFFname: a").get(NAME)).isEqualTo("a");
    }

    @Test
    void takesAliasesOfValues() throws IOException {
        assertThat(read("{name: &n triage, source: {topic: *n}}").find(TOPIC)).contains("triage");
    }

    @Test
    void putsEnvironmentVariablesIntoValues() throws IOException {
        OptionValues configuration = readWith(Map.of("TOPIC", "images", "LIST", "a, b"), """
                name: ${NAME:triage}
                limits: {count: "${COUNT:7}"}
                source:
                  topic: in-${TOPIC}
                  properties: {literal: "$${TOPIC}"}
                tags: ${LIST}
                """);

        assertThat(configuration.get(NAME)).isEqualTo("triage");
        assertThat(configuration.get(COUNT)).isEqualTo(7);
        assertThat(configuration.find(TOPIC)).contains("in-images");
        assertThat(configuration.get(PROPERTIES)).containsEntry("literal", "${TOPIC}");
        assertThat(configuration.get(TAGS)).containsExactly("a", "b");
    }

    @Test
    void namesTheLineOfAVariableThatIsNotSet() {
        assertProblems("name: a\nsource:\n  topic: ${TOPIC}", ":3: source.topic: the environment variable TOPIC is not"
                + " set; set it, or give it a default: ${TOPIC:default}");
    }

    @Test
    void overridesValuesTheLastOneWinning() throws IOException {
        OptionValues configuration = read("{name: a, limits: {count: 3}, tags: [x]}",
                "limits.count=4", "limits.count=5", "tags=[y, z]", "mean=0.1,0.2", "source.topic=a=b", "name='c: d'");

        assertThat(configuration.get(COUNT)).isEqualTo(5);
        assertThat(configuration.get(TAGS)).containsExactly("y", "z");
        assertThat(configuration.get(MEAN)).containsExactly(0.1, 0.2);
        assertThat(configuration.find(TOPIC)).contains("a=b");
        assertThat(configuration.get(NAME)).isEqualTo("c: d");
    }

    @Test
    void overridesSinglePropertiesAndKeepsTheOthers() throws IOException {
        String yaml = "{name: a, source: {properties: {group.id: vision, a: b}}}";

        assertThat(read(yaml, "source.properties.group.id=other", "source.properties.security.protocol=SSL")
                .get(PROPERTIES)).isEqualTo(Map.of("group.id", "other", "a", "b", "security.protocol", "SSL"));
        assertThat(read("name: a", "source.properties.group.id=x").get(PROPERTIES)).isEqualTo(Map.of("group.id", "x"));
        assertThat(read(yaml, "source.properties={c: d}").get(PROPERTIES)).isEqualTo(Map.of("c", "d"));
    }

    @Test
    void putsEnvironmentVariablesIntoOverridesToo() throws IOException {
        file("name: a");
        OptionValues configuration = ConfigurationReader.read(file, OPTIONS, Map.of("SECRET", "s"),
                List.of("source.topic=${SECRET}", "source.properties.password=${SECRET}"));

        assertThat(configuration.find(TOPIC)).contains("s");
        assertThat(configuration.get(PROPERTIES)).containsEntry("password", "s");
    }

    @Test
    void suppliesARequiredOptionByAnOverride() throws IOException {
        assertThat(read("", "name=a").get(NAME)).isEqualTo("a");
    }

    @Test
    void namesEachOverrideThatIsWrong() {
        assertOverrideProblem("name", "--set name: must be path=value, such as sink.topic=labels");
        assertOverrideProblem("=x", "--set ...: must be path=value, such as sink.topic=labels");
        assertOverrideProblem("nam=x", "--set nam=...: nam: is unknown; did you mean name?");
        assertOverrideProblem("limts.count=3",
                "--set limts.count=...: limts.count: is unknown; did you mean limits.count?");
        assertOverrideProblem("count=3", "--set count=...: count: is unknown; did you mean limits.count?");
        assertOverrideProblem("limits.parallelism=3", "--set limits.parallelism=...: limits.parallelism: is unknown;"
                + " known here are limits.count, limits.ratio");
        assertOverrideProblem("parallelism=3", "--set parallelism=...: parallelism: is unknown; known here are name, ");
        assertOverrideProblem("name=", "--set name=...: name: has no value");
        assertOverrideProblem("limits.count=many",
                "--set limits.count=...: limits.count: must be a whole number, not 'many'");
        assertOverrideProblem("tags=[a", "--set tags=...: tags: has a value that is not YAML: ");
        assertOverrideProblem("source.properties.=x",
                "--set source.properties.=...: source.properties: must name a property after the last dot");
        assertOverrideProblem("source.properties.a=${NONE}",
                "--set source.properties.a=...: source.properties.a: the environment variable NONE is not set");
    }

    @Test
    void tellsAllProblemsAtOnceEachWithItsLine() {
        assertProblems("""
                nmae: a
                limits:
                  count: 0
                  ratio: high
                fast: yes
                tags: [a, [b]]
                source: here
                """,
                ":1: nmae: is unknown; did you mean name?",
                ":3: limits.count: must be from 1 to 100, not 0",
                ":4: limits.ratio: must be a number, not 'high'",
                ":5: fast: must be true or false, not 'yes'",
                ":6: tags: must be text, not a list",
                ":7: source: must hold keys and values, such as source.properties, source.topic",
                ": name: is missing");
    }

    @Test
    void suggestsTheSectionOfAKeyThatStandsOutsideIt() {
        assertProblems("name: a\ncount: 3", ":2: count: is unknown; did you mean limits.count?");
    }

    @Test
    void listsTheKnownKeysOfASectionWhereNoneIsNear() {
        assertProblems("name: a\nlimits:\n  parallelism: 3",
                ":3: limits.parallelism: is unknown; known here are limits.count, limits.ratio");
    }

    @Test
    void saysThatAValueIsMissing() {
        assertProblems("name:\ntags: [a, ]\nfast: ~", ":1: name: has no value", ":3: fast: has no value");
        assertProblems("name: a\nsource:\n  properties:\n    group.id:",
                ":3: source.properties: must be one value for group.id, not nothing");
        assertProblems("name: ''", ":1: name: must not be blank");
    }

    @Test
    void saysThatASingleValueWasExpected() {
        assertProblems("name: [a]", ":1: name: must be text, not a list");
        assertProblems("name: {a: b}", ":1: name: must be text, not keys and values");
        assertProblems("name: a\ntags: {a: b}", ":2: tags: must be list of text, not keys and values");
        assertProblems("name: a\nsource: {properties: [a]}", ":2: source.properties: must hold keys and values");
        assertProblems("name: a\nsource: {properties: {a: {b: c}}}",
                ":2: source.properties: must be one value for a, not keys and values");
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        assertProblems("name: a\nname: b", ":2: name: is set twice");
        assertProblems("name: a\nlimits: {count: 1}\nlimits: {ratio: 1}", ":3: limits: is set twice");
        assertProblems("name: a\nlimits: {count: 1}\nlimits.count: 2", ":3: limits.count: is set twice");
        assertProblems("name: a\nsource: {properties: {a: 1, a: 2}}", ":2: source.properties: has a twice");
    }

    @Test
    void refusesKeysThatAreNoText() {
        assertProblems("name: a\n[a]: b", ":2: is unknown");
        assertProblems("name: a\n<<: {fast: true}", ":2: <<: is unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a", "text", "3"})
    void refusesARootThatIsNoMapping(String yaml) {
        assertProblems(yaml, ":1: must hold keys and values at its top", ": name: is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "{}"})
    void asksForTheRequiredKeysOfAnEmptyFile(String yaml) {
        assertProblems(yaml, ": name: is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name: a\n\tfast: true", "name: a\nb: [", "name: a\n--- \nname: b", "name: a\nb: *none"})
    void namesTheLineWhereAFileCeasesToBeYaml(String yaml) throws IOException {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(yaml))
                .satisfies(e -> assertThat(e.getMessage())
                        .matches(Pattern.quote(file.toString()) + ":[23]: is not YAML: .+"));
    }

    @Test
    void refusesControlCharactersOnOneLine() {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read("name: \u0000"))
                .withMessageStartingWith(file + ": is not YAML: ")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void refusesBytesThatAreNotUtf8() throws IOException {
        Files.write(file, new byte[] {'n', 'a', 'm', 'e', ':', ' ', (byte) 0xe9});

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConfigurationReader.read(file, OPTIONS, Map.of(), List.of()))
                .withMessage(file + ": is not UTF-8 text");
    }

    @Test
    void saysThatAFileIsMissingOrAFolder() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConfigurationReader.read(file, OPTIONS, Map.of(), List.of()))
                .withMessage(file + ": there is no such file");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConfigurationReader.read(folder, OPTIONS, Map.of(), List.of()))
                .withMessageStartingWith(folder + ": cannot be read: ");
    }

    @Test
    void refusesAliasesThatWouldExpandWithoutEnd() {
        StringBuilder bomb = new StringBuilder("name: a\na0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }

        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(bomb.toString()))
                .withMessageStartingWith(file + ": is not YAML: Number of aliases");
    }

    @Test
    void refusesAnAliasOfWhatItStandsIn() {
        assertProblems("name: a\ntags: &t [*t]", ":2: tags: must be text, not a list");
        assertProblems("name: a\nlimits: &l {count: 1, limits: *l}",
                ":2: limits.limits: is unknown; known here are limits.count, limits.ratio");
    }

    @Test
    void refusesDeepNestingWithoutOverflowingTheStack() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read("name: " + "[".repeat(100_000)))
                .withMessageContaining("is not YAML");
    }

    @Test
    void refusesAFileOfMoreThanAMegabyte() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read("name: a\n#" + "x".repeat(1 << 20)))
                .withMessage(file + ": has 1048585 bytes, more than the limit of 1048576");
    }

    @Test
    void namesTheLineOfAProblemThatIsFoundLater() throws IOException {
        OptionValues configuration = read("name: a\nlimits:\n  count: 3", "fast=true");

        assertThat(configuration.problem(COUNT, "is too small")).hasToString(file + ":3: limits.count: is too small");
        assertThat(configuration.problem(FAST, "is not")).hasToString("--set fast=...: fast: is not");
        assertThat(configuration.problem(TOPIC, "is missing")).hasToString(file + ": source.topic: is missing");
    }

    @Test
    void keepsItsProblemsWhenTheExceptionTravels() throws Exception {
        ConfigurationException exception =
                new ConfigurationException(List.of(new Problem("job.yaml:1", "name", "is missing")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(exception);
        Object travelled = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(((ConfigurationException) travelled).problems()).isEqualTo(exception.problems());
    }

    @Test
    void tellsNoValueThatStandsWhereAKeyIsWrong() {
        assertProblems("name: a\nsource:\n  properties: {password=hunter2: }",
                ":3: source.properties: must be one value for password..., not nothing");
        assertProblems("name: a\nsource:\n  properties: {? 'pass word hunter2' : [a]}",
                ":3: source.properties: must be one value for pass..., not a list");
        assertProblems("name: a\nsource:\n  propertys:\n    password: hunter2",
                ":3: source.propertys: is unknown; did you mean source.properties?");
        assertProblems("name: a\npassword=hunter2: a", ":2: password...: is unknown");
        assertOverrideProblem("source.propertys.password=hunter2", "--set source.propertys.password=...: ");
        assertOverrideProblem("source.properties.password:hunter2", "--set source.properties.password...: ");
        assertProblems("name: a\nsource: {properties: {password: *hunter2}}",
                ":2: is not YAML: found undefined alias ...");
        assertProblems("name: a\nsource: {properties: {password: !hunter2!x y}}",
                ":2: is not YAML: found undefined tag handle ...");
    }

    @Test
    void readsAFileThatAValueRefersTo() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s\n");

        assertThat(read("name: ${file:" + secret + "}").get(NAME)).isEqualTo("s");
        assertThat(read("name: a", "source.properties.password=${file:" + secret + "}").get(PROPERTIES))
                .containsEntry("password", "s");
        file("name: ${file:" + secret + "}");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConfigurationReader.read(file, OPTIONS))
                .withMessageContaining("is not allowed here");
    }

    @Test
    void anOptionMayHaveTheValueOfAnother() throws IOException {
        assertThat(readRuled("name: a").get(GROUP)).isEqualTo("a");
        assertThat(readRuled("{name: a, source: {group: b}}").get(GROUP)).isEqualTo("b");
        assertThat(GROUP.tableRow()).isEqualTo("| `source.group` | text | that of `name` |  |");
    }

    @Test
    void checksAValueBesideThoseOfOtherOptions() throws IOException {
        assertThat(readRuled("{name: a, limits: {count: 3, min: 3}}").get(MIN)).isEqualTo(3);
        assertRuledProblem("name: a\nlimits:\n  count: 3\n  min: 4",
                ":4: limits.min: must be at most limits.count, which is 3");
        assertRuledProblem("name: a\nlimits:\n  count: 1", ": limits.min: must be at most limits.count, which is 1");
    }

    @Test
    void anOptionMayNeedAnotherOneOfTheSameKindOfFile() throws IOException {
        assertThat(readRuled("{name: a, source: {topic: t, start: s}}").find(START)).contains("s");
        assertRuledProblem("name: a\nsource: {start: s}",
                ":2: source.start: is set, but without source.topic nothing is read");
        file("name: a\nsource: {start: s}");
        assertThat(ConfigurationReader.read(file, List.of(NAME, START)).find(START)).contains("s");
    }

    @Test
    void warnsOfValidValues() throws IOException {
        assertThat(readRuled("name: a").warnings()).isEmpty();
        assertThat(readRuled("{name: a, limits: {min: 0}}").warnings()).containsExactly("limits.min is 0");
    }

    @Test
    void printsEveryValueButThoseOfProperties() throws IOException {
        assertThat(readRuled("{name: a, source: {properties: {password: hunter2, user: u}}}"))
                .hasToString("name=a, limits.count=5, limits.min=2, source.properties={password, user},"
                        + " source.group=a");
    }

    @Test
    void readsAListOfSectionsWithOptionsOfTheirOwn() throws IOException {
        OptionValues values = readSections("""
                rules:
                - {label: a, most: 3}
                - label: ${LABEL:b}
                  least: 2
                """);

        assertThat(values.get(RULES)).extracting(rule -> rule.get(LABEL)).containsExactly("a", "b");
        assertThat(values.get(RULES)).extracting(rule -> rule.get(LEAST)).containsExactly(1, 2);
        assertThat(values.get(RULES)).extracting(rule -> rule.get(MOST)).containsExactly(3, 5);
        assertThat(values.get(RULES)).extracting(OptionValues::source).containsExactly(file + ":2", file + ":3");
        assertThat(values).hasToString("rules=[{label=a, least=1, most=3}, {label=b, least=2, most=5}]");
        assertThat(readSections("rules: []").get(RULES)).isEmpty();
        assertThat(readSections("").get(RULES)).isEmpty();
    }

    @Test
    void namesLineAndPlaceOfEachProblemInAListOfSections() {
        assertSectionProblems("""
                rules:
                - {label: a, most: 10}
                - label: b
                  leest: 2
                - least: 1
                  label:
                - text
                - {label: c}
                - least: 1
                """,
                ":2: rules[0].most: must be from 0 to 9, not 10",
                ":4: rules[1].leest: is unknown; did you mean least?",
                ":6: rules[2].label: has no value",
                ":7: rules[3]: must hold keys and values",
                ":9: rules[5].label: is missing");
        assertSectionProblems("rules: {label: a}", ":1: rules: must be a list, with a dash before each section");
        assertSectionProblems("rules:", ":1: rules: has no value");
    }

    @Test
    void checksTheValuesOfASectionBesideEachOther() {
        assertSectionProblems("""
                rules:
                - {label: a, least: 2, most: 2}
                - label: b
                  least: 3
                  most: 2
                - {label: c, least: 6}
                """,
                ":5: rules[1].most: must be at least 3", ":6: rules[2].most: must be at least 6");
    }

    @Test
    void overridesAListOfSectionsAsAWhole() throws IOException {
        file("rules: [{label: a}]");

        assertThat(ConfigurationReader.read(file, List.of(RULES), Map.of(), List.of("rules=[{label: b}, {label: c}]"))
                .get(RULES)).extracting(rule -> rule.get(LABEL)).containsExactly("b", "c");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConfigurationReader.read(file, List.of(RULES), Map.of(),
                        List.of("rules=[{label: b}, {least: x}]")))
                .withMessage("--set rules=...: rules[1].least: must be a whole number, not 'x'\n"
                        + "--set rules=...: rules[1].label: is missing");
    }

    private OptionValues readSections(String yaml) throws IOException {
        file(yaml);
        return ConfigurationReader.read(file, List.of(RULES), Map.of(), List.of());
    }

    private void assertSectionProblems(String yaml, String... problems) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> readSections(yaml))
                .satisfies(e -> assertThat(e.problems()).extracting(Problem::toString)
                        .containsExactly(Stream.of(problems).map(problem -> file + problem).toArray(String[]::new)));
    }

    private OptionValues readRuled(String yaml) throws IOException {
        file(yaml);
        return ConfigurationReader.read(file, RULED);
    }

    private void assertRuledProblem(String yaml, String problem) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> readRuled(yaml))
                .withMessage(file + problem);
    }

    private void file(String yaml) throws IOException {
        Files.writeString(file, yaml);
    }

    private OptionValues read(String yaml, String... overrides) throws IOException {
        file(yaml);
        return ConfigurationReader.read(file, OPTIONS, Map.of(), List.of(overrides));
    }

    private OptionValues readWith(Map<String, String> environment, String yaml) throws IOException {
        file(yaml);
        return ConfigurationReader.read(file, OPTIONS, environment, List.of());
    }

    /** @param problems each after the file's name */
    private void assertProblems(String yaml, String... problems) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(yaml))
                .satisfies(e -> assertThat(e.problems()).extracting(Problem::toString).zipSatisfy(
                        Stream.of(problems).map(problem -> file + problem).toList(),
                        (actual, expected) -> assertThat(actual).startsWith(expected)));
    }

    private void assertOverrideProblem(String override, String problem) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read("name: a", override))
                .withMessageStartingWith(problem)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }
}
