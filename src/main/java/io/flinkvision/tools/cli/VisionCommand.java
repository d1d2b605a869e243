package io.flinkvision.tools.cli;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.weights.ModelException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** A command below {@code vision}: its output, its usage errors, and the folders that its arguments name. */
abstract class VisionCommand {

    @Spec
    private CommandSpec spec;

    /** A command that does nothing without one below it. */
    abstract static class Group extends VisionCommand implements Runnable {

        private final List<Class<?>> commands;

        /** @param commands those below it, in the order of the help */
        Group(List<Class<?>> commands) {
            this.commands = List.copyOf(commands);
        }

        /**
         * Adds the command below this one that is named; or if none is, all of them without their options, to be listed
         * and suggested. Reading the options of all commands takes longer than many of them run.
         *
         * @param line of this command
         * @param words the arguments after this command that are no options, which have no values here
         */
        final void addCommands(CommandLine line, List<String> words) {
            Optional<Class<?>> named = commands.stream()
                    .filter(type -> words.stream().limit(1).anyMatch(annotation(type).name()::equals))
                    .findFirst();
            named.ifPresentOrElse(
                    type -> add(line, type, (group, below) -> group.addCommands(below, words.subList(1, words.size()))),
                    () -> commands.forEach(type -> line.addSubcommand(listed(annotation(type)))));
        }

        /** Adds all commands below this one, with their options. */
        final void addAllCommands(CommandLine line) {
            commands.forEach(type -> add(line, type, Group::addAllCommands));
        }

        private static void add(CommandLine line, Class<?> type, BiConsumer<Group, CommandLine> below) {
            CommandLine command = new CommandLine(type);
            // In this order, since a command passes on the options that it has inherited.
            line.addSubcommand(command);
            if (command.getCommand() instanceof Group group) {
                below.accept(group, command);
            }
        }

        private static Command annotation(Class<?> command) {
            return command.getAnnotation(Command.class);
        }

        private static CommandSpec listed(Command annotation) {
            CommandSpec result = CommandSpec.create().name(annotation.name());
            result.usageMessage().description(annotation.description());
            return result;
        }

        @Override
        public final void run() {
            throw wrongUse("A command is missing");
        }
    }

    final CommandLine commandLine() {
        return spec.commandLine();
    }

    /** Standard output: results. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Standard error: progress and problems. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a line on standard output, at once. */
    final void print(String line) {
        out().println(line);
        out().flush();
    }

    /** Prints a line on standard error, at once. */
    final void log(String line) {
        err().println(line);
        err().flush();
    }

    final ParameterException wrongUse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * Reads the model bundle that an argument names.
     *
     * @param nameOrPath as {@link ProjectHome#bundle} takes it
     * @throws ParameterException if there is no such bundle
     * @throws ModelException if the bundle is invalid
     */
    final ModelBundle model(String nameOrPath) {
        return ModelBundle.read(modelFolder(nameOrPath));
    }

    /** The folder of the model bundle that an argument names. */
    final Path modelFolder(String nameOrPath) {
        try {
            return ProjectHome.current().bundle(nameOrPath);
        } catch (ModelException | InvalidPathException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** The folder that {@code --images} names. */
    final Path imagesFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw wrongUse("--images must be a folder, but " + folder + " is not one");
        }
        return folder;
    }
}
