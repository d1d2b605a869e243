package io.flinkvision.core.configuration;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** YAML as a tree of nodes that know their lines. */
final class YamlText {

    /** The largest configurations have some kilobytes. */
    private static final int LARGEST_FILE_BYTES = 1 << 20;

    private YamlText() {}

    /**
     * The node at a file's top; nothing where the file is empty.
     *
     * @throws ConfigurationException if the file cannot be read, or is no YAML
     */
    static Optional<Node> read(Path path) {
        String file = path.toString();
        try {
            if (Files.size(path) > LARGEST_FILE_BYTES) {
                throw problem(file, "has " + Files.size(path) + " bytes, more than the limit of " + LARGEST_FILE_BYTES);
            }
            return compose(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw problem(file, "there is no such file");
        } catch (CharacterCodingException e) {
            throw problem(file, "is no UTF-8 text");
        } catch (IOException e) {
            throw problem(file, "cannot be read: " + e.getMessage());
        } catch (YAMLException e) {
            String where = e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                    ? file + ":" + (marked.getProblemMark().getLine() + 1)
                    : file;
            throw problem(where, "this is no YAML: " + reason(e));
        }
    }

    private static ConfigurationException problem(String where, String message) {
        return new ConfigurationException(List.of(new Problem(where, "", message)));
    }

    /** The node of a text; nothing where it is empty. */
    static Optional<Node> compose(String text) {
        LoaderOptions loaderOptions = new LoaderOptions();
        loaderOptions.setCodePointLimit(LARGEST_FILE_BYTES);
        loaderOptions.setMaxAliasesForCollections(10);
        return Optional.ofNullable(new Yaml(loaderOptions).compose(new StringReader(text)));
    }

    /**
     * On one line, as a problem is printed; a marked one without the excerpt of the file, and without the name of an
     * alias or a tag: an unquoted password that begins with an asterisk or an exclamation mark is taken for one.
     */
    static String reason(YAMLException e) {
        String reason = e instanceof MarkedYAMLException marked ? marked.getProblem() : e.getMessage();
        return reason.replaceFirst("(?s)(undefined (?:alias|tag handle)) .*", "$1 ...").replaceAll("\\s*\\R\\s*", " ");
    }
}
