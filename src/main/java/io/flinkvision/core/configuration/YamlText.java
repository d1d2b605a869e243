package io.flinkvision.core.configuration;

import io.flinkvision.core.configuration.ConfigurationException.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** YAML as a tree of nodes that know their lines. */
final class YamlText {

    /** Real configurations have some kilobytes. */
    private static final int MAX_FILE_BYTES = 1 << 20;

    private YamlText() {}

    /**
     * The node at the top of a file; empty if the file is.
     *
     * @throws ConfigurationException if the file cannot be read or is not YAML
     */
    static Optional<Node> read(Path path) {
        String file = path.toString();
        try {
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw problem(file, "has " + Files.size(path) + " bytes, more than the limit of " + MAX_FILE_BYTES);
            }
            return compose(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw problem(file, "there is no such file");
        } catch (CharacterCodingException e) {
            throw problem(file, "is not UTF-8 text");
        } catch (IOException e) {
            throw problem(file, "cannot be read: " + e.getMessage());
        } catch (YAMLException e) {
            String where = e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                    ? file + ":" + (marked.getProblemMark().getLine() + 1)
                    : file;
            throw problem(where, "is not YAML: " + reason(e));
        }
    }

    private static ConfigurationException problem(String where, String message) {
        return new ConfigurationException(List.of(new Problem(where, "", message)));
    }

    /** The node at the top of a text; empty if the text is. */
    static Optional<Node> compose(String text) {
        LoaderOptions loaderOptions = new LoaderOptions();
        loaderOptions.setCodePointLimit(MAX_FILE_BYTES);
        loaderOptions.setMaxAliasesForCollections(10);
        return Optional.ofNullable(new Yaml(loaderOptions).compose(new StringReader(text)));
    }

    /** A text as the value of an option, whatever it would be in YAML. */
    static Node plain(String text) {
        return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.DOUBLE_QUOTED);
    }

    /**
     * The parser's message on one line, without its excerpt of the file and without the names of aliases and tags: an
     * unquoted password that begins with an asterisk or an exclamation mark is taken for one.
     */
    static String reason(YAMLException e) {
        String reason = e instanceof MarkedYAMLException marked ? marked.getProblem() : e.getMessage();
        return reason.replaceFirst("(?s)(undefined (?:alias|tag handle)) .*", "$1 ...").replaceAll("\\s*\\R\\s*", " ");
    }
}
